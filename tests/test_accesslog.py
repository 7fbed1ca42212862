"""Who looked is noted before anything is shown, stays whatever becomes of the request, and is changed by nobody."""

import datetime

import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.utils import timezone

from geoportal import access, audit, catalogue, identity
from geoportal.models import AccessLog

HOUSES = catalogue.layer("households")
pytestmark = pytest.mark.django_db


@pytest.fixture
def kader(person):
    return person("surveyor", "health", "11.73.01.2001")


@pytest.fixture
def officer(person):
    return person("auditor")


@pytest.fixture
def morning(monkeypatch):
    """09:30:05 by the clock; morning(seconds) moves it."""
    first = datetime.datetime(2026, 11, 24, 2, 30, 5, tzinfo=datetime.UTC)

    def at(seconds):
        monkeypatch.setattr(timezone, "now", lambda: first + datetime.timedelta(seconds=seconds))

    at(0)
    return at


def seen_by(user, acting):
    with acting(user):
        return list(AccessLog.objects.order_by("at").values_list("who", "action", "reason"))


def test_an_entry_tells_who_what_where_and_why(kader, officer, row, acting):
    house = row(HOUSES)
    with identity.acting(access.identity(kader, page="/feature/households/number")):
        audit.looked(kader, HOUSES, "reveal", house, reason="home visit")
    with acting(officer):
        entry = AccessLog.objects.get()
    assert (entry.user_id, entry.who, entry.action, entry.layer) == (kader.pk, kader.username, "reveal", "households")
    assert (entry.record, entry.area_code) == (house.uid, "11.73.01.2001")
    assert (entry.reason, entry.page) == ("home visit", "/feature/households/number")


def test_equal_looks_of_one_minute_are_one_entry(kader, officer, morning, acting):
    for seconds in (0, 20, 54, 55):  # 09:30:05, :25, :59 and 09:31:00
        morning(seconds)
        audit.looked(kader, HOUSES, "find")
    audit.looked(kader, HOUSES, "find", reason="another reason")
    assert len(seen_by(officer, acting)) == 3


def test_a_person_reads_the_own_entries_the_data_protection_officer_all_others_none(kader, officer, person, acting):
    audit.looked(kader, HOUSES, "find")
    audit.looked(officer, None, "view_as")
    assert [who for who, *_rest in seen_by(kader, acting)] == [kader.username]
    assert [who for who, *_rest in seen_by(officer, acting)] == [kader.username, officer.username]
    for other in (person("admin"), person("validator", "health", "11.73"), person("surveyor", "health", "11.73")):
        assert seen_by(other, acting) == []
    assert AccessLog.objects.count() == 0  # nobody


@pytest.mark.parametrize(
    "statement",
    ["UPDATE geoportal_accesslog SET reason = ''", "DELETE FROM geoportal_accesslog", "TRUNCATE geoportal_accesslog"],
)
def test_no_entry_is_changed_or_taken_away_not_even_ones_own(kader, officer, acting, statement):
    audit.looked(kader, HOUSES, "find")
    for user in (kader, officer):
        with pytest.raises(ProgrammingError, match="permission denied"), acting(user), connection.cursor() as cursor:
            cursor.execute(statement)


def test_nobody_writes_under_another_name(kader, officer, acting):
    entry = {"minute": timezone.now(), "action": "find", "user_id": officer.pk, "who": officer.username}
    with pytest.raises(ProgrammingError, match="row-level security"), acting(kader):
        AccessLog.objects.bulk_create([AccessLog(**entry)], ignore_conflicts=True)


@pytest.mark.django_db(databases=["default", "log"])
def test_an_entry_outlives_the_transaction_that_asked_for_it(kader, settings):
    settings.LOG_DATABASE = "log"
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.looked(kader, HOUSES, "find", reason="rolled back")
        1 / 0  # noqa: B018
    with identity.acting(access.identity(kader), using="log"):
        assert AccessLog.objects.using("log").get().reason == "rolled back"
    with identity.acting(access.identity(kader)):
        assert AccessLog.objects.count() == 0  # the test's own transactions do not see each other: these were two
    assert connections["log"].connection is not connection.connection
