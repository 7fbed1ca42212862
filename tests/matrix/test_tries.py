"""Two tries over all that the matrix asks: does a number exist elsewhere, what does another sector see."""

import re

import pytest
from django.db import transaction

from geoportal import catalogue
from tests.matrix import tables
from tests.matrix.asking import Asking, said
from tests.matrix.test_matrix import answer
from tests.matrix.world import NUMBERS, head

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")]
HOUSES = catalogue.layer("households")


def everything(asking: Asking, account: str) -> list[tuple[str, str, object]]:
    """All that this person hears of households: when all lines are asked that are of them, of no layer, or of what is near them."""
    for key, column in tables.of_account(account):
        if column in {"", "households"} or key == "table-json?within":
            answer(asking, key, column)
    return asking.heard


# --- A kader and a number of another gampong


def told(heard) -> dict[str, list[tuple]]:
    """question -> status and all that is said, but for what is drawn at random or is the moment's."""
    found: dict[str, list[tuple]] = {}
    for asked, sent, one in heard:
        if ".gpkg" in asked:  # the moment stands in its bytes; its rows are those of the other forms
            continue
        text = re.sub(r'csrfmiddlewaretoken" value="\w+|nonce-[\w=+/-]+', "", said(one))
        text = re.sub(r"\b\d\d:\d\d:\d\d\b", "", text)  # of the own entries in the access log
        text = re.sub(r"\b\d{1,2} \w{3} \d{4}, \d\d:\d\d\b", "", text)  # when a file was taken
        text = re.sub(r"'(Content-Length|Expires)': '[^']+'|<dcterms:(created|modified).*?</dcterms:", "", text)
        text = re.sub(
            r"/\d+/(change|history|delete|end|revoke)/", r"/…/\1/", text
        )  # rows added in passing have new numbers
        # sessions and phones made in passing have new numbers, too
        found.setdefault(re.sub(r"/\d+/(end|revoke)/", r"/…/\1/", f"{asked} {sent}"), []).append(
            (one.status_code, text)
        )
    return found


def difference(one: list[tuple], other: list[tuple]) -> str:
    """Where two lists of answers part."""
    a, b = str(one), str(other)
    at = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return f"…{a[max(0, at - 60) : at + 60]}… and …{b[max(0, at - 60) : at + 60]}…"


def test_a_kader_learns_by_no_output_whether_a_number_exists_in_another_gampong(world, owner):
    """Everything a kader can ask of households, thrice: one of another gampong has the number, has another, was never there."""
    hidden, kader = world.items["households"]["town"], world.people["surveyor"]
    ways = {
        "has the number": {"no_kk": NUMBERS["town"], "head": head("town")},
        "has another": {"no_kk": "1173020000000777", "head": "Somebody Else"},
        "is not there": None,
    }
    heard = {}
    for way, values in ways.items():
        kept = transaction.savepoint()
        with owner():
            if values is None:
                HOUSES.names.objects.filter(of=hidden).delete()
            names = HOUSES.names.objects.filter(of=hidden).first() or HOUSES.names.objects.get(
                of=world.items["households"]["far"]
            )
            for word, value in (values or {}).items():
                setattr(names, word, value)
            names.save()
        asking = Asking(world, kader)
        heard[way] = told(everything(asking, "surveyor"))
        transaction.savepoint_rollback(kept)
    first, *others = heard.values()
    assert len(first) > 150
    for other in others:
        assert first.keys() == other.keys()
        assert [difference(first[asked], other[asked]) for asked in first if first[asked] != other[asked]] == []


# --- What another sector sees


@pytest.mark.parametrize("account", ["surveyor_trade", "validator_trade"])
def test_whoever_works_in_trade_sees_of_personal_layers_what_the_public_sees(world, account):
    bars = {"signin": "closed", "refused": "closed", "none": "closed", "-> form": "closed"}
    personal = [layer.name for layer in catalogue.vectors() if layer.personal]
    assert personal
    public, trade = (Asking(world, world.people.get(one)) for one in ("anonymous", account))
    for key, column in tables.of_account(account):
        if column in personal:
            words = [answer(asking, key, column) for asking in (public, trade)]
            assert bars.get(words[0], words[0]) == bars.get(words[1], words[1]), (key, column)
    same = [
        f"/indicators/{name}/{indicator}.json" for name in personal for indicator in catalogue.layer(name).indicator
    ]
    for path in same:
        assert public(path).content == trade(path).content
    for name in personal:
        entries = [next(e for e in a("/layers.json").json()["layers"] if e["name"] == name) for a in (public, trade)]
        assert {**entries[0], "scope": ""} == {**entries[1], "scope": ""}
