"""Numbers are opened by the key they were written under and by no other, wherever they stand; keys are changed without a pause."""

import io

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from geoportal import catalogue, environment, keys, rotation, secondfactor
from geoportal.cluster import Refused
from geoportal.errors import Unreadable
from geoportal.fields import Sealed

HOUSES = catalogue.layer("households")
NAMES = HOUSES.names
EVENTS = catalogue.event_model(NAMES)
OLD, NEW, OTHER = (bytes([n]) * 32 for n in (1, 2, 3))
KK = "1173010101010001"
texts = st.text(st.characters(codec="utf-8"), min_size=1)
columns = st.sampled_from(["layers.householdnames.no_kk", "layers.child.nik", "x.y"])


@pytest.fixture
def under(settings):
    """under(key, …): FIELD_KEY holds these keys from now on."""

    def set_keys(*given):
        settings.FIELD_KEYS = list(given)

    return set_keys


# --- The bytes


@given(texts, columns)
def test_what_was_encrypted_comes_back(text, bound):
    assert keys.decrypt(keys.encrypt(text, bound), bound) == text


@given(texts, columns, st.data())
def test_a_changed_byte_is_found_out_wherever_it_stands(text, bound, data):
    blob = bytearray(keys.encrypt(text, bound))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unreadable):
        keys.decrypt(bytes(blob), bound)


@given(texts, st.integers(0, 60), columns)
def test_a_cut_blob_is_found_out(text, length, bound):
    blob = keys.encrypt(text, bound)
    with pytest.raises(Unreadable):
        keys.decrypt(blob[: min(length, len(blob) - 1)], bound)


@given(texts, columns, columns)
def test_a_blob_opens_in_its_own_column_alone(text, made_for, put_into):
    blob = keys.encrypt(text, made_for)
    if made_for == put_into:
        assert keys.decrypt(blob, put_into) == text
    else:
        with pytest.raises(Unreadable):
            keys.decrypt(blob, put_into)


@given(texts)
def test_a_key_and_its_uses_are_three_different_things(text):
    """Encrypting, hashing and naming use parts of the key that tell nothing of one another."""
    key = keys.split(OLD)
    assert keys.hashed(key, text) != keys.hashed(keys.split(NEW), text)
    assert len({key.tag.hex(), key.hashing[:4].hex(), OLD[:4].hex()}) == 3


def test_the_same_number_never_looks_the_same_twice_and_is_always_found():
    assert keys.encrypt(KK, "x.y") != keys.encrypt(KK, "x.y")
    assert keys.digest(KK) == keys.digest(KK) != keys.digest(KK[:-1] + "2")
    assert (keys.digest(""), keys.digests("")) == ("", [])


@given(texts)
def test_the_first_key_writes_and_every_key_reads(text):
    from django.test import override_settings

    with override_settings(FIELD_KEYS=[OLD]):
        blob, found = keys.encrypt(text, "x.y"), keys.digest(text)
    with override_settings(FIELD_KEYS=[NEW, OLD]):
        assert keys.decrypt(blob, "x.y") == text
        assert keys.encrypt(text, "x.y")[:5] == keys.split(NEW).head
        assert keys.digests(text) == [keys.digest(text), found] and keys.digest(text) != found
    with override_settings(FIELD_KEYS=[NEW]), pytest.raises(Unreadable):
        keys.decrypt(blob, "x.y")


# --- The environment

GOOD = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="


def test_several_keys_are_read_in_their_order():
    assert environment.keys("FIELD_KEY", GOOD) == [OLD]
    assert environment.keys("FIELD_KEY", f"{GOOD.replace('AQEB', 'AgIC').replace('AQE=', 'AgI=')} , {GOOD}") == [
        NEW,
        OLD,
    ]


@pytest.mark.parametrize(
    ("value", "which"),
    [
        ("short", "FIELD_KEY"),
        (GOOD[:-4], "FIELD_KEY"),
        (f"{GOOD},", "key 2 of FIELD_KEY"),
        (f"café,{GOOD}", "key 1 of FIELD_KEY"),
    ],
)
def test_a_key_that_is_none_is_named_and_never_printed(value, which):
    with pytest.raises(environment.ImproperlyConfigured) as refusal:
        environment.keys("FIELD_KEY", value)
    assert str(refusal.value).startswith(f"{which} is not 32 bytes") and "make one with" in str(refusal.value)
    assert GOOD not in str(refusal.value) and "caf" not in str(refusal.value)


# --- Changing keys


@pytest.fixture
def numbered(row, owner, under):
    """Five households whose numbers (…0001 to …0005) were written under the old key."""
    under(OLD)
    houses = [row(HOUSES) for _n in range(5)]
    with owner():
        for n, house in enumerate(houses, start=1):
            names = NAMES.objects.get(of=house)
            names.no_kk = f"117301010101000{n}"
            names.save()
    return houses


def heads(model) -> set[bytes]:
    return {one.no_kk.blob[:5] for one in model.objects.exclude(no_kk=None)}


def numbers(model) -> list[str]:
    return sorted(one.no_kk.reveal() for one in model.objects.exclude(no_kk=None))


ALL = [f"117301010101000{n}" for n in range(1, 6)]


@pytest.mark.django_db
def test_rotation_takes_rows_and_history_to_the_new_key_and_changes_nothing_else(numbered, owner, under):
    said = io.StringIO()
    with owner():
        before = list(NAMES.objects.order_by("pk").values_list("pk", "head", "area_code"))
        with connection.cursor() as cursor:  # as after a commit: what was put off to its end is done
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        events, revision = EVENTS.objects.count(), revision_of("households")
        under(NEW, OLD)
        call_command("rotate_keys", stdout=said)
        assert heads(NAMES) == heads(EVENTS) == {keys.split(NEW).head}
        under(NEW)
        assert numbers(NAMES) == ALL and set(numbers(EVENTS)) == set(ALL)
        assert NAMES.objects.get(no_kk_hash=keys.digest(ALL[2])).of == numbered[2]
        assert list(NAMES.objects.order_by("pk").values_list("pk", "head", "area_code")) == before
        assert (EVENTS.objects.count(), revision_of("households")) == (events, revision)
    assert "layers_householdnames.no_kk: 5 of 5" in said.getvalue()
    assert said.getvalue().splitlines()[-1].startswith("10 numbers were encrypted anew")


@pytest.mark.django_db
def test_the_triggers_are_back_after_rotation(numbered, owner, under):
    under(NEW, OLD)
    with owner():
        list(rotation.rotate())
        events = EVENTS.objects.count()
        names = NAMES.objects.get(of=numbered[0])
        names.head = "Cut Rahma"
        names.save()
        assert EVENTS.objects.count() == events + 1


@pytest.mark.django_db
def test_a_rotation_that_was_stopped_goes_on_and_a_third_has_nothing_to_do(numbered, owner, under, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    under(NEW, OLD)
    with owner():
        run = rotation.rotate()
        assert next(run) == ("layers_householdnames.no_kk", 2, 5)
        run.close()  # stopped
        assert heads(NAMES) == {keys.split(NEW).head, keys.split(OLD).head}
        for number in ALL:  # meanwhile everybody is found, under either key
            assert NAMES.objects.filter(no_kk_hash__in=keys.digests(number)).count() == 1
        assert numbers(NAMES) == ALL
        assert list(rotation.rotate())[:2] == [
            ("layers_householdnames.no_kk", 2, 3),
            ("layers_householdnames.no_kk", 3, 3),
        ]
        assert list(rotation.rotate()) == []
        said = io.StringIO()
        call_command("rotate_keys", stdout=said)
    assert said.getvalue().startswith("Nothing to do: all are under key ")


def revision_of(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM geoportal_revision WHERE layer = %s", [name])
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_the_second_step_of_signing_in_goes_along(person, owner, under):
    under(OLD)
    user, keeper = person("validator", "health"), secondfactor.Keys()
    for kind, data in (("totp", {"secret": "JBSW"}), ("recovery_codes", {"seed": "KRUG", "used_mask": 5})):
        secret = next(iter(data))
        given = data | {secret: keeper.encrypt(data[secret])}
        with owner():
            Authenticator.objects.update_or_create(user=user, type=kind, defaults={"data": given})
    under(OTHER)
    assert keys.split(OLD).tag.hex() in keys.wrong()
    under(NEW, OLD)
    with owner():
        assert ("second steps of signing in", 2, 2) in list(rotation.rotate())
        assert list(rotation.rotate()) == []
    under(NEW)
    assert keys.wrong() == ""
    with owner():
        told = {one.type: one.data for one in Authenticator.objects.filter(user=user)}
    assert keeper.decrypt(told["totp"]["secret"]) == "JBSW"
    assert keeper.decrypt(told["recovery_codes"]["seed"]) == "KRUG" and told["recovery_codes"]["used_mask"] == 5


# --- Another key


@pytest.mark.django_db
def test_another_key_is_one_sentence_with_the_remedy(numbered, owner, under, client):
    assert keys.wrong() == ""
    under(OTHER)
    sentence = keys.wrong()
    assert (
        keys.split(OLD).tag.hex() in sentence
        and keys.split(OTHER).tag.hex() in sentence
        and "FIELD_KEY=new,old" in sentence
    )
    with owner(), pytest.raises(Refused, match="FIELD_KEY does not open"):
        call_command("rotate_keys")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"], answer.json()["keys"]) == (503, "wrong", sentence)
    under(NEW, OLD)
    assert keys.wrong() == "" and client.get("/healthz").json()["keys"] == "ok"


@pytest.mark.django_db
def test_a_half_changed_table_still_asks_for_the_old_key(numbered, owner, under, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    under(NEW, OLD)
    with owner():
        next(rotation.rotate())
    under(NEW)
    assert keys.split(OLD).tag.hex() in keys.wrong()


@pytest.mark.django_db
def test_a_blob_moved_or_made_by_hand_stops_the_rotation_in_words(numbered, owner, under):
    under(NEW, OLD)
    with owner():
        foreign = keys.split(OLD).head + bytes(60)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE layers_householdnames SET no_kk = %s WHERE of_id = %s", [foreign, numbered[2].pk])
        with pytest.raises(Refused, match="cannot be read with the keys in FIELD_KEY, or was changed by hand"):
            call_command("rotate_keys", stdout=io.StringIO())


@pytest.mark.django_db
def test_a_page_with_a_number_that_cannot_be_read_still_opens(numbered, owner, under, acting, person, client):
    """Numbers are opened when somebody asks for one: a wrong key costs the numbers, not the rows."""
    under(OTHER)
    client.force_login(person("surveyor", "health", "11.73.01.2001"))
    assert client.get(f"/feature/households/{numbered[0].uid}.json").status_code == 200


@pytest.mark.django_db
def test_the_heads_of_numbers_are_all_that_anybody_learns_without_a_right(numbered):
    with connection.cursor() as cursor:
        cursor.execute("SELECT head FROM geoportal_key_heads() AS head")
        assert {bytes(head) for (head,) in cursor.fetchall()} == {keys.split(OLD).head}
    assert list(NAMES.objects.all()) == []


def test_sealed_has_no_hash_to_be_kept_by():
    with pytest.raises(TypeError):
        hash(Sealed(b"", "x.y"))
