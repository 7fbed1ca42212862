"""A person's sessions and phones: what the list names, what ends which, and what a token opens."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geoportal import browsers, tokens
from geoportal.models import DeviceToken, User
from tests.conftest import acting_owner
from tests.signing import PASSWORD, by_token, made_camat, signed_in, translated

pytestmark = pytest.mark.django_db


@pytest.fixture
def camat(areas):
    return made_camat()


# --- Devices and sessions


def test_the_list_names_browser_address_and_this_one(camat):
    here = signed_in()
    signed_in(agent="Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0")
    page = here.get("/accounts/sessions/")
    assert [(one.browser, one.address, one.here) for one in page.context["sittings"]] == [
        ("Chrome · Android", "127.0.0.1", True),
        ("Firefox · Windows", "127.0.0.1", False),
    ]


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge · Windows"),
        ("curl/8.5.0", "peramban tak dikenal"),
    ],
)
def test_browsers_are_called_as_people_call_them(agent, named):
    with translated():
        assert browsers.called(agent) == named


def test_one_session_is_ended_from_another_and_not_a_strangers(camat):
    here, other, stranger = signed_in(), signed_in(), None
    with acting_owner():
        User.objects.create_user("lurah", password=PASSWORD, role="village")
    stranger = signed_in("lurah")
    pk = next(one.pk for one in here.get("/accounts/sessions/").context["sittings"] if not one.here)
    assert stranger.post(f"/accounts/sessions/{pk}/end/").status_code == 404
    assert here.post(f"/accounts/sessions/{pk}/end/").status_code == 302
    assert other.get("/accounts/sessions/", HTTP_ACCEPT="text/html").status_code == 302
    assert here.get("/accounts/sessions/").status_code == 200


def test_signing_out_everywhere_ends_sessions_and_phones(camat):
    here, other = signed_in(), signed_in()
    with acting_owner():
        _device, token = tokens.made(camat, "Samsung")
    assert here.post("/accounts/sessions/end/")["Location"] == "/accounts/login/"
    assert [one.get("/table/households.json").status_code for one in (here, other)] == [401, 401]
    assert by_token(token).status_code == 401


def test_another_password_ends_the_other_sessions(camat):
    here, other = signed_in(), signed_in()
    words = {"oldpassword": PASSWORD, "password1": "sawah-hujan-perahu", "password2": "sawah-hujan-perahu"}
    assert here.post("/accounts/password/change/", words).status_code == 302
    assert [one.get("/table/households.json").status_code for one in (here, other)] == [200, 401]


# --- Phones


def test_a_token_is_made_shown_once_and_kept_as_a_hash(camat):
    here = signed_in()
    page = here.post("/accounts/devices/add/", {"name": "Samsung posyandu"})
    token = page.context["token"]
    assert page.status_code == 200 and token in page.content.decode() and "no-store" in page["Cache-Control"]
    with acting_owner():
        device = DeviceToken.objects.get()
    assert device.digest == tokens.digest(token) and token not in str(vars(device))
    assert token not in here.get("/accounts/sessions/").content.decode()


def test_making_one_needs_the_person_anew(camat):
    here = signed_in()
    session = here.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    away = here.post("/accounts/devices/add/", {"name": "Samsung"})
    assert away["Location"].startswith("/accounts/reauthenticate/")
    with acting_owner():
        assert not DeviceToken.objects.exists()
    done = here.post(away["Location"], {"password": PASSWORD})
    assert done.status_code == 200 and done.context["token"]
    with acting_owner():
        assert DeviceToken.objects.count() == 1


def test_making_one_needs_the_second_step(areas):
    with acting_owner():
        User.objects.create_user("siti", password=PASSWORD, role="validator", sector="health")
    assert signed_in("siti").post("/accounts/devices/add/", {"name": "Samsung"}).status_code == 403
    with acting_owner():
        assert not DeviceToken.objects.exists()


def test_a_phone_sees_what_its_person_sees(person, row):
    from geoportal import catalogue

    user = person("validator", "health", "11.73.01")
    row(catalogue.layer("households"))
    with acting_owner():
        _device, token = tokens.made(user, "Samsung")
    answer = by_token(token)
    assert answer.json()["person"]["role"] == "validator" and "Authorization" in answer["Vary"]
    assert by_token(token, "/tiles/households/16/50455/31824.mvt").status_code in {200, 204}
    assert Client().get("/tiles/households/16/50455/31824.mvt").status_code == 401
    with acting_owner():
        assert DeviceToken.objects.get().used == timezone.localdate()


def test_the_second_use_of_a_day_writes_nothing(camat):
    with acting_owner():
        _device, token = tokens.made(camat, "Samsung")
    by_token(token)
    with CaptureQueriesContext(connection) as caught:
        by_token(token)
    assert not [q["sql"] for q in caught if q["sql"].startswith(("UPDATE", "INSERT"))]


@pytest.mark.parametrize(
    "path", ["/table/households.json", "/export/households.csv", "/accounts/sessions/", "/admin/", "/"]
)
def test_a_token_opens_only_what_a_phone_needs(camat, path):
    with acting_owner():
        _device, token = tokens.made(camat, "Samsung")
    answer = by_token(token, path)
    assert answer.status_code == 401 and answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("end", ["revoked", "expired", "suspended", "unknown", "empty", "gone"])
def test_a_dead_token_opens_nothing(camat, end):
    with acting_owner():
        device, token = tokens.made(camat, "Samsung")
    then = timezone.now() - datetime.timedelta(seconds=1)
    if end == "revoked":
        signed_in().post(f"/accounts/devices/{device.pk}/revoke/")
    elif end == "expired":
        with acting_owner():
            DeviceToken.objects.update(expires=then)
    elif end == "suspended":
        with acting_owner():
            User.objects.update(is_active=False)
    elif end == "gone":
        with acting_owner():
            DeviceToken.objects.all().delete()
    shown = {"unknown": token[:-1] + ("A" if token[-1] != "A" else "B"), "empty": ""}.get(end, token)
    answer = by_token(shown)
    assert answer.status_code == 401 and answer.json()["status"] == 401 and "ponsel" in answer.json()["detail"]


def test_a_dead_token_is_not_helped_by_a_session(camat):
    here = signed_in()
    assert here.get("/layers.json", HTTP_AUTHORIZATION="Bearer gp_x").status_code == 401
    assert here.get("/layers.json").json()["person"]


def test_a_token_in_an_address_is_nothing(camat):
    with acting_owner():
        _device, token = tokens.made(camat, "Samsung")
    assert Client().get(f"/layers.json?token={token}&access_token={token}").json()["person"] is None


def test_a_stranger_cannot_revoke_a_phone(camat):
    with acting_owner():
        device, _token = tokens.made(camat, "Samsung")
    with acting_owner():
        User.objects.create_user("lurah", password=PASSWORD, role="village")
    assert signed_in("lurah").post(f"/accounts/devices/{device.pk}/revoke/").status_code == 404


def test_guessing_tokens_is_stopped_and_a_good_one_still_works(camat):
    with acting_owner():
        _device, token = tokens.made(camat, "Samsung")
    statuses = [by_token(f"gp_{n}").status_code for n in range(31)]
    assert statuses == [401] * 30 + [429] and by_token(token).status_code == 200


def test_who_owes_the_second_step_has_no_use_of_a_token(person):
    from geoportal import secondfactor

    user = person("validator", "health", "11.73")
    with acting_owner():
        _device, token = tokens.made(user, "Samsung")
        secondfactor.forget(user)
    assert by_token(token).status_code == 403
