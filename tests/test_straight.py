"""Statements sent straight give what the driver's cursor gives, fail as it fails, and leave the session as they found it."""

import datetime
import uuid

import psycopg
import pytest
from django.db import connection

from geoportal.postgis import straight

from .conftest import owner_url

pytestmark = pytest.mark.django_db
WORDS = ["it's", "a \\ and \"", "", None, 7, -40_000, 2**40, 1.5, float("inf"), True, b"\x00\xff", datetime.date(2026, 2, 1),
         datetime.datetime(2026, 2, 1, 7, 30, tzinfo=datetime.UTC), uuid.UUID(int=7), ["a", "b,c"]]  # fmt: skip


@pytest.fixture(params=[None, 1], ids=["nothing kept", "plans kept"])
def session(db, request):
    """A session of its own in autocommit, as the pool lends it."""
    with psycopg.connect(owner_url(connection.settings_dict["NAME"]), autocommit=True) as opened:
        opened.prepare_threshold = request.param
        yield opened


def idle(session) -> bool:
    return session.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


@pytest.mark.parametrize("kept", [True, False])
def test_any_value_comes_back_as_by_the_cursor(session, kept):
    for word in WORDS:
        kind = "::text" if isinstance(word, str) or word is None else "::text[]" if isinstance(word, list) else ""
        sql = f"SELECT %s{kind}, 'it is 100%%'"
        assert straight.row(session, (sql, [word], kept)) == session.execute(sql, [word]).fetchone()
        assert straight.rows(session, (sql, [word], kept), (sql, [word], kept))[1] == (word, "it is 100%")


def test_the_first_of_several_rows_or_none(session):
    series = "SELECT * FROM generate_series(1, %s)"
    assert straight.row(session, (series, [3], True)) == (1,) and straight.row(session, (series, [0], True)) is None
    assert straight.rows(session, (series, [0], True), (series, [2], False), (series, [0], False)) == [None, (1,), None]


def test_statements_sent_together_are_one_transaction_whose_settings_end_with_it(session):
    tell = ("SELECT set_config('geoportal.role', %s, true)", ["validator:health"], True)
    ask = ("SELECT current_setting('geoportal.role', true)", [], True)
    for _again in range(2):
        assert straight.rows(session, tell, ask)[1] == ("validator:health",)
        assert straight.row(session, ask) in {(None,), ("",)} and idle(session)
    ids = straight.rows(session, *[("SELECT pg_current_xact_id()::text", [], True)] * 2)
    assert ids[0] == ids[1] != straight.row(session, ("SELECT pg_current_xact_id()::text", [], True))


def test_what_a_statement_stores_is_undone_when_a_later_one_fails(session):
    session.execute("CREATE TEMP TABLE kept (n int)")
    good, bad = ("INSERT INTO kept VALUES (%s) RETURNING n", [1], True), ("SELECT 1 / %s", [0], True)
    with pytest.raises(psycopg.errors.DivisionByZero):
        straight.rows(session, good, bad, good)
    assert idle(session) and straight.row(session, ("SELECT count(*) FROM kept", [], True)) == (0,)
    assert straight.rows(session, good, ("SELECT count(*) FROM kept", [], True)) == [(1,), (1,)]


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("SELECT 1 / %s", psycopg.errors.DivisionByZero),
        ("SELECT nonsense FROM nowhere WHERE %s = 0", psycopg.errors.UndefinedTable),
        ("SELEC %s", psycopg.errors.SyntaxError),
    ],
)
def test_a_failure_is_the_drivers_own_and_the_session_goes_on(session, sql, error):
    for _again in range(2):
        with pytest.raises(error) as caught:
            straight.row(session, (sql, [0], True))
        assert caught.value.sqlstate == error.sqlstate
        with pytest.raises(error):
            straight.rows(session, ("SELECT 1", [], True), (sql, [0], True))
        assert straight.rows(session, ("SELECT 1", [], True), ("SELECT 2", [], True)) == [(1,), (2,)]
        assert straight.row(session, ("SELECT 1", [], False)) == (1,) and idle(session)


@pytest.mark.parametrize("session", [1], ids=["plans kept"], indirect=True)
def test_a_session_keeps_no_more_plans_than_it_should_and_the_one_used_longest_ago_goes(session):
    often = ("SELECT 'often', %s::int", [1], True)
    for n in range(straight.PLANS * 2):
        assert straight.row(session, (f"SELECT {n}, %s::int", [n], True)) == (n, n)
        assert straight.row(session, often) == ("often", 1)
    held = [text for (text,) in session.execute("SELECT statement FROM pg_prepared_statements")]
    assert len(held) == straight.PLANS and sum("often" in text for text in held) == 1
    assert straight.row(session, ("SELECT 0, %s::int", [5], True)) == (0, 5)  # forgotten, and planned again


def test_a_statement_is_planned_once_for_many_numbers(session):
    for n in range(5):
        straight.row(session, ("SELECT %s::int + 1", [n], True))
    held = session.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()[0]
    assert held == (0 if session.prepare_threshold is None else 1)


def test_a_session_that_is_killed_says_so_and_is_not_taken_for_a_good_one(session):
    killer = psycopg.connect(owner_url(connection.settings_dict["NAME"]), autocommit=True)
    with killer:
        killer.execute("SELECT pg_terminate_backend(%s)", [session.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            straight.rows(session, ("SELECT pg_sleep(0.1)", [], False), ("SELECT 1", [], True))
        assert session.closed or session.info.transaction_status == psycopg.pq.TransactionStatus.UNKNOWN
