"""People: who keeps whose account, what an invitation opens, what is over at once, and what stays written of it."""

import datetime
import re
import threading

import psycopg
import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings as conf
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone, translation

from geoportal import access, errors, identity, jobs, mandate, people, places, tokens
from geoportal.decisions import Decision
from geoportal.invitations import Invitation
from geoportal.models import DeviceToken, Scope, User
from tests.conftest import KEY, owner_url, wearing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("owner_looks")]
WEST, EAST, GAMPONG = "11.73.01", "11.73.02", "11.73.01.2001"
PASSWORD = "kopi-gayo-tiap-pagi"
PAGE = {"HTTP_ACCEPT": "text/html"}


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


def form(**changes):
    """What the browser sends of the form of a person."""
    words = {"name": "Siti Aminah", "email": "", "role": "validator", "sector": "health", "areas": [WEST], "units": ""}
    return words | {"language": "id"} | changes


def invited(client, **changes):
    """(the person, the link that was shown) after inviting."""
    answer = client.post("/people/invite", form(**changes), **PAGE, follow=True)
    assert answer.status_code == 200, answer.context["form"].errors
    link = re.search(r"<code class=\"key\" data-link>(.*?)</code>", answer.content.decode())
    return User.objects.latest("pk"), link and link[1]


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def sentences(answer) -> dict:
    with translation.override("en"):
        return {name: " ".join(found) for name, found in answer.context["form"].errors.items()}


def decided(acting, reader, of):
    with acting(reader):
        return list(Decision.objects.filter(of=of).order_by("pk").values_list("by_name", "what"))


# --- Who may


@pytest.mark.parametrize("path", ["people", "people/invite"])
def test_a_stranger_signs_in_first_and_others_are_refused(client, person, path):
    assert client.get(f"/{path}", **PAGE)["Location"].startswith("/accounts/login/")
    for role, sector in [("planner", "planning"), ("official", ""), ("auditor", ""), ("validator", "health")]:
        client.force_login(person(role, sector, "11.73"))
        assert client.get(f"/{path}", **PAGE).status_code == 403


@pytest.mark.parametrize("act", ["", "/again", "/withdraw", "/suspend", "/restore", "/password", "/phone"])
def test_nobody_but_an_administrator_does_anything_to_anybody(client, person, act):
    other = person("official")
    client.force_login(person("planner", "planning", "11.73"))
    assert client.post(f"/people/{other.pk}{act}", form(), **PAGE).status_code == 403
    other.refresh_from_db()
    assert other.is_active and other.role == "official"


@pytest.mark.parametrize("act", ["", "/suspend", "/restore", "/password", "/phone"])
def test_nobody_changes_the_own_account(english, chief, act):
    answer = english.post(f"/people/{chief.pk}{act}", form(), **PAGE)
    assert answer.status_code == 422 and "This is your own account" in text(answer)
    chief.refresh_from_db()
    assert chief.is_active and chief.role == "admin"
    assert "another administrator changes its work" in text(english.get(f"/people/{chief.pk}", **PAGE))


def test_an_administrator_of_one_kecamatan_finds_its_people_and_no_others(english, person):
    near, far = person("district", "health", GAMPONG), person("district", "health", EAST)
    keeper = person("admin", "health", WEST)
    english.force_login(keeper)
    page = text(english.get("/people", **PAGE))
    assert near.username in page and keeper.username in page and far.username not in page
    assert english.get(f"/people/{far.pk}", **PAGE).status_code == 404
    assert english.post(f"/people/{far.pk}/suspend", **PAGE).status_code == 404
    offered = [code for code, _title in english.get("/people/invite", **PAGE).context["form"].fields["areas"].choices]
    assert offered == [WEST, "11.73.01.2001", "11.73.01.2002"]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"sector": "trade"}, "sector", "Select a valid choice"),
        ({"areas": [EAST]}, "areas", "Select a valid choice"),
        ({"areas": []}, "areas", "Choose where this person works"),
        ({"role": "auditor", "areas": [WEST]}, "role", "over the whole city"),
        ({"role": "admin", "areas": []}, "role", "Choose where this person works"),
    ],
)
def test_an_administrator_of_one_kecamatan_gives_no_more_than_the_own(english, person, changes, field, sentence):
    english.force_login(person("admin", "health", WEST))
    answer = english.post("/people/invite", form(**changes), **PAGE)
    assert answer.status_code == 422 and sentence in sentences(answer)[field]
    assert not User.objects.filter(first_name="Siti").exists()


def test_within_the_own_reach_it_is_given(english, person):
    english.force_login(person("admin", "health", WEST))
    made, _link = invited(english, areas=[GAMPONG])
    assert mandate.work(made) == mandate.Work(role="validator", sector="health", areas=frozenset({GAMPONG}))


# --- The form


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": ""}, "name", "This is needed."),
        ({"role": ""}, "role", "This is needed."),
        ({"role": "king"}, "role", "Select a valid choice"),
        ({"email": "siti"}, "email", "valid email"),
        ({"email": "SUDAH@kota.example"}, "email", "Another account has this address"),
        ({"sector": ""}, "sector", "Choose a sector: without one this role sees what the public sees."),
        ({"areas": []}, "areas", "Choose where this person works"),
        ({"areas": ["11.73.09.2001"]}, "areas", "Select a valid choice"),
        ({"units": "x" * 41}, "units", "at most 40 letters"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field_and_nothing_is_stored(english, chief, changes, field, sentence):
    User.objects.create_user("sudah", "sudah@kota.example", role="official")
    before = User.objects.count()
    answer = english.post("/people/invite", form(**changes), **PAGE)
    assert answer.status_code == 422 and sentence in sentences(answer)[field]
    assert User.objects.count() == before


def test_roles_of_the_whole_city_need_no_area(english, chief):
    made, _link = invited(english, role="planner", sector="planning", areas=[])
    assert made.role == "planner" and not made.scopes.exists()


def test_units_come_with_commas_between(english, chief):
    made, _link = invited(english, role="surveyor", sector="trade", areas=[], units=" PSR-1,PSR-2 , ")
    assert sorted(made.scopes.values_list("unit", flat=True)) == ["PSR-1", "PSR-2"]


@pytest.mark.parametrize(
    ("name", "found"),
    [("Nurhayati Daud", "nurhayati.daud"), ("Cut Putroë Nurul Daud", "cut.daud"), ("Sitti", "sitti"), ("北京", "user")],
)
def test_a_name_to_sign_in_by_comes_from_the_name(name, found):
    assert people.username(name) == found
    User.objects.create_user(found)
    assert people.username(name) == f"{found}2"


# --- Invitations


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


# --- Work


def test_other_work_holds_from_the_next_request_on(english, chief, person):
    camat = person("district", "health", WEST)
    other = Client()
    other.force_login(camat)
    assert other.get("/table/households.json").status_code == 200
    words = {"role": "official", "sector": "", "areas": [], "name": "Salbiah", "email": ""}
    assert english.post(f"/people/{camat.pk}", form(**words), **PAGE).status_code == 302
    assert other.get("/table/households.json").status_code == 403


def test_scopes_that_stay_stay_and_the_others_go(english, chief, person):
    camat = person("district", "health", WEST, EAST, "PSR-1")
    kept = Scope.objects.get(user=camat, area_id=WEST).pk
    english.post(f"/people/{camat.pk}", form(role="district", areas=[WEST, GAMPONG], units="PSR-2"), **PAGE)
    found = set(Scope.objects.filter(user=camat).values_list("area_id", "unit"))
    assert found == {(WEST, ""), (GAMPONG, ""), (None, "PSR-2")}
    assert Scope.objects.get(user=camat, area_id=WEST).pk == kept


def test_an_area_that_is_gone_is_said_in_words_and_taken_out(english, chief, person, owner):
    camat = person("district", "health", WEST, GAMPONG)
    with owner():
        places.Area.objects.filter(code=GAMPONG).update(deleted_at=timezone.now())
    sentence = "Gampong Barat Laut (11.73.01.2001) is there no more"
    assert sentence in text(english.get("/people", **PAGE))
    page = english.get(f"/people/{camat.pk}", **PAGE)
    assert f"{sentence} and opens nothing" in text(page)
    english.post(f"/people/{camat.pk}", form(role="district", areas=[WEST]), **PAGE)
    assert list(camat.scopes.values_list("area_id", flat=True)) == [WEST]


def test_an_administrator_becomes_none_with_all_that_came_with_it(english, chief, person):
    User.objects.create_superuser("pertama", password=PASSWORD)
    first = User.objects.get(username="pertama")
    english.post(f"/people/{first.pk}", form(name="Pertama", role="official", sector="", areas=[]), **PAGE)
    first.refresh_from_db()
    assert (first.role, first.is_superuser, first.is_staff) == ("official", False, False)
    assert not access.administers(first)


# --- Suspended


def test_a_suspended_person_is_out_at_once(english, chief, person):
    camat = person("district", "health", WEST)
    User.objects.filter(pk=camat.pk).update(password=User(username="x").password)
    camat.set_password(PASSWORD)
    camat.save()
    there = Client()
    there.post("/accounts/login/", {"login": camat.username, "password": PASSWORD}, **PAGE)
    _device, token = tokens.made(camat, "Samsung merah")
    phone = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    assert there.get("/table/households.json").status_code == 200
    assert Client().get("/layers.json", **phone).json()["person"]["role"] == "district"
    before = Session.objects.count()
    assert english.post(f"/people/{camat.pk}/suspend", **PAGE).status_code == 302
    assert there.get("/table/households.json").status_code == 401 and Session.objects.count() == before - 1
    assert Client().get("/layers.json", **phone).status_code == 401
    out = Client().post("/accounts/login/", {"login": camat.username, "password": PASSWORD}, **PAGE)
    assert not out.wsgi_request.user.is_authenticated
    english.post(f"/people/{camat.pk}/restore", **PAGE)
    assert Client().post("/accounts/login/", {"login": camat.username, "password": PASSWORD}, **PAGE).status_code == 302
    assert Client().get("/layers.json", **phone).status_code == 401 and DeviceToken.objects.get().revoked


def test_a_lost_phone_and_a_forgotten_password(english, chief, person):
    bidan = person("validator", "health", WEST)
    there = Client()
    there.force_login(bidan)
    assert there.get("/table/households.json").status_code == 200
    english.post(f"/people/{bidan.pk}/phone", **PAGE)
    there.force_login(bidan)
    assert there.get("/table/households", **PAGE)["Location"].startswith("/accounts/2fa/totp/activate/")
    TOTP.activate(bidan, KEY)
    page = english.post(f"/people/{bidan.pk}/password", **PAGE, follow=True).content.decode()
    link = re.search(r"data-link>(.*?)<", page)[1]
    guest = Client()
    guest.get(link, **PAGE)
    assert guest.get(link, **PAGE, follow=True).status_code == 200 and "/password/reset/key/" in link


# --- What stays written


def test_every_decision_is_kept_with_who_and_when(english, chief, acting, person):
    made, link = invited(english)
    Client().post(link, {"new_password1": PASSWORD, "new_password2": PASSWORD}, **PAGE)
    words = form(role="district", areas=[WEST, EAST])
    english.post(f"/people/{made.pk}", words, **PAGE)
    english.post(f"/people/{made.pk}", words, **PAGE)  # nothing changed: nothing noted
    for act in ("suspend", "suspend", "restore", "password", "phone"):
        english.post(f"/people/{made.pk}/{act}", **PAGE)
    by, own = chief.username, f"Siti Aminah ({made.username})"
    told = [
        ("invited", by),
        ("accepted", own),
        ("changed", by),
        ("suspended", by),
        ("restored", by),
        ("password", by),
        ("phone", by),
    ]
    assert decided(acting, chief, made) == [(who, what) for what, who in told]
    page = text(english.get(f"/people/{made.pk}", **PAGE))
    assert "Role: Validator → District or agency" in page.replace("validator", "Validator").replace(
        "district or", "District or"
    )
    assert "Works in: 11.73.01 → 11.73.01, 11.73.02" in page
    for reader, seen in [
        (person("auditor"), 7),
        (made, 7),
        (person("official"), 0),
        (person("planner", "planning"), 0),
    ]:
        made.refresh_from_db()
        reader = User.objects.get(pk=reader.pk)
        assert len(decided(acting, reader, made)) == seen, reader.role


@pytest.mark.parametrize(
    "statement",
    ["UPDATE geoportal_decision SET what = 'x'", "DELETE FROM geoportal_decision", "TRUNCATE geoportal_decision"],
)
def test_no_decision_is_changed_or_taken_away(english, chief, acting, statement):
    invited(english)
    with pytest.raises(ProgrammingError, match="permission denied"), acting(chief), connection.cursor() as cursor:
        cursor.execute(statement)


def test_no_decision_is_noted_in_another_name(chief, person, acting):
    other = person("official")
    with pytest.raises(ProgrammingError, match="row-level security"), acting(chief), transaction.atomic():
        from geoportal import decisions

        decisions.noted(other, other, "suspended")


# --- The list


def test_the_list_says_who_where_since_when_and_in_what_state(english, chief, person):
    bidan = person("validator", "health", WEST, GAMPONG)
    User.objects.filter(pk=bidan.pk).update(last_login=timezone.now() - datetime.timedelta(days=9))
    camat = person("district", "health", EAST)
    DeviceToken.objects.create(
        user=camat, name="x", digest="0", expires=timezone.now(), used=timezone.localdate() - datetime.timedelta(days=2)
    )
    seen = {one.user.pk: one for one in english.get("/people", **PAGE).context["people"]}
    one = seen[bidan.pk]
    assert (one.work, one.state) == ("Validator · health", "active") and len(one.places) == 2
    assert one.last == timezone.localdate() - datetime.timedelta(days=9)
    assert seen[camat.pk].last == timezone.localdate() - datetime.timedelta(days=2)
    assert seen[chief.pk].last == timezone.localdate()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("q=salbi", {"camat"}), ("q=camat@", {"camat"}), ("q=health", {"camat", "bidan"}), ("q=field+officer", set()),
        ("q=timur", {"bidan"}), ("q=health+barat", {"camat"}), ("q=nobody", set()), ("state=suspended", {"bidan"}),
        ("q=PSR-1", {"camat"}), (f"q={GAMPONG}", {"camat"}),
    ],
)  # fmt: skip
def test_people_are_found_by_name_address_role_area_and_state(english, chief, areas, words, found):
    camat = User.objects.create_user(
        "camat", "camat@kota.example", role="district", sector="health", first_name="Salbiah"
    )
    bidan = User.objects.create_user("bidan", role="validator", sector="health", is_active=False)
    for user, scope in [
        (camat, {"area_id": GAMPONG}),
        (camat, {"unit": "PSR-1"}),
        (bidan, {"area_id": "11.73.02.2001"}),
    ]:
        Scope.objects.create(user=user, **scope)
    shown = {one.user.username for one in english.get(f"/people?{words}", **PAGE).context["people"]}
    assert shown == found


def test_the_list_is_read_in_pages(english, chief):
    User.objects.bulk_create([User(username=f"kader{n:03}", role="official") for n in range(60)])
    page = english.get("/people", **PAGE)
    assert len(page.context["people"]) == 50 and "page 1 of 2" in text(page)
    assert len(english.get("/people?page=2", **PAGE).context["people"]) == 11


def test_the_list_asks_as_often_for_sixty_as_for_six(english, chief, areas, django_assert_max_num_queries):
    made = User.objects.bulk_create(
        [User(username=f"kader{n:03}", role="surveyor", sector="health") for n in range(50)]
    )
    Scope.objects.bulk_create([Scope(user=user, area_id=GAMPONG) for user in made])
    with django_assert_max_num_queries(20):
        english.get("/people", **PAGE)


# --- At the same time


@pytest.fixture
def pair():
    """Keys of two administrators whom other connections see too; taken away in the end."""
    with psycopg.connect(owner_url(connection.settings_dict["NAME"]), autocommit=True) as owner:
        rows = owner.execute(
            "INSERT INTO geoportal_user (username, password, role, sector, first_name, last_name, email, is_superuser, "
            "is_staff, is_active, date_joined) SELECT 'pair' || n, '!', 'admin', '', '', '', '', false, true, true, now() "
            "FROM generate_series(1, 2) n RETURNING id"
        ).fetchall()
        yield [row[0] for row in rows]
        owner.execute("DELETE FROM geoportal_decision")
        owner.execute("DELETE FROM geoportal_user WHERE username LIKE 'pair%'")


def test_two_administrators_who_suspend_each_other_leave_one(pair, monkeypatch):
    monkeypatch.setattr("geoportal.secondfactor.owed", lambda user: False)
    gate, outcomes = threading.Barrier(2), []

    def act(by, other):
        with identity.acting(identity.DOOR):
            giver = User.objects.get(pk=by)
        try:
            with identity.acting(access.identity(giver)):
                gate.wait(10)
                people.suspend(giver, other)
            outcomes.append("done")
        except errors.Problem as problem:
            outcomes.append(type(problem).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=args) for args in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["Forbidden", "done"]
    assert User.objects.filter(pk__in=pair, is_active=True).count() == 1
