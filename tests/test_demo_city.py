"""The demo city before any database: land, gampong, people, posyandu, markets, raster."""

import hashlib
from dataclasses import astuple

import numpy as np
import pytest
import rasterio
import shapely
from pyproj import Geod

from layers.demo import coast, facilities, population
from layers.demo.city import ROOT, gampong, names
from layers.demo.frame import drawn, measured, metres
from layers.demo.people import CHUNK, bordering, chunk, counted, households
from layers.demo.posyandu import nearest, posyandu
from layers.demo.streets import lanes

UNTIL = "2026-11-24"


@pytest.fixture(scope="module")
def city():
    """(Households of scale 1, whether each has a point, (n, 2) metres of those that have one)."""
    (found,) = households(until=UNTIL)
    known = ~np.isnan(found.lon)
    return found, known, metres(np.column_stack([found.lon, found.lat])[known])


def far_from_posyandu(xy):
    """Metres to the nearest posyandu."""
    posts = shapely.points(metres([(post.lon, post.lat) for post in posyandu()]))
    return shapely.STRtree(posts).query_nearest(shapely.points(xy), return_distance=True, all_matches=False)[1]


def digest(columns):
    return hashlib.sha256(b"".join(np.ascontiguousarray(column).tobytes() for column in columns)).hexdigest()


def test_the_sheet_measures_as_the_ellipsoid_does():
    corner, lon, lat = metres([(97.11, 5.165), (97.12, 5.165), (97.11, 5.175)])
    geod = Geod(ellps="WGS84")
    assert lon[0] - corner[0] == pytest.approx(geod.inv(97.11, 5.165, 97.12, 5.165)[2], rel=1e-5)
    assert lat[1] - corner[1] == pytest.approx(geod.inv(97.11, 5.165, 97.11, 5.175)[2], rel=1e-5)


def test_all_68_gampong_have_their_official_codes_and_names():
    assert [area.code[:8] for area in gampong()].count("11.73.01") == 17
    assert [area.code[:8] for area in gampong()].count("11.73.02") == 18
    assert [area.code[:8] for area in gampong()].count("11.73.03") == 22
    assert [area.code[:8] for area in gampong()].count("11.73.04") == 11
    called = {area.code: area.name for area in gampong()}
    assert called == {code: name for code, name in names().items() if len(code) == 13}
    assert called["11.73.02.2008"] == "Pusong Lhokseumawe" and names()[ROOT] == "Kota Lhokseumawe"


def test_gampong_tile_the_land_without_gap_or_overlap():
    shapes = np.array([area.shape for area in gampong()])
    assert shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(coast.land().area, rel=1e-9)
    assert shapely.coverage_union_all(shapes).symmetric_difference(coast.land()).area < 1  # m²
    kept = drawn(shapes)  # as they are stored, in degrees of 7 decimals
    assert shapely.is_valid(kept).all() and shapely.coverage_is_valid(kept)


def test_the_city_is_as_large_as_it_says():
    geod = Geod(ellps="WGS84")
    square_metres = sum(abs(geod.geometry_area_perimeter(drawn(area.shape))[0]) for area in gampong())
    assert square_metres / 1e6 == pytest.approx(132.966, rel=0.03)


def test_no_gampong_is_a_sliver_and_the_town_has_the_small_ones():
    km2 = np.array([area.shape.area / 1e6 for area in gampong()])
    town = np.array([area.code.startswith("11.73.02") for area in gampong()])
    assert km2.min() > 0.15 and km2.max() < 10
    assert np.median(km2[town]) < 1 < np.median(km2[~town])
    largest = np.array([max(part.area for part in shapely.get_parts(area.shape)) for area in gampong()])
    assert (largest / 1e6 / km2 > 0.95).all()  # an islet at most is apart
    for area in gampong():
        body = area.shape.buffer(-20).buffer(20)  # without moles and spits narrower than 40 m
        assert body.area > 0.9 * area.shape.area
        assert 4 * np.pi * body.area / body.length**2 > 0.2  # 1 is a circle, 0.79 a square, 0.13 a strip 1 by 20


def test_borders_are_no_straight_lines():
    shapes = [area.shape for area in gampong()]
    bends = []
    for one, others in enumerate(bordering()):
        for other in others:
            shared = shapely.line_merge(shapely.intersection(shapes[one], shapes[other]))
            for line in shapely.get_parts(shared):
                if line.geom_type == "LineString" and line.length > 600:
                    bends.append(line.length / max(np.hypot(*np.subtract(line.coords[0], line.coords[-1])), 1))
    assert len(bends) > 150 and np.median(bends) > 1.05


def test_each_gampong_lies_where_the_sketch_has_it():
    middle = {area.code: area.shape.centroid for area in gampong()}
    assert max(middle, key=lambda code: middle[code].y) == "11.73.04.2007"  # Blang Naleung Mameh, north-west
    assert min(middle, key=lambda code: middle[code].y) == "11.73.03.2009"  # Mane Kareung, south-east
    assert coast.land().geoms[1].contains(middle["11.73.02.2008"])  # Pusong: on the town's island …
    pusong = gampong()[[area.code for area in gampong()].index("11.73.02.2008")].shape
    assert pusong.intersection(coast.land().boundary).length > 800  # … with a shore
    alue_lim = gampong()[[area.code for area in gampong()].index("11.73.03.2017")].shape
    assert alue_lim.distance(measured(shapely.Point(97.15, 5.17))) > 2000  # inland


def test_households_count_as_the_city_does(city):
    found, _known, _xy = city
    assert 44_500 < len(found.area) < 45_500
    assert found.members.sum() == pytest.approx(198_700, rel=0.01)
    assert 13_300 < found.under5.sum() < 14_700
    people = np.bincount(found.area, found.members, len(gampong()))
    assert people.min() >= 600 and people.max() <= 10_000
    town = np.array([area.code.startswith("11.73.02") for area in gampong()])
    assert 0.40 < people[town].sum() / people.sum() < 0.46
    assert found.members.min() >= 1 and (found.under5 < found.members).all()


def test_nobody_stands_in_the_water_or_in_another_gampong(city):
    found, known, xy = city
    assert shapely.contains_xy(coast.land(), *xy.T).all()
    reservoir, channel = metres([(97.1470, 5.1717), (97.1331, 5.1712)])
    for water in (reservoir, channel):
        assert not coast.land().contains(shapely.Point(water))
        assert np.hypot(*(xy - water).T).min() > 45
    for index, area in enumerate(gampong()):
        mine = found.area[known] == index
        assert shapely.contains_xy(area.shape, *xy[mine].T).all()


def test_a_few_have_no_point_and_a_few_declare_a_neighbour(city):
    found, known, _xy = city
    assert 0.010 < (~known).mean() < 0.020
    assert ((found.source == "") == ~known).all() and np.isnat(found.captured[~known]).all()
    assert np.isnan(found.accuracy[~known]).all() and (found.accuracy[known] >= 2).all()
    elsewhere = found.declared != found.area
    assert 0.004 < elsewhere.mean() < 0.012
    for declared, area in zip(found.declared[elsewhere], found.area[elsewhere], strict=True):
        assert declared in bordering()[area]


def test_points_were_taken_in_the_last_two_years_in_daytime(city):
    found, known, _xy = city
    days = (np.datetime64(UNTIL) - found.captured[known]) / np.timedelta64(1, "D")
    assert days.min() > 0 and days.max() < 731
    hour = (found.captured[known] - found.captured[known].astype("M8[D]")) / np.timedelta64(1, "h") + 7  # Asia/Jakarta
    assert hour.min() >= 8 and hour.max() <= 16


def test_shares_are_those_of_such_a_city(city):
    found, _known, _xy = city
    poor = (found.desil >= 1) & (found.desil <= 4)
    assert 0.32 < poor.mean() < 0.39
    assert 0.10 < np.isin(found.latrine, ["pit", "none"]).mean() < 0.17
    assert 0.07 < np.isin(found.water, ["unprotected", "surface"]).mean() < 0.14
    assert 0.12 < found.pkh.mean() < 0.18 < found.bpnt.mean() < 0.25 < found.pbi.mean() < 0.60
    assert found.pkh[poor].mean() > 0.25 > 0.03 > found.pkh[found.desil > 5].mean()
    flags = found.too_young | found.too_old | found.too_close
    assert not flags[found.under5 == 0].any() and 0.15 < flags[found.under5 > 0].mean() < 0.45
    assert (found.members[found.too_many] >= 6).all()


def test_the_poor_live_near_the_poor(city):
    found, _known, _xy = city
    lacking = np.isin(found.latrine, ["pit", "none"])
    count = np.bincount(found.area)
    share = np.bincount(found.area, lacking) / count
    by_chance = np.sqrt(lacking.mean() * (1 - lacking.mean()) / count)
    assert share.std() > 3 * by_chance.mean()
    here = np.repeat(np.arange(len(count)), [len(near) for near in bordering()])
    around = share[np.concatenate(bordering())]
    assert np.corrcoef(share[here], around)[0, 1] > 0.1  # and across a border too


def test_no_family_card_number_can_be_anybodys(city):
    found, _known, _xy = city
    assert set(np.char.str_len(found.no_kk)) == {16} and len(set(found.no_kk.tolist())) == len(found.no_kk)
    assert set(np.strings.slice(found.no_kk, 0, 6).tolist()) == {"117301", "117302", "117303", "117304"}
    assert set(np.strings.slice(found.no_kk, 6, 8).tolist()) == {"00"}  # nobody is born on day 00
    assert len(set(found.head.tolist())) > 3000


def test_houses_are_dense_in_town_and_stand_along_lanes(city):
    found, known, xy = city
    gap = shapely.STRtree(shapely.points(xy)).query_nearest(shapely.points(xy), exclusive=True, return_distance=True)[1]
    assert 1 < np.median(gap) < 15
    streets = shapely.STRtree(shapely.linestrings(lanes().ends.reshape(-1, 2, 2)))
    off = streets.query_nearest(shapely.points(xy), return_distance=True, all_matches=False)[1]
    assert np.quantile(off[found.source[known] != "centroid"], 0.999) < 24.5
    density = counted(1) / np.array([area.shape.area / 1e6 for area in gampong()])
    town = np.array([area.code.startswith("11.73.02") for area in gampong()])
    assert np.median(density[town]) > 4 * np.median(density[~town])


def test_most_live_near_a_posyandu_and_some_inland_far_from_any(city):
    found, known, xy = city
    assert 280 < len(posyandu()) < 320
    far = far_from_posyandu(xy)
    assert 150 < np.median(far) < 600
    lacking = np.isin(found.latrine, ["pit", "none"])[known]
    assert 24 <= (lacking & (far > 1000)).sum() <= 900
    assert not np.array([area.code.startswith("11.73.02") for area in gampong()])[found.area[known]][far > 1000].any()


def test_every_place_lies_in_its_gampong_under_one_code():
    for places in (posyandu(), facilities.health_facilities(), facilities.markets()):
        assert len({place.code for place in places}) == len(places)
        for place in places:
            assert gampong()[place.area].shape.contains(measured(shapely.Point(place.lon, place.lat)))
    assert all(post.name.startswith("Posyandu ") and 1 <= post.day <= 28 for post in posyandu())
    in_one = {(post.area, post.name) for post in posyandu()}
    assert len(in_one) == len(posyandu())


def test_seven_puskesmas_and_seven_markets_by_class():
    kinds = [facility.kind for facility in facilities.health_facilities()]
    assert kinds.count("puskesmas") == 7 and kinds.count("pustu") >= 15 and kinds.count("hospital") >= 3
    least = {"1": 751, "2": 501, "3": 250, "4": 1}
    most = {"1": 20_000, "2": 750, "3": 500, "4": 249}
    assert len(facilities.markets()) == 7
    for market in facilities.markets():
        assert least[market.market_class] <= market.traders <= most[market.market_class]


def test_a_household_belongs_to_the_nearest_posyandu_of_its_gampong(city):
    found, known, _xy = city
    mine = nearest(found.area, found.lon, found.lat, posyandu())
    assert (np.array([post.area for post in posyandu()])[mine] == found.area).all()
    for row in np.flatnonzero(known)[::5000]:
        here = [number for number, post in enumerate(posyandu()) if post.area == found.area[row]]
        at = np.array([(posyandu()[number].lon, posyandu()[number].lat) for number in here])
        assert mine[row] == here[np.hypot(*(at - (found.lon[row], found.lat[row])).T).argmin()]


def test_the_same_seed_gives_the_same_city_and_another_seed_another():
    one, again, other = (chunk(seed, 0.05, UNTIL, 0) for seed in (5, 5, 6))
    assert digest(astuple(one)) == digest(astuple(again)) != digest(astuple(other))
    assert posyandu.__wrapped__(5) == posyandu.__wrapped__(5) != posyandu.__wrapped__(6)


def test_a_larger_city_comes_in_chunks_over_the_same_lanes():
    count = counted(3).sum()
    assert count == pytest.approx(3 * counted(1).sum(), abs=68)
    last = chunk(1, 3, UNTIL, 1)  # drawn without the first
    assert len(last.area) == count - CHUNK
    known = ~np.isnan(last.lon)
    assert shapely.contains_xy(coast.land(), *metres(np.column_stack([last.lon, last.lat])[known]).T).all()
    assert last.no_kk[0].endswith(f"00{CHUNK:08}")


def test_a_last_chunk_may_be_as_short_as_one_household(monkeypatch):
    monkeypatch.setattr("layers.demo.people.CHUNK", 3)  # few of them hold a rough point, or a household without any
    assert [len(chunk(1, 0.01, UNTIL, number).area) for number in range(20)] == [3] * 20


def test_a_twentieth_of_the_city_keeps_every_gampong():
    (small,) = households(scale=0.05, until=UNTIL)
    assert len(small.area) == pytest.approx(2255, abs=40)
    assert len(np.unique(small.area)) == 68


def test_the_raster_counts_the_people_where_they_stand(city, tmp_path):
    found, known, _xy = city
    count = population.empty()
    count.add(found.lon, found.lat, found.members)
    population.write(count, tmp_path / "population.tif")
    with rasterio.open(tmp_path / "population.tif") as file:
        values = file.read(1, masked=True)
        assert file.crs.to_epsg() == 32647 and file.res == (100, 100) and file.units == ("people/ha",)
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert values.sum() == found.members[known].sum()
        # A hectare of sea by the harbour is no cell with nobody in it: it is no cell at all.
        (sea,), (field,) = (list(file.sample([at], masked=True)) for at in [(321_000, 574_500), (289_500, 572_500)])
        assert sea.mask.all() and not field.mask.any()
        assert (~values.mask).sum() == pytest.approx(coast.land().area / 1e4, rel=0.06)  # hectares, with the shore's
