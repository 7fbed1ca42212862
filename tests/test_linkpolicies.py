"""What leads from one row to another, or past the tables: foreign keys, functions, views, statistics."""

import pytest
from django.db import connection, models, transaction
from django.test.utils import isolate_apps

from geoportal import catalogue, identity, policies
from tests.plainsql import NO_RIGHT, WEST, outcome, refusal, rows

pytestmark = pytest.mark.django_db
HOUSES = catalogue.layer("households")
MISSING = 2_000_000_000


@pytest.fixture
def visits(houses, owner):
    """A table of visits, open to all but for their link to a household, guarded as a layer's table would be."""
    with isolate_apps("layers"), owner():

        class Visit(models.Model):  # noqa: DJ008
            household = models.ForeignKey(HOUSES.model, models.CASCADE, null=True)

            class Meta:
                app_label, db_table = "layers", "visits"

        with connection.schema_editor() as editor:
            editor.create_model(Visit)
        for statement in policies.linked(Visit):
            rows(statement)
        rows("INSERT INTO visits (household_id) VALUES (%s)", [houses["west"].pk])
        rows("GRANT SELECT, INSERT, UPDATE ON visits TO geoportal_web")


def test_a_link_leads_to_rows_its_writer_sees_and_tells_nothing_of_others(visits, houses, person, acting):
    link, moved = "INSERT INTO visits (household_id) VALUES (%s)", "UPDATE visits SET household_id = %s"
    west, east = houses["west"].pk, houses["east"].pk
    with acting(person("surveyor", "health", WEST)):
        for sql in (link, moved):
            assert refusal(sql, [west]) == refusal(sql, [None]) == ""
            assert refusal(sql, [east]) == NO_RIGHT
            assert outcome(sql, [east]) == outcome(sql, [MISSING])  # the same words, whether or not it is there
    with acting(person("validator", "health", "11.73")):
        assert refusal(link, [east]) == "" and refusal(link, [MISSING]) == NO_RIGHT
    with identity.acting(identity.NOBODY):
        assert {outcome(link, [pk]) for pk in (west, east, MISSING)} == {outcome(link, [MISSING])}


# Every function that works with its owner's rights and may be called by the web role, and why it tells nothing of rows.
CALLED = {
    "geoportal_account", "geoportal_session", "geoportal_session_until", "geoportal_device",  # sign-in: by key or number
    "geoportal_second", "geoportal_scoped", "geoportal_called", "geoportal_stamp",  # accounts, never layers
    "geoportal_sources",  # which words name the source of which layer
    "geoportal_late",  # a count of jobs
    "geoportal_switch",  # asks for the right itself (test_countpolicies.py)
    "geoportal_union",  # counts of atoms, with noise, by the right to counts (test_attack_atoms.py)
    "geoportal_key_heads",  # the marks of keys
}  # fmt: skip


def test_each_function_with_its_owners_rights_is_known(db):
    found = rows(
        "SELECT proname FROM pg_proc WHERE prosecdef AND prorettype <> 'trigger'::regtype "
        "AND pronamespace = 'public'::regnamespace AND has_function_privilege('geoportal_web', oid, 'EXECUTE') "
        "AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"
    )
    assert {name for (name,) in found} == CALLED


def test_no_function_of_triggers_is_run_by_hand(houses, person, acting):
    with acting(person("surveyor", "health", WEST)):
        for name in ("geoportal_inherit", "geoportal_pass_on", "geoportal_place", "geoportal_touch", "geoportal_raise"):
            assert refusal(f"SELECT {name}()") == "0A000"  # only as a trigger


def test_a_temporary_trigger_or_view_shows_only_what_its_maker_sees(houses, person, acting):
    with acting(person("surveyor", "health", WEST)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY VIEW peek AS SELECT * FROM layers_household")
        assert rows("SELECT count(*) FROM peek") == [(1,)]
        cursor.execute("CREATE TEMPORARY TABLE taken AS SELECT * FROM layers_householdnames")
        assert rows("SELECT count(*) FROM taken") == [(1,)]
        assert (
            refusal("CREATE TRIGGER mine BEFORE INSERT ON layers_household EXECUTE FUNCTION geoportal_row()")
            == NO_RIGHT
        )
        assert refusal("CREATE RULE mine AS ON SELECT TO layers_household DO INSTEAD NOTHING") == NO_RIGHT
        transaction.set_rollback(True)


def test_statistics_and_physical_places_tell_nothing(houses, person, acting, owner):
    with owner():
        rows("ANALYZE layers_household")
        every = [place for (place,) in rows("SELECT ctid::text FROM layers_household")]
    assert len(every) == 4
    with acting(person("surveyor", "health", WEST)):
        assert rows("SELECT attname FROM pg_stats WHERE tablename LIKE 'layers\\_household%'") == []
        assert refusal("SELECT * FROM pg_statistic") == NO_RIGHT
        found = rows("SELECT count(*) FROM layers_household WHERE ctid = ANY (%s::tid[])", [every])
        assert found == [(1,)]


def test_views_of_the_product_look_with_the_askers_eyes(db):
    found = rows(
        "SELECT relname, relkind::text, reloptions FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = "
        "'public'::regnamespace AND relname NOT IN ('geometry_columns', 'geography_columns')"
    )
    assert [view for view in found if view[1] == "m" or "security_invoker=true" not in (view[2] or [])] == []


def test_the_web_role_owns_nothing_and_passes_by_no_policy(db):
    assert rows("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = 'geoportal_web'") == [
        (False, False, False)
    ]
    assert rows("SELECT count(*) FROM pg_class WHERE relowner = 'geoportal_web'::regrole") == [(0,)]
