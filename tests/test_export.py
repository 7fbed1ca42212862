"""Files out: what a spreadsheet, a GIS and a program read in them."""

import csv
import io
import json

import pytest
import python_calamine
from pyogrio import read_info

from geoportal import catalogue

pytestmark = pytest.mark.django_db
MARKETS, HOUSES = catalogue.layer("markets"), catalogue.layer("households")


@pytest.fixture
def market(row):
    return row(MARKETS, name="=Pasar, “Inpres”", market_class="2", traders=540, daily=True, condition="good")


def test_geojson_keeps_kinds_whole_numbers_yes_or_no_text_and_nothing(client, row, person):
    row(HOUSES, members=6, desil=None, pkh=True, water="piped", latrine="pit")
    client.force_login(person("validator", "health", "11.73"))
    feature = json.loads(client.get("/export/households.geojson").content)["features"][0]
    properties = feature["properties"]
    assert (properties["members"], properties["pkh"], properties["desil"], properties["latrine"]) == (
        6,
        True,
        None,
        "pit",
    )
    assert isinstance(properties["members"], int) and properties["pkh"] is True
    assert feature["geometry"]["coordinates"] == [97.01, 5.01]


def test_a_district_takes_no_exact_house_and_no_name_with_it(client, row, person):
    row(HOUSES, lon=97.0123, lat=5.0117)
    client.force_login(person("district", "health", "11.73"))
    feature = json.loads(client.get("/export/households.geojson").content)["features"][0]
    assert feature["geometry"]["coordinates"] == [97.0125, 5.0115]  # the middle of its cell of 0.001 degrees
    assert "head" not in feature["properties"]


def test_csv_reads_in_a_spreadsheet_and_runs_nothing(client, market):
    client.cookies["django_language"] = "en"
    body = client.get("/export/markets.csv").content
    assert body.startswith(b"\xef\xbb\xbf")
    header, line = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    found = dict(zip(header, line, strict=True))
    assert found["Name"] == "'=Pasar, “Inpres”" and found["Market class"] == "Class II"
    assert (found["lon"], found["lat"]) == ("97.01", "5.01")


def test_a_workbook_keeps_numbers_as_numbers_and_formulas_as_text(client, market):
    client.cookies["django_language"] = "en"
    body = client.get("/export/markets.xlsx").content
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    found = dict(zip(*sheet, strict=True))
    assert found["Name"] == "=Pasar, “Inpres”" and found["Traders"] == 540.0


def test_a_geopackage_opens_with_its_crs_and_all_rows(client, market, tmp_path):
    path = tmp_path / "markets.gpkg"
    path.write_bytes(client.get("/export/markets.gpkg").content)
    info = read_info(path, force_feature_count=True)
    assert (info["crs"], info["geometry_type"], info["features"]) == ("EPSG:4326", "Point", 1)


def test_an_export_holds_what_the_filter_leaves(client, row):
    for number, market_class in enumerate("1122"):
        row(MARKETS, market_class=market_class, lon=97.001 + number / 1000)
    assert client.get("/export/markets.csv?market_class=2").content.count(b"\r\n") == 3
