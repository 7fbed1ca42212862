"""The demo city in the database: everything is there, placed as drawn, and as the form would have stored it."""

import contextlib
import io
import random

import numpy as np
import pytest
import rasterio
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from geoportal import access, catalogue, identity, places
from geoportal.forms import form_for
from geoportal.keys import digest
from geoportal.models import Cube, Load, Scope, User
from layers.demo.accounts import PEOPLE
from layers.demo.city import SOURCE, gampong
from layers.demo.people import households
from layers.demo.posyandu import posyandu
from layers.households import Household, HouseholdNames
from tests.conftest import acting_owner

pytestmark = pytest.mark.xdist_group("demo")  # one worker loads the city once for all of them
SCALE, SEED = 0.05, 3


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker, tmp_path_factory):
    """What `manage.py demo` said, loaded once for this module and taken back at its end; the raster lies in `city.rasters`."""
    rasters = tmp_path_factory.mktemp("rasters")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr("django.conf.settings.RASTER_ROOT", rasters)
        with transaction.atomic():
            said = io.StringIO()
            with acting_owner():
                call_command("demo", scale=SCALE, seed=SEED, stdout=said)
            said.rasters = rasters
            yield said
            transaction.set_rollback(True)


@pytest.fixture
def drawn(city):
    """The Households of which the city was loaded, and their rows in the same order."""
    (found,) = households(SEED, SCALE, timezone.localdate().isoformat())
    with acting_owner():
        rows = list(Household.objects.order_by("id"))
    return found, rows


@contextlib.contextmanager
def undone():
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_it_says_a_line_for_each_step(city):
    lines = city.getvalue().splitlines()
    steps = [
        "areas: 68",
        "posyandu: 299",
        "38",
        "7",
        "households: 22",
        "accounts: surveyor",
        "raster: ",
        "indicators: ",
        "households: ",
    ]
    assert len(lines) == len(steps)
    for line, step in zip(lines, steps, strict=True):
        assert " s  " in line and step in line


def test_areas_of_all_levels_are_in_use_and_say_that_they_are_no_official_ones(city):
    count = {level: places.Area.objects.filter(level=level).count() for level, _word in places.Area.LEVELS}
    assert count == {"province": 1, "regency": 1, "district": 4, "village": 68}
    assert places.boundary().source == SOURCE == "batas contoh, bukan batas resmi" and not places.boundary().official
    assert str(places.root()) == "Kota Lhokseumawe"
    assert places.root().area_km2 == pytest.approx(132.966, rel=0.03)
    assert places.root().bps_codes.get().code == "1174"  # 1173 is Langsa
    assert not places.Area.objects.filter(level="village", geom=None).exists()


def test_every_household_is_stored_in_the_gampong_it_was_drawn_in(drawn):
    found, rows = drawn
    code = [area.code for area in gampong()]
    assert len(rows) == len(found.area)
    for number, row in enumerate(rows):
        if found.source[number]:
            assert row.area_code == code[found.area[number]]
            assert (row.place.x, row.place.y) == (found.lon[number], found.lat[number])
        else:
            assert row.area_code == code[found.declared[number]] and row.place is None and row.place_state == "none"
    states = [row.place_state for row in rows]
    assert states.count("inside") > 0.9 * len(rows) and states.count("elsewhere") >= 3 and "outside" not in states
    elsewhere = {row.declared_code != row.area_code for row in rows if row.place_state == "elsewhere"}
    assert elsewhere == {True}


def test_names_and_numbers_stand_apart_and_a_number_finds_its_household(drawn):
    found, rows = drawn
    with acting_owner():
        names = {name.of_id: name for name in HouseholdNames.objects.all()}
        again = HouseholdNames.objects.get(no_kk_hash=digest(str(found.no_kk[7])))
    assert again.of_id == rows[7].id
    for number in range(0, len(rows), 50):
        name = names[rows[number].id]
        assert (name.head, name.no_kk.reveal(), name.rt) == (found.head[number], found.no_kk[number], found.rt[number])
        assert (name.area_code, name.unit) == (rows[number].area_code, rows[number].unit)
    with acting_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM layers_householdnames WHERE no_kk = convert_to(%s, 'UTF8')", [found.no_kk[7]]
        )
        assert cursor.fetchone() == (0,)  # never in clear


def test_a_household_belongs_to_a_posyandu_of_the_gampong_it_stands_in(drawn):
    _found, rows = drawn
    of = {post.code: gampong()[post.area].code for post in posyandu(SEED)}
    assert all(of[row.unit] == row.area_code for row in rows if row.place)


def values_of(layer, row):
    """What a person would type to enter this row again, with the place as two numbers."""
    typed = {name: getattr(row, name) for name in layer.form if not name.startswith("names__")}
    typed |= {name: getattr(row, name) for name in ("accuracy_m", "place_source", "captured_at", "unit")}
    if row.place:
        typed |= {"lon": row.place.x, "lat": row.place.y}
    if layer.names:
        names = layer.names.objects.get(of=row)
        typed |= {
            name: getattr(names, name.removeprefix("names__")) for name in layer.form if name.startswith("names__")
        }
    return typed


def stored(model, row):
    """Every value of a stored row but those that are its own: identifiers and times of writing."""
    own = {"id", "uid", "created", "changed", "of"}
    return {field.name: getattr(row, field.name) for field in model._meta.fields if field.name not in own}


@pytest.mark.parametrize(
    "name, at_least", [("households", 100), ("posyandu", 20), ("health_facilities", 10), ("markets", 7)]
)
def test_the_form_would_have_taken_these_rows_and_stored_the_same(city, name, at_least):
    layer = catalogue.layer(name)
    with acting_owner(), undone():
        rows = list(layer.model.objects.order_by("id"))
        chance = random.Random(SEED)
        for row in chance.sample(rows, max(at_least, len(rows) // 100)):
            typed = values_of(layer, row)
            before = stored(layer.model, row)
            if layer.names:
                before |= stored(layer.names, layer.names.objects.get(of=row))
            if layer.key:  # a code belongs to one row: the other steps aside
                layer.model.objects.filter(pk=row.pk).update(**{layer.key: f"aside {row.pk}"})
            form = form_for(layer)(typed)
            assert form.is_valid(), (typed, form.errors)
            made = layer.model.objects.get(pk=form.save().pk)
            after = stored(layer.model, made)
            if layer.names:
                after |= stored(layer.names, layer.names.objects.get(of=made))
            assert after == before


def test_each_account_opens_with_the_password_and_has_its_role(city):
    for username, role, sector, _name, scopes in PEOPLE:
        user = authenticate(username=username, password="demo-geoportal")
        with acting_owner():
            assert (user.role, user.sector, user.scopes.count()) == (role, sector, len(scopes))
        assert user.is_staff == (role == "admin")
    assert authenticate(username="surveyor", password="demo") is None
    with acting_owner():
        assert set(Scope.objects.exclude(unit="").values_list("unit", flat=True)) == {"PSR-1", "PSR-2"}


def test_the_surveyor_sees_the_own_gampong_and_a_stranger_no_household(city):
    with acting_owner():
        pusong = Household.objects.filter(area_code="11.73.02.2008").count()
        surveyor = User.objects.get(username="surveyor")
    with identity.acting(access.identity(surveyor)):
        assert Household.objects.count() == HouseholdNames.objects.count() == pusong > 50
    with identity.acting(identity.NOBODY):
        assert Household.objects.count() == 0 < catalogue.layer("posyandu").model.objects.count()


def test_the_figures_are_there_when_the_map_first_opens(city, drawn):
    found, _rows = drawn
    people = Cube.objects.get(layer="households", indicator="people", level="regency")
    assert people.value == found.members.sum()


def test_the_raster_holds_the_people_that_have_a_point(city, drawn):
    found, _rows = drawn
    with rasterio.open(city.rasters / "population.tif") as file:
        assert file.read(1, masked=True).sum() == found.members[~np.isnan(found.lon)].sum()


def test_it_refuses_a_database_that_holds_rows(city):
    with acting_owner(), pytest.raises(CommandError, match=r"holds rows already \(areas, households"):
        call_command("demo")


def test_it_refuses_without_demo_and_with_a_nonsense_scale(city, settings):
    with pytest.raises(CommandError, match="--scale is 0"):
        call_command("demo", scale=0.0)
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")


def test_the_demonstration_is_noted_as_the_source_of_every_layer_it_filled(city):
    with acting_owner():
        stored = {load.layer: (load.file, load.source, load.stored) for load in Load.objects.all()}
    assert stored.keys() == {"households", "posyandu", "health_facilities", "markets"}
    assert stored["posyandu"] == ("demo", "data demo rekaan", 299)
