"""A start stops, with the name and the remedy, when the database does not guard its rows as it was told to."""

import contextlib

import pytest
from django.db import connection, transaction

from geoportal import guard, policies
from tests.plainsql import rows

pytestmark = pytest.mark.django_db
POLICIES = "run `manage.py policies`"
LOOSE = "POLICY may_select ON layers_household"


def wrong_after(*statements: str) -> str:
    """What the guard says once the owner has run these; nothing of them stays."""
    with contextlib.ExitStack() as stack:
        stack.callback(transaction.savepoint_rollback, transaction.savepoint())
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("SET LOCAL ROLE geoportal_web")
        return guard.wrong()


def history_writer() -> str:
    return rows(
        "SELECT tgfoid::regprocedure::text FROM pg_trigger WHERE tgrelid = 'layers_market'::regclass AND tgname ~ 'pgtrigger' LIMIT 1"
    )[0][0]


def test_a_database_as_it_was_written_is_left_in_peace(db):
    assert guard.wrong() == ""


@pytest.mark.parametrize(
    ("done", "named"),
    [
        ("ALTER TABLE layers_household DISABLE ROW LEVEL SECURITY", "on layers_household is switched off"),
        ("ALTER TABLE layers_household FORCE ROW LEVEL SECURITY", "on layers_household binds the owner too (FORCE)"),
        ("ALTER TABLE geoportal_scope DISABLE ROW LEVEL SECURITY", "on geoportal_scope is switched off"),
        (f"DROP {LOOSE}", "The policy may_select on layers_household is missing"),
        (f"ALTER {LOOSE} USING (true)", "The policy may_select on layers_household was altered by hand"),
        (f"ALTER {LOOSE} TO PUBLIC", "The policy may_select on layers_household was altered by hand"),
        ("CREATE POLICY mine ON layers_household FOR SELECT USING (true)", "The policy mine on layers_household was added by hand"),
        ("GRANT DELETE ON layers_household TO geoportal_web", "The list of rights on layers_household was altered by hand"),
        ("GRANT SELECT (head) ON layers_householdnames TO PUBLIC", "The list of rights on layers_householdnames was altered"),
        ("GRANT SELECT ON SEQUENCE layers_household_id_seq TO geoportal_web", "on layers_household_id_seq was altered by hand"),
        ("REVOKE SELECT ON layers_posyandu FROM geoportal_web", "The list of rights on layers_posyandu was altered by hand"),
        ("DROP TRIGGER a_place ON layers_household", "The trigger a_place on layers_household is missing"),
        ("ALTER TABLE layers_household DISABLE TRIGGER a_place", "The trigger a_place on layers_household was altered by hand"),
        ("CREATE OR REPLACE FUNCTION geoportal_is(who text[]) RETURNS boolean LANGUAGE sql RETURN true",
         "The function geoportal_is(text[]) was altered by hand"),
        ("GRANT EXECUTE ON FUNCTION geoportal_use_boundaries(bigint) TO PUBLIC",
         "The function geoportal_use_boundaries(bigint) was altered by hand"),
        ("DELETE FROM geoportal_policies", "is not the one the declarations ask for"),
        ("CREATE TABLE extra (area_code text); GRANT SELECT ON extra TO geoportal_web",
         "The table public.extra holds rows of areas or persons and has no policy"),
        ("CREATE TABLE extra (code text); GRANT INSERT ON extra TO PUBLIC", "The table public.extra has no policy"),
        ("CREATE SCHEMA side; CREATE TABLE side.extra (unit text); GRANT USAGE ON SCHEMA side TO geoportal_web; "
         "GRANT SELECT (unit) ON side.extra TO geoportal_web", "The table side.extra holds rows of areas or persons"),
    ],
)  # fmt: skip
def test_what_was_altered_is_named_and_written_again_by_one_command(db, done, named):
    sentence = wrong_after(done)
    assert named in sentence and POLICIES in sentence and sentence.count("\n") == 0
    assert guard.wrong() == ""


@pytest.mark.parametrize(
    ("done", "named", "remedy"),
    [
        ("CREATE VIEW peek AS SELECT * FROM layers_household; GRANT SELECT ON peek TO geoportal_web",
         "The view public.peek", "ALTER VIEW public.peek SET (security_invoker = true);"),
        ("CREATE MATERIALIZED VIEW peek AS SELECT * FROM layers_household; GRANT SELECT ON peek TO PUBLIC",
         "The materialized view public.peek", "REVOKE ALL ON public.peek FROM PUBLIC, geoportal_web, geoportal_stats;"),
        ("CREATE FUNCTION peek(n int) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM layers_household'",
         "The function peek(integer) runs with its owner's rights", "ALTER FUNCTION peek(integer) SECURITY INVOKER;"),
        ("GRANT CREATE ON SCHEMA public TO PUBLIC",
         "may create tables and functions in the schema public", "REVOKE CREATE ON SCHEMA public"),
        ("GRANT CREATE ON SCHEMA public TO geoportal_web; CREATE TABLE theirs (n int); ALTER TABLE theirs OWNER TO geoportal_web; "
         "REVOKE CREATE ON SCHEMA public FROM geoportal_web", "theirs belongs to geoportal_web", "ALTER TABLE theirs OWNER TO geoportal;"),
    ],
)  # fmt: skip
def test_a_way_past_the_policies_is_named_with_its_own_remedy(db, done, named, remedy):
    sentence = wrong_after(done)
    assert named in sentence and remedy in sentence


def test_a_view_that_looks_with_the_askers_eyes_and_a_table_out_of_reach_are_left_in_peace(db):
    view = "CREATE VIEW peek WITH (security_invoker = true) AS SELECT * FROM layers_household; GRANT SELECT ON peek TO geoportal_web"
    assert (
        wrong_after(view) == "" == wrong_after("CREATE TABLE layers_household_before AS SELECT * FROM layers_household")
    )


def test_a_history_that_could_not_be_written_is_noticed(db):
    assert "was altered by hand" in wrong_after(f"ALTER FUNCTION {history_writer()} SECURITY INVOKER")


@pytest.mark.parametrize(
    ("web", "stats", "sentence"),
    [
        ("postgres", "geoportal_stats",
         "The role postgres may pass by the row-level security: as superuser run ALTER ROLE postgres NOSUPERUSER"),
        ("geoportal_web", "postgres", "The role postgres may pass by the row-level security"),
        ("geoportal", "geoportal_stats",
         "The role geoportal may put on the role geoportal_web: as superuser run REVOKE geoportal_web FROM geoportal;"),
        ("geoportal_web", "nobody_knows", "The role nobody_knows does not exist"),
    ],
)  # fmt: skip
def test_a_role_that_passes_by_the_policies_stops_the_start(db, settings, web, stats, sentence):
    settings.WEB_ROLE, settings.STATS_ROLE = web, stats
    assert guard.roles().startswith(sentence)


def test_the_product_does_not_serve_as_the_owner(owner):
    with owner():
        assert guard.roles().startswith(
            "The product serves as geoportal and not as geoportal_web, whom the policies bind"
        )


def test_policies_written_again_put_everything_right(db):
    with contextlib.ExitStack() as stack:
        stack.callback(transaction.savepoint_rollback, transaction.savepoint())
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")
            cursor.execute(
                f"ALTER {LOOSE} USING (true); CREATE POLICY mine ON layers_posyandu USING (true); "
                "DROP TRIGGER a_place ON layers_household; ALTER TABLE geoportal_user DISABLE ROW LEVEL SECURITY; "
                "GRANT ALL ON geoportal_user TO PUBLIC"
            )
            policies.write()
            cursor.execute("SET LOCAL ROLE geoportal_web")
        assert guard.wrong() == ""


def test_health_and_start_ask_the_guard(client, areas, monkeypatch):
    monkeypatch.setattr(guard, "wrong", lambda: "The table x has no policy.")
    answer = client.get("/healthz")
    assert answer.status_code == 503 and answer.json()["policies"] == "The table x has no policy."
