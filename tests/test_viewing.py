"""Viewing as another person: the product precisely as that person has it, which every page says, noted at both ends."""

import re

import pytest
from django.conf import settings as conf
from django.db import connection
from django.test import Client

from geoportal import access, earlytiles, identity, known, pages
from geoportal.models import AccessLog
from geoportal.policies import table
from tests.personform import GAMPONG, PAGE, WEST, text
from tests.viewing import HOUSES, WHY, view, views

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


# --- What is seen


@pytest.mark.parametrize(
    "path",
    ["/table/households.json", "/legend/households.json", "/layers.json", "/search?q=barat", "/indicators/areas/area.json?level=village",
     "/table/posyandu.json", "/tiles/households/14/12611/7960.mvt", "/feature/areas/11.73.01.2001.json"],
)  # fmt: skip
def test_every_answer_is_the_one_the_person_gets(as_bidan, bidan, houses, monkeypatch, path):
    monkeypatch.setattr("geoportal.audit.along", lambda entry: None)  # the log's own connection is tried below
    own = Client()
    own.cookies[conf.LANGUAGE_COOKIE_NAME] = "en"
    own.force_login(bidan)
    theirs, ours = own.get(path), as_bidan.get(path)
    assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)


def test_the_administrator_alone_sees_none_of_it(client, chief, houses):
    assert client.get("/table/households.json").status_code == 403


@pytest.mark.parametrize(
    ("role", "sector", "status"), [("official", "", 403), ("district", "health", 200), ("surveyor", "health", 200)]
)
def test_rights_are_the_persons_and_scopes_too(client, chief, person, houses, monkeypatch, role, sector, status):
    monkeypatch.setattr("geoportal.audit.along", lambda entry: None)
    view(client, person(role, sector, GAMPONG))
    answer = client.get("/table/households.json")
    assert answer.status_code == status
    assert status == 403 or answer.json()["total"] == 1


def test_the_database_acts_for_the_person_and_only_reads(as_bidan, bidan, houses, monkeypatch):
    asked = []

    def look(request):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('geoportal.user'), current_setting('geoportal.role'), "
                f"current_setting('transaction_read_only'), (SELECT count(*) FROM {table(HOUSES.model)})"
            )
            asked.append(cursor.fetchone())
        return []

    monkeypatch.setattr(pages, "rail", look)
    assert as_bidan.get("/data", **PAGE).status_code == 200
    assert set(asked) == {(str(bidan.pk), "validator:health", "on", 2)}
    with connection.cursor() as cursor:  # and then no more
        cursor.execute("SELECT current_setting('transaction_read_only')")
        assert cursor.fetchone() == ("off",)


# --- What it says of itself


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/data",
        "/table/posyandu",
        "/feature/areas/11.73.01.2001",
        "/admin/",
        "/admin/layers/posyandu/",
        "/people",
        "/nowhere",
        "/accesslog",
    ],
)
def test_every_page_says_so_and_offers_the_end(as_bidan, bidan, path):
    answer = as_bidan.get(path, **PAGE)
    page = answer.content.decode()
    assert 'action="/viewing/stop"' in page and f"Stop viewing as {bidan.username}" in page
    assert re.search(rf"<title>As {re.escape(bidan.username)} ·", page)
    assert not any(link in page for link in ("/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/"))
    assert "no-store" in answer["Cache-Control"]


def test_a_phone_is_no_view(client, chief, bidan):
    from geoportal import tokens

    view(client, bidan)
    _device, token = tokens.made(chief, "Samsung")
    answer = client.get("/layers.json", HTTP_AUTHORIZATION=f"Bearer {token}")
    assert answer.json()["person"]["role"] == "admin"


def test_tiles_before_the_middleware_step_aside(client, chief, bidan):
    view(client, bidan)
    assert known._met(client.session.session_key) is None
    client.post("/viewing/stop", **PAGE)
    assert known._met(client.session.session_key).user == chief
    assert earlytiles.WORDS  # they ask `known` for every tile that is not everybody's


# --- What is noted


def test_it_is_noted_at_the_start_and_at_the_end(as_bidan, chief, bidan, owner):
    answer = as_bidan.post("/viewing/stop", **PAGE)
    assert answer["Location"] == f"/people/{bidan.pk}"
    assert as_bidan.get("/layers.json").json()["person"]["role"] == "admin"
    name = bidan.username
    assert views(owner) == [(chief.username, f"began: {name}: {WHY}"), (chief.username, f"stopped: {name}")]
    log = text(as_bidan.get("/accesslog", **PAGE))
    assert f"began · {name} · {WHY}" in log and f"stopped · {name}" in log


def test_a_number_in_the_reason_is_masked(client, chief, bidan, owner):
    view(client, bidan, "household 1173017112800457 is missing")
    assert "1173017112800457" not in views(owner)[0][1]


def test_what_is_looked_at_meanwhile_is_the_administrators_look(chief, bidan, settings, houses):
    from dataclasses import replace

    from geoportal import audit

    behind = replace(access.identity(bidan), behind=chief, page="/table/households.json")
    token = identity.current.set(behind)
    try:
        entry = audit.noted(bidan, HOUSES, "view", rows=2)
    finally:
        identity.current.reset(token)
    assert (entry.user_id, entry.who, entry.reason) == (chief.pk, chief.username, f"as: {bidan.username}")


@pytest.mark.django_db(databases=["default", "log"])
def test_it_is_noted_though_the_request_only_reads(client, chief, bidan, houses, settings, monkeypatch):
    view(client, bidan)
    settings.LOG_DATABASE = "log"
    assert client.get("/table/households.json").json()["total"] == 2
    with identity.acting(access.identity(chief), using="log"):
        found = AccessLog.objects.using("log").get(action="view")
    assert (found.who, found.layer, found.rows, found.reason) == (
        chief.username,
        "households",
        2,
        f"as: {bidan.username}",
    )
