"""Files others made to break readers: csv-spectrum, the list of naughty strings, gisdata. `bin/corpora` fetches them."""

import csv
import io
import json

import pytest
import shapely
from django.utils import translation

from geoportal import catalogue, upload
from geoportal.reading.apart import opened
from geoportal.reading.found import Choices
from tests.checkout import ROOT
from tests.files import workbook

CORPORA = ROOT / "var/corpora"
SPECTRUM, NAUGHTY, GIS = (CORPORA / name for name in ("csv-spectrum-2.0.0", "blns-2.0.4", "gisdata-0.5.4"))
POSYANDU = catalogue.layer("posyandu")


def need(corpus):
    return pytest.mark.skipif(not corpus.is_dir(), reason=f"{corpus.name} is not in var/corpora: python3 bin/corpora")


def names(pattern, folder):
    return sorted(str(path.relative_to(folder)) for path in folder.glob(pattern)) or ["none"]


def rows(path, **choices):
    """(found, rows as dictionaries, shapes)."""
    with opened(path, Choices(**choices)) as file:
        lines, shapes = [], []
        for batch in file:
            lines += [dict(zip(file.found.columns, row, strict=True)) for row in zip(*batch.columns, strict=True)]
            shapes += list(shapely.from_wkb(batch.shapes)) if batch.shapes else []
        return file.found, lines, shapes


@need(SPECTRUM)
@pytest.mark.parametrize("name", names("csvs/*.csv", SPECTRUM))
def test_csv_spectrum_is_read_as_it_says(name):
    path = SPECTRUM / name
    truth = json.loads((SPECTRUM / "json" / f"{path.stem}.json").read_text())
    found, lines, _shapes = rows(path)
    truth = (
        truth if isinstance(truth, list) else [truth | {"Contact Phone Number": "2095257564"}]
    )  # its JSON has another

    def unix(lines):  # a cell keeps its line breaks as the file has them
        return [{name: text.replace("\r\n", "\n") for name, text in line.items()} for line in lines]

    assert unix(lines) == unix(truth)
    assert (found.format, found.separator, found.header) == ("csv", ",", 1)


def naughty():
    return [text for text in json.loads((NAUGHTY / "blns.json").read_text()) if text.strip()]


@need(NAUGHTY)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_naughty_strings_come_back_from_a_table(tmp_path, separator):
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([["code", "name"], *enumerate(naughty())])
    path = tmp_path / "a.csv"
    path.write_bytes(out.getvalue().encode())
    found, lines, _shapes = rows(path)
    assert len(lines) > 450 and [line["name"] for line in lines] == naughty()
    assert (found.separator, found.encoding) == (separator, "utf-8")


@need(NAUGHTY)
def test_naughty_strings_come_back_from_a_workbook(tmp_path):
    """XML knows no control characters: XlsxWriter writes them as _x0001_, calamine reads them back."""
    texts = [text for text in naughty() if text.isprintable() and not text.startswith("=")]
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        workbook(lambda book, sheet: [sheet.write_string(n, 0, text) for n, text in enumerate(["code", *texts])])
    )
    _found, lines, _shapes = rows(path)
    assert len(lines) > 400 and [str(line["code"]) for line in lines] == texts


@need(NAUGHTY)
@pytest.mark.django_db
def test_naughty_strings_as_names_are_stored_as_they_are_or_refused(areas, owner, tmp_path):
    out = io.StringIO()
    csv.writer(out).writerows([["code", "name"], *((f"N{n}", text) for n, text in enumerate(naughty()))])
    path = tmp_path / "a.csv"
    path.write_bytes(out.getvalue().encode())
    with owner(), translation.override("en"):
        result = upload.load(POSYANDU, path, {})
        stored = dict(POSYANDU.model.objects.values_list("code", "name"))
    assert result.stored + result.rejected == len(naughty()) and result.stored > 400
    assert all(name == naughty()[int(code[1:])].strip() for code, name in stored.items())


@need(GIS)
@pytest.mark.parametrize("name", names("good/**/*.shp", GIS))
def test_shapefiles_of_others_are_read_whole(name):
    found, lines, shapes = rows(GIS / name)
    assert found.rows == len(lines) == len(shapes) > 0
    assert found.crs and all(shape is None or abs(shape.bounds[0]) <= 180 for shape in shapes)


@need(GIS)
@pytest.mark.parametrize("name", ["points_wgs84_no_prj.shp", "points_epsg2249_no_prj.shp"])
def test_shapefiles_without_a_reference_system_name_none(name):
    found, lines, _shapes = rows(GIS / "bad" / name)
    assert (found.crs, found.crs_name) == ("", "") and len(lines) > 0


@need(GIS)
def test_a_system_chosen_for_a_shapefile_without_one_puts_it_where_it_belongs():
    """The same points in degrees and in feet of Massachusetts (EPSG:2249)."""
    _found, _lines, degrees = rows(GIS / "bad/points_wgs84_no_prj.shp", crs="EPSG:4326")
    _found, _lines, feet = rows(GIS / "bad/points_epsg2249_no_prj.shp", crs="EPSG:2249")
    assert all(one.distance(other) < 1e-4 for one, other in zip(degrees, feet, strict=True))
