"""`manage.py load`: last line, exit code, what is stored, on made files and, where it lies beside the project, on real data."""

import csv
import io
import itertools

import numpy as np
import pyogrio.raw
import pytest
import shapely
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError
from django.utils import translation

from geoportal import boundaries, catalogue, places
from geoportal.models import Load
from geoportal.places import Area, AreaShape, BoundarySet
from tests.conftest import square

pytestmark = pytest.mark.django_db
POSYANDU = catalogue.layer("posyandu")
DATA = settings.BASE_DIR.parent / "shared" / "data"
real = pytest.mark.skipif(not DATA.is_dir(), reason="no real data beside the project (../shared/data)")
CAHYADSN = DATA / "boundaries" / "lhokseumawe_gampong_cahyadsn.geojson"
HDX = DATA / "boundaries" / "lhokseumawe_gampong_hdx2020.geojson"
CROSSWALK = DATA / "boundaries" / "lhokseumawe_gampong_crosswalk_kemendagri_bps.csv"


@pytest.fixture(autouse=True)
def in_english(owner):
    with translation.override("en"), owner():
        yield


@pytest.fixture
def load():
    """load(*arguments) -> (exit code, last line of stdout, stderr)."""

    def run(*arguments, **options):
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("load", *map(str, arguments), stdout=out, stderr=err, no_color=True, **options)
            code = 0
        except SystemExit as end:
            code = end.code
        return code, (out.getvalue().splitlines() or [""])[-1], err.getvalue()

    return run


@pytest.fixture
def file(tmp_path):
    """file(text) -> a CSV of this text."""

    def make(text, name="posyandu.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return make


GOOD = "code,name,lon,lat\nP1,Mawar,97.01,5.01\nP2,Melati,97.05,5.01\n"
MIXED = GOOD + "P3,Tulip,5.01,97.01\nP4,,97.01,5.01\n"


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_good_file_ends_in_0_and_the_line_is_the_same_in_every_language(areas, load, file, language):
    with translation.override(language):
        assert load("posyandu", file(GOOD)) == (0, "stored 2, updated 0, skipped 0, rejected 0", "")
        assert load("posyandu", file(GOOD))[:2] == (0, "stored 0, updated 0, skipped 2, rejected 0")
        changed = GOOD.replace("Mawar", "Mawar Merah")
        assert load("posyandu", file(changed))[:2] == (0, "stored 0, updated 1, skipped 1, rejected 0")


def test_some_bad_rows_end_in_3_and_the_good_ones_are_stored(areas, load, file):
    code, line, told = load("posyandu", file(MIXED))
    assert (code, line) == (3, "stored 2, updated 0, skipped 0, rejected 2")
    assert POSYANDU.model.objects.count() == 2
    first, second = told.splitlines()
    assert first.startswith("line 4: Longitude: ") and "swapped" in first
    assert second.startswith("line 5: Name: ")


@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (MIXED, 3)])
def test_a_dry_run_gives_the_same_line_and_code_and_stores_nothing(areas, load, file, text, code):
    *dry, told = load("posyandu", file(text), "--dry-run")
    assert dry[0] == code and POSYANDU.model.objects.count() == Load.objects.count() == 0
    assert told.endswith("This was a trial: nothing of it was stored.\n")
    assert load("posyandu", file(text))[:2] == tuple(dry)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["streets", "FILE"], "areas, households, posyandu"),
        (["population", "FILE"], "There is no layer population"),
        (["posyandu", "nowhere.csv"], "nowhere.csv"),
        (["posyandu", "FILE", "--map", "Kode=code"], "no column “Kode”"),
        (["posyandu", "FILE", "--map", "code=kode"], "no field “kode”"),
        (["posyandu", "FILE", "--map", "code"], "Column=field"),
        (["posyandu", "FILE", "--map", "code=code", "--map", "lat=strata", "--map", "Nama=name"], "Nama"),
    ],
)
def test_an_unknown_layer_file_or_column_ends_in_2_and_stores_nothing(areas, load, file, arguments, said):
    path = file(GOOD)
    code, line, told = load(*(path if word == "FILE" else word for word in arguments))
    assert (code, line) == (2, "") and said in told
    assert POSYANDU.model.objects.count() == Load.objects.count() == 0


def test_a_file_is_not_loaded_into_the_database_of_another_city(areas, load, file, settings):
    settings.AREA_ROOT = "32.11"
    code, line, told = load("posyandu", file(GOOD))
    assert (code, line) == (2, "") and POSYANDU.model.objects.count() == 0
    assert (
        told
        == "AREA_ROOT is 32.11, and this database holds 11.73: set AREA_ROOT=11.73, or start with another database.\n"
    )


def test_a_database_that_does_not_answer_is_told_with_the_remedy(load, file, monkeypatch):
    def silent():
        raise OperationalError("connection is bad: No such file or directory")

    monkeypatch.setattr(places, "elsewhere", silent)
    code, line, told = load("posyandu", file(GOOD))
    assert (code, line) == (2, "") and "`make run`" in told and "Traceback" not in told


def test_a_column_is_mapped_and_the_source_remembered(areas, load, file):
    text = GOOD.replace("code,name", "Kode Posyandu,Nama Lengkap")
    code, *_rest = load(
        "posyandu", file(text), "--map", "Kode Posyandu=code", "--map", "Nama Lengkap=name", "--source", "Dinkes 2026"
    )
    assert code == 0 and Load.objects.get().source == "Dinkes 2026"
    assert POSYANDU.model.objects.get(code="P1").name == "Mawar"


# --- Areas, made up


def shapes(path, codes, polygons, crs="EPSG:4326", **columns):
    """A file of polygons with the columns kode and whatever is given."""
    fields = {"kode": codes, **columns}
    data = [np.array(values, dtype=object) for values in fields.values()]
    wkb = shapely.to_wkb(np.array(polygons, dtype=object))
    pyogrio.raw.write(path, wkb, data, list(fields), geometry_type="Unknown", crs=crs)
    return path


NEW = ["11.73.03.2001", "11.73.03.2002"]


def boxes(*wests, south=5.0, north=5.02):
    """Boxes side by side that begin at these longitudes, the last of which ends the last box."""
    return [shapely.box(west, south, east, north) for west, east in itertools.pairwise(wests)]


def test_areas_bring_their_parents_names_and_boundary_set(areas, load, tmp_path):
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


def test_an_overlap_is_a_warning_with_its_size(areas, load, tmp_path):
    """0.001 degrees of longitude on 0.01 of latitude: 110.9 m by 1,105.8 m."""
    path = shapes(
        tmp_path / "a.gpkg", NEW, [shapely.box(97.0, 5.0, 97.011, 5.01), shapely.box(97.01, 5.0, 97.02, 5.01)]
    )
    code, line, told = load("areas", path, "--map", "kode=code")
    assert (code, line) == (0, "stored 2, updated 0, skipped 0, rejected 0")
    assert f"{NEW[0]} ({NEW[0]}) and {NEW[1]} ({NEW[1]}) overlap by 122,6" in told


def test_large_overlaps_are_told_one_by_one_and_slivers_in_one_line(areas, load, tmp_path):
    """Boxes of 0.01 degrees (1,109 m by 1,106 m): the first two overlap by 0.001 degrees of longitude, the others by 0.00001,
    which is 1,226 m²: less than 5,000 m² and more than 100."""
    edges = [97.0, 97.009, *(97.009 + 0.00999 * n for n in range(1, 12))]
    polygons = [shapely.box(west, 5.0, west + 0.01, 5.01) for west in edges]
    codes = [f"11.73.03.20{n:02}" for n in range(1, len(edges) + 1)]
    told = load("areas", shapes(tmp_path / "a.gpkg", codes, polygons), "--map", "kode=code")[2].splitlines()
    warnings = [line for line in told if "overlap" in line]
    assert len(warnings) == 2 and f"{codes[0]} ({codes[0]}) and {codes[1]}" in warnings[0]
    assert warnings[1] == "warning: 11 more pairs of areas overlap by 100 to 5,000 m²."


def test_the_load_tells_which_set_is_in_use_how_to_go_back_and_what_became_of_the_points(areas, load, tmp_path, row):
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


def test_a_shape_that_crosses_itself_is_mended(areas, load, tmp_path):
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
def test_an_area_that_cannot_be_is_told_why(areas, load, tmp_path, code, polygon, said):
    path = shapes(tmp_path / "a.gpkg", [code], [polygon])
    exit_code, line, told = load("areas", path, "--map", "kode=code")
    assert (exit_code, line) == (3, "stored 0, updated 0, skipped 0, rejected 1") and said in told
    assert places.boundary().source == "petak uji" and BoundarySet.objects.count() == 1


def test_an_area_that_stands_twice_is_told(areas, load, tmp_path):
    box = shapely.box(97, 5, 97.02, 5.02)
    code, line, told = load("areas", shapes(tmp_path / "a.gpkg", [NEW[0]] * 2, [box, box]), "--map", "kode=code")
    assert (code, line) == (3, "stored 1, updated 0, skipped 0, rejected 1") and "twice" in told


def test_areas_without_code_or_shapes_are_unusable(areas, load, file, tmp_path):
    assert load("areas", file("code,name\n11.73.03.2001,Satu\n"))[0] == 2
    assert load("areas", shapes(tmp_path / "a.gpkg", NEW[:1], [shapely.box(97, 5, 97.02, 5.02)]))[0] == 2


def test_rows_find_their_new_areas(areas, load, tmp_path, row):
    posyandu = row(POSYANDU, lon=97.018)
    path = shapes(
        tmp_path / "a.gpkg",
        ["11.73.01.2001", "11.73.01.2002"],
        boxes(97.0, 97.015, 97.04),
    )
    load("areas", path, "--map", "kode=code", "--source", "baru")
    posyandu.refresh_from_db()
    assert posyandu.area_code == "11.73.01.2002"


# --- Real data


@real
def test_the_68_gampong_are_loaded_and_seuneuboks_overlap_is_reported(areas, load):
    arguments = ["areas", CAHYADSN, "--map", "kode=code", "--map", "nama=name", "--source", "cahyadsn"]
    code, line, told = load(*arguments)
    assert (code, line) == (0, "stored 68, updated 0, skipped 0, rejected 0")
    overlaps = [warning for warning in told.splitlines() if "overlap by" in warning]
    # Drawn by hand: a square kilometre of it lies on its neighbour. The others are noise of a few thousand m².
    assert "Blang Weu Baroh (11.73.03.2021) and Seuneubok (11.73.03.2022) overlap by 1,002,4" in overlaps[0]
    assert load(*arguments)[:2] == (0, "stored 0, updated 0, skipped 68, rejected 0")
    assert Area.objects.get(code="11.73.02.2003").name  # Pusong Lhokseumawe or another of Banda Sakti
    city = places.root()
    assert (city.name, str(city)) == ("Lhokseumawe", "Kota Lhokseumawe")
    assert 100 < city.area_km2 < 260  # 132.966 official; 181.06 and 253.87 circulate
    assert {a.name for a in Area.objects.filter(level="district", geom__isnull=False)} == {
        "Muara Dua", "Banda Sakti", "Blang Mangat", "Muara Satu",
    }  # fmt: skip


@real
def test_a_file_with_swapped_axes_is_found_out(areas, load):
    path = DATA / "uploads" / "lhokseumawe_gampong_AXIS_SWAPPED.geojson"
    code, line, told = load("areas", path, "--map", "kode=code", "--map", "nama=name")
    assert (code, line) == (2, "") and "swapped" in told and "--as axes=swapped" in told
    assert AreaShape.objects.count() == 4 and BoundarySet.objects.count() == 1
    code, line, _told = load("areas", path, "--map", "kode=code", "--map", "nama=name", "--as", "axes=swapped")
    assert (code, line) == (0, "stored 68, updated 0, skipped 0, rejected 0")
    assert Area.objects.get(code="11.73.01.2002").geom.extent[1] > 5  # south of Alue Awe, in degrees of latitude


def spatial(path) -> tuple[dict, str, np.ndarray]:
    """(columns by name, CRS, shapes as WKB) of a spatial file."""
    meta, _fids, wkb, values = pyogrio.raw.read(f"/vsizip/{path}" if path.suffix == ".zip" else path)
    return dict(zip(meta["fields"], values, strict=True)), meta["crs"], wkb


UPLOADS = ["lhokseumawe_gampong_dgn95_tm3_47_1.zip", "lhokseumawe_gampong_utm47n.gpkg"]


@real
@pytest.mark.parametrize("name", UPLOADS)
def test_codes_of_another_system_are_refused_as_such(areas, load, name):
    column = next(c for c in spatial(DATA / "uploads" / name)[0] if c.startswith("village_co"))
    code, line, told = load("areas", DATA / "uploads" / name, "--map", f"{column}=code", "--map", "village=name")
    assert (code, line) == (3, "stored 0, updated 0, skipped 0, rejected 69")
    assert told.count("BPS codes are another system") == 69 and "id1174010001" in told
    assert BoundarySet.objects.count() == 1


@real
@pytest.mark.parametrize("name", UPLOADS)
def test_projected_files_are_stored_in_degrees_through_the_crosswalk(areas, load, tmp_path, name):
    columns, crs, wkb = spatial(DATA / "uploads" / name)
    bps, names = next(v for column, v in columns.items() if column.startswith("village_co")), list(columns["village"])
    with CROSSWALK.open() as lines:
        kemendagri = {line["kode_bps"]: line["kode_kemendagri"] for line in csv.DictReader(lines)}
    codes = [kemendagri.get(code.removeprefix("id"), "") for code in bps]
    path = shapes(tmp_path / "joined.gpkg", codes, shapely.from_wkb(wkb), crs, nama=names)
    code, line, told = load("areas", path, "--map", "kode=code", "--map", "nama=name", "--source", "HDX")
    assert (code, line) == (3, "stored 68, updated 0, skipped 0, rejected 1")
    assert names[codes.index("")] == "Industri" and f"feature {codes.index('') + 1}: Kemendagri code: " in told
    columns, _crs, wkb = spatial(HDX)  # the same shapes, in degrees
    truth = dict(zip(columns["village_code"], shapely.from_wkb(wkb), strict=True))
    stored = {shape.area_id: shape for shape in AreaShape.objects.filter(boundary_set__source="HDX")}
    for bps_code, kode in zip(bps, codes, strict=True):
        if kode:
            ours, theirs = shapely.from_wkb(bytes(stored[kode].geom.wkb)), shapely.make_valid(truth[bps_code])
            common, both = shapely.area(shapely.intersection(ours, theirs)), shapely.area(shapely.union(ours, theirs))
            assert common / both > 0.999, kode


def test_boundaries_of_a_set_are_put_to_use_and_rows_placed_again_only_when_something_changed(
    areas, load, tmp_path, monkeypatch
):
    placed = []
    monkeypatch.setattr(boundaries, "replace", lambda: placed.append(1))
    path = shapes(tmp_path / "a.gpkg", NEW[:1], [shapely.box(97, 5, 97.02, 5.02)])
    for _n in range(2):
        load("areas", path, "--map", "kode=code", "--source", "baru")
    assert placed == [1]


def test_two_sources_stay_side_by_side(areas, load, tmp_path):
    path = shapes(tmp_path / "a.gpkg", ["11.73.01.2001"], [shapely.box(97, 5, 97.03, 5.02)])
    load("areas", path, "--map", "kode=code", "--source", "baru")
    extents = {s.boundary_set.source: s.geom.extent for s in AreaShape.objects.filter(area_id="11.73.01.2001")}
    assert extents == {"petak uji": square(97.0).extent, "baru": (97.0, 5.0, 97.03, 5.02)}


def test_the_source_of_the_files_stands_at_the_layer_and_its_figures(areas, load, file, client, owner_looks):
    load("posyandu", file(GOOD), "--source", "Dinkes 2026")
    layer = next(found for found in client.get("/layers.json").json()["layers"] if found["name"] == "posyandu")
    assert layer["source"] == "Dinkes 2026"
    assert client.get("/indicators/posyandu/posyandu.json").json()["source"] == "Dinkes 2026"
    assert "Dinkes 2026" in client.get("/data").content.decode()
