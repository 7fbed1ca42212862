"""Forms of files with rules of their own: what GIS programs and readers of Parquet find in them."""

import io
import json
import zipfile

import fastparquet
import pytest
import shapely
from pyogrio import read_info

from geoportal import catalogue
from geoportal.writing import names, spatial, wire
from tests import written

pytestmark = pytest.mark.django_db
MARKETS, HOUSES = catalogue.layer("markets"), catalogue.layer("households")


def test_a_geopackage_opens_with_its_crs_and_all_rows(taken, market, tmp_path):
    path = tmp_path / "markets.gpkg"
    path.write_bytes(taken("markets.gpkg"))
    info = read_info(path, force_feature_count=True)
    assert (info["crs"], info["geometry_type"], info["features"]) == ("EPSG:4326", "Point", 1)


def test_a_shapefile_keeps_letters_days_and_short_names_and_tells_what_it_cut(client, row, person, taken):
    row(HOUSES, surveyed="2026-03-01", dusun="é" * 60)
    client.force_login(person("validator", "health", "11.73"))
    body = taken("households.shp.zip?values=codes")
    (line,) = written.rows(body, "shp.zip")
    assert max(map(len, set(line) - {"geometry"})) <= 10
    assert line["dusun"] == "é" * 60 and str(line["surveyed"])[:10] == "2026-03-01"
    with zipfile.ZipFile(io.BytesIO(body)) as shapes:
        assert shapes.read("households.cpg") == b"UTF-8" and b"WGS" in shapes.read("households.prj")
    row(MARKETS, name="é" * 120, open_days="x")
    with zipfile.ZipFile(io.BytesIO(taken("markets.shp.zip"))) as shapes:
        assert "were cut" not in shapes.read("markets.txt").decode()  # 240 bytes


def test_texts_too_long_for_a_shapefile_are_cut_between_letters_and_counted(tmp_path):
    wanted = wire.Wanted(
        form="shp.zip", path=str(tmp_path / "a.shp.zip"), layer="a", title="A", columns=[("keterangan_lengkap", "K", "text")],
        geometry="Point", about=[("Rows", "2")], dictionary=[["Column"], ["keterangan_lengkap"]],
        words={"columns": "Columns", "cut": "Cut to %(n)s bytes: %(columns)s"},
    )  # fmt: skip
    wkb = shapely.to_wkb(shapely.Point(97, 5))
    spatial.write(wanted, iter([[["é" * 128, wkb], ["b", None]]]))
    body = (tmp_path / "a.shp.zip").read_bytes()
    first, second = written.rows(body, "shp.zip")
    assert (first["keterangan"], second["keterangan"]) == ("é" * 127, "b")
    assert "keterangan = keterangan_lengkap" in written.text(
        body
    ) and "Cut to 254 bytes: keterangan_lengkap: 1" in written.text(body)


def test_short_names_are_unlike_each_other():
    assert names.short(["uid", "market_class", "market_class_old", "market_cla", "désa"]) == {
        "uid": "uid", "market_class": "market_cl1", "market_class_old": "market_cl2", "market_cla": "market_cla", "désa": "d_sa",
    }  # fmt: skip


def test_kml_names_each_place_and_describes_it(taken, market):
    (line,) = written.rows(taken("markets.kml"), "kml")
    assert line["Name"] == "=Pasar, “Inpres”"
    assert "<b>Market class</b>: Class II<br><b>Traders</b>: 540<br>" in line["description"]


def test_geoparquet_names_column_encoding_and_kinds(taken, market, row, tmp_path):
    row(MARKETS, lon=None, traders=None)
    path = tmp_path / "markets.parquet"
    path.write_bytes(taken("markets.parquet"))
    read = fastparquet.ParquetFile(str(path))
    geo = json.loads(read.key_value_metadata["geo"])
    assert geo["version"] == "1.1.0" and geo["primary_column"] == "geometry"
    assert geo["columns"] == {"geometry": {"encoding": "WKB", "geometry_types": ["Point"], "edges": "planar"}}
    assert json.loads(read.key_value_metadata["about"])["rows"] == "2"
    first, second = written.rows(path.read_bytes(), "parquet")
    assert shapely.from_wkb(first["geometry"]) == shapely.Point(97.01, 5.01) and second["geometry"] is None
    assert (first["traders"], second["traders"]) == (540, None)
