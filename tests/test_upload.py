"""Files as people have them: every kind gives the same rows, each line is judged by the layer's form, the key finds its row."""

import csv
import datetime
import io
import zipfile

import numpy as np
import pyogrio.raw
import pyproj
import pytest
import shapely
import xlsxwriter
from django.contrib.gis.geos import Point
from django.db import DataError
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoportal import catalogue, description, fields, forms, together, upload, wording
from geoportal.errors import Unusable
from geoportal.ground import Known
from geoportal.models import Load

pytestmark = pytest.mark.django_db
POSYANDU, MARKETS, HOUSES = (catalogue.layer(name) for name in ("posyandu", "markets", "households"))
ROWS = [("P1", "Mawar", "madya", 5, 97.01, 5.01), ("P2", "Melati", "purnama", 12, 97.05, 5.005)]
HEADER = ["Code", "Name", "Stage", "Day of the month", "Longitude", "Latitude"]


@pytest.fixture(autouse=True)
def in_english(areas, owner):
    """As the owner, like `manage.py load`."""
    with translation.override("en"), owner():
        yield


@pytest.fixture
def loaded(tmp_path):
    """loaded(text or bytes, name, layer, …) -> the result of loading a file of this content."""

    def load(content, name="file.csv", layer=POSYANDU, mapping=None, **more):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return upload.load(layer, path, mapping or {}, **more)

    return load


def text(lines, separator=",", **more) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, **more).writerows(lines)
    return out.getvalue()


def sheet(lines) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet()
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for number, line in enumerate(lines):
        for column, value in enumerate(line):
            if isinstance(value, datetime.date):
                page.write_datetime(number, column, value, day)
            else:
                page.write(number, column, value)
    book.close()
    return out.getvalue()


def spatial(folder, name, crs="EPSG:4326", driver=None, rows=ROWS, **columns):
    """A file of points with the columns code, name, strata, day."""
    project = pyproj.Transformer.from_crs("EPSG:4326", crs or "EPSG:4326", always_xy=True)
    points = shapely.points([project.transform(*row[4:6]) for row in rows])
    fields = columns or {
        "code": [row[0] for row in rows], "name": [row[1] for row in rows], "strata": [row[2] for row in rows],
        "day": np.array([row[3] for row in rows]),
    }  # fmt: skip
    data = [
        np.array(values, dtype=object) if isinstance(values[0], str) else np.array(values) for values in fields.values()
    ]
    pyogrio.raw.write(
        folder / name, shapely.to_wkb(points), data, list(fields), driver=driver, geometry_type="Point", crs=crs
    )
    return folder / name


def zipped(folder, **more) -> bytes:
    """A Shapefile in a zip, as it is sent round."""
    spatial(folder, "p.shp", **more)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in folder.glob("p.*"):
            archive.write(part, part.name)
    return out.getvalue()


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


def test_bad_rows_are_told_and_the_good_ones_stored(loaded):
    result = loaded(
        "code,name,day,lon,lat\nP1,Mawar,5,97.01,5.01\n\nP2,Melati,32,97.01,5.01\nP3,Tulip,,5.01,97.01\nP4,Dahlia,,97.01,\n"
    )
    assert result.line() == "stored 1, updated 0, skipped 0, rejected 3"
    assert [(row, name) for row, name, _sentence in result.mistakes] == [(4, "day"), (5, "lon"), (6, "lat")]
    assert "31" in result.mistakes[0][2] and "swapped" in result.mistakes[1][2] and "both" in result.mistakes[2][2]


def test_a_key_that_stands_twice_is_told_with_its_first_row(loaded):
    result = loaded("code,name\nP1,Mawar\nP1,Melati\n")
    assert (result.line(), result.mistakes[0][:2]) == ("stored 1, updated 0, skipped 0, rejected 1", (3, "code"))
    assert result.mistakes[0][2] == "P1 is in the file twice, first in line 2."
    assert POSYANDU.model.objects.get().name == "Mawar"


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
        file = client.get(f"/export/households.{form}").content
        with owner():
            result = loaded(file, f"back.{form}", HOUSES)
            assert result.line() == "stored 0, updated 0, skipped 3, rejected 0", (result.mistakes, result.warnings)
    lines = client.get("/export/households.csv").content.decode("utf-8-sig").splitlines()
    edited = "\n".join([lines[0], lines[1].replace("Contoh", "Nurhayati"), *lines[2:]])
    with owner():
        assert loaded(edited, layer=HOUSES).line() == "stored 0, updated 1, skipped 2, rejected 0"
        assert HOUSES.names.objects.filter(head="Nurhayati").count() == 1


def test_an_unknown_identifier_is_told(loaded):
    lines = "uid,members,water,latrine,head of household\n{},4,piped,own,A\n"
    for uid in ("00000000-0000-4000-8000-000000000000", "nonsense"):
        result = loaded(lines.format(uid), layer=HOUSES)
        assert result.rejected == 1 and uid in result.mistakes[0][2]
    assert loaded(lines.format(""), layer=HOUSES).stored == 1


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


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "The file is empty"),
        ("a.csv", b"colour,size\nred,9\n", "No column of the file"),
        ("a.pdf", b"%PDF", "GeoJSON, Shapefile (ZIP), GeoPackage"),
        ("a.xlsx", b"not a workbook", "No column of the file"),
        ("a.geojson", b"{", "a.geojson cannot be read"),
        ("a.gpkg", b"SQLite format 3\0", "a.gpkg cannot be read"),
        ("a.zip", b"PK", "a.zip cannot be read"),
    ],
)
def test_an_unusable_file_is_told_why(loaded, name, content, said):
    with pytest.raises(Unusable) as problem:
        loaded(content, name)
    assert said in problem.value.sentence
    assert Load.objects.count() == 0


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(Unusable, match=r"nowhere\.csv"):
        upload.load(POSYANDU, tmp_path / "nowhere.csv", {})


def test_shapes_without_a_reference_system_are_not_guessed(loaded, tmp_path):
    spatial(tmp_path, "p.shp")
    (tmp_path / "p.prj").unlink()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in tmp_path.glob("p.*"):
            archive.write(part, part.name)
    with pytest.raises(Unusable, match="coordinate reference system"):
        loaded(out.getvalue(), "q.zip")


@pytest.mark.parametrize(
    ("mapping", "said"), [({"Kode": "code"}, "no column “Kode”"), ({"code": "kode"}, "no field “kode”")]
)
def test_a_wrong_mapping_names_what_there_is(loaded, mapping, said):
    with pytest.raises(Unusable) as problem:
        loaded("code,name\nP1,A\n", mapping=mapping)
    assert said in problem.value.sentence and "name" in problem.value.sentence


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)
@given(
    content=st.binary(max_size=300) | st.text(max_size=100).map(lambda t: f"code,name,day,lon,lat,uid\n{t}".encode()),
    kind=st.sampled_from(["csv", "xlsx", "ods", "geojson", "gpkg", "zip", "kml"]),
)
def test_no_file_is_a_fault_of_the_product(loaded, content, kind):
    try:
        result = loaded(content, f"f.{kind}")
    except Unusable as problem:
        assert problem.sentence
    else:
        assert result.stored + result.updated + result.skipped + result.rejected >= 0
        POSYANDU.model.objects.count()


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


# --- Where a mistake stands, and what would be right


def test_a_mistake_in_a_table_names_the_line_of_the_file(loaded):
    """Line 1 is empty, 2 the header, 4 and 5 one row with a line break in a cell, 6 empty, 7 the bad row."""
    lines = ["", "code,name,day", "P1,A,1", '"P2","B', 'C",2', ",,", "P3,D,32"]
    assert [line for line, *_rest in loaded("\n".join(lines)).mistakes] == [7]
    assert [p.name for p in POSYANDU.model.objects.order_by("code")] == ["A", "B\nC"]


def test_a_mistake_in_a_workbook_names_its_row_there(loaded):
    book = sheet([[], ["", "Code", "Name", "day"], ["", "P1", "A", 1], [], ["", "P2", "B", 32], ["", "P2", "C", 32]])
    result = loaded(book, "a.xlsx", mapping={"day": "day"})
    assert [(line, name) for line, name, _sentence in result.mistakes] == [(5, "day"), (6, "code")]
    assert result.mistakes[1][2] == "P2 is in the file twice, first in line 5."


def test_a_mistake_in_a_spatial_file_names_the_feature(loaded, tmp_path):
    rows = [ROWS[0], ("P2", "Melati", "purnama", 32, 97.05, 5.005), ROWS[0]]
    result = loaded(spatial(tmp_path, "b.gpkg", rows=rows).read_bytes(), "a.gpkg")
    assert [(number, name) for number, name, _sentence in result.mistakes] == [(2, "day"), (3, "code")]
    assert result.mistakes[1][2] == "P1 is in the file twice, first in feature 1."


def test_a_wrong_choice_is_told_with_those_there_are(loaded):
    result = loaded("code,name,strata\nP1,A,bintang lima 5%\n")
    sentence = "“bintang lima 5%” is not one of the choices: Pratama (pratama), Madya (madya), Purnama (purnama), Mandiri (mandiri)."
    assert result.mistakes == [(2, "strata", sentence)]
    head = "members,water,latrine,declared_code,names__head"
    found = loaded(f"{head}\n4,piped,bush,11.73.01.2001,A\n", layer=HOUSES)
    offered = "Own (septic tank) (own), Shared (septic tank) (shared), Pit (not decent) (pit), None (none)"
    assert found.mistakes == [(2, "latrine", f"“bush” is not one of the choices: {offered}.")]


def test_of_many_choices_a_sentence_lists_eight(monkeypatch):
    many = [(str(n), f"number {n}") for n in range(1, 10)]
    monkeypatch.setattr(description, "choices", lambda layer, path: many)
    told = wording.offered(POSYANDU, "strata")
    assert told.startswith("Number 1 (1), ") and told.endswith(", Number 8 (8), …")


# --- Many rows at once


@pytest.fixture
def by_one():
    """The verdicts as the form gives them when it asks the database anew for each row."""

    def judged(lines, layer):
        form = forms.form_for(layer)
        words = upload.choices(layer)
        found = []
        for line in csv.DictReader(io.StringIO(lines)):
            values = {name: words.get(name, {}).get(value.lower(), value) for name, value in line.items()}
            errors = form({"place_source": "import"} | values).errors
            found.append({name: list(said) for name, said in errors.items()})
        return found

    return judged


HARD = """names__head,names__no_kk,declared_code,members,under5,water,latrine,desil,pkh,surveyed,lon,lat
A,1173000000000001,11.73.01.2001,4,1,piped,own,3,ya,2026-02-03,97.01,5.01
B,117,11.73.01.2001,4,1,piped,own,3,ya,2026-02-03,97.01,5.01
C,,11.73.09.2001,0,1,piped,own,11,mungkin,03/02/2026,97.01,5.01
D,,,4,1,well,bush,3,no,2026-13-03,5.01,97.01
,,,31,1,piped,own,,0,,97.05,5.029
F,,,4,1,piped,own,,0,,97.05,5.0291
G,,,4,1,piped,own,,0,,0,0
H,,,4,1,piped,own,,0,,97.01,
I,,,four,1,piped,own,,0,,,
J,,,4,1,piped,own,,,,970.1,5.01
"""


def test_many_rows_get_the_verdicts_that_each_would_get_alone(loaded, by_one):
    told: dict[int, dict] = {}
    for line, name, sentence in loaded(HARD, layer=HOUSES).mistakes:
        told.setdefault(line, {}).setdefault(name, []).append(sentence)
    alone = by_one(HARD, HOUSES)
    assert [told.get(line, {}) for line in range(2, 12)] == alone
    assert [bool(errors) for errors in alone] == [False, *[True] * 9]


def test_a_file_longer_than_a_batch_is_stored_with_its_names_history_and_areas(loaded, monkeypatch):
    """7 rows in batches of 3: the third batch holds one."""
    monkeypatch.setattr(upload, "BATCH", 3)
    head = "names__head,names__no_kk,members,water,latrine,lon,lat\n"
    rows = [f"Kepala {n},{1173000000000000 + n},4,piped,own,{97.01 + 0.02 * (n % 4)},5.01\n" for n in range(7)]
    assert loaded(head + "".join(rows), layer=HOUSES).line() == "stored 7, updated 0, skipped 0, rejected 0"
    names = HOUSES.names.objects.select_related("of").order_by("of_id")
    assert [(n.head, n.no_kk.reveal()) for n in names] == [(f"Kepala {n}", str(1173000000000000 + n)) for n in range(7)]
    assert [n.area_code for n in names] == [n.of.area_code for n in names] and names[3].area_code == "11.73.02.2002"
    assert all(n.no_kk_hash == fields.digest(n.no_kk.reveal()) and n.of.version == 1 for n in names)
    assert catalogue.event_model(HOUSES.model).objects.count() == 7
    assert catalogue.event_model(HOUSES.names).objects.count() == 7


def test_many_rows_cost_no_more_statements_than_few(loaded, django_assert_max_num_queries):
    lines = [f"P{n},Nama {n},{97.01 + n / 10_000},5.01\n" for n in range(100)]
    with django_assert_max_num_queries(25):
        assert loaded("code,name,lon,lat\n" + "".join(lines)).stored == 100
    with django_assert_max_num_queries(25):
        assert loaded("code,name,lon,lat\n" + "".join(lines)).skipped == 100


def test_a_line_about_a_row_changed_meanwhile_is_not_stored(loaded, monkeypatch):
    """Between the reading of the row and its locking somebody else writes it."""
    loaded("code,name\nP1,Mawar\n")
    learn = Known.learn

    def interrupted(self, wanted):
        learn(self, wanted)
        self.versions = {pk: version + 1 for pk, version in self.versions.items()}

    monkeypatch.setattr(Known, "learn", interrupted)
    result = loaded("code,name\nP1,Melati\n")
    assert result.rejected == 1 and "Somebody else changed this row" in result.mistakes[0][2]
    assert POSYANDU.model.objects.get().name == "Mawar"


def test_of_a_load_that_fails_nothing_stays(loaded, monkeypatch):
    monkeypatch.setattr(upload, "BATCH", 2)
    add, calls = together.add, []

    def failing(layer, made):
        calls.append(len(made))
        if len(calls) == 2:
            raise DataError("the disk of the database")
        add(layer, made)

    monkeypatch.setattr(together, "add", failing)
    with pytest.raises(DataError):
        loaded("code,name\nP1,A\nP2,B\nP3,C\n")
    assert calls == [2, 1] and not POSYANDU.model.objects.exists() and not Load.objects.exists()
