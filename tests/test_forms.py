"""The one validator: what it takes, what it stores where, and the sentence for what it refuses."""

import dataclasses
import datetime

import pytest
from django import forms as django_forms
from django.contrib.gis.geos import Point
from django.db import models
from django.utils import translation

from geoportal import catalogue, fields, places, rowform
from geoportal.description import model_field
from geoportal.fields import digest
from geoportal.forms import CommaFloatField, DayField, YesNoField, form_for
from geoportal.models import Feature
from tests.believable import believable

pytestmark = pytest.mark.django_db
HOUSES, MARKETS = catalogue.layer("households"), catalogue.layer("markets")
KK = "1173010101010001"
HOUSE = {
    "names__head": "Nurhayati", "members": 4, "under5": 1, "water": "piped", "latrine": "none", "lon": "97.01", "lat": "5.01",
}  # fmt: skip


@pytest.fixture(autouse=True)
def in_english(areas, owner):
    """As the owner: what a person may write is the policies' to say and tried there."""
    with translation.override("en"), owner():
        yield


def stored(values, layer=HOUSES, instance=None):
    form = form_for(layer)(values, instance=instance)
    assert form.is_valid(), form.errors
    return form.save()


def refused(values, layer=HOUSES, instance=None) -> dict[str, list[str]]:
    form = form_for(layer)(values, instance=instance)
    assert not form.is_valid()
    return {name: list(sentences) for name, sentences in form.errors.items()}


def test_every_layer_takes_its_own_row_back_unchanged(layer, areas, row):
    """What the form shows of a stored row, sent back as a browser sends it, changes nothing."""
    made = row(layer) if layer.geometry == "point" else places.Area.objects.get(code="11.73.01.2001")
    form = form_for(layer)(instance=made)
    sent = {}
    for name, field in form.fields.items():
        value = form[name].value()
        if value is not None and not (isinstance(field, django_forms.BooleanField) and value is False):
            sent[name] = str(value)
    again = form_for(layer)(sent, instance=layer.model._default_manager.get(pk=made.pk))
    assert again.is_valid() and not again.has_changed(), (again.errors, again.changed_data)
    again.save()
    assert layer.model._default_manager.get(pk=made.pk).version == made.version


def test_every_layer_stores_what_its_form_is_given(layer, areas):
    if not issubclass(layer.model, Feature):
        pytest.skip("areas come from boundary files")
    form_class = form_for(layer)
    values = {name: believable(f) for name, f in asked(layer).items() if not f.blank}
    made = stored(values | {"lon": "97.05", "lat": "5.01", "accuracy_m": "4.5", "place_source": "gps"}, layer)
    found = layer.model._default_manager.get(pk=made.pk)
    for name, value in values.items():
        kept = (
            getattr(found.names, name.removeprefix("names__")) if name.startswith("names__") else getattr(found, name)
        )
        assert kept == value
    assert (found.area_code, found.place_state, found.version) == ("11.73.02.2001", "inside", 1)
    assert (found.place.x, found.place.y, found.accuracy_m, found.place_source) == (97.05, 5.01, 4.5, "gps")
    assert {"lon", "lat", "accuracy_m", "place_source", "captured_at", "unit"} <= set(form_class.base_fields)


def asked(layer):
    """Name -> model field of what the layer's form asks."""
    return {name: model_field(layer.model, name) for name in layer.form}


@pytest.fixture
def numbered():
    return stored(HOUSE | {"names__no_kk": KK})


def test_a_form_holds_nothing_of_the_stored_number(numbered):
    for form_class in (form_for(HOUSES), rowform.form_class(HOUSES)):
        form = form_class(instance=numbered)
        assert form["names__no_kk"].value() == ""
        page = "".join(str(form[name]) for name in form.fields if name != "map") + form["names__no_kk"].help_text
        assert "Nurhayati" in page and not any(KK[n : n + 4] in page for n in range(0, 13, 4))
    assert 'placeholder="••••"' in page and "Leave this empty to keep it; write - to take it out." in page
    assert "take it out" not in rowform.form_class(HOUSES)()["names__no_kk"].help_text  # nothing is stored yet


@pytest.mark.parametrize("typed", [{}, {"names__no_kk": ""}, {"names__no_kk": "  "}, {"names__no_kk": KK}])
def test_a_number_that_is_not_typed_again_is_kept(numbered, typed):
    form = form_for(HOUSES)(HOUSE | {"names__head": "Cut Rahma"} | typed, instance=numbered)
    assert form.is_valid() and "names__no_kk" not in form.changed_data
    form.save()
    names = HOUSES.names.objects.get(of=numbered)
    assert (names.head, names.no_kk.reveal(), names.no_kk_hash) == ("Cut Rahma", KK, digest(KK))


def test_another_number_takes_its_place_and_a_dash_takes_it_out(numbered):
    other = KK[:-1] + "2"
    stored(HOUSE | {"names__no_kk": other}, instance=numbered)
    found = HOUSES.names.objects.get(no_kk_hash=digest(other))
    assert (found.of, found.no_kk.reveal()) == (numbered, other)
    stored(HOUSE | {"names__no_kk": "-"}, instance=numbered)
    found.refresh_from_db()
    assert (found.no_kk, found.no_kk_hash) == ("", "")


def test_a_dash_where_no_number_is_stored_stores_none():
    assert stored(HOUSE | {"names__no_kk": "-"}).names.no_kk == ""


def test_names_are_stored_apart_and_numbers_encrypted(areas):
    house = stored(HOUSE | {"names__no_kk": KK, "names__rt": "02"})
    names = HOUSES.names.objects.get(of=house)
    assert (names.head, names.no_kk.reveal(), names.rt) == ("Nurhayati", KK, "02")
    assert (names.area_code, names.unit) == (house.area_code, house.unit) == ("11.73.01.2001", "")
    assert not {f.name for f in HOUSES.model._meta.get_fields()} & {"head", "no_kk", "rt"}
    assert HOUSES.names.objects.get(no_kk_hash=digest(KK)).of == house


def test_names_change_with_the_form_and_follow_a_move(areas):
    house = stored(HOUSE)
    stored(HOUSE | {"names__head": "Cut Nyak", "lon": "97.05"}, instance=house)
    names = HOUSES.names.objects.get()
    assert (names.head, names.area_code) == ("Cut Nyak", "11.73.02.2001")


def test_fifteen_digits_are_refused_with_a_sentence(areas):
    assert refused(HOUSE | {"names__no_kk": KK[:-1]}) == {"names__no_kk": ["Write 16 digits; this has 15."]}
    assert stored(HOUSE | {"names__no_kk": "1173 0101 0101 0001"}).names.no_kk.reveal() == KK


@pytest.mark.parametrize(
    ("lon", "lat"), [("97.0123", "5.0123"), ("97,0123", "5,0123"), (97.0123, 5.0123), (" 97,0123 ", "5.0123")]
)
def test_a_number_is_read_with_point_or_comma(areas, lon, lat):
    house = stored(HOUSE | {"lon": lon, "lat": lat, "accuracy_m": "3,5"})
    assert (house.place.x, house.place.y, house.accuracy_m) == (97.0123, 5.0123, 3.5)


@pytest.mark.parametrize("value", ["1,234,5", "five", "nan", "inf", "9" * 400])
def test_what_is_no_number_is_refused(areas, value):
    assert set(refused(HOUSE | {"accuracy_m": value})) == {"accuracy_m"}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("text", ["2026-01-31", "31/01/2026", "31-01-2026", "31.01.2026", "31/1/26"])
def test_a_day_is_never_read_month_first(areas, language, text):
    with translation.override(language):
        assert stored(HOUSE | {"surveyed": text}).surveyed == datetime.date(2026, 1, 31)
        assert stored(HOUSE | {"surveyed": "03/02/2026"}).surveyed == datetime.date(2026, 2, 3)


@pytest.mark.parametrize("text", ["01/31/2026", "2026-02-30", "yesterday"])
def test_what_is_no_day_is_refused(areas, text):
    assert set(refused(HOUSE | {"surveyed": text})) == {"surveyed"}


@pytest.mark.parametrize(
    ("text", "value"),
    [("ya", True), ("YES", True), ("1", True), ("on", True), (1, True), (True, True), ("tidak", False), ("No", False), ("0", False),
     (0, False), (False, False), ("", False)],
)  # fmt: skip
def test_yes_and_no_are_read_in_words(areas, text, value):
    assert stored(HOUSE | {"pkh": text}).pkh is value


def test_a_box_that_is_not_ticked_is_no(areas):
    assert stored(HOUSE).pkh is False
    assert refused(HOUSE | {"pkh": "perhaps"}) == {"pkh": ["“perhaps” is neither yes nor no."]}


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"members": 0}, "members", "1"),
        ({"members": 31}, "members", "30"),
        ({"desil": 11}, "desil", "10"),
        ({"latrine": "best"}, "latrine", "best"),
        ({"names__head": ""}, "names__head", "required"),
        ({"lon": ""}, "lon", "Give both longitude and latitude"),
        ({"lat": ""}, "lat", "Give both longitude and latitude"),
        ({"lon": "0", "lat": "0"}, "lon", "0, 0"),
        ({"lon": "5.01", "lat": "97.01"}, "lon", "swapped"),
        ({"lon": "97.2"}, "lon", "more than 1 km outside Kota Lhokseumawe"),
        ({"declared_code": "11.73.09"}, "declared_code", "11.73.09"),
    ],
)
def test_a_value_against_the_rules_is_told_at_its_field(areas, values, field, said):
    errors = refused(HOUSE | values)
    assert set(errors) == {field} and said in errors[field][0]


def test_both_coordinates_empty_mean_no_point_yet(areas):
    house = stored(HOUSE | {"lon": "", "lat": "", "declared_code": "11.73.02"})
    assert (house.place, house.place_state, house.area_code) == (None, "none", "11.73.02")


def test_a_rule_of_several_fields_is_asked(areas):
    def check(values):
        small = values["under5"] >= values["members"]
        return {"under5": "Children under five cannot be all members."} if small else {}

    layer = dataclasses.replace(HOUSES, check=check)
    assert refused(HOUSE | {"under5": 4}, layer) == {"under5": ["Children under five cannot be all members."]}
    stored(HOUSE | {"under5": 3}, layer)


def test_a_row_changed_meanwhile_is_not_overwritten(areas):
    house = stored(HOUSE)
    mine, theirs = (HOUSES.model.objects.get(pk=house.pk) for _n in range(2))
    assert stored(HOUSE | {"members": 5}, instance=theirs).version == 2
    assert "Somebody else changed this row" in refused(HOUSE | {"members": 6}, instance=mine)["__all__"][0]
    assert HOUSES.model.objects.get(pk=house.pk).members == 5
    fresh = HOUSES.model.objects.get(pk=house.pk)
    assert stored(HOUSE | {"members": 6}, instance=fresh).version == 3


def test_storing_the_same_again_makes_no_version(areas):
    house = stored(HOUSE)
    assert stored(HOUSE, instance=house).version == 1


def test_the_stored_row_carries_what_the_database_found(areas):
    house = stored(HOUSE | {"declared_code": "11.73.01.2002", "lon": "97.01"})
    assert (house.area_code, house.place_state) == ("11.73.01.2001", "elsewhere")
    assert house.changed is not None and house.version == 1


def test_field_classes_follow_the_model(areas):
    form = form_for(HOUSES)
    assert isinstance(form.base_fields["surveyed"], DayField)
    assert isinstance(form.base_fields["pkh"], YesNoField)
    assert isinstance(form.base_fields["accuracy_m"], CommaFloatField)
    assert form.base_fields["names__no_kk"].label == NAMES_LABEL
    assert isinstance(form_for(MARKETS).base_fields["daily"], YesNoField)


NAMES_LABEL = HOUSES.names._meta.get_field("no_kk").verbose_name


def test_labels_units_choices_and_bounds_live_once_on_the_model(layer):
    for name, field in asked(layer).items():
        of_form = form_for(layer).base_fields[name]
        assert str(of_form.label).lower() == str(field.verbose_name).lower()
        if field.choices:
            assert [c for c in of_form.choices if c[0] != ""] == list(field.flatchoices)


def test_a_place_is_stored_in_degrees_longitude_first(areas):
    """GeoDjango's own widget reads GeoJSON as metres and stores wrong points without an error."""
    assert stored(HOUSE).place == Point(97.01, 5.01, srid=4326)


def test_numbers_are_quantities_or_whole(layer):
    """A float without a unit or range is a number nobody can doubt."""
    for name, field in asked(layer).items():
        assert not isinstance(field, models.FloatField) or isinstance(field, fields.Quantity), name
