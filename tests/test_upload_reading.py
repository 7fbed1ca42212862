"""What people write into cells, through reader and form: days, numbers, coordinates; and how to read a file better by --as."""

import datetime
import io

import pyproj
import pytest
import shapely
from django.core.management import call_command
from django.utils import translation

from geoportal import catalogue, coordinates, days, upload
from geoportal.errors import Unusable
from geoportal.models import Load
from geoportal.reading.found import Choices
from tests.files import drawn, folder_zipped, geojson, grid, workbook

pytestmark = pytest.mark.django_db
POSYANDU, HOUSES = (catalogue.layer(name) for name in ("posyandu", "households"))


@pytest.fixture(autouse=True)
def in_english(areas, owner):
    with translation.override("en"), owner():
        yield


@pytest.fixture
def loaded(tmp_path):
    """loaded(content, name, layer, mapping, choices…) -> the result."""

    def load(content, name="a.csv", layer=POSYANDU, mapping=None, **choices):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return upload.load(layer, path, mapping or {}, reading=Choices(**choices))

    return load


def places():
    return {
        p.code: (round(p.place.x, 5), round(p.place.y, 5)) for p in POSYANDU.model.objects.filter(place__isnull=False)
    }


# --- Days


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-03", "03/02/2026", "3-2-2026", "03.02.2026", "03/02/26", "3 Februari 2026", "3 Feb 2026", "03-Feb-26", "3 Peb. 2026",
        "3 february 2026", "2026-02-03 00:00:00", "2026-02-03T00:00", "46056", 46056, datetime.date(2026, 2, 3),
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_and_spreadsheets_write_it(cell):
    field = HOUSES.model._meta.get_field("surveyed").formfield(form_class=upload.forms.DayField)
    assert field.to_python(cell) == datetime.date(2026, 2, 3)


@pytest.mark.parametrize(
    "cell", ["02/13/2026", "2026-02-03 07:30:00", "30 Februari 2026", "3 Foo 2026", "1", "99999", 7, True]
)
def test_what_is_no_day_is_refused(cell):
    field = HOUSES.model._meta.get_field("surveyed").formfield(form_class=upload.forms.DayField)
    with pytest.raises(upload.ValidationError):
        field.to_python(cell)


def test_a_day_of_the_month_and_a_year_are_no_days():
    assert [days.plain(value) for value in (5, 2026, "5", "2026", None, 1.5)] == [5, 2026, "5", "2026", None, 1.5]


def test_four_notations_of_a_day_in_one_column_of_a_workbook(loaded):
    head = ["Head of household", "people", "drinking water", "latrine", "declared area", "surveyed"]
    line = ["A", 4, "piped", "own", "11.73.01.2001"]
    book = workbook(grid([head, *[[*line, day] for day in ("2026-02-03", "03/02/2026", "3 Februari 2026", 46056)]]))
    result = loaded(book, "a.xlsx", HOUSES, {"surveyed": "surveyed"})
    assert (result.stored, result.mistakes) == (4, [])
    assert set(HOUSES.model.objects.values_list("surveyed", flat=True)) == {datetime.date(2026, 2, 3)}


def test_a_moment_that_is_a_number_is_refused(loaded):
    book = workbook(grid([["code", "name", "captured_at"], ["P1", "A", 46056.5], ["P2", "A", 46056]]))
    assert [(line, field) for line, field, _sentence in loaded(book, "a.xlsx").mistakes] == [
        (2, "captured_at"),
        (3, "captured_at"),
    ]


# --- Numbers


def test_numbers_of_a_file_with_decimal_commas_lose_their_marks_of_thousands(loaded):
    result = loaded("code;name;day;lon;lat\nP1;A;12;97,01;5,01\nP2;B;1.000;97,05;5,01\n")
    assert (result.found.decimal, result.stored) == (",", 1)
    assert [(line, field) for line, field, _sentence in result.mistakes] == [(3, "day")]
    assert "31" in result.mistakes[0][2]  # a thousand is more than the last day of a month


def test_a_mark_that_may_be_of_thousands_is_asked_about_and_chosen(loaded):
    text = "code,name,day\nP1,A,5.000\n"
    result = loaded(text)
    assert result.mistakes == [(2, "day", "“5.000” may mean thousands or a fraction: write it without the mark.")]
    assert loaded(text, decimal=".").stored == 1 and POSYANDU.model.objects.get().day == 5


def test_a_number_that_a_spreadsheet_has_cut_is_refused_where_it_is_a_field(loaded):
    head = "names__head,names__no_kk,members,water,latrine,declared_code,lain\n"
    row = "A,{},4,piped,own,11.73.01.2001,{}\n"
    result = loaded(head + row.format("1.17E+15", "") + row.format("1173012345670001", "1.17E+15"), layer=HOUSES)
    assert result.line() == "stored 1, updated 0, skipped 0, rejected 1"
    assert result.mistakes == [
        (2, "names__no_kk", "“1.17E+15” is not the whole number: a spreadsheet has cut it. Make the column text and enter it again.")
    ]  # fmt: skip


def test_what_is_no_number_is_refused_by_the_form(loaded):
    result = loaded("code,name,lon,lat\nP1,A,NaN,5.01\nP2,A,inf,5.01\nP3,A,97.01,1e999\nP4,A,97.01,abc\n")
    told = {(line, field) for line, field, _sentence in result.mistakes}
    assert told == {(2, "lon"), (3, "lon"), (4, "lat"), (5, "lat")}
    assert not POSYANDU.model.objects.exists()


# --- Coordinates in cells


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ("97.01", "5.01"), ("97,01", "5,01"), (" +97.01 ", "5.01"), ("97°0'36\"E", "5°0'36\"N"), ("97° 00' 36.0\" BT", "5° 00' 36.0\" LU"),
        ("97 0 36", "5 0 36"), ("97° 0,6'", "5° 0,6'"), ("BT 97.01", "LU 5.01"), ("5°0'36\"LU", "97°0'36\"BT"),
    ],
)  # fmt: skip
def test_coordinates_are_read_as_people_write_them(loaded, lon, lat):
    result = loaded(f"code\tname\tbujur\tlintang\nP1\tA\t{lon}\t{lat}\n", "a.tsv")
    assert (result.stored, result.mistakes) == (1, []) and places() == {"P1": (97.01, 5.01)}


@pytest.mark.parametrize(
    "both",
    [
        "5.01, 97.01",
        "97.01 5.01",
        "5,01; 97,01",
        "5,01, 97,01",
        "5°0'36\"N 97°0'36\"E",
        "5° 0' 36\" LU, 97° 0' 36\" BT",
    ],
)
def test_one_column_may_hold_both_coordinates(loaded, both):
    result = loaded(f"code\tname\tTitik Koordinat\nP1\tA\t{both}\nP2\tB\t\n", "a.tsv")
    assert (result.stored, result.mistakes) == (2, []) and places() == {"P1": (97.01, 5.01)}


def test_what_is_no_coordinate_is_told_with_an_example_of_this_city(loaded):
    result = loaded("code;name;koordinat\nP1;A;belakang masjid\nP2;B;5.01, 97.01\n")
    line, field, sentence = result.mistakes[0]
    assert (line, field, result.stored) == (2, "lon", 1)
    assert sentence.startswith("“belakang masjid” is no coordinate. Write it as 5.0")


def test_metres_of_a_named_system_are_read_and_the_likeliest_system_is_told(loaded):
    project = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32647", always_xy=True).transform
    lines = [
        f"P{n};A;{x:.1f};{y:.1f}\n".replace(".", ",")
        for n, (x, y) in enumerate((project(97.01, 5.01), project(97.05, 5.005)))
    ]
    text = "code;name;Easting;Northing\n" + "".join(lines)
    result = loaded(text)
    assert (result.stored, result.rejected) == (0, 2)
    assert any("As EPSG:32647 (WGS 84 / UTM zone 47N) 100% of it lies in" in warning for warning in result.warnings)
    assert loaded(text, crs="EPSG:32647").stored == 2
    assert places() == {"P0": (97.01, 5.01), "P1": (97.05, 5.005)}


def test_exchanged_columns_are_told_and_exchanged_when_that_is_chosen(loaded):
    text = "code,name,lon,lat\nP1,A,5.01,97.01\nP2,B,5.01,97.05\n"
    result = loaded(text)
    assert result.rejected == 2 and any("swapped in this file" in warning for warning in result.warnings)
    assert loaded(text, axes="swapped").stored == 2 and places()["P1"] == (97.01, 5.01)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("97°0'36\"E", (97.01, "lon")), ("5 LU", (5, "lat")), ("5°30' LS", (-5.5, "lat")), ("-5.5", (-5.5, None)), ("97,5", (97.5, None)),
        ("-5 LS", None), ("5 N 6", None), ("97°70'", None), ("abc", None), ("", None), ("5 6 7 8", None), ("9" * 400, None),
    ],
)  # fmt: skip
def test_one_angle_with_its_hemisphere(text, found):
    angle = coordinates.angle(text)
    assert angle == (found and (pytest.approx(found[0]), found[1]))


# --- Spatial files


def test_shapes_of_several_kinds_give_points_inside_and_spoilt_ones_are_told(loaded, tmp_path):
    house = shapely.box(97.01, 5.01, 97.012, 5.012)
    shapes = [
        shapely.Point(97.05, 5.005),
        house,
        shapely.Point(float("inf"), 5.0),
        shapely.LineString([(97.01, 5.01), (97.02, 5.01)]),
    ]
    result = loaded(drawn(tmp_path / "b.gpkg", shapes, name=list("ABCD")).read_bytes(), "a.gpkg")
    assert (result.stored, result.mistakes) == (3, [(3, "__all__", "The shape has coordinates that are no numbers.")])
    assert shapely.contains_xy(house, *POSYANDU.model.objects.get(code="P2").place.coords)


def test_a_file_without_a_system_is_refused_with_the_likeliest_and_read_when_it_is_chosen(loaded, tmp_path):
    project = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32647", always_xy=True).transform
    drawn(tmp_path / "p.shp", [shapely.Point(project(97.01, 5.01))], "EPSG:32647", name=["A"])
    content = folder_zipped(tmp_path, "p", without=(".prj",))
    with pytest.raises(Unusable, match=r"names no coordinate reference system.*As EPSG:32647 .* 100% of it lies in"):
        loaded(content, "a.zip")
    assert not Load.objects.exists()
    assert loaded(content, "a.zip", crs="EPSG:32647").stored == 1 and places() == {"P1": (97.01, 5.01)}


# --- The command


@pytest.fixture
def command():
    """command(*arguments) -> (exit code, lines of stdout, stderr)."""

    def run(*arguments):
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("load", *map(str, arguments), stdout=out, stderr=err, no_color=True)
            code = 0
        except SystemExit as end:
            code = end.code
        return code, out.getvalue().splitlines(), err.getvalue()

    return run


def test_the_command_says_what_was_found_and_reads_as_it_is_told(command, tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text(geojson((5.01, 97.01)).replace('"code": "P1"', '"code": "P1", "name": "A"'))
    code, out, err = command("posyandu", path)
    assert (
        code == 3 and out[0] == "a.geojson: GeoJSON, 1 row, 2 columns, Point 1, WGS 84" and "--as axes=swapped" in err
    )
    code, out, _err = command("posyandu", path, "--as", "axes=swapped")
    assert (code, out[-1]) == (0, "stored 1, updated 0, skipped 0, rejected 0")


@pytest.mark.parametrize("way", ["axes=sideways", "header=0", "colour=red", "decimal=x", "axes"])
def test_the_command_refuses_what_means_nothing(command, tmp_path, way):
    path = tmp_path / "a.csv"
    path.write_text("code,name\nP1,A\n")
    code, out, err = command("posyandu", path, "--as", way)
    assert (code, out) == (2, []) and "axes, crs, decimal, encoding, header, part, separator" in err


@pytest.mark.parametrize(("way", "said"), [("crs=EPSG:0", "EPSG:0"), ("encoding=klingon", "klingon"), ("part=x", "x")])
def test_the_command_refuses_what_does_not_exist(command, tmp_path, way, said):
    path = drawn(tmp_path / "a.gpkg", [shapely.Point(97.01, 5.01)]) if "encoding" not in way else tmp_path / "a.csv"
    if path.suffix == ".csv":
        path.write_text("code,name\nP1,A\n")
    code, out, err = command("posyandu", path, "--as", way)
    assert (code, out) == (2, []) and said in err


def test_swapped_areas_are_refused_with_the_remedy_and_stored_when_it_is_chosen(command, tmp_path):
    north = shapely.transform(shapely.box(97.0, 5.0, 97.03, 5.02), lambda xy: xy[:, ::-1])
    path = drawn(tmp_path / "a.geojson", [north], kode=["11.73.01.2001"])
    arguments = ["areas", path, "--map", "kode=code", "--source", "baru"]
    code, out, err = command(*arguments)
    assert (code, out) == (2, []) and "swapped in this file" in err and "--as axes=swapped" in err
    code, out, _err = command(*arguments, "--as", "axes=swapped")
    assert (code, out[-1]) == (0, "stored 1, updated 0, skipped 0, rejected 0")
