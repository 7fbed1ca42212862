"""Files as people have them: every kind gives the same rows, columns and cells are known by what they say, the key finds its row."""

import csv
import datetime
import functools

import numpy as np
import pyogrio.raw
import pytest
import shapely
from django.contrib.gis.geos import Point
from django.utils import timezone, translation

from geoportal.models import Load
from tests.posyandu import HEADER, HOUSES, MARKETS, POSYANDU, ROWS, load_in, sheet, spatial, text, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(areas, owner):
    """As the owner, like `manage.py load`."""
    with translation.override("en"), owner():
        yield


@pytest.fixture
def loaded(tmp_path):
    """loaded(text or bytes, name, layer, …) -> the result of loading a file of this content."""
    return functools.partial(load_in, tmp_path)


def stored():
    return [
        (p.code, p.name, p.strata, p.day, round(p.place.x, 7), round(p.place.y, 7), p.place_source, p.area_code)
        for p in POSYANDU.model.objects.order_by("code")
    ]


SAME = [(*row, "import", area) for row, area in zip(ROWS, ("11.73.01.2001", "11.73.02.2001"), strict=True)]


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: ("a.csv", text([HEADER, *ROWS]).encode()),
        lambda folder: ("a.csv", b"\xef\xbb\xbf" + text([HEADER, *ROWS], quoting=csv.QUOTE_ALL).encode()),
        lambda folder: ("a.csv", text([HEADER, *ROWS], ";").replace(".", ",").encode()),
        lambda folder: ("a.tsv", text([HEADER, *ROWS], "\t").encode()),
        lambda folder: ("a.txt", text([HEADER, *ROWS], "|").encode()),
        lambda folder: ("a.xlsx", sheet([HEADER, *ROWS])),
        lambda folder: ("a.geojson", spatial(folder, "b.geojson").read_bytes()),
        lambda folder: ("a.gpkg", spatial(folder, "b.gpkg").read_bytes()),
        lambda folder: ("a.gpkg", spatial(folder, "b.gpkg", crs="EPSG:32647").read_bytes()),
        lambda folder: ("a.gpkg", spatial(folder, "b.gpkg", crs="EPSG:23831").read_bytes()),
        lambda folder: ("a.fgb", spatial(folder, "b.fgb").read_bytes()),
        lambda folder: ("A.ZIP", zipped(folder)),
        lambda folder: ("a.zip", zipped(folder, crs="EPSG:32647")),
    ],
    ids=[
        "csv", "csv quoted with a mark", "csv with semicolons and decimal comma", "tsv", "bars", "xlsx", "geojson", "gpkg",
        "gpkg in UTM", "gpkg in DGN95", "flatgeobuf", "shapefile in a zip", "shapefile in UTM",
    ],
)  # fmt: skip
def test_every_kind_of_file_gives_the_same_rows(loaded, tmp_path, make):
    name, content = make(tmp_path)
    result = loaded(content, name)
    assert (result.line(), result.warnings) == ("stored 2, updated 0, skipped 0, rejected 0", [])
    assert stored() == SAME
    assert loaded(content, name).line() == "stored 0, updated 0, skipped 2, rejected 0"


@pytest.mark.parametrize(
    "header",
    [
        ["code", "name", "strata", "day", "lon", "lat"],
        ["CODE", "Name ", "STRATA", "Day", "X", "Y"],
        ["Kode", "Nama", "Strata", "Tanggal", "Bujur", "Lintang"],
    ],
)
def test_columns_are_known_by_field_label_or_declaration_in_any_language(loaded, header):
    mapping = {"Tanggal": "day", "Strata": "strata"} if "Tanggal" in header else {}
    loaded(text([header, *ROWS]), mapping=mapping)
    assert stored() == SAME


def test_a_mapped_column_goes_before_a_guessed_one(loaded):
    loaded("code,name,nama resmi\nP1,old,new\n", mapping={"nama resmi": "name"})
    assert POSYANDU.model.objects.get().name == "new"


def test_columns_that_are_no_field_are_told(loaded):
    assert loaded("code,name,colour,size\nP1,A,red,9\n").warnings == ["These columns were not read: colour, size."]


def test_the_key_finds_the_row_and_what_the_file_does_not_say_stays(loaded):
    loaded(text([HEADER, *ROWS]))
    result = loaded("code,name\nP1,Mawar Merah\nP2,Melati\nP3,Baru\n")
    assert result.line() == "stored 1, updated 1, skipped 1, rejected 0"
    changed = POSYANDU.model.objects.get(code="P1")
    assert (changed.name, changed.strata, changed.day, changed.place.x, changed.version) == (
        "Mawar Merah",
        "madya",
        5,
        97.01,
        2,
    )
    assert POSYANDU.model.objects.get(code="P2").version == 1


def test_an_empty_cell_clears_what_may_be_empty_and_a_new_row_gets_the_defaults(loaded):
    loaded(text([HEADER, *ROWS]))
    loaded("code,day\nP1,\n")
    assert POSYANDU.model.objects.get(code="P1").day is None
    loaded("code,name,strata\nP3,Baru,\n")
    assert POSYANDU.model.objects.get(code="P3").strata == "pratama"
    loaded("code,name,market class\nM1,Pasar,1\n", layer=MARKETS)
    assert MARKETS.model.objects.get().daily is True


def test_choices_are_read_by_value_or_label_and_yes_and_no_in_words(loaded):
    lines = "code,name,market class,condition,open every day\nM1,A,1,Lightly damaged,no\nM2,B,class II,good,YA\n"
    assert loaded(lines, layer=MARKETS).line() == "stored 2, updated 0, skipped 0, rejected 0"
    found = [(m.market_class, m.condition, m.daily) for m in MARKETS.model.objects.order_by("code")]
    assert found == [("1", "light", False), ("2", "good", True)]


def test_a_workbooks_numbers_and_days_are_codes_and_days_again(loaded):
    loaded(sheet([["Code", "Name"], [101, "Mawar"]]), "a.xlsx")
    assert POSYANDU.model.objects.get().code == "101"
    header = ["Head of household", "people", "drinking water", "latrine", "declared area", "surveyed"]
    line = ["Nurhayati", 4, "piped", "own", "11.73.01.2001", datetime.date(2026, 2, 3)]
    result = loaded(sheet([header, line]), "b.xlsx", HOUSES, {"surveyed": "surveyed"})
    assert result.mistakes == []
    assert HOUSES.model.objects.get().surveyed == datetime.date(2026, 2, 3)


def test_a_cell_may_hold_a_line_break_and_an_old_spreadsheets_letters(loaded):
    loaded('code,name\r\nP1,"Mawar\r\nMerah"\r\nP2,Caf\xe9\r\n'.encode("cp1252"))
    assert [p.name for p in POSYANDU.model.objects.order_by("code")] == ["Mawar\r\nMerah", "Café"]


def test_a_row_taken_away_comes_back_with_the_file(loaded):
    loaded(text([HEADER, *ROWS]))
    POSYANDU.model.objects.filter(code="P1").update(deleted_at=timezone.now())
    assert loaded(text([HEADER, *ROWS])).line() == "stored 1, updated 0, skipped 1, rejected 0"
    assert POSYANDU.model.objects.get(code="P1").deleted_at is None


def test_a_place_keeps_its_source_until_the_file_moves_it(loaded, row, owner):
    made = row(
        POSYANDU, code="P1", place_source="gps", accuracy_m=3, lon=97.0100001, captured_at="2026-01-01T08:00:00.123Z"
    )
    with owner():
        same = loaded("code,lon,lat\nP1,97.01,5.01\n")
        assert same.line() == "stored 0, updated 0, skipped 1, rejected 0"
        moved = loaded("code,lon,lat\nP1,97.02,5.01\n")
        assert moved.line() == "stored 0, updated 1, skipped 0, rejected 0"
        made.refresh_from_db()
    assert (made.place.x, made.place_source) == (97.02, "import")


def test_a_file_we_wrote_comes_back_by_its_identifiers(loaded, row, person, client, owner):
    """Households have no key of their own: the identifier in the file finds them."""
    for lon in (97.01, 97.0312345, 97.05):
        row(HOUSES, lon=lon, latrine="own", pkh=True)
    client.force_login(person("validator", "health", "11.73"))
    client.cookies["django_language"] = "en"
    for form in ("csv", "xlsx", "geojson", "gpkg"):
        file = client.get(f"/export/households.{form}").getvalue()
        with owner():
            result = loaded(file, f"back.{form}", HOUSES)
            assert result.line() == "stored 0, updated 0, skipped 3, rejected 0", (result.mistakes, result.warnings)
    lines = client.get("/export/households.csv").getvalue().decode("utf-8-sig").splitlines()
    edited = "\n".join([lines[0], lines[1].replace("Contoh", "Nurhayati"), *lines[2:]])
    with owner():
        assert loaded(edited, layer=HOUSES).line() == "stored 0, updated 1, skipped 2, rejected 0"
        assert HOUSES.names.objects.filter(head="Nurhayati").count() == 1


def test_a_dry_run_says_the_same_and_stores_nothing(loaded):
    assert loaded(text([HEADER, *ROWS]), dry_run=True).line() == "stored 2, updated 0, skipped 0, rejected 0"
    assert POSYANDU.model.objects.count() == Load.objects.count() == 0


def test_a_loaded_file_is_remembered(loaded):
    loaded(text([HEADER, *ROWS]), name="dinkes.csv", source="Dinkes, 2026")
    load = Load.objects.get()
    assert (load.layer, load.file, load.source, load.stored, load.rejected) == (
        "posyandu",
        "dinkes.csv",
        "Dinkes, 2026",
        2,
        0,
    )
    assert len(load.sha256) == 64


def test_a_shape_that_is_no_point_gives_a_point_inside(loaded, tmp_path):
    house = shapely.box(97.01, 5.01, 97.012, 5.012)
    pyogrio.raw.write(
        tmp_path / "p.gpkg", shapely.to_wkb([house]), [np.array(["P1"], object), np.array(["A"], object)], ["code", "name"],
        geometry_type="Polygon", crs="EPSG:4326",
    )  # fmt: skip
    loaded((tmp_path / "p.gpkg").read_bytes(), "q.gpkg")
    assert shapely.contains_xy(house, *POSYANDU.model.objects.get().place.coords)


def test_places_come_longitude_first(loaded):
    loaded(text([HEADER, *ROWS]))
    assert POSYANDU.model.objects.get(code="P1").place == Point(97.01, 5.01, srid=4326)
