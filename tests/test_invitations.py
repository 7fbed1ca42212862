"""Invitations: how the link reaches a person, what it opens, once, and when it is over."""

import datetime
import re

import pytest
from django.conf import settings as conf
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from geoportal import jobs
from geoportal.invitations import Invitation
from geoportal.models import User
from tests.conftest import wearing
from tests.personform import PAGE, PASSWORD, invited, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("owner_looks")]


@pytest.fixture
def english(client):
    client.cookies[conf.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def chief(english, person):
    """An administrator of the whole city, signed in."""
    user = person("admin")
    english.force_login(user)
    return user


def test_without_a_mail_server_the_link_is_shown_once(english, chief, settings):
    settings.EMAIL = {}
    made, link = invited(english, email="siti@kota.example")
    assert link.startswith("http://testserver/accounts/invitation/gi_")
    assert link not in english.get(f"/people/{made.pk}", **PAGE).content.decode()
    token = link.split("/")[-2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT i::text FROM geoportal_invitation i UNION SELECT session_data FROM django_session")
        assert not any(token in row[0] for row in cursor.fetchall())
    assert mail.outbox == []


@pytest.mark.parametrize(("language", "words"), [("id", "sampai"), ("en", "until")])
def test_with_one_it_goes_by_mail_in_the_language_chosen(english, chief, settings, language, words):
    settings.EMAIL = {"EMAIL_HOST": "mail.kota.example"}
    made, link = invited(english, email="siti@kota.example", language=language)
    assert link is None
    invitation = made.invitation
    with wearing(conf.WEB_ROLE):
        jobs.send_invitation(invitation=invitation.pk, site="http://testserver/")
    (message,) = mail.outbox
    assert message.to == ["siti@kota.example"] and words in message.body and made.username in message.body
    (link,) = re.findall(r"http://testserver/accounts/invitation/\S+", message.body)
    assert Client().get(link, **PAGE).status_code == 200
    assert "message sent" in text(english.get(f"/people/{made.pk}", **PAGE))


def test_without_an_address_the_link_is_handed_over_though_there_is_a_mail_server(english, chief, settings):
    settings.EMAIL = {"EMAIL_HOST": "mail.kota.example"}
    made, link = invited(english)
    assert link and made.invitation.mailed is False and Client().get(link, **PAGE).status_code == 200


def test_whoever_has_the_link_takes_a_password_and_is_led_to_the_second_step(english, chief):
    made, link = invited(english)
    assert not User.objects.get(pk=made.pk).has_usable_password()
    guest = Client()
    page = guest.get(link, **PAGE)
    assert page.status_code == 200 and "Siti Aminah" in text(page) and made.username in text(page)
    easy = guest.post(link, {"new_password1": "123456789012", "new_password2": "123456789012"}, **PAGE)
    assert easy.status_code == 422 and easy.context["form"].errors
    done = guest.post(link, {"new_password1": PASSWORD, "new_password2": PASSWORD}, **PAGE, follow=True)
    assert done.redirect_chain[-1][0].startswith("/accounts/2fa/totp/activate/")
    assert done.status_code == 200 and done.context["form"].secret  # the password is not asked for again
    made.refresh_from_db()
    assert made.is_active and made.check_password(PASSWORD) and made.invitation.state == "accepted"


@pytest.mark.parametrize(("language", "words"), [("id", "Selamat datang"), ("en", "Welcome")])
def test_the_page_behind_the_link_and_what_follows_speak_the_language_given(english, chief, language, words):
    made, link = invited(english, language=language, role="official", sector="", areas=[])
    guest = Client()
    assert words in text(guest.get(link, **PAGE))
    guest.post(link, {"new_password1": PASSWORD, "new_password2": PASSWORD}, **PAGE)
    assert guest.get("/data", **PAGE)["Content-Language"] == language
    made.refresh_from_db()
    assert made.language == language


def test_a_language_chosen_with_the_browser_stays(english, chief):
    _made, link = invited(english, language="id")
    guest = Client()
    guest.cookies[conf.LANGUAGE_COOKIE_NAME] = "en"
    assert "Welcome" in text(guest.get(link, **PAGE))


def test_a_role_without_names_and_numbers_is_in_at_once(english, chief):
    _made, link = invited(english, role="official", sector="", areas=[])
    guest = Client()
    done = guest.post(link, {"new_password1": PASSWORD, "new_password2": PASSWORD}, **PAGE, follow=True)
    assert done.status_code == 200 and done.context["user"].role == "official"


def test_a_link_opens_once(english, chief):
    _made, link = invited(english, role="official", sector="", areas=[])
    words = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert Client().post(link, words, **PAGE).status_code == 302
    again = Client().post(link, {"new_password1": f"{PASSWORD}2", "new_password2": f"{PASSWORD}2"}, **PAGE)
    assert again.status_code == 404 and User.objects.latest("pk").check_password(PASSWORD)


def test_a_link_is_over_by_time_by_withdrawal_and_by_a_newer_one(english, chief):
    made, first = invited(english)
    guest = Client()
    second = re.search(
        r"data-link>(.*?)<", english.post(f"/people/{made.pk}/again", **PAGE, follow=True).content.decode()
    )[1]
    assert (guest.get(first, **PAGE).status_code, guest.get(second, **PAGE).status_code) == (404, 200)
    Invitation.objects.update(expires=timezone.now() - datetime.timedelta(seconds=1))
    assert guest.get(second, **PAGE).status_code == 404
    assert "invitation has ended" in text(english.get("/people", **PAGE))
    third = re.search(
        r"data-link>(.*?)<", english.post(f"/people/{made.pk}/again", **PAGE, follow=True).content.decode()
    )[1]
    assert guest.get(third, **PAGE).status_code == 200
    english.post(f"/people/{made.pk}/withdraw", **PAGE)
    assert guest.get(third, **PAGE).status_code == 404
    assert guest.get("/accounts/invitation/gi_guessed/", **PAGE).status_code == 404


def test_an_invitation_lasts_as_long_as_the_setting_says(english, chief, settings):
    settings.INVITATION_DAYS = 3
    made, _link = invited(english)
    assert made.invitation.expires - timezone.now() == pytest.approx(
        datetime.timedelta(days=3), abs=datetime.timedelta(minutes=1)
    )


def test_who_was_only_invited_cannot_sign_in_nor_ask_for_a_password(english, chief, settings):
    made, _link = invited(english, email="siti@kota.example")
    with wearing(conf.WEB_ROLE):
        jobs.send_reset(email="siti@kota.example", site="http://testserver/", language="id")
    assert mail.outbox == [] and not made.is_active
    assert english.post(f"/people/{made.pk}/restore", **PAGE).status_code == 422
    made.refresh_from_db()
    assert not made.is_active


def test_an_invitation_is_not_taken_over_by_who_is_signed_in(english, chief):
    made, link = invited(english)
    answer = english.post(link, {"new_password1": PASSWORD, "new_password2": PASSWORD}, **PAGE)
    assert answer.status_code == 409 and "Somebody else is signed in" in text(answer)
    made.refresh_from_db()
    assert not made.is_active


def test_a_message_on_its_way_is_not_sent_when_the_invitation_was_withdrawn(english, chief, settings):
    settings.EMAIL = {"EMAIL_HOST": "mail.kota.example"}
    made, _link = invited(english, email="siti@kota.example")
    english.post(f"/people/{made.pk}/withdraw", **PAGE)
    invitation = made.invitation
    with wearing(conf.WEB_ROLE):
        jobs.send_invitation(invitation=invitation.pk, site="http://testserver/")
    assert mail.outbox == []
