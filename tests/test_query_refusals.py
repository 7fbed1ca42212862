"""The query string refused: each bad value is named in a sentence with its remedy, all mistakes at once."""

import pytest
from django.http import QueryDict
from django.utils import translation

from geoportal import rows
from geoportal.errors import BadRequest
from tests.asked import HOUSES, POSYANDU, STRANGER, found, refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def surveyor(person):
    return person("surveyor", "health", "11.73")


@pytest.mark.parametrize(
    ("text", "name", "value", "remedy"),
    [
        ("nonsense=1", "nonsense", "nonsense", "name (Name), strata (Stage), day (Day of the month)"),
        (
            "strata=best",
            "strata",
            "best",
            "for Stage: write one of Pratama (pratama), Madya (madya), Purnama (purnama)",
        ),
        ("day=first", "day", "first", "for Day of the month: write a number"),
        ("day=1e3", "day", "1e3", "a number"),
        ("day=1.5", "day", "1.5", "a whole number"),
        ("day=..", "day", "..", "1..4"),
        ("name=a%00b", "name", "ab", "plain text"),
        ("datetime=2026-01", "datetime", "datetime", "name (Name), strata (Stage)"),  # posyandu have no date
        ("bbox=1,2,3", "bbox", "1,2,3", "4 numbers"),
        ("bbox=97.02,5,97,5.02", "bbox", "97.02,5,97,5.02", "west, south, east, north"),
        ("bbox=97,5,197,5.02", "bbox", "197", "longitude, then latitude"),
        ("inside=Banda", "inside", "Banda", "11.73.02"),
        ("inside=11.73.09", "inside", "11.73.09", "of this place"),
        ("polygon=97,5 98,5", "polygon", "2", "3 to 500 corners"),
        ("polygon=" + " ".join(["97,5"] * 501), "polygon", "501", "3 to 500 corners"),
        ("polygon=97,5 97.1,5.1 97.1,5 97,5.1", "polygon", "crosses itself", "move the corners apart"),
        ("circle=97,5", "circle", "97,5", "3 numbers"),
        ("circle=97,5,0", "circle", "0", "from 1 to 100,000"),
        ("circle=97,5,100001", "circle", "100001", "from 1 to 100,000"),
        ("circle=5,97,100", "circle", "5,97", "longitude, then latitude"),
        ("within=posyandu", "within", "", "1 numbers"),
        ("within=sea:100", "within", "sea:100", "markets:1000"),
        ("nearest=97,5,0", "nearest", "0", "1 to 1000"),
        ("nearest=97,5,1001", "nearest", "1001", "1 to 1000"),
        ("nearest=97,5,2.5", "nearest", "2.5", "1 to 1000"),
        (f"nearest=97,5,{'9' * 400}", "nearest", "inf", "1 to 1000"),
        ("uid=1,2", "uid", "1,2", "at most 1000 identifiers"),
    ],
)
def test_a_bad_value_is_named_with_its_remedy(areas, text, name, value, remedy):
    problem = refused(POSYANDU, text)
    assert set(problem.errors) == {name}
    assert value in problem.sentence and remedy in problem.sentence


@pytest.mark.parametrize("value", ["2026-13", "yesterday", "2026-02-30", "9999-12-31", "2026-03-01/2026-01-31"])
def test_a_bad_date_is_named_with_its_remedy(surveyor, acting, value):
    with acting(surveyor):
        assert value.split("/")[0] in refused(HOUSES, f"datetime={value}", surveyor).sentence


def test_all_mistakes_of_a_query_are_told_at_once(areas):
    problem = refused(POSYANDU, "strata=best&day=x&nearest=97,5,1")
    assert set(problem.errors) == {"strata", "day"}


def test_a_thousand_uids_are_taken_and_one_more_is_not(areas):
    uid = "00000000-0000-4000-8000-000000000000"
    assert found(POSYANDU, "uid=" + ",".join([uid] * 1000)) == set()
    refused(POSYANDU, "uid=" + ",".join([uid] * 1001))


@pytest.mark.parametrize("text", ["limit=1001", "limit=-1", "limit=%C2%B2", "offset=1e3", f"offset={'9' * 5000}"])
def test_a_window_out_of_bounds_is_named(areas, text):
    name = text.partition("=")[0]
    with pytest.raises(BadRequest) as problem:
        rows.window(POSYANDU, STRANGER, QueryDict(text))
    assert set(problem.value.errors) == {name} and "whole number" in problem.value.sentence
