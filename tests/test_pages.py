"""The pages people open: who lands where, what each says, and what it must not say."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from tests.conftest import KEY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "sector", "scope", "lands"),
    [
        ("admin", "", "11.73", "/admin/"),
        (
            "validator",
            "health",
            "11.73.02",
            "/?layers=households,posyandu,health_facilities,areas",
        ),
        ("surveyor", "social", "11.73", "/?layers=households,areas"),
        ("validator", "trade", "11.73", "/?layers=markets,areas"),
        ("planner", "planning", "11.73", "/?layers=areas"),
    ],
)
def test_signing_in_leads_to_the_page_of_ones_work(role, sector, scope, lands, client, person):
    client.force_login(person(role, sector, scope))
    assert client.get("/start").headers["Location"] == lands


def test_who_sees_counts_only_lands_on_the_first_rate_that_has_figures(client, row, person):
    from geoportal import catalogue, stats

    client.force_login(person("official", "", "11.73"))
    assert client.get("/start").headers["Location"] == "/"
    row(catalogue.layer("households"))
    stats.write(catalogue.layer("households"))
    assert client.get("/start").headers["Location"] == "/?colour=households.no_latrine"


def test_a_stranger_starts_at_the_map(client, areas):
    assert client.get("/start").headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/", "/data", "/table/posyandu", "/feature/areas/11.73.01.2001", "/accounts/login/"])
def test_the_open_pages_open_in_both_languages(path, client, areas):
    for language, word in (("id", 'lang="id"'), ("en", 'lang="en"')):
        client.cookies["django_language"] = language
        answer = client.get(path)
        assert answer.status_code == 200 and word in answer.content.decode()[:300]


def test_the_language_is_the_citys_whatever_the_browser_wishes(client, areas):
    assert 'lang="id"' in client.get("/", headers={"Accept-Language": "en-US,en"}).content.decode()[:300]


def test_a_feature_page_says_where_it_is_and_gives_its_values(client, row):
    from geoportal import catalogue

    post = row(catalogue.layer("posyandu"), name="Posyandu Melati", strata="mandiri", day=14)
    page = client.get(f"/feature/posyandu/{post.uid}").content.decode()
    assert (
        "Posyandu Melati" in page and "Mandiri" in page and "Barat Laut" in page and "5,01000° LU 97,01000° BT" in page
    )
    assert "Versi" not in page


def test_a_feature_that_is_not_there_is_a_page_and_not_a_fault(client, areas):
    answer = client.get("/feature/posyandu/00000000-0000-0000-0000-000000000000", headers={"Accept": "text/html"})
    assert answer.status_code == 404 and b"<html" in answer.content


def test_health_is_told_with_database_queue_and_policies(client, areas):
    body = client.get("/healthz").json()
    assert body["status"] == "ok" and body["policies"] == "ok" and body["database"] == "ok"


def test_an_areas_page_shows_its_figures_with_n_and_interval(client, row):
    from geoportal import catalogue, stats

    households = catalogue.layer("households")
    for number in range(25):
        row(households, latrine="none" if number < 5 else "own", members=4)
    stats.write(households)
    client.cookies["django_language"] = "en"
    page = client.get("/feature/areas/11.73.01.2001").content.decode()
    assert "20.0\u202f%" in page and "5 of 25 · 95 % interval 8.9–39.1" in page and "100" in page


def test_an_areas_page_says_of_when_its_figures_are_and_from_which_borders(client, row):
    from geoportal import catalogue, stats

    row(catalogue.layer("posyandu"))
    stats.write(catalogue.layer("posyandu"))
    page = client.get("/feature/areas/11.73.01.2001").content.decode()
    crumbs = page[page.index('class="crumbs"') : page.index("<h1>")]
    assert "Barat Laut" not in crumbs, "the heading below names the area"
    assert re.search(r"<small>per \d{1,2} \w+ 20\d\d</small>", page)
    assert "Batas: petak uji, berlaku sejak 1 Jan 2026" in page


def test_a_message_is_told_on_the_page_that_comes_next_also_on_the_map(client, person):
    client.force_login(person("official", "", "11.73"))
    client.post("/accounts/logout/")
    assert "<p data-kind=" in client.get("/").content.decode().split('id="said"')[1].split("</div>")[0]
    assert 'id="said"' not in client.get("/").content.decode(), "once"


def test_the_search_box_carries_the_middle_of_the_place_as_an_example(client, areas):
    page = client.get("/data").content.decode()
    # the test city's box: 97.00 to 97.06 east, 5.00 to 5.02 north
    assert re.search(r'data-example="5\.01, 97\.0\d"', page)


def test_the_first_administrator_may_administer(client, owner):
    from geoportal.models import User

    with owner():
        first = User.objects.create_superuser("kepala", password="rahasia-sekali")
        TOTP.activate(first, KEY)
    assert first.role == "admin"
    client.force_login(first)
    assert client.get("/start").headers["Location"] == "/admin/"


def test_a_database_of_another_city_is_not_served_under_the_wrong_name(areas, owner, settings):
    from geoportal.cluster import Refused
    from geoportal.management.commands.prepare import Command

    Command().place()
    settings.AREA_ROOT = "32.11"
    with pytest.raises(Refused, match=r"AREA_ROOT is 32\.11, and this database holds 11\.73: set AREA_ROOT=11\.73"):
        Command().place()
