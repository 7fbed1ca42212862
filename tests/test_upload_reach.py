"""A file loaded in somebody's name: rows beyond the own area are told one by one, and the others are stored."""

import pytest
from django.utils import translation

from geoportal import catalogue
from tests.posyandu import HOUSES, POSYANDU, load_in

pytestmark = pytest.mark.django_db
HEAD = "Head of household,people,drinking water,latrine,Longitude,Latitude,declared area\n"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def test_rows_beyond_the_own_area_are_mistakes_and_the_others_are_stored(tmp_path, person, acting, owner):
    """The surveyor of 11.73.01.2001 (97.00 to 97.02): a point there, one in the east, none but declared here, none at all."""
    user = person("surveyor", "health", "11.73.01.2001")
    lines = [
        "A,4,piped,own,97.01,5.01,",
        "B,4,piped,own,97.05,5.01,",
        "C,4,piped,own,,,11.73.01.2001",
        "D,4,piped,own,,,",
    ]
    with acting(user):
        result = load_in(tmp_path, HEAD + "\n".join(lines) + "\n", layer=HOUSES, user=user)
    assert result.line() == "stored 2, updated 0, skipped 0, rejected 2"
    assert result.mistakes == [
        (3, "lat", "This place lies in Gampong Timur, where your account may not write."),
        (
            5,
            "declared_code",
            "Set the place or declare its area: without either nobody can tell whether you may write here.",
        ),
    ]
    with owner():
        assert sorted(HOUSES.names.objects.values_list("head", flat=True)) == ["A", "C"]


def test_a_row_of_elsewhere_cannot_be_brought_here_and_an_equal_one_is_skipped(tmp_path, person, acting, row):
    user = person("validator", "health", "11.73.01")
    assert "validator" in {grant.role for grant in POSYANDU.access.change}
    row(POSYANDU, code="P1", name="Mawar", lon=97.05)
    row(POSYANDU, code="P2", name="Melati", lon=97.01)
    with acting(user):
        result = load_in(tmp_path, "code,name,lon,lat\nP1,Mawar,97.01,5.01\nP2,Baru,97.01,5.01\n", user=user)
        same = load_in(tmp_path, "code,name\nP1,Mawar\n", user=user)
    assert result.mistakes == [(2, "code", "This row lies where your account may not write.")]
    assert (result.updated, same.line()) == (1, "stored 0, updated 0, skipped 1, rejected 0")
    assert catalogue.event_model(POSYANDU.model).objects.filter(pgh_label="update").count() == 1


def test_a_column_mapped_to_nothing_is_left_out(tmp_path, owner, areas):
    with owner():
        result = load_in(tmp_path, "code,name,day\nP1,Mawar,5\n", mapping={"day": ""})
        assert (result.warnings, POSYANDU.model.objects.get().day) == (["These columns were not read: day."], None)
