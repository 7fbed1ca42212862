"""Each way to fail has one status and one form: a page for people, problem+json for programs, never a 500 for a bad request."""

import itertools
import urllib.parse

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoportal import catalogue, errors
from geoportal.models import Load
from geoportal.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401  tried below

pytestmark = pytest.mark.django_db
HTML = {"HTTP_ACCEPT": "text/html,application/xhtml+xml"}
HOUSES = catalogue.layer("households")


def store_elsewhere(request):
    """A view that forgets to ask whether the person may write there; the policy does not."""
    HOUSES.model.objects.create(members=1, declared_code="11.73.02.2001")
    return HttpResponse()


def store_then_refuse(request):
    Load.objects.create(layer="posyandu", file="x", sha256="", user=request.user)
    raise errors.Invalid("This is against the rules.")


def fault(request):
    return HttpResponse(1 / 0)


urlpatterns = [
    path("try/elsewhere", store_elsewhere),
    path("try/refused", store_then_refuse),
    path("try/fault", fault),
    path("export/fault", fault),
    *urlpatterns,
]
with_these_views = override_settings(ROOT_URLCONF="tests.test_errors")


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def stranger(areas, english):
    return english


@pytest.fixture
def trader(person, english):
    """Signed in, with no right to households."""
    english.force_login(person("surveyor", "trade", "11.73"))
    return english


@pytest.fixture
def cadre(person, english):
    """Works in one gampong."""
    english.force_login(person("surveyor", "health", "11.73.01.2001"))
    return english


def test_every_way_to_fail_has_one_status():
    assert set(errors.Problem.__subclasses__()) == set(errors.STATUS)
    assert {status.value for status in errors.STATUS.values()} - {500} == set(errors.TITLES)


@pytest.mark.parametrize(
    "url",
    [
        "/tiles/households/12/3152/1990.mvt",
        "/table/households.json",
        "/legend/households.json",
        "/feature/households/00000000-0000-4000-8000-000000000000.json",
        "/export/households.csv",
    ],
)
def test_data_of_a_closed_layer(stranger, url):
    for headers in ({}, HTML):
        answer = stranger.get(url, **headers)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert answer.json()["status"] == 401 and "Households" in answer.json()["detail"]
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("url", ["/table/households?desil=1..4", "/feature/households/x?a=b"])
def test_pages_of_a_closed_layer_lead_to_the_sign_in_and_back(stranger, url):
    answer = stranger.get(url, **HTML)
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?" + urllib.parse.urlencode({"next": url})


def test_without_right_to_the_layer(trader):
    answer = trader.get("/table/households.json")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    page = trader.get("/table/households", **HTML)
    assert page.status_code == 403 and "no right to “Households”" in page.content.decode()


def test_a_record_outside_ones_scope_is_not_there(cadre, row):
    mine, other = row(HOUSES), row(HOUSES, lon=97.05)
    assert cadre.get(f"/feature/households/{mine.uid}.json").status_code == 200
    for url in (
        f"/feature/households/{other.uid}.json",
        "/feature/households/00000000-0000-4000-8000-000000000000.json",
    ):
        assert cadre.get(url).status_code == 404
    assert cadre.get(f"/feature/households/{other.uid}", **HTML).status_code == 404


@pytest.mark.parametrize(
    "url", ["/tiles/sea/0/0/0.mvt", "/table/sea.json", "/indicators/posyandu/sea.json", "/nowhere.json"]
)
def test_what_is_not_there_is_said_to_programs(stranger, url):
    answer = stranger.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert "sea" in answer.json()["detail"] or "/nowhere.json" in answer.json()["detail"]


@pytest.mark.parametrize("url", ["/table/sea", "/nowhere"])
def test_what_is_not_there_is_said_to_people(stranger, url):
    page = stranger.get(url, **HTML)
    assert page.status_code == 404
    assert page["Content-Type"].startswith("text/html") and url.rpartition("/")[2] in page.content.decode()


def test_a_bad_value_names_itself_and_the_remedy(stranger):
    answer = stranger.get("/table/posyandu.json?strata=best&day=x")
    body = answer.json()
    assert (answer.status_code, set(body["errors"])) == (400, {"strata", "day"})
    assert "best" in body["errors"]["strata"] and "pratama" in body["errors"]["strata"]
    assert body["errors"]["strata"] in body["detail"]
    assert {"type", "title", "status", "detail", "errors"} == set(body)


def test_sentences_are_in_the_readers_language(stranger):
    stranger.cookies["django_language"] = "id"
    page = stranger.get("/table/sea", **HTML)
    assert page["Content-Language"] == "id" and '<html lang="id">' in page.content.decode()


def test_a_write_the_policy_refuses_is_forbidden_and_leaves_nothing(cadre, owner):
    with with_these_views:
        page = cadre.post("/try/elsewhere", **HTML)
    assert page.status_code == 403 and "outside the area your account may write to" in page.content.decode()
    with owner():
        assert HOUSES.model.objects.count() == 0


def test_a_refused_write_leaves_nothing(client, person, owner):
    with with_these_views:
        client.force_login(person("planner", "planning"))
        page = client.post("/try/refused", **HTML)
    assert page.status_code == 422 and "against the rules" in page.content.decode()
    with owner():
        assert Load.objects.count() == 0


def test_the_products_own_fault_is_said_without_its_insides(stranger):
    stranger.raise_request_exception = False
    with with_these_views:
        data, page = stranger.get("/export/fault"), stranger.get("/try/fault", **HTML)
    assert (data.status_code, data["Content-Type"], page.status_code) == (500, "application/problem+json", 500)
    assert data.json()["detail"] in page.content.decode()
    for answer in (data, page):
        assert "division" not in answer.content.decode()


def test_a_form_without_its_token_says_how_to_go_on(areas):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["django_language"] = "en"
    page = strict.post("/i18n/setlang/", {"language": "en"}, **HTML)
    assert page.status_code == 403 and "Open it again" in page.content.decode()


def test_reading_urls_take_no_writes(stranger):
    assert stranger.post("/table/posyandu.json").status_code == 405
    assert stranger.delete("/tiles/posyandu/0/0/0.mvt").status_code == 405


WORDS = [
    "bbox", "inside", "polygon", "circle", "within", "beyond", "nearest", "uid", "datetime", "level", "sort", "offset", "limit",
    "fields", "period", "v", "s", "name", "strata", "day", "latrine", "desil", "pkh", "surveyed", "code", "q", "near",
]  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.floats().map(str),
    st.lists(st.floats(-200, 200).map(str), max_size=6).map(",".join),
    st.lists(st.floats(-200, 200), min_size=6, max_size=8).map(
        lambda n: " ".join(f"{x},{y}" for x, y in itertools.pairwise(n))
    ),
    st.sampled_from([
        "11.73", "11.73.01", "posyandu:100", "areas:1", "97,5,3", "2026-08", "2026-01/..", "1..4", "..", "true", "9" * 400,
        "village", "kota", "-name", "name", "²", "'; DROP TABLE x", "%", "\\", "\0", "nan", "inf", "1e9", "-1", "0",
    ]),
)  # fmt: skip
LAYERS = st.sampled_from(["areas", "posyandu", "households", "population", "sea"]) | st.text(min_size=1, max_size=8)
PATHS = st.sampled_from(
    [
        "/tiles/{layer}/{z}/3152/1990.mvt",
        "/tiles/{layer}/15/25214/15929.mvt",
        "/table/{layer}.json",
        "/legend/{layer}.json",
        "/export/{layer}.csv",
        "/export/{layer}.geojson",
        "/indicators/{layer}/posyandu.json",
        "/indicators/{layer}/households.xlsx",
        "/feature/{layer}/{value}.json",
        "/rasters/{layer}/value.json",
        "/search",
    ]
)


@pytest.mark.parametrize("examples", [250, pytest.param(4000, marks=pytest.mark.soak)])
def test_no_query_string_is_a_fault_of_the_product(person, row, examples):
    """Whatever is asked: an answer, nothing, or a sentence; an exception would come through the client."""
    row(catalogue.layer("posyandu")), row(HOUSES)
    stranger, worker = Client(), Client()
    worker.force_login(person("validator", "health", "11.73"))

    @settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=examples)
    @given(
        where=PATHS,
        layer=LAYERS,
        z=st.integers(0, 30),
        value=VALUES,
        query=st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=6), VALUES, max_size=4),
        signed_in=st.booleans(),
    )
    def holds(where, layer, z, value, query, signed_in):
        url = where.format(layer=urllib.parse.quote(layer, safe=""), z=z, value=urllib.parse.quote(value, safe=""))
        answer = (worker if signed_in else stranger).get(url, query)
        assert answer.status_code in {200, 204, 400, 401, 403, 404}, (answer.status_code, url, query)
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json" and answer.json()["detail"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")  # no broken transaction is left behind

    holds()
