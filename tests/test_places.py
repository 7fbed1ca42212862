"""Areas and points: level and parent from the code, the area a point falls in against the one it declares, sets of boundaries.

0.001 degrees are 110.9 m east and 110.6 m north here; the city ends at 97.00, 97.08, 5.00 and 5.02.
"""

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.utils import translation

from geoportal import boundaries, catalogue, forms, places
from geoportal.ground import Ground
from geoportal.places import Area, AreaShape, BoundarySet, BpsCode
from tests.conftest import square

pytestmark = pytest.mark.django_db
POSYANDU = catalogue.layer("posyandu")
WEST, MIDDLE, EAST = "11.73.01.2001", "11.73.01.2002", "11.73.02.2001"


@pytest.fixture
def put(owner):
    """put(lon, lat, …) -> (area, state) that the database finds for a new posyandu."""

    def make(lon=None, lat=None, **values):
        with owner():
            place = None if lon is None else Point(lon, lat, srid=4326)
            made = POSYANDU.model.objects.create(
                code=str(POSYANDU.model.objects.count()), name="P", place=place, **values
            )
            made.refresh_from_db()
        return made.area_code, made.place_state

    return make


# --- Codes


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("11", "province"),
        ("11.73", "regency"),
        ("11.73.02", "district"),
        ("11.73.02.2003", "village"),
        *[
            (code, None)
            for code in (
                "",
                "1",
                "1173",
                "11.73.2",
                "11.73.02.203",
                "11.73.02.2003.1",
                "id1174010001",
                "11.a3",
                "11.73.",
            )
        ],
    ],
)
def test_a_codes_level_is_its_length(code, level):
    assert places.level_of(code) == level


def test_level_parent_and_size_follow_from_code_and_shape(areas, owner):
    with owner():
        Area.objects.filter(code=WEST).update(level="province", parent=None, area_km2=1)
        found = Area.objects.get(code=WEST)
    assert (found.level, found.parent_id, found.area_code) == ("village", "11.73.01", WEST)
    # 2.218 km by 2.212 km
    assert areas[WEST].area_km2 == pytest.approx(4.906, abs=0.002)
    assert areas["11.73"].area_km2 == pytest.approx(4 * 4.906, abs=0.01)
    assert [areas[code].level for code in ("11", "11.73", "11.73.01")] == ["province", "regency", "district"]
    assert areas["11.73"].parent_id == "11" and areas["11"].parent_id is None


@pytest.mark.parametrize("code", ["1173", "11.73.1", "id1174"])
def test_what_is_no_code_is_no_area(areas, owner, code):
    with owner(), pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.create(code=code, name="X")


def test_a_shape_that_crosses_itself_is_refused_by_the_database(areas, owner):
    bow = "SRID=4326;MULTIPOLYGON(((97 5, 97.02 5.02, 97.02 5, 97 5.02, 97 5)))"
    with owner(), pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.filter(code=WEST).update(geom=bow)


def test_bps_codes_are_another_table(areas, owner, client):
    with owner():
        BpsCode.objects.create(area_id="11.73", code="1174", source="BPS 2020")
    found = client.get("/search?q=1174").json()["results"]
    assert [hit["code"] for hit in found if hit["kind"] == "area"] == ["11.73"]
    assert client.get("/search?q=1173").json()["results"][0]["code"] == "11.73"  # Kemendagri's own digits


# --- Points


@pytest.mark.parametrize(
    ("lon", "lat", "values", "area", "state"),
    [
        (97.01, 5.01, {}, WEST, "inside"),
        (97.01, 5.01, {"declared_code": WEST}, WEST, "inside"),
        (97.01, 5.01, {"declared_code": "11.73.01"}, WEST, "inside"),  # it lies in the kecamatan declared
        (97.01, 5.01, {"declared_code": MIDDLE}, WEST, "elsewhere"),
        (97.01, 5.01, {"declared_code": "11.73.02"}, WEST, "elsewhere"),
        (97.0199, 5.01, {"accuracy_m": 10}, WEST, "inside"),  # 11.1 m from the border
        (97.0199, 5.01, {"accuracy_m": 12}, WEST, "border"),
        (97.0199, 5.01, {"accuracy_m": 12, "declared_code": MIDDLE}, WEST, "border"),  # uncertainly in both
        (97.0001, 5.01, {"accuracy_m": 50}, WEST, "inside"),  # nobody lives beyond this border
        (96.999, 5.01, {}, WEST, "outside"),  # 111 m west
        (97.05, 5.029, {}, EAST, "outside"),  # 995 m north
        (None, None, {}, "", "none"),
        (None, None, {"declared_code": MIDDLE}, MIDDLE, "none"),
        (None, None, {"declared_code": "11.73.02"}, "11.73.02", "none"),
    ],
)
def test_the_area_a_point_falls_in_and_how_sure(areas, put, lon, lat, values, area, state):
    assert put(lon, lat, **values) == (area, state)


@pytest.mark.parametrize(
    ("lon", "lat"), [(97.05, 5.0291), (0, 0), (5.01, 97.01), (96.99, 5.01)]
)  # 1006 m north, 1109 m west
def test_a_point_far_outside_is_refused_by_the_database_too(areas, put, lon, lat):
    if lat > 90:
        lat = 89
    with pytest.raises(IntegrityError), transaction.atomic():
        put(lon, lat)


@pytest.mark.parametrize(
    ("lon", "lat", "said"),
    [
        (0, 0, "0, 0"),
        (5.01, 97.01, "swapped"),
        (97.05, 5.0291, "more than 1 km outside Kota Lhokseumawe"),
        (106.8, -6.2, "more than 1 km outside"),
        (970.1, 5.01, "more than 1 km outside"),
        (97.05, 5.029, ""),
        (97.05, 5.01, ""),
    ],
)
def test_a_point_that_cannot_be_here_is_told_why(areas, lon, lat, said):
    with translation.override("en"):
        sentence = forms.misplaced(lon, lat, Ground(POSYANDU))
    assert said in sentence and bool(said) == bool(sentence)


def test_moving_a_point_finds_its_area_anew(areas, put, owner):
    put(97.01, 5.01)
    with owner():
        POSYANDU.model.objects.update(place=Point(97.05, 5.01, srid=4326))
        assert POSYANDU.model.objects.get().area_code == EAST
        POSYANDU.model.objects.update(area_code=WEST)  # nobody else writes it
        assert POSYANDU.model.objects.get().area_code == EAST


# --- Boundary sets


@pytest.fixture
def second(areas, owner):
    """A second source that moves the border between the first two gampong 0.005 degrees west."""
    with owner():
        made = BoundarySet.objects.create(source="sumber kedua", valid_from="2026-02-01")
        AreaShape.objects.create(area_id=WEST, boundary_set=made, geom=square(97.00, side=0.015))
        AreaShape.objects.create(area_id=MIDDLE, boundary_set=made, geom=square(97.015, side=0.02))
    return made


def use(chosen, owner):
    with owner():
        places.use(chosen)
        boundaries.replace()


def test_two_sources_are_kept_and_one_is_in_use(areas, second, put, owner):
    assert put(97.018, 5.01) == (WEST, "inside")
    first = places.boundary()
    use(second, owner)
    assert places.boundary() == second
    assert POSYANDU.model.objects.get().area_code == MIDDLE
    assert Area.objects.get(code=EAST).geom is None  # the second source has no shape of it
    assert Area.objects.get(code="11.73.01").geom.extent == pytest.approx((97.00, 5.00, 97.035, 5.02))
    use(first, owner)
    assert POSYANDU.model.objects.get().area_code == WEST
    assert Area.objects.get(code="11.73.01").geom.extent == pytest.approx((97.00, 5.00, 97.04, 5.02))
    assert AreaShape.objects.count() == 6


def test_a_row_outside_the_new_boundaries_stays_and_says_so(areas, second, put, owner):
    put(97.07, 5.01)
    use(second, owner)
    left = POSYANDU.model.objects.get()
    assert (left.area_code, left.place_state, left.place.x) == ("", "outside", 97.07)


def test_placing_again_makes_no_version_of_rows_that_stay(areas, put, owner):
    put(97.01, 5.01)
    use(places.boundary(), owner)
    assert POSYANDU.model.objects.get().version == 1


def test_only_one_set_can_be_in_use(areas, second, owner):
    with owner(), pytest.raises(IntegrityError), transaction.atomic():
        BoundarySet.objects.filter(pk=second.pk).update(in_use=True)


def test_every_figure_names_its_boundaries(areas, client):
    assert client.get("/indicators/posyandu/posyandu.json").json()["boundary"] == "petak uji"
    assert client.get("/layers.json").json()["boundary"]["source"] == "petak uji"


@pytest.mark.parametrize(
    ("codes", "smallest"),
    [
        (["11.73.01.2001", "11.73.01.2001"], "11.73.01.2001"),
        (["11.73.01.2001", "11.73.01.2002"], "11.73.01"),
        (["11.73.01.2001", "11.73.02.2001", "11.73.02"], "11.73"),
        (["11.73.01.2001", "12.71.01.2001"], ""),
        (["11.73.01.2001", ""], ""),
        ([], ""),
    ],
)
def test_the_smallest_area_that_holds_all(codes, smallest):
    assert places.common(codes) == smallest
