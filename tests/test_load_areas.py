"""Areas loaded with `manage.py load`: parents and names, overlaps, what cannot be an area, boundaries put to use; on made shapes."""

import pytest
import shapely
from django.utils import translation

from geoportal import boundaries, catalogue, places
from geoportal.places import Area, AreaShape, BoundarySet
from tests.conftest import square
from tests.loading import boxes, load, shapes

pytestmark = pytest.mark.django_db
POSYANDU = catalogue.layer("posyandu")
NEW = ["11.73.03.2001", "11.73.03.2002"]


@pytest.fixture(autouse=True)
def in_english(owner):
    with translation.override("en"), owner():
        yield


def test_areas_bring_their_parents_names_and_boundary_set(areas, tmp_path):
    path = shapes(
        tmp_path / "a.gpkg",
        NEW,
        boxes(97.0, 97.02, 97.04),
        nama=["Satu", "Dua"],
    )
    code, line, _told = load("areas", path, "--map", "kode=code", "--map", "nama=name", "--source", "baru")
    assert (code, line) == (0, "stored 2, updated 0, skipped 0, rejected 0")
    assert places.boundary().source == "baru"
    assert Area.objects.get(code=NEW[0]).name == "Satu"
    assert Area.objects.get(code="11.73.03").name == places.official_names()["11.73.03"]
    assert Area.objects.get(code="11.73.01.2001").geom is None  # not in this source
    again = load("areas", path, "--map", "kode=code", "--map", "nama=name", "--source", "baru")
    assert again[1] == "stored 0, updated 0, skipped 2, rejected 0"


def test_an_overlap_is_a_warning_with_its_size(areas, tmp_path):
    """0.001 degrees of longitude on 0.01 of latitude: 110.9 m by 1,105.8 m."""
    path = shapes(
        tmp_path / "a.gpkg", NEW, [shapely.box(97.0, 5.0, 97.011, 5.01), shapely.box(97.01, 5.0, 97.02, 5.01)]
    )
    code, line, told = load("areas", path, "--map", "kode=code")
    assert (code, line) == (0, "stored 2, updated 0, skipped 0, rejected 0")
    assert f"{NEW[0]} ({NEW[0]}) and {NEW[1]} ({NEW[1]}) overlap by 122,6" in told


def test_large_overlaps_are_told_one_by_one_and_slivers_in_one_line(areas, tmp_path):
    """Boxes of 0.01 degrees (1,109 m by 1,106 m): the first two overlap by 0.001 degrees of longitude, the others by 0.00001,
    which is 1,226 m²: less than 5,000 m² and more than 100."""
    edges = [97.0, 97.009, *(97.009 + 0.00999 * n for n in range(1, 12))]
    polygons = [shapely.box(west, 5.0, west + 0.01, 5.01) for west in edges]
    codes = [f"11.73.03.20{n:02}" for n in range(1, len(edges) + 1)]
    told = load("areas", shapes(tmp_path / "a.gpkg", codes, polygons), "--map", "kode=code")[2].splitlines()
    warnings = [line for line in told if "overlap" in line]
    assert len(warnings) == 2 and f"{codes[0]} ({codes[0]}) and {codes[1]}" in warnings[0]
    assert warnings[1] == "warning: 11 more pairs of areas overlap by 100 to 5,000 m²."


def test_the_load_tells_which_set_is_in_use_how_to_go_back_and_what_became_of_the_points(areas, tmp_path, row):
    """Of three posyandu in the first square the new boundary leaves one inside, one 100 m outside, one in another gampong."""
    for lon in (97.005, 97.0111, 97.015):
        row(POSYANDU, lon=lon, declared_code="11.73.01.2001")
    polygons = [shapely.box(97.0, 5.0, 97.0101, 5.02), shapely.box(97.012, 5.0, 97.02, 5.02)]
    path = shapes(tmp_path / "a.gpkg", ["11.73.01.2001", "11.73.01.2002"], polygons)
    told = load("areas", path, "--map", "kode=code", "--source", "baru")[2].splitlines()
    assert told == [
        "The boundary set “baru” is now in use.",
        "“petak uji” is kept: the administration can put it to use again.",
        "Points were placed anew: 1 now lie just outside, 1 elsewhere than declared.",
    ]
    again = load("areas", path, "--map", "kode=code", "--source", "baru")[2].splitlines()
    assert again == ["Nothing changed: “baru” stays in use."]
    bad = shapes(tmp_path / "b.gpkg", ["1174010001"], polygons[:1])
    assert load("areas", bad, "--map", "kode=code")[2].splitlines()[-1] == "Nothing changed: “baru” stays in use."


def test_a_shape_that_crosses_itself_is_mended(areas, tmp_path):
    bow = shapely.Polygon([(97, 5), (97.02, 5.02), (97.02, 5), (97, 5.02)])
    assert load("areas", shapes(tmp_path / "a.gpkg", NEW[:1], [bow]), "--map", "kode=code")[0] == 0
    stored = AreaShape.objects.get(area_id=NEW[0])
    assert stored.geom.valid and stored.geom.num_geom == 2


@pytest.mark.parametrize(
    ("code", "polygon", "said"),
    [
        ("1174010001", shapely.box(97, 5, 97.02, 5.02), "BPS codes are another system"),
        ("", shapely.box(97, 5, 97.02, 5.02), "is not a Kemendagri code"),
        ("32.11.01.2001", shapely.box(97, 5, 97.02, 5.02), "11.73, the area served"),
        ("11.730.01.2001", shapely.box(97, 5, 97.02, 5.02), "is not a Kemendagri code"),
        (NEW[0], shapely.Polygon(), "has no shape"),
        (NEW[0], shapely.Polygon([(97, 5), (97.02, 5), (97.01, 5)]), "is not a polygon"),
    ],
)
def test_an_area_that_cannot_be_is_told_why(areas, tmp_path, code, polygon, said):
    path = shapes(tmp_path / "a.gpkg", [code], [polygon])
    exit_code, line, told = load("areas", path, "--map", "kode=code")
    assert (exit_code, line) == (3, "stored 0, updated 0, skipped 0, rejected 1") and said in told
    assert places.boundary().source == "petak uji" and BoundarySet.objects.count() == 1


def test_an_area_that_stands_twice_is_told(areas, tmp_path):
    box = shapely.box(97, 5, 97.02, 5.02)
    code, line, told = load("areas", shapes(tmp_path / "a.gpkg", [NEW[0]] * 2, [box, box]), "--map", "kode=code")
    assert (code, line) == (3, "stored 1, updated 0, skipped 0, rejected 1") and "twice" in told


def test_areas_without_code_or_shapes_are_unusable(areas, tmp_path):
    (tmp_path / "a.csv").write_text("code,name\n11.73.03.2001,Satu\n")
    assert load("areas", tmp_path / "a.csv")[0] == 2
    assert load("areas", shapes(tmp_path / "a.gpkg", NEW[:1], [shapely.box(97, 5, 97.02, 5.02)]))[0] == 2


def test_rows_find_their_new_areas(areas, tmp_path, row):
    posyandu = row(POSYANDU, lon=97.018)
    path = shapes(
        tmp_path / "a.gpkg",
        ["11.73.01.2001", "11.73.01.2002"],
        boxes(97.0, 97.015, 97.04),
    )
    load("areas", path, "--map", "kode=code", "--source", "baru")
    posyandu.refresh_from_db()
    assert posyandu.area_code == "11.73.01.2002"


def test_boundaries_of_a_set_are_put_to_use_and_rows_placed_again_only_when_something_changed(
    areas, tmp_path, monkeypatch
):
    placed = []
    monkeypatch.setattr(boundaries, "replace", lambda: placed.append(1))
    path = shapes(tmp_path / "a.gpkg", NEW[:1], [shapely.box(97, 5, 97.02, 5.02)])
    for _n in range(2):
        load("areas", path, "--map", "kode=code", "--source", "baru")
    assert placed == [1]


def test_two_sources_stay_side_by_side(areas, tmp_path):
    path = shapes(tmp_path / "a.gpkg", ["11.73.01.2001"], [shapely.box(97, 5, 97.03, 5.02)])
    load("areas", path, "--map", "kode=code", "--source", "baru")
    extents = {s.boundary_set.source: s.geom.extent for s in AreaShape.objects.filter(area_id="11.73.01.2001")}
    assert extents == {"petak uji": square(97.0).extent, "baru": (97.0, 5.0, 97.03, 5.02)}
