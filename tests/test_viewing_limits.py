"""Viewing as another person, to be read and not touched: what is refused, who as whom and why, how it ends."""

import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings as conf
from django.db import InternalError, connection
from django.test import Client

from geoportal import access, identity, people, secondfactor, viewing
from geoportal.models import User
from geoportal.policies import table
from tests.conftest import KEY
from tests.personform import EAST, GAMPONG, PAGE, WEST, text
from tests.viewing import HOUSES, view, views

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("owner_looks")]


@pytest.fixture
def chief(client, person):
    """An administrator of the whole city, signed in and reading English."""
    client.cookies[conf.LANGUAGE_COOKIE_NAME] = "en"
    user = person("admin")
    client.force_login(user)
    return user


@pytest.fixture
def bidan(person):
    return person("validator", "health", WEST)


@pytest.fixture
def houses(row):
    """Two households within the midwife's kecamatan, one outside."""
    return [row(HOUSES, lon=97.01), row(HOUSES, lon=97.03), row(HOUSES, lon=97.05)]


@pytest.fixture
def as_bidan(client, chief, bidan):
    """The client, viewing as the midwife."""
    assert view(client, bidan).status_code == 302
    return client


# --- What is refused


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize(
    "path",
    ["/", "/search/number", "/feature/households/x/number", "/export/households.xlsx", "/i18n/setlang/", "/people/invite",
     "/accounts/password/change/", "/admin/layers/household/add/", "/submissions/households/x", "/accounts/login/", "/nowhere"],
)  # fmt: skip
def test_nothing_is_sent_but_the_end_of_it(as_bidan, method, path):
    answer = getattr(as_bidan, method)(path)
    assert answer.status_code == 403 and "nothing can be changed" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    ["/accounts/password/change/", "/accounts/2fa/", "/accounts/2fa/recovery-codes/", "/accounts/2fa/totp/activate/",
     "/accounts/2fa/recovery-codes/download/", "/accounts/sessions/", "/accounts/logout/", "/accounts/reauthenticate/",
     "/accounts/invitation/gi_x/", "/export/households.csv", "/export/posyandu.geojson", "/accesslog.csv",
     "/upload/households", "/upload/households/11111111-1111-4111-8111-111111111111/wrong.xlsx"],
)  # fmt: skip
def test_the_account_of_the_other_and_files_stay_closed(as_bidan, path):
    answer = as_bidan.get(path, **PAGE)
    assert answer.status_code == 403 and "Stop viewing first" in text(answer)
    assert "application/problem+json" in answer["Content-Type"] or "Viewing as " in text(answer)


def test_a_number_is_not_shown(as_bidan, houses, owner):
    with owner():
        names = HOUSES.names.objects.get(of=houses[0])
        names.no_kk = "1173017112800457"
        names.save()
    path = f"/feature/households/{houses[0].uid}/number"
    words = {"name": "names__no_kk", "reason": "service"}
    answer = as_bidan.post(path, words, content_type="application/json")
    assert answer.status_code == 403 and "1173" not in answer.content.decode()


def test_a_page_that_writes_all_the_same_is_refused_by_the_database(as_bidan, monkeypatch):
    def write():
        User.objects.filter(username="x").update(first_name="y")
        raise AssertionError("written")

    monkeypatch.setattr("geoportal.access.level", lambda user, layer: write())
    answer = as_bidan.get("/data", **PAGE)
    assert answer.status_code == 403 and "nothing can be changed" in text(answer)


def test_no_write_of_any_kind_passes_in_the_database(chief, bidan, houses):
    from dataclasses import replace

    person = replace(access.identity(bidan), behind=chief)
    for statement in ("UPDATE geoportal_user SET first_name = 'x'", f"UPDATE {table(HOUSES.model)} SET members = 9",
                      "INSERT INTO geoportal_cache VALUES ('k', 'v', now())", "SELECT nextval('geoportal_user_id_seq')"):  # fmt: skip
        with (
            pytest.raises(InternalError, match="read-only transaction"),
            identity.acting(person),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


# --- Who, as whom, why


@pytest.mark.parametrize("reason", ["", "    ", "why"])
def test_no_reason_no_view(client, chief, bidan, owner, reason):
    answer = view(client, bidan, reason)
    assert answer.status_code == 422 and "Write the reason in a few words." in text(answer)
    assert views(owner) == [] and client.get("/layers.json").json()["person"]["role"] == "admin"


def test_nobody_else_views_as_anybody(client, person, bidan):
    for role, sector in [("planner", "planning"), ("auditor", ""), ("official", "")]:
        client.force_login(person(role, sector, "11.73"))
        assert view(client, bidan).status_code == 403
    assert view(Client(), bidan)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("self", "This person is not there"),
        ("admin", "Nobody views as another administrator."),
        ("superuser", "Nobody views as another administrator."),
        ("suspended", "This account is closed"),
        ("owing", "not set up the second step yet"),
    ],
)
def test_not_as_everybody(client, chief, person, bidan, owner, who, sentence):
    if who == "suspended":
        User.objects.filter(pk=bidan.pk).update(is_active=False)
    if who == "owing":
        secondfactor.forget(bidan)
    other = {"self": chief, "admin": None, "superuser": None}.get(who, bidan)
    if other is None:
        other = person("admin") if who == "admin" else User.objects.create_superuser("pertama", role="official")
    answer = view(client, other)
    assert answer.status_code == 422 and sentence in text(answer) and views(owner) == []
    assert client.get("/layers.json").json()["person"]["role"] == "admin"


def test_not_beyond_the_own_reach(client, person, bidan):
    client.force_login(person("admin", "health", EAST))
    assert view(client, bidan).status_code == 404
    client.force_login(person("admin", "health", WEST))
    assert view(client, bidan).status_code == 302


def test_it_cannot_be_nested(as_bidan, person):
    other = person("surveyor", "health", GAMPONG)
    assert view(as_bidan, other).status_code == 403
    assert as_bidan.get("/layers.json").json()["person"]["role"] == "validator"


def test_the_second_step_set_up_later_opens_the_view(client, chief, bidan):
    secondfactor.forget(bidan)
    assert view(client, bidan).status_code == 422
    TOTP.activate(bidan, KEY)
    assert view(client, bidan).status_code == 302


# --- How it ends


def test_it_ends_by_itself_after_half_an_hour(as_bidan, chief, bidan, owner, monkeypatch):
    now = time.time()
    monkeypatch.setattr(viewing.time, "time", lambda: now + 1798)
    assert as_bidan.get("/layers.json").json()["person"]["role"] == "validator"
    monkeypatch.setattr(viewing.time, "time", lambda: now + 1801)
    page = as_bidan.get("/data", **PAGE)
    assert "is over: you see the product as yourself again" in text(page) and "data-left" not in page.content.decode()
    assert views(owner)[-1] == (chief.username, f"over: {bidan.username}")
    assert "is over" not in text(as_bidan.get("/data", **PAGE))


@pytest.mark.parametrize(("method", "path"), [("post", "/people/invite"), ("get", "/table/households.json")])
def test_what_was_meant_for_the_other_is_not_done_as_the_administrator(as_bidan, monkeypatch, method, path):
    now = time.time()
    monkeypatch.setattr(viewing.time, "time", lambda: now + 1801)
    answer = getattr(as_bidan, method)(path)
    assert answer.status_code == 403 and "is over" in answer.json()["detail"]


@pytest.mark.parametrize("change", ["suspended", "promoted", "moved", "owing", "gone from administration"])
def test_it_ends_as_soon_as_it_may_not_be(client, person, bidan, change, owner):
    client.cookies[conf.LANGUAGE_COOKIE_NAME] = "en"
    keeper = person("admin", "health", WEST)
    client.force_login(keeper)
    view(client, bidan)
    assert client.get("/layers.json").json()["person"]["role"] == "validator"
    if change == "suspended":
        User.objects.filter(pk=bidan.pk).update(is_active=False)
    elif change == "promoted":
        User.objects.filter(pk=bidan.pk).update(role="admin")
    elif change == "moved":
        bidan.scopes.update(area=EAST)
    elif change == "owing":
        secondfactor.forget(bidan)
    else:
        User.objects.filter(pk=keeper.pk).update(role="official")
    assert "is over" in text(client.get("/", **PAGE)) and views(owner)[-1][1] == f"over: {bidan.username}"
    assert client.get("/layers.json").json()["person"]["role"] != "validator"


def test_it_ends_with_signing_out(as_bidan, chief, bidan, owner):
    answer = as_bidan.post("/accounts/logout/", **PAGE)
    assert answer.status_code == 302 and as_bidan.get("/layers.json").json()["person"] is None
    assert views(owner)[-1] == (chief.username, f"left: {bidan.username}")
    as_bidan.force_login(chief)
    assert as_bidan.get("/layers.json").json()["person"]["role"] == "admin"


def test_to_stop_nothing_is_nothing(client, chief):
    assert client.post("/viewing/stop", **PAGE)["Location"] == "/"
    assert Client().post("/viewing/stop", **PAGE)["Location"] == "/"
    assert client.get("/viewing/stop", **PAGE).status_code == 405


def test_a_person_suspended_by_another_meanwhile_is_seen_no_more(client, chief, person, bidan):
    view(client, bidan)
    other = person("admin")
    with identity.acting(access.identity(other)):
        people.suspend(other, bidan.pk)
    assert client.get("/table/households.json").status_code == 403
