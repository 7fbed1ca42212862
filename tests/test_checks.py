"""A wrong declaration stops the start: with the layer's name, the thing that is wrong and the remedy."""

import dataclasses
import sys

import pytest
from django.conf import settings
from django.db.models import Avg, Count, Max, Q, Sum, UniqueConstraint
from django.db.models.functions import Lower
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from geoportal import catalogue, checks, guard
from geoportal.layer import Access, Categories, Classes, Indicator, Layer, Rate, anyone, staff
from geoportal.models import Load, Policies
from tests.checkout import copied, said

POSYANDU, HOUSES = catalogue.layer("posyandu"), catalogue.layer("households")

FEW = {"pratama": "#000", "madya": "#111", "purnama": "#222"}


def wrong(layer=POSYANDU, **options) -> list[tuple[str, str]]:
    """(sentence, remedy) of each error of the layer with these options."""
    found = checks.of_layer(dataclasses.replace(layer, **options))
    assert all(f"“{layer.name}”" in error.msg and error.hint for error in found)
    return [(error.msg, error.hint) for error in found]


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: dataclasses.replace(POSYANDU, filter=["name"]), "filter"),
        (lambda: Access(see=anyone), "see"),
        (lambda: Rate("x", case=Q()), "case"),
        (lambda: Indicator("x", Count("id"), units="%"), "units"),
        (lambda: Categories("strata", {}, colour="#000"), "colour"),
        (lambda: Layer(name="x", model=POSYANDU.model), "title"),
    ],
)
def test_a_misspelt_or_missing_option_is_a_type_error(make, word):
    with pytest.raises(TypeError, match=word):
        make()


@pytest.mark.parametrize(
    ("make", "word"), [(lambda: staff("helth"), "helth"), (lambda: staff("health", roles=("doctor",)), "doctor")]
)
def test_a_role_or_sector_that_does_not_exist_is_named(make, word):
    with pytest.raises(ValueError, match=word):
        make()


def test_a_declaration_cannot_be_changed_afterwards():
    with pytest.raises(dataclasses.FrozenInstanceError):
        POSYANDU.title = "x"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("popup", ["nmae"]), ("filters", ["nmae"]), ("table", ["nmae"]), ("form", ["code", "name", "strata", "nmae"]),
        ("label", "nmae"), ("key", "nmae"), ("when", "nmae"), ("sums", ["nmae"]), ("columns", {"Name": "nmae"}),
        ("geom", "nmae"), ("style", Classes("nmae", [1], ["#000", "#fff"])),
    ],
)  # fmt: skip
def test_a_misspelt_field_is_named_with_the_likely_one(option, value):
    found = wrong(**{option: value})
    assert len(found) == 1
    assert f"{option} names “nmae”" in found[0][0] and "Did you mean “name”?" in found[0][1] and "strata" in found[0][1]


def test_a_misspelt_name_of_a_person_is_named_too():
    assert "names__head" in wrong(HOUSES, popup=["names__hed"])[0][1]


@pytest.mark.parametrize(
    ("options", "sentence", "remedy"),
    [
        ({"style": Categories("strata", FEW)}, "“mandiri” of strata no colour", '"mandiri": "#…"'),
        ({"style": Categories("strata", {**POSYANDU.style.colors, "gold": "#ff0"})}, "colours “gold”", "Take it out"),
        ({"style": Classes("day", [5, 10], ["#000", "#fff"])}, "one colour more than breaks", "Add or take away"),
        ({"style": Classes("day", [10, 5], ["#000", "#888", "#fff"])}, "ascending breaks", "Add or take away"),
        ({"key": "name"}, "key “name” is not unique", "unique=True"),
        ({"indicators": [Indicator("A", Count("id")), Indicator("A", Sum("day"))]}, "two indicators are called “a”", "another name"),
        ({"indicators": [Rate("A", cases=Q(stratta="x"))]}, "“a” cannot be counted: Cannot resolve keyword 'stratta'", "Q(…)"),
        ({"indicators": [Indicator("A", Avg("days"))]}, "'days'", "Q(…)"),
        ({"indicators": [Indicator("A", Count("id"), of=Q(dayy=1))]}, "'dayy'", "Q(…)"),
        ({"monthly": True}, "monthly without `when`", "when="),
        ({"when": "captured_at"}, "a moment", "DateField"),
        ({"form": ["code", "strata"]}, "does not ask for “name”", "form=[…]"),
        ({"access": Access(records=anyone, add=anyone)}, "anyone may add", "staff(…)"),
        ({"access": Access(records=anyone, change=anyone)}, "anyone may change", "staff(…)"),
    ],
)  # fmt: skip
def test_a_contradiction_is_named_with_the_remedy(options, sentence, remedy):
    found = wrong(**options)
    assert len(found) == 1
    assert sentence in found[0][0] and remedy in found[0][1]


@pytest.mark.parametrize(
    ("access", "sentence"),
    [
        (Access(records=anyone, identity=staff("health")), "records not open to anyone"),
        (Access(records=staff("health")), "needs an identity set"),
        (
            Access(records=staff("health"), identity=staff("health", roles=("validator",), scope=True)),
            "validator of health has identity in the own areas and records everywhere",
        ),
    ],
)
def test_rows_about_people_need_rights_that_hold_together(access, sentence):
    assert sentence in wrong(HOUSES, access=access)[0][0]


@pytest.mark.parametrize("value", [Max("members"), Count("water", distinct=True)])
def test_an_indicator_that_may_show_one_persons_value_is_refused(value):
    [(sentence, remedy)] = wrong(HOUSES, indicators=[Indicator(_("Most"), value, name="most"), *HOUSES.indicators])
    assert "“most”" in sentence and "one person" in sentence and "Sum" in remedy
    assert wrong(POSYANDU, indicators=[Indicator(_("Most"), Max("id"), name="most")]) == []  # about nobody


@pytest.mark.parametrize("name", ["nothing", "members"])
def test_ground_is_cut_by_what_adds_up(name):
    members = Indicator(_("Members"), Avg("members"), name="members")
    [(sentence, remedy)] = wrong(HOUSES, atoms=name, indicators=[members, *HOUSES.indicators])
    assert f"“{name}”" in sentence and "Rate" in remedy


@pytest.mark.parametrize(
    ("option", "value"),
    [("filters", ["names__no_kk"]), ("label", "names__no_kk"), ("sums", ["names__no_kk"]), ("when", "names__no_kk")],
)
def test_an_encrypted_number_may_not_stand_where_addresses_tell_it(option, value):
    assert f"{option} names “names__no_kk”, an encrypted number" in wrong(HOUSES, **{option: value})[0][0]


def constraint(*fields, **options):
    return {"constraints": [UniqueConstraint(*fields, name="one_number", **options)]}


@pytest.mark.parametrize(
    "meta",
    [
        constraint(fields=["no_kk_hash"]), constraint(fields=["no_kk", "rt"]), constraint(Lower("no_kk_hash")),
        constraint(fields=["no_kk_hash"], condition=Q(rt="01")), {"unique_together": {("area_code", "no_kk_hash")}},
    ],
    ids=["hash", "number", "expression", "some rows", "together"],
)  # fmt: skip
def test_a_unique_number_is_refused_and_the_refusal_says_why(meta, monkeypatch):
    for option, value in meta.items():
        monkeypatch.setattr(HOUSES.names._meta, option, value)
    sentence, remedy = wrong(HOUSES)[0]
    assert "“names__no_kk” or its hash is unique" in sentence and "learns by the refusal that it exists" in sentence
    assert "Take the constraint away" in remedy


@pytest.mark.parametrize("name", ["no_kk", "no_kk_hash"])
def test_a_field_declared_unique_is_refused_alike(name, monkeypatch):
    monkeypatch.setattr(HOUSES.names._meta.get_field(name), "unique", True)
    assert "is unique" in wrong(HOUSES)[0][0]


def test_a_number_belongs_into_the_names(monkeypatch):
    meta = HOUSES.model._meta
    monkeypatch.setattr(
        meta, "local_concrete_fields", (*meta.local_concrete_fields, HOUSES.names._meta.get_field("no_kk"))
    )
    assert "people without identity may see" in wrong(HOUSES)[0][0]


def test_a_model_that_is_no_feature_is_told():
    assert "Load does not start from geoportal.models.Feature" in wrong(model=Load)[0][0]


def test_an_indicator_is_named_after_its_title_in_every_language():
    for language in ("id", "en"):
        with translation.override(language):
            assert Indicator(_("No safe water"), Sum("day")).name == "no_safe_water"
            assert Rate(_("Households"), cases=Q()).name == "households"
    assert Rate("Welfare decile 1–4", cases=Q(), name="poor").name == "poor"


def test_two_layers_of_one_name_are_refused():
    with pytest.raises(ValueError, match="Two layers are called 'posyandu'"):
        catalogue.keep(dataclasses.replace(POSYANDU, order=99))


@pytest.mark.django_db
def test_policies_of_other_declarations_stop_the_start(areas, owner):
    assert guard.wrong() == ""
    with owner():
        Policies.objects.all().delete()
    assert "declarations ask for: run `manage.py policies`" in guard.wrong()


def test_wrong_declarations_stop_the_start_and_are_told_together():
    with copied("manage.py", "geoportal", "layers", "fixtures") as place:
        for name, old, new in [("markets", 'popup=["name"', 'popup=["nmae"'), ("posyandu", '"madya": "', '"madja": "')]:
            file = place / "layers" / f"{name}.py"
            text = file.read_text()
            assert text.count(old) == 1
            file.write_text(text.replace(old, new))
        keys = {"SECRET_KEY": "x", "FIELD_KEY": settings.FIELD_KEY}
        urls = {"DATABASE_URL": settings.WEB_URL, "DATABASE_OWNER_URL": settings.OWNER_URL}
        code, printed = said(place, sys.executable, "manage.py", "check", **keys, **urls)
    assert code != 0
    assert "Layer “markets”: popup names “nmae”" in printed and "Did you mean “name”?" in printed
    assert "Layer “posyandu”: the style gives “madya” of strata no colour" in printed and '"madya": "#…"' in printed
