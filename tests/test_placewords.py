"""What places are called: words of the province, nothing of another city anywhere."""

import re

import pytest
from django.contrib.gis.geos import Point
from django.utils import translation

from geoportal import boundaries, catalogue, forms, places
from geoportal.ground import Ground
from geoportal.places import AreaShape, BoundarySet
from tests.conftest import square

pytestmark = pytest.mark.django_db
POSYANDU = catalogue.layer("posyandu")
WEST, MIDDLE, EAST = "11.73.01.2001", "11.73.01.2002", "11.73.02.2001"


# --- Words


@pytest.mark.parametrize(
    ("code", "level", "word"),
    [
        ("11.73.02.2003", "village", "Gampong"),
        ("11.73", "village", "Gampong"),
        ("13.06.01.2001", "village", "Nagari"),
        ("13.71.01.1001", "village", "Kelurahan"),
        ("32.11.01.2001", "village", "Desa"),
        ("32.11.01.1001", "village", "Kelurahan"),
        ("32.11", "village", "Desa/kelurahan"),
        ("94.71.01.2001", "village", "Kampung"),
        ("94.71.01", "district", "Distrik"),
        ("96.01.01", "district", "Distrik"),
        ("32.11.01", "district", "Kecamatan"),
        ("32.11", "regency", "Kabupaten"),
        ("32.73", "regency", "Kota"),
        ("11.73", "regency", "Kota"),
        ("11.08", "regency", "Kabupaten"),
        ("11", "province", "Provinsi"),
    ],
)
def test_a_level_is_called_as_its_province_calls_it(code, level, word):
    with translation.override("id"):
        assert str(places.level_word(code, level)) == word


FORBIDDEN = re.compile(r"lhokseumawe|\baceh|gampong", re.IGNORECASE)


@pytest.mark.parametrize(
    ("language", "said"),
    [("id", "batas contoh, bukan batas resmi"), ("en", "sample borders, not official ones")],
)
def test_the_sample_borders_are_named_in_the_readers_language(areas, client, owner, language, said):
    with owner():
        BoundarySet.objects.filter(in_use=True).update(source=places.SAMPLE)
    client.cookies["django_language"] = language
    told = client.get("/layers.json").json()
    assert told["boundary"]["source"] == said
    assert next(layer for layer in told["layers"] if layer["name"] == "areas")["source"] == said
    assert client.get("/indicators/areas/size.json").json()["boundary"] == said
    assert said in client.get("/data").content.decode()


@pytest.fixture
def elsewhere(owner, settings):
    """Another kabupaten, south of the equator: 32.11 with two kecamatan and a desa and a kelurahan in each."""
    settings.AREA_ROOT = "32.11"
    with owner():
        made = BoundarySet.objects.create(source="petak uji", valid_from="2026-01-01")
        for n, code in enumerate(("32.11.01.2001", "32.11.01.1002", "32.11.02.2001", "32.11.02.1002")):
            area = boundaries.ensured(code, f"Tempat {n}")
            AreaShape.objects.create(area=area, boundary_set=made, geom=square(107.9 + 0.02 * n, south=-6.86))
        places.use(made)
        made = POSYANDU.model.objects.create(code="P1", name="Mawar", place=Point(107.91, -6.85, srid=4326))
        made.refresh_from_db()
    return made


@pytest.mark.parametrize("language", ["id", "en"])
def test_another_city_hears_nothing_of_this_one(elsewhere, client, language):
    client.cookies["django_language"] = language
    uid = elsewhere.uid
    for url in (
        "/", "/layers.json", "/data", "/table/posyandu", "/table/areas.json", "/feature/areas/32.11.01.2001", "/jsi18n/",
        "/feature/areas/32.11.01.1002.json", f"/feature/posyandu/{uid}", f"/feature/posyandu/{uid}.json", "/search?q=Tempat",
        "/indicators/posyandu/posyandu.json", "/accounts/login/", "/export/areas.csv", "/export/posyandu.csv", "/nowhere",
    ):  # fmt: skip
        answer = client.get(url, HTTP_ACCEPT="text/html")
        assert answer.status_code in {200, 404}, url
        assert FORBIDDEN.findall(answer.getvalue().decode()) == [], url
    body = client.get("/layers.json").json()
    assert body["place"]["name"] == "Kabupaten Sumedang"
    assert [level["label"] for level in body["place"]["levels"]] == ["Kabupaten", "Kecamatan", "Desa/kelurahan"]
    titles = [hit["subtitle"] for hit in client.get("/search?q=Tempat").json()["results"] if hit["kind"] == "area"]
    assert {title.split(" ")[0] for title in titles} == {"Desa", "Kelurahan"}


def test_another_citys_points_are_told_in_its_own_words(elsewhere):
    with translation.override("en"):
        assert "outside Kabupaten Sumedang" in forms.misplaced(97.01, 5.01, Ground(POSYANDU))
        assert "swapped" in forms.misplaced(-6.85, 107.91, Ground(POSYANDU))
    assert elsewhere.area_code == "32.11.01.2001"


@pytest.mark.parametrize("word", ["desa", "kelurahan", "gampong", "nagari", "kampung", "village"])
def test_requests_may_call_the_lowest_level_by_any_word(areas, client, word):
    body = client.get(f"/indicators/posyandu/posyandu.json?level={word}").json()
    assert (body["level"], len(body["areas"])) == ("village", 4)


def test_the_official_names_carry_their_source():
    assert places.official_names()["11.73"] == "Lhokseumawe" and places.official_names()["32.11"] == "Sumedang"
    regencies = [name for code, name in places.official_names().items() if len(code) == 5]
    assert len(regencies) > 500 and not [name for name in regencies if name.startswith(("Kota ", "Kabupaten "))]
