"""Numbers with unit and believable range; secrets encrypted, found by keyed hash, never in clear."""

import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, models
from django.utils import translation

from geoportal import catalogue, fields
from geoportal.fields import MASK, Quantity, Sealed, Secret, digest

HOUSES = catalogue.layer("households")
NAMES = HOUSES.names
KK = "1173010101010001"
BOUND = NAMES._meta.get_field("no_kk").bound


@pytest.mark.parametrize(
    ("value", "ok"), [(2, True), (2.0, True), (150, True), (1.99, False), (150.01, False), (None, True)]
)
def test_a_quantity_believes_its_range_ends_included(value, ok):
    field = Quantity("height", unit="cm", low=2, high=150, null=True, blank=True)
    if ok:
        assert field.clean(value, None) == value
    else:
        with pytest.raises(ValidationError):
            field.clean(value, None)


def test_a_quantity_may_be_open_at_one_end():
    assert Quantity("height", low=0).clean(1e9, None) == 1e9
    with pytest.raises(ValidationError):
        Quantity("height", high=0).clean(1, None)


@pytest.mark.parametrize(
    "field",
    [Quantity(unit="kg", low=0.5, high=40), Quantity(), Secret(digits=16, null=True), Secret()],
    ids=["bounded", "bare", "secret", "any secret"],
)
def test_a_migration_makes_the_same_field_again(field):
    _name, path, args, kwargs = field.deconstruct()
    again = {"geoportal.fields.Quantity": Quantity, "geoportal.fields.Secret": Secret}[path](*args, **kwargs)
    assert again.deconstruct()[1:] == field.deconstruct()[1:]


@pytest.mark.parametrize(
    ("value", "clean"), [(KK, KK), ("1173 0101 0101 0001", KK), (f" {KK}\n", KK), ("", ""), (None, "")]
)
def test_blanks_do_not_belong_to_a_number(value, clean):
    assert Secret(digits=16, blank=True).clean(value, None) == clean


@pytest.mark.parametrize("value", [KK[:-1], KK + "1", "1.17301E+15", "11730101010100O1"])
def test_a_number_of_another_length_is_told_how_long_it_is(value):
    with translation.override("en"):
        with pytest.raises(ValidationError) as refusal:
            Secret(digits=16).clean(value, None)
        assert refusal.value.messages == [f"Write 16 digits; this has {len(value)}."]


@pytest.mark.django_db
def test_the_database_holds_no_number_in_clear(row, owner):
    house = row(HOUSES)
    with owner():
        names = NAMES.objects.get(of=house)
        names.no_kk = KK
        names.save()
        assert NAMES.objects.get(of=house).no_kk.reveal() == KK
        assert list(NAMES.objects.filter(no_kk_hash=digest(KK))) == [names]
        events = catalogue.event_model(NAMES)._meta.db_table
        with connection.cursor() as cursor:
            for table in (NAMES._meta.db_table, events):
                cursor.execute(f"SELECT no_kk, no_kk_hash, t::text FROM {table} t WHERE no_kk IS NOT NULL")
                blob, hashed, line = cursor.fetchone()
                assert Sealed(bytes(blob), BOUND).reveal() == KK and hashed == digest(KK)
                assert KK not in line and KK.encode().hex() not in line


@pytest.mark.django_db
def test_the_same_number_may_stand_twice(row, owner):
    """A unique number would tell whoever may write that it exists elsewhere."""
    with owner():
        for house in (row(HOUSES), row(HOUSES, lon=97.05)):
            NAMES.objects.filter(of=house).update(no_kk=KK, no_kk_hash=digest(KK))
        assert NAMES.objects.filter(no_kk_hash=digest(KK)).count() == 2
    assert not any(
        f.unique for f in NAMES._meta.get_fields() if isinstance(f, models.Field) and f.name.startswith("no_kk")
    )


@pytest.mark.django_db
def test_a_number_taken_out_leaves_no_hash(row, owner):
    house = row(HOUSES)
    with owner():
        names = NAMES.objects.get(of=house)
        names.no_kk = KK
        names.save()
        names.no_kk = ""
        names.save()
        names.refresh_from_db()
    assert (names.no_kk, names.no_kk_hash) == ("", "")


@pytest.mark.django_db
def test_a_number_read_and_not_touched_keeps_its_bytes(row, owner):
    house = row(HOUSES)
    with owner():
        names = NAMES.objects.get(of=house)
        names.no_kk = KK
        names.save()
        names = NAMES.objects.get(of=house)
        before = names.no_kk.blob, names.no_kk_hash
        names.head = "Cut Rahma"
        names.save()
        names.refresh_from_db()
    assert (names.no_kk.blob, names.no_kk_hash) == before and names.no_kk.reveal() == KK


@pytest.mark.django_db
@pytest.mark.parametrize("printed", ["{}", "{!r}", "{0.no_kk}"], ids=["str", "repr", "attribute"])
def test_whatever_prints_a_stored_number_prints_a_mask(row, owner, printed):
    house = row(HOUSES)
    with owner():
        NAMES.objects.filter(of=house).update(no_kk=KK, no_kk_hash=digest(KK))
        names = NAMES.objects.get(of=house)
        assert MASK in printed.format(names if "." in printed else names.no_kk)
        assert str(NAMES.objects.values_list("no_kk", "no_kk_hash").get()[0]) == MASK


def test_two_stored_numbers_are_equal_when_the_numbers_are():
    one, same, other = (Sealed(fields.encrypt(number, BOUND), BOUND) for number in (KK, KK, "1173010101010002"))
    assert one.blob != same.blob
    assert one == same and one != other and one != KK  # never equal to a text: it would have to be opened to tell


@pytest.mark.django_db
def test_a_dump_carries_neither_number_nor_hash(row, owner):
    house = row(HOUSES)
    with owner():
        NAMES.objects.filter(of=house).update(no_kk=KK, no_kk_hash=digest(KK))
        dumped = io.StringIO()
        call_command("dumpdata", "layers", stdout=dumped)
    told = [one["fields"] for one in json.loads(dumped.getvalue()) if one["model"].startswith("layers.householdnames")]
    assert len(told) >= 2  # the row and its history
    assert {one["no_kk_hash"] for one in told} == {""} and {one["no_kk"] for one in told} <= {"", None}
    assert KK not in dumped.getvalue() and digest(KK) not in dumped.getvalue()


@pytest.mark.django_db
def test_a_dump_by_the_web_role_carries_nothing_of_persons(row):
    row(HOUSES)
    dumped = io.StringIO()
    call_command("dumpdata", "layers.household", "layers.householdnames", "layers.householdnamesevent", stdout=dumped)
    assert json.loads(dumped.getvalue()) == []
