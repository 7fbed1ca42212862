"""One household with a known name and number, and everything the product says to everybody, searched for both."""

import io
import json
import logging

import pytest
from django.core.cache import cache
from django.db import DataError, connection

from geoportal import catalogue, discretion, keys, rows, stats
from geoportal.models import AccessLog
from geoportal.writing import apart
from tests import written

pytestmark = pytest.mark.django_db
HOUSES = catalogue.layer("households")
NAME, KK = "Sri Rahayu Wongsodirjo", "1173017112800457"
WEST, EAST = "11.73.01.2001", "11.73.02.2001"
# What must not be found: the number as it is typed and grouped, its digits in the middle, its hash.
NUMBERS = [KK, " ".join(KK[n : n + 4] for n in range(0, 16, 4)), KK[4:12], KK.encode().hex()]
NAMES = [NAME, "Wongsodirjo", "wongsodirjo"]


@pytest.fixture(autouse=True)
def written_here(monkeypatch):
    monkeypatch.setattr(apart, "written", written.here)


@pytest.fixture
def house(row, owner):
    made = row(HOUSES, lon=97.0101, lat=5.0101)
    with owner():
        names = HOUSES.names.objects.get(of=made)
        names.head, names.no_kk = NAME, KK
        names.save()
        stats.write(HOUSES)
    return made


@pytest.fixture
def lines():
    """The lines of the log, all of it, as they would be written."""
    kept, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(kept), root.level
    handler.setFormatter(discretion.Line("%(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(handler)
    root.setLevel(level)


def addresses(house):
    """(what, address) of all that tells of the layer; nobody's name or number is in any."""
    export = [(f"export {form}", f"/export/households.{form}") for form in written.FORMS]
    indicator = [
        (i.name, f"/indicators/households/{i.name}.{form}") for i in HOUSES.indicators for form in ("json", "xlsx")
    ]
    return [
        ("tile", "/tiles/households/16/50426/31852.mvt"), ("cells", "/tiles/households/12/3151/1990.mvt"),
        ("catalogue", "/layers.json"), ("legend", "/legend/households.json?extent=1"), ("data", "/data"), ("map", "/"),
        ("table", "/table/households.json"), ("table's page", "/table/households"),
        ("feature", f"/feature/households/{house.uid}.json"), ("feature's page", f"/feature/households/{house.uid}"),
        ("filter on a name", "/table/households.json?names__head=a"), ("sorted by it", "/table/households.json?sort=names__head"),
        ("filter on a number", "/table/households.json?names__no_kk=1"), ("unknown filter", "/legend/households.json?x=1"),
        ("fields", "/table/households.json?fields=names__no_kk"), ("not there", f"/feature/posyandu/{house.uid}.json"),
        ("search", "/search?q=wongso"), ("texts", "/jsi18n/"), ("health", "/healthz"),
        ("list", "/admin/layers/household/"), ("search in the list", "/admin/layers/household/?q=wongso"),
        ("form", f"/admin/layers/household/{house.pk}/change/"), ("history", f"/admin/layers/household/{house.pk}/history/"),
        ("taking away", f"/admin/layers/household/{house.pk}/delete/"), ("administration", "/admin/"), *export, *indicator,
    ]  # fmt: skip


def said(answer) -> str:
    """All an answer says: headers and content, files inside a workbook too."""
    return f"{dict(answer.items())}\n{written.text(answer.getvalue())}"


def leaks(client, house, needles) -> list:
    """(what, status, needle) of each answer that holds one."""
    client.raise_request_exception = False
    found, statuses = [], set()
    for what, address in addresses(house):
        for accept in ("text/html", "application/json"):
            answer = client.get(address, HTTP_ACCEPT=accept)
            statuses.add(answer.status_code)
            text = said(answer)
            # What the reader typed may stand in the box it was typed into.
            found += [
                (what, answer.status_code, needle) for needle in needles if needle in text and needle not in address
            ]
    for body in ({"q": KK}, {"q": KK[:13]}, {"name": "names__no_kk", "reason": "other", "note": ""}):
        for address in ("/search/number", f"/feature/households/{house.uid}/number"):
            answer = client.post(address, json.dumps(body), content_type="application/json")
            found += [(address, answer.status_code, needle) for needle in needles if needle in said(answer)]
    assert 200 in statuses and not {s for s in statuses if s >= 500}
    return found


STRANGERS = [
    None, ("planner", "planning"), ("official", ""), ("admin", ""), ("auditor", ""), ("village", "health", WEST),
    ("district", "health", "11.73"), ("surveyor", "trade", WEST), ("validator", "trade", "11.73"),
    ("surveyor", "health", EAST), ("validator", "social", EAST),
]  # fmt: skip


@pytest.mark.parametrize("who", STRANGERS, ids=lambda who: "-".join(who) if who else "nobody")
def test_people_without_identity_there_are_told_neither_name_nor_number(client, person, house, lines, who):
    if who:
        client.force_login(person(*who))
    assert leaks(client, house, [*NUMBERS, keys.digest(KK), *NAMES]) == []
    assert not [needle for needle in [*NUMBERS, *NAMES] if needle in lines.getvalue()]


def test_whoever_sees_the_name_is_told_the_number_by_nothing_but_the_question_for_it(client, person, house, lines):
    client.force_login(person("surveyor", "health", WEST))
    assert NAME in said(client.get(f"/feature/households/{house.uid}.json"))
    assert NAME in said(client.get("/export/households.xlsx"))
    assert leaks(client, house, [*NUMBERS, keys.digest(KK)]) == []
    assert not [needle for needle in [*NUMBERS, *NAMES] if needle in lines.getvalue()]


def test_after_all_that_the_database_holds_the_number_nowhere_and_the_name_in_one_place(client, person, house, owner):
    """Every column of every table: sessions, caches, queue, logs, history."""
    kader = person("surveyor", "health", WEST)
    client.force_login(kader)
    leaks(client, house, [])
    cache.set("probe", "kept")
    with owner(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'spatial_ref_sys'")
        tables = [name for (name,) in cursor.fetchall()]
        holding: dict[str, set] = {"number": set(), "name": set()}
        for table in tables:
            for what, needle in (("number", KK), ("number", KK.encode().hex()), ("name", NAME)):
                cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', [f"%{needle}%"])
                holding[what] |= {table} if cursor.fetchone()[0] else set()
    assert len(tables) > 30 and "geoportal_cache" in tables
    assert holding == {"number": set(), "name": {"layers_householdnames", "layers_householdnamesevent"}}


# --- Files with numbers


def numbers_of(client, form, **why):
    return client.post(f"/export/households.{form}", {"reason": "merge", "note": "two of one card"} | why)


@pytest.mark.parametrize("form", written.FORMS)
def test_a_file_holds_numbers_when_asked_for_with_a_reason_that_is_kept(client, person, house, owner, form):
    kader = person("surveyor", "health", WEST)
    client.force_login(kader)
    answer = numbers_of(client, form)
    assert answer.status_code == 200 and KK in said(answer) and answer["Cache-Control"] == "private, no-store"
    with owner():
        entry = AccessLog.objects.get()
    assert (entry.who, entry.action, entry.layer) == (kader.username, "export", "households")
    assert entry.reason == "numbers: merge: two of one card"


def test_no_file_with_numbers_without_reason_or_right(client, person, house, owner):
    client.force_login(person("surveyor", "health", WEST))
    answer = numbers_of(client, "csv", reason="")
    assert answer.status_code == 422 and KK not in said(answer)
    client.force_login(person("surveyor", "health", EAST))
    assert KK not in said(numbers_of(client, "csv"))
    client.force_login(person("district", "health", "11.73"))
    assert numbers_of(client, "csv").status_code == 403
    client.logout()
    assert numbers_of(client, "csv").status_code == 401


def test_every_file_about_persons_is_in_the_log_before_it_goes(client, person, house, owner):
    for who, what in ((("surveyor", "health", WEST), "names"), (("district", "health", "11.73"), "records")):
        client.force_login(person(*who))
        client.get("/export/households.csv", {"inside": WEST})
        with owner():
            entry = AccessLog.objects.order_by("-pk").first()
        assert (entry.action, entry.layer, entry.reason, entry.area_code) == ("export", "households", what, WEST)
    client.get("/export/posyandu.csv")
    with owner():
        assert AccessLog.objects.count() == 2  # about nobody


# --- When the product fails


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_tells_neither_page_nor_log_about_whom(client, person, house, lines, settings, monkeypatch, debug):
    def fail(layer, user, uid):
        typed = {"names__head": NAME, "names__no_kk": KK}  # noqa: F841  a local variable, which DEBUG would show
        raise DataError(f"value {KK} is wrong\nDETAIL:  Failing row contains (7, {NAME}, {KK}).")

    settings.DEBUG = debug
    monkeypatch.setattr(rows, "feature", fail)
    client.raise_request_exception = False
    client.force_login(person("surveyor", "health", WEST))
    for accept in ("text/html", "application/json"):
        answer = client.get(f"/feature/households/{house.uid}", {"note": NAME}, HTTP_ACCEPT=accept)
        assert answer.status_code == 500
        assert not [needle for needle in [*NUMBERS, *NAMES] if needle in said(answer)]
    assert "DataError" in lines.getvalue() and "value •••• is wrong" in lines.getvalue()
    assert not [needle for needle in [*NUMBERS, *NAMES] if needle in lines.getvalue()]


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_while_a_form_is_stored_repeats_nothing_of_the_form(
    client, person, house, lines, settings, monkeypatch, debug
):
    settings.DEBUG = debug
    monkeypatch.setattr(HOUSES.names, "save", lambda *args, **kwargs: 1 / 0)
    client.raise_request_exception = False
    client.force_login(person("surveyor", "health", WEST))
    form = {"names__head": NAME, "names__no_kk": KK, "members": 4, "under5": 0, "water": "piped", "latrine": "own", "lon": "97.01",
            "lat": "5.01", "place_source": "map"}  # fmt: skip
    answer = client.post("/admin/layers/household/add/", form, HTTP_ACCEPT="text/html")
    assert answer.status_code == 500
    assert not [needle for needle in [*NUMBERS, *NAMES] if needle in said(answer) or needle in lines.getvalue()]
    if debug:
        assert "ZeroDivisionError" in said(answer) and settings.SECRET_KEY not in said(answer)
        assert settings.FIELD_KEY not in said(answer) and settings.WEB["PASSWORD"] not in said(answer)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"number {KK}.", "number ••••."), (NUMBERS[1], "••••"), ("1173-0171-1280-0457", "••••"), ("12345678901234", "••••"),
        ("at 97.14034123456789 5.18", "at 97.14034123456789 5.18"), ("11.73.02.2003", "11.73.02.2003"), ("1174022003", "1174022003"),
        ("2026-11-24 08:03:48", "2026-11-24 08:03:48"), ("123456789012345678", "123456789012345678"),
        ("a\nDETAIL:  Key (no_kk)=(x) exists.\nb", "a\n\nb"),
        ('LINE 1: INSERT INTO x VALUES (\'Sri\')', ""),
    ],
)  # fmt: skip
def test_what_a_log_may_say(text, shown):
    assert discretion.discreet(text) == shown
