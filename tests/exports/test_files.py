"""Files out: what a spreadsheet, a GIS and a program read in them."""

import csv
import io
import json
import re
import zipfile

import pytest
import shapely
from django.utils import translation

from geoportal import catalogue, identity, inwords
from geoportal.models import Metadata
from geoportal.writing import apart, cells, child, workbook
from tests import written

pytestmark = pytest.mark.django_db
MARKETS, HOUSES = catalogue.layer("markets"), catalogue.layer("households")
WEST = "11.73.01.2001"


# --- What is in them


def test_every_form_holds_what_filter_and_selection_leave(taken, row):
    made = [row(MARKETS, market_class=c, lon=97.001 + n / 1000) for n, c in enumerate("11222")]
    for form in written.FORMS:
        rows = written.rows(taken(f"markets.{form}?market_class=2&circle=97.003,5.01,150"), form)
        assert {row["uid"] for row in rows} == {str(made[2].uid), str(made[3].uid)}, form


def test_every_form_is_empty_where_nothing_matches(taken, row):
    row(MARKETS, market_class="1")
    assert {form: written.rows(taken(f"markets.{form}?market_class=3"), form) for form in written.FORMS} == {
        form: [] for form in written.FORMS
    }


def test_choices_stand_as_labels_or_as_codes(taken, market):
    for form in written.FORMS:
        named = "Market class" if form in {"csv", "xlsx"} else "market_cla" if form == "shp.zip" else "market_class"
        (line,) = written.rows(taken(f"markets.{form}"), form)
        assert line[named] == "Class II", form
        (line,) = written.rows(taken(f"markets.{form}?values=codes"), form)
        assert line["market_cla" if form == "shp.zip" else "market_class"] == "2", form


def test_an_unknown_kind_of_values_is_refused_with_the_choice(client, market):
    answer = client.get("/export/markets.csv?values=both")
    assert answer.status_code == 400 and "labels, codes" in answer.json()["errors"]["values"]
    assert client.get("/export/markets.dxf").status_code == 404


def test_geojson_keeps_kinds_whole_numbers_yes_or_no_text_and_nothing(client, row, person, taken):
    row(HOUSES, members=6, desil=None, pkh=True, water="piped", latrine="pit", surveyed="2026-03-01")
    client.force_login(person("validator", "health", "11.73"))
    feature = json.loads(taken("households.geojson?values=codes"))["features"][0]
    told = feature["properties"]
    assert [told[name] for name in ("members", "pkh", "desil", "latrine", "surveyed")] == [
        6,
        True,
        None,
        "pit",
        "2026-03-01",
    ]
    assert isinstance(told["members"], int) and told["pkh"] is True
    assert feature["geometry"]["coordinates"] == [97.01, 5.01] and feature["id"] == told["uid"]


def test_outer_rings_of_geojson_run_anticlockwise(taken, areas):
    features = json.loads(taken("areas.geojson?level=village"))["features"]
    rings = [shapely.LinearRing(f["geometry"]["coordinates"][0][0]) for f in features]
    assert len(rings) == 4 and all(ring.is_ccw for ring in rings)


def test_a_district_takes_no_exact_house_and_no_name_with_it(client, row, person, taken):
    row(HOUSES, lon=97.0123, lat=5.0117)
    client.force_login(person("district", "health", "11.73"))
    middle = shapely.Point(97.0125, 5.0115)  # of its cell of 0.001 degrees
    for form in written.FORMS:
        (line,) = written.rows(content := taken(f"households.{form}"), form)
        assert not {"head", "Head of household"} & line.keys(), form
        if form in {"gpkg", "shp.zip", "kml", "parquet"}:
            assert shapely.from_wkb(line["geometry"]).distance(middle) < 1e-9, form
        assert "97.0123" not in written.text(content), form


def test_rows_are_sent_as_the_person_who_asked_though_they_are_read_later(client, houses, person):
    """The answer is written after the request's own transaction, when nobody acts any more."""
    client.force_login(person("surveyor", "health", WEST))
    for form in ("csv", "geojson", "kml"):
        answer = client.get(f"/export/households.{form}")
        assert answer.streaming and identity.current.get() == identity.NOBODY
        assert [row["uid"] for row in written.rows(answer.getvalue(), form)] == [str(houses["west"].uid)]


# --- Spreadsheets


def test_csv_reads_in_a_spreadsheet_and_runs_nothing(taken, market):
    body = taken("markets.csv")
    assert body.startswith(b"\xef\xbb\xbf")
    header, line = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    found = dict(zip(header, line, strict=True))
    assert found["Name"] == "'=Pasar, “Inpres”" and found["Market class"] == "Class II"
    assert (found["lon"], found["lat"]) == ("97.01", "5.01")


@pytest.mark.parametrize("text", ["=1+1", "+62", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''@x"])
def test_a_cell_that_begins_like_a_formula_is_quoted_and_comes_back(text):
    assert cells.harmless(text) == f"'{text}" and cells.plain(f"'{text}") == text
    assert cells.plain("'t Hart") == cells.harmless("'t Hart") == "'t Hart" and cells.harmless(-1) == -1


def test_a_workbook_keeps_numbers_days_and_formulas_as_text_that_stays_text_when_edited(client, row, person, taken):
    row(HOUSES, members=6, surveyed="2026-03-01", dusun="=1+1", pkh=True)
    client.force_login(person("validator", "health", "11.73"))
    body = taken("households.xlsx")
    (found,) = written.rows(body, "xlsx")
    assert (found["People"], found["Hamlet (dusun)"], found["PKH"]) == (6.0, "=1+1", "yes")
    assert found["Surveyed on"].isoformat() == "2026-03-01"
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml") and b'quotePrefix="1"' in book.read("xl/styles.xml")


def test_rows_beyond_a_sheet_go_on_in_the_next(monkeypatch):
    monkeypatch.setattr(workbook, "LAST_ROW", 2)
    out = io.BytesIO()
    workbook.fill(out, "Pasar", ["n"], ([n] for n in range(5)), "Tentang", [("Baris", "5")])
    assert written.sheets(out.getvalue()) == [[["n"], [0], [1]], [["n"], [2], [3]], [["n"], [4]], [["Baris", "5"]]]


# --- What they say of themselves


@pytest.fixture
def trader(person, client, owner):
    """A person of trade with a name, signed in."""
    user = person("validator", "trade", "11.73")
    user.first_name, user.last_name = "Cut", "Meutia"
    with owner():
        user.save()
    client.force_login(user)
    return user


SAID = {
    "Title": "Markets", "Licence": "CC BY 4.0", "Source": "Dinas Perdagangan", "Borders": "petak uji", "Rows": "1",
    "Exported by": "Cut Meutia (Validator)",
    "Filter": "inside Gampong Barat Laut (11.73.01.2001); Market class: Class II; Traders: 100–600",
}  # fmt: skip


def test_every_form_with_room_says_source_day_filter_borders_rows_and_who(
    row, owner, taken, trader, market, monkeypatch
):
    monkeypatch.setattr("geoportal.origins.source", lambda layer: "Dinas Perdagangan")
    with owner():
        Metadata.objects.filter(layer="markets").update(licence="CC BY 4.0")
    query = f"?market_class=2&traders=100..600&inside={WEST}"
    book = dict(line[:2] for line in written.sheets(taken(f"markets.xlsx{query}"))[1])
    assert {term: book[term] for term in SAID} == SAID and book["Exported on"]
    with zipfile.ZipFile(io.BytesIO(taken(f"markets.shp.zip{query}"))) as shapes:
        sidecar = shapes.read("markets.txt").decode("utf-8-sig")
    assert [f"{term}: {text}" in sidecar for term, text in SAID.items()] == [True] * len(SAID)
    kml = written.text(taken(f"markets.kml{query}"))
    assert [f"&lt;b&gt;{term}&lt;/b&gt;&lt;br&gt;{text}" in kml for term, text in SAID.items()] == [True] * len(SAID)
    told = json.loads(taken(f"markets.geojson{query}"))["metadata"]
    words = {
        "title": "Title",
        "source": "Source",
        "borders": "Borders",
        "rows": "Rows",
        "by": "Exported by",
        "filter": "Filter",
    }
    assert {word: told[word] for word in words} == {word: SAID[term] for word, term in words.items()}
    ((packed,),) = written.tables(taken(f"markets.gpkg{query}"), "SELECT metadata FROM gpkg_metadata")
    assert [text in packed for text in SAID.values()] == [True] * len(SAID)


def test_a_workbook_explains_its_columns(taken, market):
    lines = written.sheets(taken("markets.xlsx"))[1]
    at = lines.index(["Column", "Label", "Unit", "Codes"])
    told = {line[0]: line[1:] for line in lines[at + 1 :]}
    assert told["market_class"] == ["Market class", "", "1 = Class I; 2 = Class II; 3 = Class III; 4 = Class IV"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"desil": "..4"}, ["Welfare decile: ≤ 4"]), ({"desil": "3"}, ["Welfare decile: 3"]), ({"desil": "2.."}, ["Welfare decile: ≥ 2"]),
        ({"surveyed": "2026-01-01..2026-03-31"}, ["Surveyed on: 1 Jan 2026–31 Mar 2026"]), ({"pkh": "true"}, ["PKH: yes"]),
        ({"latrine": "own,none", "sort": "desil"}, ["Latrine: Own (septic tank), None"]),
        ({"datetime": "2026-03"}, ["Surveyed on: 2026-03"]),
        ({"circle": "97.01,5.01,250"}, ["within 250 m of 5.01000° N 97.01000° E"]),
        ({"within": "posyandu:500"}, ["within 500 m of Posyandu"]), ({"beyond": "posyandu:500"}, ["farther than 500 m from all Posyandu"]),
        ({"nearest": "97.01,5.01,3"}, ["the 3 nearest to 5.01000° N 97.01000° E"]),
        ({"bbox": "97,5,98,6"}, ["inside the drawn area bbox=97,5,98,6"]),
        ({"uid": "a,b"}, ["2 chosen one by one"]), ({}, []),
    ],
)  # fmt: skip
def test_a_filter_in_words(query, said):
    with translation.override("en"):
        assert [re.sub("[\u00a0\u202f]", " ", text) for text in inwords.conditions(HOUSES, query)] == said


# --- When it fails


@pytest.mark.parametrize(
    ("code", "said"),
    [(child.FULL, "There is no room to make this file just now."), (1, "This file could not be made.")],
)
def test_a_file_that_cannot_be_written_is_told_in_a_sentence(client, market, monkeypatch, code, said):
    def fails(wanted, rows):
        list(rows)
        raise apart.failed(code, io.BytesIO(b"ValueError at spatial.py:1\n"))

    monkeypatch.setattr(apart, "written", fails)
    answer = client.get("/export/markets.gpkg")
    assert answer.status_code == 503 and answer.json()["detail"].startswith(said)


def test_a_process_that_dies_while_it_writes_leaves_nothing_and_is_told(client, market, monkeypatch, tmp_path):
    """Here of a disk that is full: 4 kB may be written."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(apart, "BYTES", 4096)
    answer = client.get("/export/markets.gpkg")
    assert answer.status_code == 503 and answer.json()["detail"].startswith("Th")
    assert list(tmp_path.iterdir()) == []
