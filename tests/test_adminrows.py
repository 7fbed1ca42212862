"""Rows in the administration: what may be written, what is taken away, and what stays written of it."""

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry

from geoportal import catalogue

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
