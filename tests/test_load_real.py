"""`manage.py load` on real boundaries of Lhokseumawe, where they lie beside the project."""

import csv

import numpy as np
import pyogrio.raw
import pytest
import shapely
from django.conf import settings
from django.utils import translation

from geoportal import places
from geoportal.places import Area, AreaShape, BoundarySet
from tests.loading import load, shapes

pytestmark = pytest.mark.django_db
DATA = settings.BASE_DIR.parent / "shared" / "data"
real = pytest.mark.skipif(not DATA.is_dir(), reason="no real data beside the project (../shared/data)")
CAHYADSN = DATA / "boundaries" / "lhokseumawe_gampong_cahyadsn.geojson"
HDX = DATA / "boundaries" / "lhokseumawe_gampong_hdx2020.geojson"
CROSSWALK = DATA / "boundaries" / "lhokseumawe_gampong_crosswalk_kemendagri_bps.csv"
UPLOADS = ["lhokseumawe_gampong_dgn95_tm3_47_1.zip", "lhokseumawe_gampong_utm47n.gpkg"]


@pytest.fixture(autouse=True)
def in_english(owner):
    with translation.override("en"), owner():
        yield


def spatial(path) -> tuple[dict, str, np.ndarray]:
    """(columns by name, CRS, shapes as WKB) of a spatial file."""
    meta, _fids, wkb, values = pyogrio.raw.read(f"/vsizip/{path}" if path.suffix == ".zip" else path)
    return dict(zip(meta["fields"], values, strict=True)), meta["crs"], wkb


@real
def test_the_68_gampong_are_loaded_and_seuneuboks_overlap_is_reported(areas):
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
def test_a_file_with_swapped_axes_is_found_out(areas):
    path = DATA / "uploads" / "lhokseumawe_gampong_AXIS_SWAPPED.geojson"
    code, line, told = load("areas", path, "--map", "kode=code", "--map", "nama=name")
    assert (code, line) == (2, "") and "swapped" in told and "--as axes=swapped" in told
    assert AreaShape.objects.count() == 4 and BoundarySet.objects.count() == 1
    code, line, _told = load("areas", path, "--map", "kode=code", "--map", "nama=name", "--as", "axes=swapped")
    assert (code, line) == (0, "stored 68, updated 0, skipped 0, rejected 0")
    assert Area.objects.get(code="11.73.01.2002").geom.extent[1] > 5  # south of Alue Awe, in degrees of latitude


@real
@pytest.mark.parametrize("name", UPLOADS)
def test_codes_of_another_system_are_refused_as_such(areas, name):
    column = next(c for c in spatial(DATA / "uploads" / name)[0] if c.startswith("village_co"))
    code, line, told = load("areas", DATA / "uploads" / name, "--map", f"{column}=code", "--map", "village=name")
    assert (code, line) == (3, "stored 0, updated 0, skipped 0, rejected 69")
    assert told.count("BPS codes are another system") == 69 and "id1174010001" in told
    assert BoundarySet.objects.count() == 1


@real
@pytest.mark.parametrize("name", UPLOADS)
def test_projected_files_are_stored_in_degrees_through_the_crosswalk(areas, tmp_path, name):
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
