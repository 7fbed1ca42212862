"""The administration: who gets in, what they find, what they may write, and what stays of it."""

import re

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
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


def kept(answer, **changes) -> dict:
    """What the browser would send of the form in an answer, with some fields filled in otherwise."""
    form = answer.context["adminform"].form
    values = {
        name: form.get_initial_for_field(field, name) for name, field in form.fields.items() if not field.disabled
    }
    return {name: value for name, value in values.items() if value is not None} | changes


def mistakes(answer) -> dict:
    return {name: list(errors) for name, errors in answer.context["adminform"].form.errors.items()}


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
        ("admin", "", {"Area", "Posyandu", "HealthFacility", "Market", "User", "BoundarySet", "BpsCode", "Load"}),
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


# --- Adding and changing


def test_a_posyandu_is_added_at_its_place_and_its_author_remembered(client, sign_in):
    user = sign_in("validator", "health", WEST)
    form = kept(client.get(f"{POSYANDU}add/"), code="P-1", name="Melati", lon="97.01", lat="5.01", place_source="map")
    assert client.post(f"{POSYANDU}add/", form).status_code == 302
    made = catalogue.layer("posyandu").model.objects.get(code="P-1")
    assert (made.area_code, made.place_state, made.version) == ("11.73.01.2001", "inside", 1)
    assert (made.place.x, made.place.y, made.captured_by_id) == (97.01, 5.01, user.pk)
    page = client.get(f"{POSYANDU}{made.pk}/history/").content.decode()
    assert user.username in page and "Melati" in page and "5.010000, 97.010000" in page


def test_a_decimal_comma_is_read(client, sign_in):
    sign_in("admin")
    form = kept(client.get(f"{POSYANDU}add/"), code="P-1", name="Melati", lon="97,01", lat="5,01")
    assert client.post(f"{POSYANDU}add/", form).status_code == 302


def test_a_place_outside_ones_area_is_refused_with_its_name(client, sign_in):
    sign_in("validator", "health", WEST)
    form = kept(client.get(f"{POSYANDU}add/"), code="P-1", name="Melati", lon="97.05", lat="5.01")
    answer = client.post(f"{POSYANDU}add/", form)
    assert mistakes(answer) == {"lat": ["This place lies in Gampong Timur, where your account may not write."]}
    assert answer.context["adminform"].form["name"].value() == "Melati"  # nothing typed is lost
    assert catalogue.layer("posyandu").model.objects.count() == 0


def test_a_row_without_place_needs_its_area_where_rights_end_somewhere(client, sign_in):
    sign_in("validator", "health", WEST)
    empty = kept(client.get(f"{POSYANDU}add/"), code="P-1", name="Melati")
    assert list(mistakes(client.post(f"{POSYANDU}add/", empty))) == ["declared_code"]
    assert list(mistakes(client.post(f"{POSYANDU}add/", empty | {"declared_code": "11.73.02.2001"}))) == [
        "declared_code"
    ]
    assert client.post(f"{POSYANDU}add/", empty | {"declared_code": "11.73.01.2001"}).status_code == 302
    assert catalogue.layer("posyandu").model.objects.get().place_state == "none"


def test_swapped_axes_are_named_by_the_one_validator(client, sign_in):
    sign_in("admin")
    form = kept(client.get(f"{POSYANDU}add/"), code="P-1", name="Melati", lon="5.01", lat="97.01")
    answer = client.post(f"{POSYANDU}add/", form)
    assert "swapped" in mistakes(answer)["lon"][0]


def test_a_row_is_not_moved_out_of_ones_area(client, sign_in, row):
    made = row(catalogue.layer("posyandu"))
    sign_in("validator", "health", WEST)
    url = f"{POSYANDU}{made.pk}/change/"
    assert list(mistakes(client.post(url, kept(client.get(url), lon="97.05")))) == ["lat"]
    made.refresh_from_db()
    assert made.place.x == 97.01


def test_a_change_made_meanwhile_is_not_overwritten(client, sign_in, row):
    made = row(catalogue.layer("posyandu"), name="Melati")
    sign_in("admin")
    url = f"{POSYANDU}{made.pk}/change/"
    mine = kept(client.get(url), name="Mawar")
    assert client.post(url, kept(client.get(url), name="Anggrek")).status_code == 302
    answer = client.post(url, mine)
    assert mistakes(answer)["__all__"][0].startswith("Somebody else changed this row")
    made.refresh_from_db()
    assert (made.name, made.version) == ("Anggrek", 2)


def test_nothing_changed_leaves_version_and_history_alone(client, sign_in, row):
    made = row(catalogue.layer("posyandu"))
    sign_in("admin")
    url = f"{POSYANDU}{made.pk}/change/"
    assert client.post(url, kept(client.get(url))).status_code == 302
    made.refresh_from_db()
    assert made.version == 1


def test_a_household_is_added_with_its_names_and_told_without_its_number(client, sign_in, owner):
    sign_in("surveyor", "health", "11.73.01.2001")
    form = kept(
        client.get(f"{HOUSEHOLDS}add/"), names__head="Cut Rahma", names__no_kk="1173 0120 0000 0001",
        members="4", water="piped", latrine="own", lon="97.01", lat="5.01",
    )  # fmt: skip
    answer = client.post(f"{HOUSEHOLDS}add/", form)
    assert answer.status_code == 302, mistakes(answer)
    with owner():
        made = catalogue.layer("households").model.objects.select_related("names").get()
    assert (made.names.head, made.names.no_kk.reveal(), made.names.area_code) == (
        "Cut Rahma",
        "1173012000000001",
        "11.73.01.2001",
    )
    history = client.get(f"{HOUSEHOLDS}{made.pk}/history/").content.decode()
    assert "Cut Rahma" in history and "••••" in history and "1173012000000001" not in history


def test_a_number_of_the_wrong_length_is_refused(client, sign_in):
    sign_in("surveyor", "health", "11.73.01.2001")
    form = kept(
        client.get(f"{HOUSEHOLDS}add/"),
        names__head="Cut",
        names__no_kk="123",
        members="4",
        water="piped",
        latrine="own",
        lon="97.01",
        lat="5.01",
    )
    assert list(mistakes(client.post(f"{HOUSEHOLDS}add/", form))) == ["names__no_kk"]


def test_a_household_elsewhere_is_not_there(client, sign_in, row):
    made = row(catalogue.layer("households"), lon=97.05)
    sign_in("surveyor", "health", WEST)
    for page in ("change", "history", "delete"):
        assert client.get(f"{HOUSEHOLDS}{made.pk}/{page}/").status_code == 404


def test_an_open_row_elsewhere_is_shown_and_not_changed(client, sign_in, row):
    made = row(catalogue.layer("posyandu"), lon=97.05, name="Melati")
    sign_in("validator", "health", WEST)
    url = f"{POSYANDU}{made.pk}/change/"
    answer = client.get(url)
    assert answer.status_code == 200 and "Melati" in answer.content.decode() and b"_save" not in answer.content
    assert client.post(url, {"name": "Mawar"}).status_code == 403
    assert client.post(f"{POSYANDU}{made.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_code_of_an_area_is_given_once(client, sign_in, areas):
    sign_in("planner", "planning", "11.73")
    area = areas["11.73.01.2001"]
    url = f"/admin/geoportal/area/{area.pk}/change/"
    assert client.post(url, kept(client.get(url), name="Pusong", code="11.73.99.2001")).status_code == 302
    area.refresh_from_db()
    assert (area.name, area.code) == ("Pusong", "11.73.01.2001")


# --- Taking away and bringing back


def test_a_row_is_taken_away_by_a_tombstone_and_can_be_brought_back(client, sign_in, row, owner):
    posyandu = catalogue.layer("posyandu")
    made = row(posyandu)
    sign_in("validator", "health", WEST)
    assert client.post(f"{POSYANDU}{made.pk}/delete/", {"post": "yes"}).status_code == 302
    made.refresh_from_db()
    assert made.deleted_at is not None
    assert client.get(POSYANDU).context["cl"].result_count == 0
    assert client.get("/table/posyandu.json").json()["total"] == 0
    assert client.get(POSYANDU, {"taken": "yes"}).context["cl"].result_count == 1
    client.post(f"{POSYANDU}?taken=yes", {"action": "bring_back", "_selected_action": [made.pk]})
    made.refresh_from_db()
    assert made.deleted_at is None
    with owner():
        events = catalogue.event_model(posyandu.model).objects.filter(pgh_obj_id=made.pk).order_by("pgh_id")
        assert [event.pgh_label for event in events] == ["insert", "update", "update"]


def test_many_are_taken_away_but_only_where_one_may(client, sign_in, row):
    posyandu = catalogue.layer("posyandu")
    west, east = row(posyandu), row(posyandu, lon=97.05)
    sign_in("validator", "health", WEST)
    client.post(POSYANDU, {"action": "take_away", "_selected_action": [west.pk, east.pk]})
    assert [r.pk for r in posyandu.model.objects.filter(deleted_at=None)] == [east.pk]


def test_nothing_offers_to_delete_for_good(client, sign_in, row):
    row(catalogue.layer("posyandu"))
    sign_in("admin")
    assert "delete_selected" not in client.get(POSYANDU).content.decode()


# --- History


def test_history_tells_what_became_of_which_field(client, sign_in, row):
    made = row(catalogue.layer("posyandu"), name="Melati")
    user = sign_in("admin")
    url = f"{POSYANDU}{made.pk}/change/"
    client.post(url, kept(client.get(url), name="Mawar"))
    last, first = client.get(f"{POSYANDU}{made.pk}/history/").context["changes"]
    assert (last.who, last.kind, last.fields) == (user.username, "update", [("Name", "Melati", "Mawar")])
    assert (first.who, first.kind) == ("", "insert")


def test_row_and_names_written_together_are_one_change(client, sign_in, row):
    made = row(catalogue.layer("households"), members=4)
    sign_in("surveyor", "health", WEST)
    url = f"{HOUSEHOLDS}{made.pk}/change/"
    assert client.post(url, kept(client.get(url), members="5", names__head="Aminah")).status_code == 302
    last, *_others = client.get(f"{HOUSEHOLDS}{made.pk}/history/").context["changes"]
    assert sorted(last.fields) == [("Head of household", "Contoh", "Aminah"), ("People", "4", "5")]


def test_djangos_own_log_keeps_nothing_of_rows(client, sign_in, row):
    made = row(catalogue.layer("households"))
    sign_in("surveyor", "health", WEST)
    url = f"{HOUSEHOLDS}{made.pk}/change/"
    client.post(url, kept(client.get(url), members="5"))
    client.post(f"{HOUSEHOLDS}{made.pk}/delete/", {"post": "yes"})
    assert LogEntry.objects.count() == 0


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
