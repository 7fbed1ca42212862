"""Who asks reaches the database around the whole answer, and nothing of it stays."""

import contextlib

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoportal import access, catalogue, identity
from geoportal.models import Load
from geoportal.postgis.base import DatabaseWrapper

pytestmark = pytest.mark.django_db
HOUSES = catalogue.layer("households")
ASKED = "SELECT coalesce(nullif(current_setting('geoportal.role', true), ''), 'public:'), geoportal_everywhere()"
NOBODY, CAMAT = ("public:", False), ("district:health", True)


def asked(conn=connection) -> tuple:
    """(role:sector, whether the whole city) as the database sees it now."""
    with conn.cursor() as cursor:
        cursor.execute(ASKED)
        return cursor.fetchone()


@pytest.fixture
def camat(person):
    return person("district", "health", "11.73")


@pytest.fixture
def answer(rf, camat):
    """answer(view) -> what the middleware makes of the view's response, for the camat."""

    def through(view):
        request = rf.get("/somewhere")
        request.user = camat
        return identity.middleware(view)(request)

    return through


def test_a_view_runs_as_the_person_and_nothing_stays_after(answer):
    seen = []
    answer(lambda request: seen.append(asked()) or HttpResponse())
    assert seen == [CAMAT] and asked() == NOBODY


def test_a_page_that_renders_late_still_renders_as_the_person(answer):
    template = engines["django"].from_string("{{ asked }}")
    page = answer(lambda request: TemplateResponse(request, template, {"asked": lambda: asked()[0]}))
    assert page.content == b"district:health"


def test_a_streamed_answer_is_made_as_the_person(answer):
    def lines():
        for _n in range(2):
            yield asked()[0]

    streamed = answer(lambda request: StreamingHttpResponse(lines()))
    assert asked() == NOBODY  # the request's own transaction is over
    assert list(streamed.streaming_content) == [b"district:health"] * 2
    assert asked() == NOBODY


def test_the_former_person_returns_after_an_inner_one(camat, person):
    inner = person("validator", "health")
    with identity.acting(access.identity(camat)):
        with identity.acting(access.identity(inner)):
            assert asked() == ("validator:health", False)
        assert asked() == CAMAT
        with pytest.raises(ZeroDivisionError), identity.acting(access.identity(inner)):
            1 / 0  # noqa: B018
        assert asked() == CAMAT
    assert asked() == NOBODY


@pytest.mark.parametrize(("status", "stays"), [(200, 1), (302, 1), (422, 1), (500, 0), (503, 0)])
def test_nothing_stays_stored_of_a_request_that_failed(answer, owner, status, stays):
    def view(request):
        Load.objects.create(layer="posyandu", file="x", sha256="", user=request.user)
        return HttpResponse(status=status)

    assert answer(view).status_code == status
    with owner():
        assert Load.objects.count() == stays


@contextlib.contextmanager
def other_connection(**options):
    """A connection of its own to the test database, outside the test's transaction."""
    words = connection.settings_dict | {"OPTIONS": connection.settings_dict["OPTIONS"] | options}
    other = DatabaseWrapper(words, alias="default")
    try:
        yield other
    finally:
        other.close()
        other.close_pool()


def test_a_pooled_connection_carries_nothing_to_the_next_person():
    person = identity.Identity(role="validator", sector="health", everywhere=True, areas=("11.73.01",), units=("P1",))
    with other_connection(pool={"min_size": 1, "max_size": 1}) as conn:
        token = identity.current.set(person)
        conn.set_autocommit(False)  # a transaction begins
        assert asked(conn) == ("validator:health", True)
        with conn.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            session = cursor.fetchone()
        conn.commit()
        conn.set_autocommit(True)
        identity.current.reset(token)
        conn.close()  # back into the pool
        with conn.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            assert cursor.fetchone() == session
            cursor.execute("SELECT geoportal_areas(), geoportal_units()")
            assert cursor.fetchone() == ([], [])
        assert asked(conn) == NOBODY


def test_without_a_transaction_nobody_asks():
    with other_connection() as conn:
        token = identity.current.set(identity.Identity(role="validator", sector="health", everywhere=True))
        assert asked(conn) == NOBODY
        identity.current.reset(token)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(words=st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1), max_size=4))
def test_units_of_any_spelling_reach_the_database_as_they_are(db, words):
    with identity.acting(identity.Identity(units=tuple(words))), connection.cursor() as cursor:
        cursor.execute("SELECT geoportal_units()")
        assert cursor.fetchone()[0] == words


def test_a_unit_with_a_comma_opens_no_other_unit(row, person, acting):
    mine, other = row(HOUSES, unit="Melati, Pusong"), row(HOUSES, unit="Melati")
    cadre = person("surveyor", "health", "Melati, Pusong")
    with acting(cadre):
        assert set(HOUSES.model.objects.values_list("pk", flat=True)) == {mine.pk}
    with acting(person("surveyor", "health", "Melati")):
        assert set(HOUSES.model.objects.values_list("pk", flat=True)) == {other.pk}


def test_who_is_suspended_is_nobody(person):
    user = person("validator", "health", "11.73")
    user.is_active = False
    assert access.identity(user) == access.identity(AnonymousUser()) == identity.NOBODY
    assert access.level(user, HOUSES) == "counts"
