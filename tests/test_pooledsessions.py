"""A session that serves one person after the other carries nothing from one to the next."""

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from geoportal import catalogue, identity
from tests.plainsql import WEST

pytestmark = pytest.mark.django_db
HOUSES = catalogue.layer("households")
STRANGER = AnonymousUser()


@pytest.fixture
def session():
    """A session of its own as the web role, in autocommit, as the pool lends it."""
    web = settings.WEB
    place = {"host": web["HOST"] or None, "port": web["PORT"] or None, "dbname": connection.settings_dict["NAME"]}
    with psycopg.connect(user=web["USER"], password=web["PASSWORD"], autocommit=True, **place) as opened:
        yield opened


COUNT = "SELECT count(*) FROM layers_household"


def tell(session, who: identity.Identity) -> None:
    for name, value in who.settings().items():
        session.execute("SELECT set_config(%s, %s, true)", [name, value])


@pytest.mark.parametrize(
    "who",
    [
        identity.Identity(user=1, role="validator", sector="health", everywhere=True),
        identity.Identity(user=1, role="surveyor", sector="health", areas=(WEST,)),
    ],
    ids=["whole city", "own gampong"],
)
def test_after_a_commit_a_session_of_the_pool_shows_nothing(stored, session, who):
    assert session.execute(COUNT).fetchone() == (0,)
    for _again in range(2):
        with session.transaction():
            tell(session, who)
            assert session.execute(COUNT).fetchone() == (1,)
        # Now the settings hold '' and not NULL.
        assert session.execute("SELECT current_setting('geoportal.areas', true)").fetchone() == ("",)
        assert session.execute(COUNT).fetchone() == (0,)
        with session.transaction():
            assert session.execute(COUNT).fetchone() == (0,)


def test_a_planned_statement_is_decided_anew_for_each_person(stored, session):
    cadre = identity.Identity(user=1, role="surveyor", sector="health", areas=(WEST,))
    for who, found in [
        (cadre, 1),
        (identity.NOBODY, 0),
        (cadre, 1),
        (identity.Identity(user=2, role="official"), 0),
    ] * 2:
        with session.transaction():
            tell(session, who)
            assert session.execute(COUNT, prepare=True).fetchone() == (found,)


def test_settings_full_of_nonsense_show_nothing(stored, session):
    for areas in ("{}", "{NULL}", '{""}', "{11}", "{11.73}", "{%}"):
        with session.transaction():
            tell(session, identity.Identity(user=1, role="surveyor", sector="health"))
            session.execute("SELECT set_config('geoportal.areas', %s, true)", [areas])
            assert session.execute(COUNT).fetchone() == (0,)
