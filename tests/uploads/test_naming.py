"""Which column is which: declared, labelled, or as this person said before."""

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from geoportal import catalogue
from geoportal.uploads import naming
from geoportal.uploads.kept import Upload
from tests.conftest import acting_owner
from tests.posyandu import HOUSES, POSYANDU

pytestmark = pytest.mark.django_db


@pytest.fixture
def remembered(person):
    """remembered(mapping, …) -> an upload that comes after those with these mappings, the last of them last."""

    def make(*mappings, layer="posyandu", user=None):
        user = user or person("validator", "health", "11.73")
        words = {"user": user, "layer": layer, "file": "a.csv", "size": 1, "sha256": "0" * 64, "language": "en"}
        with translation.override("en"), acting_owner():
            for mapping in mappings:
                Upload.objects.create(state="stored", stored=1, columns=list(mapping), mapping=mapping, **words)
            return Upload.objects.create(**words)

    return make


@pytest.mark.parametrize(
    ("before", "header", "guessed"),
    [
        (
            [],
            ["Kode", "Nama", "Bujur", "Catatan"],
            ["code", "name", "lon", ""],
        ),  # declared, labelled in either language, nothing
        ([{"A": "code", "B": "name"}], ["A", "B"], ["code", "name"]),  # the very same header
        ([{"A": "code", "Name": ""}], ["A", "Name"], ["code", ""]),  # left out then, left out now
        (
            [{"A": "code", "Name": ""}],
            ["A", "Name", "C"],
            ["code", "name", ""],
        ),  # another header: what is declared goes first
        ([{"A": "code"}, {"A": "name"}], ["A"], ["name"]),  # the last word counts
        ([{"A": "code"}, {"A": ""}], ["A", "B"], ["code", ""]),
        ([{"A": "name"}], ["Name", "A"], ["name", ""]),  # no field twice
        ([{"A": "no_field_any_more"}], ["A"], [""]),
        ([], ["What is wrong", "Apa yang salah", "Kode"], ["", "", "code"]),  # the column of our own workbook
    ],
)
def test_columns_are_named(remembered, owner, before, header, guessed):
    one = remembered(*before)
    with owner():
        assert list(naming.guessed(POSYANDU, one, header).values()) == guessed


def test_what_somebody_else_said_or_of_another_layer_does_not_count(remembered, person, owner):
    mine = person("validator", "health", "11.73")
    remembered({"A": "code"})
    remembered({"A": "names__head"}, layer="households", user=mine)
    with owner():
        assert naming.guessed(POSYANDU, remembered(user=mine), ["A"]) == {"A": ""}


@given(
    st.lists(
        st.sampled_from(["A", "B", "Kode", "code", "CODE", "Nama", "name", "x", "lon", "Bujur", "koordinat"]),
        unique=True,
    )
)
@settings(max_examples=60, deadline=None)
def test_every_column_is_named_or_left_out_and_no_field_is_named_twice(header):
    found = naming.guessed(POSYANDU, Upload(layer="posyandu", user_id=0), header)
    named = [field for field in found.values() if field]
    assert list(found) == header and len(named) == len(set(named))


def test_areas_without_a_column_of_codes_are_refused_before_they_are_tried():
    with translation.override("en"):
        areas = catalogue.layer("areas")
        assert naming.wrong(areas, {"nama": "name"}) == "A column must be Kemendagri code: say which."
        assert naming.wrong(areas, {"kode": "code"}) == "" and naming.wrong(POSYANDU, {"nama": "name"}) == ""


def test_what_a_new_row_must_have_and_no_column_is_is_told():
    with translation.override("en"):
        assert naming.missing(HOUSES, {"a": "names__head", "b": "water"}) == ["People", "Latrine"]
        assert naming.missing(POSYANDU, {"a": "code", "b": "name"}) == []
