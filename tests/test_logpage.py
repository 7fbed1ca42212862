"""The access log as its readers see it: found by person, area, day and the rest, page by page or as a file; by name only those
who looked."""

import csv
import datetime
import io
import re
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from geoportal import audit, catalogue
from geoportal.models import AccessLog

pytestmark = pytest.mark.django_db
HOUSES = catalogue.layer("households")
WEST, EAST = "11.73.01.2001", "11.73.02.2001"
NAME = "Sri Rahayu Wongsodirjo"


@pytest.fixture
def kader(person, owner):
    user = person("surveyor", "health", WEST)
    user.first_name, user.last_name = "Nurhayati", "Daud"
    with owner():
        user.save()
    return user


@pytest.fixture
def officer(person):
    return person("auditor")


@pytest.fixture
def house(row, owner):
    made = row(HOUSES)
    with owner():
        HOUSES.names.objects.filter(of=made).update(head=NAME)
    return made


@pytest.fixture
def stored(owner, kader):
    """stored(n=1, **values) -> n entries, of the kader unless said otherwise; the first on 24 Nov 2026, 09:00 in Jakarta."""
    first = datetime.datetime(2026, 11, 24, 2, 0, tzinfo=datetime.UTC)

    def make(n=1, **values):
        common = {"user": kader, "who": kader.username, "action": "view", "layer": "households"} | values
        at = common.pop("at", first)
        moments = [at + datetime.timedelta(minutes=number) for number in range(n)]
        with owner():
            AccessLog.objects.bulk_create(AccessLog(at=moment, minute=moment, **common) for moment in moments)

    return make


def shown(answer) -> list[str]:
    """The rows of the table in the page, as text."""
    body = answer.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def test_the_officer_reads_who_looked_at_which_record_where_and_why(client, officer, kader, house):
    audit.looked(kader, HOUSES, "reveal", house, reason="no_kk: correct: kartu baru")
    client.force_login(officer)
    answer = client.get("/accesslog")
    [_reading, entry] = shown(answer)
    assert f"Nurhayati Daud {kader.username}" in entry and "Nomor ditampilkan" in entry
    assert str(house.uid)[:8] in entry and "Barat Laut" in entry
    assert "Nomor kartu keluarga (KK) · melengkapi atau memperbaiki data · kartu baru" in entry
    assert NAME not in answer.content.decode() and answer["Cache-Control"].count("no-store") == 1


def test_reading_the_log_is_in_the_log(client, officer, kader):
    client.cookies["django_language"] = "en"
    client.force_login(officer)
    for address in ("/accesslog?who=nur&before=", "/accesslog?who=nur", "/accesslog.csv?area=11.73.01"):
        client.get(address)
    rows = shown(client.get("/accesslog"))
    assert [" ".join(re.findall("Access log [a-z]+|/accesslog.*", row)) for row in rows] == [
        "Access log read /accesslog",
        "Access log exported /accesslog.csv area=11.73.01",
        "Access log read /accesslog who=nur",
    ]
    client.force_login(kader)  # reading of oneself is looking at nobody
    client.get("/accesslog")
    assert shown(client.get("/accesslog")) == []


def test_everybody_reads_the_own_entries_and_no_others(client, kader, officer, person, house):
    other = person("validator", "health", "11.73")
    for user in (kader, other):
        audit.looked(user, HOUSES, "find")
    client.force_login(kader)
    answer = client.get(f"/accesslog?who={other.username}")
    assert len(shown(answer)) == 1 and 'name="who"' not in answer.content.decode()
    [_header, line] = csv.reader(io.StringIO(client.get(f"/accesslog.csv?who={other.username}").content.decode()))
    assert line[1] == kader.username
    client.force_login(person("planner", "planning", "11.73"))
    assert shown(client.get("/accesslog")) == []


def test_nobody_in_particular_is_led_to_sign_in(client):
    answer = client.get("/accesslog", headers={"accept": "text/html"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=%2Faccesslog")
    assert client.get("/accesslog.csv").status_code == 401


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ("", 6),
        ("who=hayati", 6), ("who=SURVEYOR", 6), ("who=nobody", 0),
        ("action=view", 5), ("action=export", 1),
        ("layer=households", 6),
        (f"area={WEST}", 1), ("area=11.73.02", 2), ("area=11.73.01", 4),
        ("first=2026-11-25", 2), ("last=2026-11-24", 4), ("first=2026-11-25&last=2026-11-25", 1),
        ("area=11.73.02&action=view", 1),
        ("record=00000000-0000-0000-0000-00000000000a", 1),
    ],
)  # fmt: skip
def test_entries_are_found_by(query, n, client, officer, stored):
    """24 Nov: three of a kecamatan, one of a gampong and a record; 25 Nov, a minute past midnight in Jakarta: one export of
    the other kecamatan; 26 Nov: one of a gampong there."""
    stored(3, area_code="11.73.01", rows=20)
    stored(area_code=WEST, record=uuid.UUID(int=10))
    stored(area_code="11.73.02", action="export", at=datetime.datetime(2026, 11, 24, 17, 1, tzinfo=datetime.UTC))
    stored(area_code=EAST, at=datetime.datetime(2026, 11, 26, 2, 0, tzinfo=datetime.UTC))
    client.force_login(officer)
    rows = shown(client.get(f"/accesslog?{query}"))
    assert len([row for row in rows if "/accesslog" not in row]) == n
    [_header, *lines] = csv.reader(io.StringIO(client.get(f"/accesslog.csv?{query}").content.decode("utf-8-sig")))
    assert len([line for line in lines if not line[10].startswith("/accesslog")]) == n


def test_a_wrong_condition_is_named_beside_its_field_and_nothing_is_shown(client, officer, stored):
    stored(2)
    client.force_login(officer)
    for query, sentence in (
        ("record=xyz", "Catatan disebut dengan 32 angka"),
        ("first=2026-11-25&last=2026-11-24", "Hari terakhir lebih awal"),
        ("first=24.11.26x", "“24.11.26x” bukan tanggal"),
        ("layer=nothing", "nothing"),
    ):
        answer = client.get(f"/accesslog?{query}")
        assert answer.status_code == 400 and shown(answer) == [] and sentence in answer.content.decode()
        assert client.get(f"/accesslog.csv?{query}").status_code == 400
    for before in ("x", "-1", "1" * 19, "²"):
        assert client.get("/accesslog", {"before": before}).status_code == 400


def test_a_long_log_is_read_page_by_page_without_gap_or_repeat(client, owner, kader, stored):
    """However many entries there were before: the number of an entry is written in an address without points."""
    with owner(), connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('geoportal_accesslog', 'id'), 1234567)")
    stored(120)
    client.force_login(kader)
    pages, url = [], "/accesslog?action=view"
    while url and len(pages) < 9:
        answer = client.get(url)
        pages.append([re.search(r"\d\d:\d\d:\d\d", row)[0] for row in shown(answer)])
        more = re.search(r'href="(\?[^"]+)" rel="next"', answer.content.decode())
        url = more and "/accesslog" + more[1].replace("&amp;", "&")
    assert [len(page) for page in pages] == [50, 50, 20]
    moments = [moment for page in pages for moment in page]
    assert moments == sorted(set(moments), reverse=True) and (moments[0], moments[-1]) == ("10:59:00", "09:00:00")


def test_the_file_holds_every_entry_in_words_and_no_formula(client, kader, officer, house, stored):
    stored(60, rows=200, area_code="11.73.01", asked="latrine=none,pit")
    stored(1, action="export", reason="=HYPERLINK(1)", at=timezone.now())
    client.cookies["django_language"] = "en"
    client.force_login(officer)
    answer = client.get("/accesslog.csv?layer=households")
    assert answer["Content-Type"].startswith("text/csv") and "access-log-" in answer["Content-Disposition"]
    [header, *lines] = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert header[:4] == ["When", "User name", "Person", "Action"] and len(lines) == 61
    assert lines[0][9] == "'=HYPERLINK(1)"
    assert lines[-1] == ["2026-11-24 09:00:00+07:00", kader.username, "Nurhayati Daud", "opened", "Households", "", "200",
                         "11.73.01", "Kecamatan Muara Dua", "", "", "latrine=none,pit"]  # fmt: skip


def test_what_was_typed_to_find_a_person_is_not_kept():
    asked = {"latrine": "none", "names__head": "Wongso", "q": "wongso", "sort": "-desil", "v": "3", "x": "Wongso"}
    assert audit.asked_for(HOUSES, asked) == "latrine=none&names__head=%E2%80%A6&q=%E2%80%A6&sort=-desil"
    assert "1173" not in audit.asked_for(HOUSES, {"uid": "1173017112800457"})
