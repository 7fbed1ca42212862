"""The administration: who gets in, what they find, people and boundaries, and that its pages need nothing inline."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from geoportal import admin, catalogue, jobs, places
from geoportal.models import Load, User
from tests.conftest import square

pytestmark = pytest.mark.django_db
WEST, EAST = "11.73.01", "11.73.02"  # the two kecamatan of the little city
POSYANDU, HOUSEHOLDS = "/admin/layers/posyandu/", "/admin/layers/household/"
BOUNDARIES = "/admin/geoportal/boundaryset/"


@pytest.fixture
def sign_in(client, person):
    """sign_in(role, sector, *scopes) -> the person, signed in and reading English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    def enter(role, sector="", *scopes):
        user = person(role, sector, *scopes)
        client.force_login(user)
        return user

    return enter


# --- Who gets in


def test_a_stranger_is_led_to_the_one_sign_in_page(client):
    answer = client.get("/admin/layers/posyandu/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2Flayers%2Fposyandu%2F"


def test_the_way_back_never_leads_to_another_host(client, sign_in):
    sign_in("admin")
    answer = client.get("/admin/login/?next=https://elsewhere.example/")
    assert answer["Location"] == "/admin/"


@pytest.mark.parametrize(
    ("role", "sector"), [("official", ""), ("village", ""), ("auditor", ""), ("surveyor", "trade"), ("", "")]
)
def test_who_may_change_nothing_is_refused(client, sign_in, role, sector):
    sign_in(role, sector, "11.73")
    assert client.get("/admin/", follow=True, headers={"Accept": "text/html"}).status_code == 403


@pytest.mark.parametrize(
    ("role", "sector", "found"),
    [
        ("surveyor", "health", {"Household"}),
        ("validator", "health", {"Household", "Posyandu", "HealthFacility"}),
        ("district", "health", {"Posyandu", "HealthFacility"}),
        ("validator", "trade", {"Market"}),
        ("planner", "planning", {"Area"}),
        (
            "admin",
            "",
            {"Area", "Posyandu", "HealthFacility", "Market", "User", "BoundarySet", "BpsCode", "Load", "Metadata"},
        ),
    ],
)
def test_each_role_finds_the_layers_it_may_change(client, sign_in, role, sector, found):
    sign_in(role, sector, WEST)
    listed = client.get("/admin/").context["app_list"]
    assert {model["object_name"] for group in listed for model in group["models"]} == found


@pytest.mark.parametrize(("role", "offered"), [("validator", True), ("admin", True), ("official", False)])
def test_the_way_in_is_offered_to_those_who_find_something(client, sign_in, role, offered):
    sign_in(role, "health", WEST)
    assert ('href="/admin/"' in client.get("/data").content.decode()) == offered


def test_a_suspended_person_is_out(client, sign_in, owner):
    user = sign_in("admin")
    with owner():
        User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    user.is_active = False
    assert not admin.works(user) and not admin.works(AnonymousUser())


@pytest.mark.parametrize("url", ["boundaryset/", "bpscode/", "load/", "bpscode/add/"])
def test_people_and_boundaries_are_the_administrators(client, sign_in, url):
    sign_in("validator", "health", WEST)
    assert client.get(f"/admin/geoportal/{url}").status_code == 403


# --- Lists


def test_the_list_shows_rows_in_words_and_hides_other_peoples_households(client, sign_in, row):
    households = catalogue.layer("households")
    row(households, lon=97.01, latrine="pit")
    row(households, lon=97.05, latrine="none")
    sign_in("validator", "health", WEST)
    answer = client.get(HOUSEHOLDS)
    assert answer.context["cl"].result_count == 1
    page = answer.content.decode()
    assert "Contoh" in page and "Barat Laut" in page and "Pit (not decent)" in page
    assert "Timur" not in re.search(r"<tbody>.*</tbody>", page, re.DOTALL).group()


def test_names_are_found_by_those_who_see_them_and_no_number_by_an_address(client, sign_in, row, owner):
    households = catalogue.layer("households")
    one, other = row(households), row(households)
    with owner():
        for made, head, number in ((one, "Nurhayati", "1173012000000001"), (other, "Zulkifli", "1173012000000002")):
            names = households.names.objects.get(of=made)
            names.head, names.no_kk = head, number
            names.save()
    sign_in("surveyor", "health", WEST)

    def found(words):
        return [row.pk for row in client.get(HOUSEHOLDS, {"q": words}).context["cl"].result_list]

    assert found("nurha") == [one.pk]
    assert found("1173012000000002") == found("11730120") == []  # js/admin/number.js asks by POST
    assert "js/admin/number.js" in client.get(HOUSEHOLDS).content.decode()


def test_filters_come_from_the_declaration_and_the_areas(client, sign_in, row):
    posyandu = catalogue.layer("posyandu")
    west, east = row(posyandu, strata="madya"), row(posyandu, lon=97.05, strata="madya")
    row(posyandu, lon=97.05, strata="mandiri")
    sign_in("admin")
    assert client.get(POSYANDU, {"strata__exact": "madya"}).context["cl"].result_count == 2
    assert [
        r.pk for r in client.get(POSYANDU, {"strata__exact": "madya", "district": WEST}).context["cl"].result_list
    ] == [west.pk]
    assert east.area_code.startswith(EAST)


def test_identifiers_are_sent_without_separators_of_thousands(client, sign_in, row):
    row(catalogue.layer("posyandu"), id=12345)
    sign_in("admin")
    page = client.get(POSYANDU).content.decode()
    assert 'value="12345"' in page and "/admin/layers/posyandu/12345/change/" in page


# --- People and boundaries


def test_people_are_no_part_of_it_a_line_leads_to_their_own_pages(client, sign_in):
    user = sign_in("admin")
    listed = {m["object_name"]: m for group in client.get("/admin/").context["app_list"] for m in group["models"]}
    assert (listed["User"]["admin_url"], listed["User"]["add_url"]) == ("/people", "/people/invite")
    assert client.get(listed["User"]["admin_url"]).status_code == 200
    for path in ("", "add/", f"{user.pk}/change/", f"{user.pk}/delete/", f"{user.pk}/password/"):
        assert client.get(f"/admin/geoportal/user/{path}").status_code == 404


def test_the_administrator_puts_other_boundaries_to_use(client, sign_in, row, owner, monkeypatch):
    made = row(catalogue.layer("households"), lon=97.01)  # in 2001, until the borders move
    with owner():
        other = places.BoundarySet.objects.create(source="sumber lain", valid_from="2026-06-01")
        for number, code in enumerate(["11.73.01.2002", "11.73.01.2001", "11.73.02.2001", "11.73.02.2002"]):
            places.AreaShape.objects.create(area_id=code, boundary_set=other, geom=square(97.00 + 0.02 * number))
    user = sign_in("admin")
    asked = []
    monkeypatch.setattr(jobs.use_boundaries, "defer", lambda **arguments: asked.append(arguments))
    client.post("/admin/geoportal/boundaryset/", {"action": "use", "_selected_action": [other.pk]})
    assert asked == [{"boundary_set": other.pk, "user": user.pk}]
    jobs.use_boundaries(**asked[0])
    assert places.boundary() == other
    with owner():
        made.refresh_from_db()
        assert made.area_code == "11.73.01.2002"
        event = catalogue.event_model(made.__class__).objects.filter(pgh_obj_id=made.pk).latest("pgh_id")
        assert event.pgh_context["user"] == user.pk


def test_a_boundary_set_on_its_way_into_use_says_so_until_the_worker_is_done(client, sign_in, owner, areas):
    with owner():
        other = places.BoundarySet.objects.create(source="sumber lain", valid_from="2026-06-01")

    def states():
        rows = re.findall(r'<span class="state (\w*)">(.*?)</span>', client.get(BOUNDARIES).content.decode())
        return sorted(rows)

    def job_becomes(status):
        with owner(), connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE task_name = %s", [status, task])
            assert cursor.rowcount == 1

    task = jobs.use_boundaries.name
    sign_in("admin")
    assert states() == [("", "–"), ("used", "in use")]
    client.post(BOUNDARIES, {"action": "use", "_selected_action": [other.pk]})
    assert states() == [("todo", "being put to use"), ("used", "in use")]
    job_becomes("doing")
    assert states() == [("doing", "being put to use"), ("used", "in use")]
    job_becomes("failed")
    assert states() == [("failed", "could not be put to use"), ("used", "in use")]
    with owner():
        places.use(other)
    job_becomes("succeeded")
    assert states() == [("", "–"), ("used", "in use")]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("id", ["Dimuat pada", "Disimpan", "Diperbarui", "Dilewati", "Ditolak", "Menurut dimuat pada"]),
        ("en", ["Loaded at", "Stored", "Updated", "Skipped", "Rejected", "By loaded at"]),
    ],
)
def test_the_loaded_files_are_listed_in_the_readers_language(client, sign_in, owner, language, words):
    user = sign_in("admin")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    with owner():
        Load.objects.create(layer="posyandu", file="a.csv", sha256="0" * 64, user=user, stored=2)
    page = " ".join(client.get("/admin/geoportal/load/").content.decode().split())
    assert [word for word in words if word not in page] == []


def test_two_boundary_sets_at_once_are_not_put_to_use(client, sign_in, owner, areas):
    with owner():
        other = places.BoundarySet.objects.create(source="sumber lain", valid_from="2026-06-01")
    sign_in("admin")
    both = [places.boundary().pk, other.pk]
    page = client.post("/admin/geoportal/boundaryset/", {"action": "use", "_selected_action": both}, follow=True)
    assert [m.level_tag for m in page.context["messages"]] == ["error"]
    assert places.boundary().source == "petak uji"


# --- Under the policy of the pages


@pytest.mark.parametrize(
    "url", ["", "layers/posyandu/", "layers/posyandu/add/", "geoportal/bpscode/add/", "geoportal/area/add/"]
)
def test_pages_need_no_inline_script_or_style(client, sign_in, url):
    sign_in("admin")
    answer = client.get(f"/admin/{url}")
    page = answer.content.decode()
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page)
    assert [kind for kind in inline if "importmap" not in kind] == []
    assert not re.search(r"\sstyle=|<style|\son\w+=", page)
    policy = answer["Content-Security-Policy"]
    assert "style-src 'self';" in policy + ";" and "unsafe" not in policy


def test_every_layer_has_a_list_and_a_form(client, layer, person):
    grant = next(iter(sorted(layer.access.grants("add"))))
    client.force_login(person(grant.role, "health" if grant.sector == "*" else grant.sector, "11.73"))
    base = f"/admin/{layer.model._meta.app_label}/{layer.model._meta.model_name}/"
    assert client.get(base).status_code == 200
    form = client.get(f"{base}add/").context["adminform"].form
    assert set(layer.form) <= set(form.fields)
