"""Every URL, every role, inside and outside the scope, own and other sector: the answers are those of the tables."""

import re

import pytest

from geoportal.layer import ROLES
from tests.matrix import administration, tables
from tests.matrix.asking import Asking, said
from tests.matrix.readers import READERS
from tests.matrix.world import EVERY_SECTOR, NAMES, NUMBERS, head

pytestmark = [
    pytest.mark.django_db,
    # rasterio multiplies affine matrices the old way
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]


def answer(asking: Asking, key: str, column: str) -> str:
    """What the product answers to one line."""
    if column in administration.ENGINE:
        return administration.engine(asking, key.removeprefix("admin:*_").removeprefix("admin:*"), column)
    return READERS[key](asking, column)


def otherwise(asking: Asking, expected: dict[tuple, str]) -> list[str]:
    """The lines that are not answered as written."""
    found = [(key, column, wanted, answer(asking, key, column)) for (key, column), wanted in expected.items()]
    return [f"{key} {column}: {told!r} instead of {wanted!r}" for key, column, wanted, told in found if told != wanted]


# --- Nothing is left out


@pytest.mark.parametrize("account", tables.ACCOUNTS)
def test_every_url_has_a_line_for_every_role(account):
    known = {(tables.url_of(key), column) for key, column in tables.of_account(account)}
    known |= {(key, None) for key, _column in known}
    wanted = {line for name, route in tables.urls() for line in tables.asked(name, route)}
    assert len(wanted) > 150 and sorted(map(str, wanted - known)) == []


@pytest.mark.parametrize("account", tables.ACCOUNTS)
def test_every_line_is_of_a_url_and_is_read(account):
    urls = {line for name, route in tables.urls() for line in tables.asked(name, route)}
    lines = list(tables.of_account(account))
    assert [(k, c) for k, c in lines if not {(tables.url_of(k), c), (tables.url_of(k), None)} & urls] == []
    keys = {key for key, _column in lines}
    assert sorted(key for key in READERS if key not in keys) == []


def test_every_url_has_a_line_for_phones():
    known = {tables.url_of(key) for key in tables.of_phone()}
    assert sorted({key for name, route in tables.urls() for key, _column in tables.asked(name, route)} - known) == []


def test_every_account_of_the_demo_and_every_role_and_sector_has_a_table(settings):
    assert sorted(tables.ACCOUNTS) == sorted({"anonymous", *settings.DEMO_ACCOUNTS})
    assert {role: set(tables.of_sectors(role)) for role in ROLES} == {role: set(EVERY_SECTOR) for role in ROLES}


# --- The answers

OWN_WORDS = {"others", "stay", "areas", "households", "people"}  # of readers that put several questions


@pytest.mark.parametrize("account", tables.ACCOUNTS)
def test_the_answers_are_those_of_the_table_and_tell_of_no_other_household(world, account):
    """Beside the lines: whatever was answered, headers and files too, holds neither identifier nor name, number or exact place of
    a household that this person has not; of those who have counts alone, of none at all."""
    asking, expected = Asking(world, world.people.get(account)), tables.of_account(account)
    wrong = otherwise(asking, expected)
    assert not wrong, "\n".join(wrong)
    assert len(asking.heard) > 200 and told_of_others(asking, expected["table-json", "households"].split()) == []


def told_of_others(asking: Asking, shown: list[str]) -> list[tuple[str, str]]:
    """(question, what its answer holds) of households in places that are not shown; what was asked with is no news."""
    needles = {word for name in NAMES if name not in shown for word in (head(name), NUMBERS[name])}
    for name, rows in asking.world.rows["households"].items():
        if name not in shown:
            needles |= {str(row.uid) for row in rows} | {f"{row.place.x:.6f}" for row in rows}
    everything = " ".join(asked + sent for asked, sent, _one in asking.heard)
    found = []
    for asked, sent, one in asking.heard:
        known = (
            everything if asked.startswith("GET ('/accesslog") else asked + sent
        )  # it repeats what oneself has asked
        found += [(asked, needle) for needle in needles if needle in said(one) and needle not in known]
    return found


@pytest.mark.parametrize("role", ROLES)
def test_in_every_sector_the_answers_are_those_of_the_table(world, role):
    wrong = {
        s: otherwise(Asking(world, world.moved(role, s)), expected) for s, expected in tables.of_sectors(role).items()
    }
    assert wrong == {sector: [] for sector in EVERY_SECTOR}


@pytest.mark.parametrize("account", tables.ACCOUNTS[1:])
def test_a_phone_is_answered_as_its_person_or_not_at_all(world, account):
    asking, expected = Asking(world, world.people.get(account), phone=True), tables.of_account(account)
    wrong = []
    for (key, column), wanted in expected.items():
        if column in {"", "households", "load"}:
            wanted = wanted if tables.of_phone()[key] == "same" else "closed"
            with asking.undone():
                told = answer(asking, key, column)
            if wanted == "closed":
                told = " ".join(set(re.findall(r"[a-z]+", told)) - OWN_WORDS)
            if told != wanted:
                wrong.append(f"{key} {column}: {told!r} instead of {wanted!r}")
    assert wrong == []
