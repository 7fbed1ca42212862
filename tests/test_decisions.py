"""Decisions about people: other work and suspension hold at once, and what was decided stays written."""

import re
import threading

import psycopg
import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings as conf
from django.contrib.sessions.models import Session
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone

from geoportal import access, errors, identity, people, places, tokens
from geoportal.decisions import Decision
from geoportal.models import DeviceToken, Scope, User
from tests.conftest import KEY, owner_url
from tests.personform import EAST, GAMPONG, PAGE, PASSWORD, WEST, form, invited, text

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


def decided(acting, reader, of):
    with acting(reader):
        return list(Decision.objects.filter(of=of).order_by("pk").values_list("by_name", "what"))


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
