"""People: who keeps whose account, what the form refuses, who is found in the list."""

import datetime

import pytest
from django.conf import settings as conf
from django.utils import timezone, translation

from geoportal import mandate, people
from geoportal.models import DeviceToken, Scope, User
from tests.personform import EAST, GAMPONG, PAGE, WEST, form, invited, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("owner_looks")]


@pytest.fixture
def english(client):
    client.cookies[conf.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def chief(english, person):
    """An administrator of the whole city, signed in."""
    user = person("admin")
    english.force_login(user)
    return user


def sentences(answer) -> dict:
    with translation.override("en"):
        return {name: " ".join(found) for name, found in answer.context["form"].errors.items()}


# --- Who may


@pytest.mark.parametrize("path", ["people", "people/invite"])
def test_a_stranger_signs_in_first_and_others_are_refused(client, person, path):
    assert client.get(f"/{path}", **PAGE)["Location"].startswith("/accounts/login/")
    for role, sector in [("planner", "planning"), ("official", ""), ("auditor", ""), ("validator", "health")]:
        client.force_login(person(role, sector, "11.73"))
        assert client.get(f"/{path}", **PAGE).status_code == 403


@pytest.mark.parametrize("act", ["", "/again", "/withdraw", "/suspend", "/restore", "/password", "/phone"])
def test_nobody_but_an_administrator_does_anything_to_anybody(client, person, act):
    other = person("official")
    client.force_login(person("planner", "planning", "11.73"))
    assert client.post(f"/people/{other.pk}{act}", form(), **PAGE).status_code == 403
    other.refresh_from_db()
    assert other.is_active and other.role == "official"


@pytest.mark.parametrize("act", ["", "/suspend", "/restore", "/password", "/phone"])
def test_nobody_changes_the_own_account(english, chief, act):
    answer = english.post(f"/people/{chief.pk}{act}", form(), **PAGE)
    assert answer.status_code == 422 and "This is your own account" in text(answer)
    chief.refresh_from_db()
    assert chief.is_active and chief.role == "admin"
    assert "another administrator changes its work" in text(english.get(f"/people/{chief.pk}", **PAGE))


def test_an_administrator_of_one_kecamatan_finds_its_people_and_no_others(english, person):
    near, far = person("district", "health", GAMPONG), person("district", "health", EAST)
    keeper = person("admin", "health", WEST)
    english.force_login(keeper)
    page = text(english.get("/people", **PAGE))
    assert near.username in page and keeper.username in page and far.username not in page
    assert english.get(f"/people/{far.pk}", **PAGE).status_code == 404
    assert english.post(f"/people/{far.pk}/suspend", **PAGE).status_code == 404
    offered = [code for code, _title in english.get("/people/invite", **PAGE).context["form"].fields["areas"].choices]
    assert offered == [WEST, "11.73.01.2001", "11.73.01.2002"]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"sector": "trade"}, "sector", "Select a valid choice"),
        ({"areas": [EAST]}, "areas", "Select a valid choice"),
        ({"areas": []}, "areas", "Choose where this person works"),
        ({"role": "auditor", "areas": [WEST]}, "role", "over the whole city"),
        ({"role": "admin", "areas": []}, "role", "Choose where this person works"),
    ],
)
def test_an_administrator_of_one_kecamatan_gives_no_more_than_the_own(english, person, changes, field, sentence):
    english.force_login(person("admin", "health", WEST))
    answer = english.post("/people/invite", form(**changes), **PAGE)
    assert answer.status_code == 422 and sentence in sentences(answer)[field]
    assert not User.objects.filter(first_name="Siti").exists()


def test_within_the_own_reach_it_is_given(english, person):
    english.force_login(person("admin", "health", WEST))
    made, _link = invited(english, areas=[GAMPONG])
    assert mandate.work(made) == mandate.Work(role="validator", sector="health", areas=frozenset({GAMPONG}))


# --- The form


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": ""}, "name", "This is needed."),
        ({"role": ""}, "role", "This is needed."),
        ({"role": "king"}, "role", "Select a valid choice"),
        ({"email": "siti"}, "email", "valid email"),
        ({"email": "SUDAH@kota.example"}, "email", "Another account has this address"),
        ({"sector": ""}, "sector", "Choose a sector: without one this role sees what the public sees."),
        ({"areas": []}, "areas", "Choose where this person works"),
        ({"areas": ["11.73.09.2001"]}, "areas", "Select a valid choice"),
        ({"units": "x" * 41}, "units", "at most 40 letters"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field_and_nothing_is_stored(english, chief, changes, field, sentence):
    User.objects.create_user("sudah", "sudah@kota.example", role="official")
    before = User.objects.count()
    answer = english.post("/people/invite", form(**changes), **PAGE)
    assert answer.status_code == 422 and sentence in sentences(answer)[field]
    assert User.objects.count() == before


def test_roles_of_the_whole_city_need_no_area(english, chief):
    made, _link = invited(english, role="planner", sector="planning", areas=[])
    assert made.role == "planner" and not made.scopes.exists()


def test_units_come_with_commas_between(english, chief):
    made, _link = invited(english, role="surveyor", sector="trade", areas=[], units=" PSR-1,PSR-2 , ")
    assert sorted(made.scopes.values_list("unit", flat=True)) == ["PSR-1", "PSR-2"]


@pytest.mark.parametrize(
    ("name", "found"),
    [("Nurhayati Daud", "nurhayati.daud"), ("Cut Putroë Nurul Daud", "cut.daud"), ("Sitti", "sitti"), ("北京", "user")],
)
def test_a_name_to_sign_in_by_comes_from_the_name(name, found):
    assert people.username(name) == found
    User.objects.create_user(found)
    assert people.username(name) == f"{found}2"


# --- The list


def test_the_list_says_who_where_since_when_and_in_what_state(english, chief, person):
    bidan = person("validator", "health", WEST, GAMPONG)
    User.objects.filter(pk=bidan.pk).update(last_login=timezone.now() - datetime.timedelta(days=9))
    camat = person("district", "health", EAST)
    DeviceToken.objects.create(
        user=camat, name="x", digest="0", expires=timezone.now(), used=timezone.localdate() - datetime.timedelta(days=2)
    )
    seen = {one.user.pk: one for one in english.get("/people", **PAGE).context["people"]}
    one = seen[bidan.pk]
    assert (one.work, one.state) == ("Validator · health", "active") and len(one.places) == 2
    assert one.last == timezone.localdate() - datetime.timedelta(days=9)
    assert seen[camat.pk].last == timezone.localdate() - datetime.timedelta(days=2)
    assert seen[chief.pk].last == timezone.localdate()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("q=salbi", {"camat"}), ("q=camat@", {"camat"}), ("q=health", {"camat", "bidan"}), ("q=field+officer", set()),
        ("q=timur", {"bidan"}), ("q=health+barat", {"camat"}), ("q=nobody", set()), ("state=suspended", {"bidan"}),
        ("q=PSR-1", {"camat"}), (f"q={GAMPONG}", {"camat"}),
    ],
)  # fmt: skip
def test_people_are_found_by_name_address_role_area_and_state(english, chief, areas, words, found):
    camat = User.objects.create_user(
        "camat", "camat@kota.example", role="district", sector="health", first_name="Salbiah"
    )
    bidan = User.objects.create_user("bidan", role="validator", sector="health", is_active=False)
    for user, scope in [
        (camat, {"area_id": GAMPONG}),
        (camat, {"unit": "PSR-1"}),
        (bidan, {"area_id": "11.73.02.2001"}),
    ]:
        Scope.objects.create(user=user, **scope)
    shown = {one.user.username for one in english.get(f"/people?{words}", **PAGE).context["people"]}
    assert shown == found


def test_the_list_is_read_in_pages(english, chief):
    User.objects.bulk_create([User(username=f"kader{n:03}", role="official") for n in range(60)])
    page = english.get("/people", **PAGE)
    assert len(page.context["people"]) == 50 and "page 1 of 2" in text(page)
    assert len(english.get("/people?page=2", **PAGE).context["people"]) == 11


def test_the_list_asks_as_often_for_sixty_as_for_six(english, chief, areas, django_assert_max_num_queries):
    made = User.objects.bulk_create(
        [User(username=f"kader{n:03}", role="surveyor", sector="health") for n in range(50)]
    )
    Scope.objects.bulk_create([Scope(user=user, area_id=GAMPONG) for user in made])
    with django_assert_max_num_queries(20):
        english.get("/people", **PAGE)
