"""Spatial files of others: every format gives the same rows; the reference system is the file's, or guessed by where it would lie."""

import gzip

import numpy as np
import pyproj
import pytest
import shapely

from geoportal.reading import systems
from geoportal.reading.apart import opened
from geoportal.reading.found import Choices, Refused
from tests.files import CITY, FEATURE, drawn, folder_zipped, geojson, zipped

KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>Posyandu</name>
<Placemark><name>Mawar</name><ExtendedData><Data name="code"><value>P1</value></Data></ExtendedData>
<Point><coordinates>97.1,5.1,3</coordinates></Point></Placemark></Folder></Document></kml>"""
GPX = """<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="5.1" lon="97.1"><name>P1</name></wpt><trk><name>jalan</name><trkseg><trkpt lat="5.1" lon="97.1"/><trkpt lat="5.2" lon="97.1"/>
</trkseg></trk></gpx>"""
POINT = shapely.Point(97.1, 5.1)


@pytest.fixture
def read(tmp_path):
    """read(content or path, name, choices…) -> (found, {column: values}, shapes, wrong)."""

    def run(content, name="", words=frozenset(), near=CITY, **choices):
        path = content
        if isinstance(content, bytes | str):
            path = tmp_path / name
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        with opened(path, Choices(**choices), near, words) as file:
            columns = {column: [] for column in file.found.columns}
            shapes, wrong = [], []
            for batch in file:
                wrong += [(batch.lines[row], code) for row, _at, code, _value in batch.wrong]
                shapes += list(shapely.from_wkb(np.array(batch.shapes, object)))
                for values, more in zip(columns.values(), batch.columns, strict=True):
                    values += more
        return file.found, columns, shapes, wrong

    return run


def shapefile(folder, shapes=(POINT,), without=(), **more) -> bytes:
    drawn(folder / "p.shp", list(shapes), **more)
    return folder_zipped(folder, "p", without)


SEQUENCE = "\n".join(FEATURE % (code, "97.1,5.1") for code in ("P1", "P2")) + "\n"


@pytest.mark.parametrize(
    ("name", "make", "form"),
    [
        ("a.geojson", lambda folder: geojson((97.1, 5.1)), "geojson"),
        ("a.json", lambda folder: FEATURE % ("P1", "97.1,5.1"), "geojson"),
        ("a.geojsonl", lambda folder: SEQUENCE, "geojson"),
        ("a.geojsons", lambda folder: "\x1e" + SEQUENCE.replace("\n{", "\n\x1e{"), "geojson"),
        ("a.gpkg", lambda folder: drawn(folder / "b.gpkg", [POINT]).read_bytes(), "gpkg"),
        ("a.fgb", lambda folder: drawn(folder / "b.fgb", [POINT]).read_bytes(), "fgb"),
        ("a.zip", lambda folder: shapefile(folder), "shp"),
        ("a.kml", lambda folder: KML, "kml"),
        ("a.kmz", lambda folder: zipped({"doc.kml": KML.encode()}), "kml"),
        ("a.gpx", lambda folder: GPX, "gpx"),
        (
            "b.zip",
            lambda folder: zipped({"data/a.geojson": geojson((97.1, 5.1)).encode(), "readme.pdf": b"%PDF"}),
            "geojson",
        ),
    ],
)
def test_every_format_gives_columns_and_shapes(read, tmp_path, name, make, form):
    found, columns, shapes, wrong = read(make(tmp_path), name)
    assert (found.format, found.crs, found.geometries["Point"]) == (form, "EPSG:4326", found.rows)
    assert columns.get("code", columns.get("name"))[0] == "P1"
    assert shapes[0].equals(POINT) and wrong == []


@pytest.mark.parametrize("code", ["EPSG:32647", "EPSG:23831", "EPSG:3857"])
def test_shapes_come_in_degrees_from_the_system_the_file_names(read, tmp_path, code):
    project = pyproj.Transformer.from_crs("EPSG:4326", code, always_xy=True)
    found, _columns, shapes, _wrong = read(
        drawn(tmp_path / "a.gpkg", [shapely.Point(project.transform(97.1, 5.1))], code)
    )
    assert (found.crs, found.better()) == (code, None)
    assert shapes[0].distance(POINT) < 1e-8


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("EPSG:4326", "WGS 84"), ("EPSG:32647", "WGS 84 / UTM zone 47N"), ("EPSG:23831", "DGN95 / Indonesia TM-3 zone 47.1"),
        ("EPSG:3857", "WGS 84 / Pseudo-Mercator"),
    ],
)  # fmt: skip
def test_without_a_named_system_the_likeliest_is_the_one_by_which_it_lies_in_the_city(read, tmp_path, code, name):
    project = pyproj.Transformer.from_crs("EPSG:4326", code, always_xy=True)
    points = [shapely.Point(project.transform(lon, 5.1)) for lon in (97.1, 97.2)]
    found, _columns, _shapes, _wrong = read(shapefile(tmp_path, points, without=(".prj",), crs=code), "a.zip")
    assert (found.crs, found.guesses[0].crs, found.guesses[0].name, found.guesses[0].share) == ("", code, name, 1)
    again, _columns, shapes, _wrong = read(tmp_path / "a.zip", crs=code)
    assert again.crs == code and shapes[0].distance(POINT) < 1e-8


@pytest.mark.parametrize(
    ("place", "code"), [((107.6, -6.9), "EPSG:32748"), ((95.3, 5.5), "EPSG:32646"), ((104.7, -2.9), "EPSG:23834")]
)
def test_the_guess_knows_other_cities(place, code):
    """Bandung in UTM 48S, Banda Aceh in UTM 46N, Palembang in TM-3 48.2."""
    lon, lat = place
    xy = np.array([pyproj.Transformer.from_crs("EPSG:4326", code, always_xy=True).transform(lon, lat)])
    assert systems.guesses(xy, (lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1))[0].crs == code


def test_swapped_axes_are_found_out_and_exchanged_when_that_is_chosen(read):
    swapped = geojson((5.1, 97.1), (5.2, 97.2))
    found, _columns, shapes, _wrong = read(swapped, "a.geojson")
    better = found.better()
    assert (better.crs, better.swapped, better.share) == ("EPSG:4326", True, 1) and shapes[0].x == 5.1
    found, _columns, shapes, _wrong = read(swapped, "a.geojson", axes="swapped")
    assert (found.swapped, found.better(), shapes[0].equals(POINT)) == (True, None, True)


def test_metres_that_call_themselves_degrees_are_found_out(read):
    """GeoJSON is in degrees by its definition, whatever programs write into it."""
    x, y = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32647", always_xy=True).transform(97.1, 5.1)
    found, _columns, _shapes, _wrong = read(geojson((x, y)), "a.geojson")
    assert found.crs == "EPSG:4326" and found.better().crs == "EPSG:32647"
    assert read(geojson((x, y)), "a.geojson", crs="EPSG:32647")[2][0].distance(POINT) < 1e-8


def test_a_file_of_elsewhere_gets_no_better_reading(read):
    assert read(geojson((2.35, 48.85)), "a.geojson")[0].guesses == []


def test_of_layers_the_one_the_destination_knows_is_read_and_another_by_its_name(read, tmp_path):
    drawn(tmp_path / "a.gpkg", [POINT], layer="jalan", ruas=["A"])
    drawn(tmp_path / "a.gpkg", [POINT, POINT], layer="posyandu", append=True, name=["Mawar", "Melati"])
    found = read(tmp_path / "a.gpkg", words={"code", "name"})[0]
    assert (found.part, found.rows, found.notes) == (
        "posyandu",
        2,
        [["parts", {"part": "posyandu", "others": ["jalan"]}]],
    )
    assert read(tmp_path / "a.gpkg", part="jalan")[1]["ruas"] == ["A"]
    with pytest.raises(Refused) as refusal:
        read(tmp_path / "a.gpkg", part="sungai")
    assert refusal.value.words == {"part": "sungai", "names": ["jalan", "posyandu"]}


def test_of_the_files_in_a_zip_the_likeliest_is_read_and_another_by_its_name(read, tmp_path):
    drawn(tmp_path / "p.shp", [POINT])
    parts = {path.name: path.read_bytes() for path in tmp_path.glob("p.*")}
    both = zipped({"tabel.csv": b"code\nP9\n", "__MACOSX/._p.shp": b"x"} | parts)
    assert read(both, "a.zip")[0].part == "p.shp"
    with opened(tmp_path / "a.zip", Choices(part="tabel.csv")) as file:
        assert (file.found.format, [batch.columns for batch in file]) == ("csv", [[["P9"]]])


def test_tracks_of_a_gpx_are_another_part(read):
    found, _columns, shapes, _wrong = read(GPX, "a.gpx", part="tracks")
    assert (found.part, shapes[0].geom_type) == ("tracks", "MultiLineString")


def test_mixed_shapes_are_counted_and_spoilt_ones_named(read, tmp_path):
    shapes = [POINT, shapely.box(97, 5, 97.1, 5.1), shapely.Point(np.inf, 5), shapely.Point(np.nan, np.nan)]
    found, columns, got, wrong = read(drawn(tmp_path / "a.gpkg", shapes))
    assert found.geometries["Polygon"] == 1 and found.rows == 4 and columns["code"] == ["P1", "P2", "P3", "P4"]
    assert (3, "infinite") in wrong and got[2] is None


def test_coordinates_beyond_what_a_system_knows_are_named(read, tmp_path):
    path = drawn(tmp_path / "a.gpkg", [shapely.Point(500000, 560000), shapely.Point(1e30, 1e30)], "EPSG:32647")
    assert read(path)[3] == [(2, "beyond")]


def test_numbers_days_and_nothing_come_as_what_they_are(read):
    text = geojson((97.1, 5.1), (97.2, 5.2)).replace('"code": "P1"', '"code": 101, "day": "2026-02-03", "list": [1, 2]')
    _found, columns, _shapes, _wrong = read(text.replace('"code": "P2"', '"code": 102'), "a.geojson")
    assert columns["code"] == [101, 102]
    assert [str(day) for day in columns["day"]] == ["2026-02-03", "None"] and columns["list"] == [[1, 2], None]


def test_large_shapes_travel_in_batches_of_a_size_the_wire_carries(tmp_path):
    """Circles of 40,000 corners: 0.64 MB each, 1.28 MB as text."""
    circle = POINT.buffer(0.1, quad_segs=10_000)
    path = drawn(tmp_path / "a.fgb", [circle] * 20)
    with opened(path) as file:
        sizes = [len(batch.lines) for batch in file]
    assert sum(sizes) == 20 and max(sizes) < 10


def test_a_file_still_open_elsewhere_is_read_with_what_was_written_last_and_left_alone(read, tmp_path):
    path = drawn(tmp_path / "a.gpkg", [POINT])
    before = path.read_bytes()
    read(path)
    assert path.read_bytes() == before and sorted(p.name for p in tmp_path.iterdir()) == ["a.gpkg"]


def test_what_is_not_read_is_named_not_guessed(read):
    for name, content in (("a.geojson.gz", gzip.compress(b"{}")), ("a.json", b"[[1, 2], [3, 4]]")):
        with pytest.raises(Refused) as refusal:
            read(content, name)
        assert refusal.value.code in {"kind", "json"}
