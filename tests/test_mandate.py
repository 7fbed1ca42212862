"""Nobody gives more than they have: whatever role, sector and areas one administrator gives, through however many hands."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoportal import access, catalogue, mandate
from geoportal.layer import ROLES, SECTORS
from geoportal.mandate import Work, beyond
from geoportal.models import User

pytestmark = pytest.mark.django_db
CITY, WEST, EAST = "11.73", "11.73.01", "11.73.02"
GAMPONG = ["11.73.01.2001", "11.73.01.2002", "11.73.02.2001", "11.73.02.2002"]
CODES = ["11", CITY, WEST, EAST, *GAMPONG, "11.73.01.20", "11.73.03"]  # two that are no areas at all
UNITS = ["PSR-1", "PSR-2"]

works = st.builds(
    Work,
    role=st.sampled_from(ROLES),
    sector=st.sampled_from(["", *SECTORS]),
    areas=st.frozensets(st.sampled_from(CODES), max_size=3),
    units=st.frozensets(st.sampled_from(UNITS), max_size=2),
)
administrators = st.builds(
    Work,
    role=st.just("admin"),
    sector=st.sampled_from(["", *SECTORS]),
    areas=st.frozensets(st.sampled_from(CODES), max_size=3),
    units=st.frozensets(st.sampled_from(UNITS), max_size=2),
)
many = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def somebody(areas, monkeypatch):
    """somebody(work) -> a person whose work this is; without a query."""
    monkeypatch.setattr("geoportal.secondfactor.owed", lambda user: False)
    monkeypatch.setattr(mandate, "work", lambda user: user.given)

    def make(work):
        user = User(pk=1, username="x", role=work.role, sector=work.sector, is_active=True)
        user.given = work
        return user

    return make


def reach(work: Work) -> set[str]:
    """The gampong an administrator of this work keeps, or a person of it works in: counted, not taken from the rule."""
    if work.role == "admin" and not (work.areas or work.units):
        return set(GAMPONG)
    return {g for g in GAMPONG if any(g[: len(a)] == a and g[len(a) : len(a) + 1] in {"", "."} for a in work.areas)}


def anywhere(work: Work) -> set[tuple]:
    """What this role and sector may do in the whole city and the public may not."""
    user = User(pk=1, role=work.role, sector=work.sector, is_active=True)
    found = set()
    for layer in catalogue.layers():
        for right in ("records", "identity", "add", "change", "export"):
            grants = access.held(user, layer, right)
            found |= {(layer.name, right) for g in grants if not g.own and g.role != "*"}
    return found


@many
@given(giver=administrators, work=works)
def test_what_is_given_lies_within_what_the_giver_has(somebody, giver, work):
    if beyond(somebody(giver), work):
        return
    everything = Work(role="admin")
    if giver != everything:
        assert giver.sector in {"", work.sector}
        assert reach(work) <= reach(giver)
        assert work.units <= giver.units or reach(giver) == set(GAMPONG)
    if reach(giver) < set(GAMPONG) or giver.sector:
        assert work.role != "auditor" and anywhere(work) <= anywhere(giver)
        assert work.areas or work.units or reach(giver) == set(GAMPONG)


@many
@given(first=administrators, second=administrators, third=works)
def test_no_second_hand_gives_more_than_the_first(somebody, first, second, third):
    """If one may make another administrator, whatever that one gives the first could have given."""
    if not beyond(somebody(first), second) and not beyond(somebody(second), third):
        assert beyond(somebody(first), third) == ""


@many
@given(giver=works, work=works)
def test_only_administrators_give_anything(somebody, giver, work):
    if giver.role != "admin":
        assert beyond(somebody(giver), work) == "Hanya administrator yang mengurus akun."


@many
@given(giver=administrators)
def test_an_administrator_of_the_whole_city_is_kept_by_such_a_one_only(somebody, giver):
    whole = not giver.sector and (not (giver.areas or giver.units) or bool(giver.areas & {"11", CITY}))
    assert (beyond(somebody(giver), Work(role="admin")) == "") == whole


@pytest.mark.parametrize(
    ("giver", "work", "allowed"),
    [
        (Work(role="admin"), Work(role="auditor"), True),
        (Work(role="admin"), Work(role="validator", sector="health", areas=frozenset({WEST})), True),
        (Work(role="admin", sector="health"), Work(role="validator", sector="health", areas=frozenset({WEST})), True),
        (Work(role="admin", sector="health"), Work(role="validator", sector="trade", areas=frozenset({WEST})), False),
        (Work(role="admin", sector="health"), Work(role="official"), False),
        (Work(role="admin", sector="health"), Work(role="auditor", sector="health"), False),
        (Work(role="admin", areas=frozenset({WEST})), Work(role="surveyor", sector="trade", areas=frozenset({GAMPONG[0]})), True),
        (Work(role="admin", areas=frozenset({WEST})), Work(role="surveyor", sector="trade", areas=frozenset({EAST})), False),
        (Work(role="admin", areas=frozenset({WEST})), Work(role="surveyor", sector="trade", areas=frozenset({CITY})), False),
        (Work(role="admin", areas=frozenset({WEST})), Work(role="admin"), False),
        (Work(role="admin", areas=frozenset({WEST})), Work(role="surveyor", sector="trade", units=frozenset({"PSR-1"})), False),
        (Work(role="admin", units=frozenset({"PSR-1"})), Work(role="surveyor", sector="trade", units=frozenset({"PSR-1"})), True),
        (Work(role="admin", areas=frozenset({"11.73.0"})), Work(role="official", areas=frozenset({WEST})), False),
    ],
)  # fmt: skip
def test_some_gifts_by_hand(somebody, giver, work, allowed):
    assert (beyond(somebody(giver), work) == "") == allowed


def test_an_administrators_areas_are_known_whoever_the_database_acts_for(person):
    """A policy that hid them would make one of a kecamatan one of the whole city."""
    keeper = person("admin", "health", WEST, "PSR-1")
    found = Work(role="admin", sector="health", areas=frozenset({WEST}), units=frozenset({"PSR-1"}))
    assert mandate.work(keeper) == found and keeper.scopes.count() == 0  # nobody's transaction: the policy hides them
