"""Figures by area: what a pencil finds, what is hidden or unreliable, the same in JSON and workbook.

The little city's four gampong hold 60, 50, 15 and 40 households, of which 12, 10, 6 and 5 are without a decent latrine.
"""

import dataclasses
import datetime

import pytest
import python_calamine
from django.contrib.gis.geos import Point
from django.db.models import Avg

from geoportal import jobs, stats
from geoportal.analysis.prevalence import wilson
from geoportal.layer import Indicator
from geoportal.models import Cube
from tests.figures import EAST, FAR, HOUSES, MIDDLE, POSYANDU, WEST, by_code, revisions_now, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def households(areas, owner):
    settle(owner)


@pytest.mark.parametrize(
    ("cases", "n", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 1 - 0.1170, 1.0),
    ],
)
def test_wilsons_interval_is_the_published_one(cases, n, low, high):
    assert [float(end) for end in wilson(cases, n)] == pytest.approx([low, high], abs=5e-5)


def test_figures_are_what_a_pencil_finds(households, client):
    assert stats.write(HOUSES) > 0
    shown = by_code(client, "no_latrine")
    assert shown[WEST] == {
        "code": WEST, "name": "Barat Laut", "value": 20.0, "n": 60, "cases": 12, "low": pytest.approx(11.83, abs=0.01),
        "high": pytest.approx(31.78, abs=0.01), "state": "shown",
    }  # fmt: skip
    states = {WEST: "shown", MIDDLE: "shown", EAST: "unreliable", FAR: "shown"}
    assert {code: area["state"] for code, area in shown.items()} == states


@pytest.fixture
def few(households, owner):
    """FAR has 2 of 40 without a decent latrine, in the place of 5."""
    with owner():
        cases = HOUSES.model.objects.filter(area_code=FAR, latrine="none").values_list("pk", flat=True)
        HOUSES.model.objects.filter(pk__in=list(cases[:3])).update(latrine="own")


def test_a_few_cases_are_hidden_with_all_that_would_tell_them(few, client):
    """2 of 40 are few. In a city of two villages in each kecamatan people who know one village, or two, could tell them from
    any sum: so no sum of this figure is shown; all others are."""
    stats.write(HOUSES)
    found = [
        area
        for level in ("village", "district", "regency")
        for area in by_code(client, "no_latrine", level=level).values()
    ]
    hidden = {area["code"] for area in found if area["state"] == "small"}
    assert hidden >= {FAR, "11.73.02", "11.73.01", "11.73"} and len(hidden & {WEST, MIDDLE}) == 1
    for area in found:
        if area["code"] in hidden:
            assert {area[key] for key in ("value", "n", "cases", "low", "high")} == {None}
    assert by_code(client, "households", level="regency")["11.73"]["value"] == 165


def test_nothing_hidden_is_stored(few):
    stats.write(HOUSES)
    hidden = Cube.objects.filter(state="small")
    assert hidden.count() > 0
    assert set(hidden.values_list("value", "cases", "n")) == {(None, None, None)}


def test_levels_add_up_to_the_city(households, client):
    stats.write(HOUSES)
    city = by_code(client, "households", level="regency")["11.73"]
    assert (city["value"], city["n"], city["state"]) == (165.0, 165, "shown")
    assert by_code(client, "people", level="kota")["11.73"]["value"] == 495.0  # 3 in each
    rates = by_code(client, "no_latrine", level="district")
    assert [(area["cases"], area["n"]) for area in rates.values()] == [(22, 110), (11, 55)]


def test_a_rate_of_few_is_given_and_called_unreliable(areas, owner, client):
    with owner():
        HOUSES.model.objects.bulk_create(
            HOUSES.model(
                members=3, water="piped", latrine="none" if k < 6 else "own", place=Point(lon, 5.01, srid=4326)
            )
            for lon in (97.01, 97.03)
            for k in range(15)
        )
    stats.write(HOUSES)
    area = by_code(client, "no_latrine")[WEST]
    assert (area["value"], area["n"], area["state"]) == (40.0, 15, "unreliable")


def test_an_area_without_rows_has_no_data(areas, client):
    stats.write(HOUSES)
    assert {area["state"] for area in by_code(client, "no_latrine").values()} == {"none"}


def test_an_area_without_rows_has_0_of_an_amount_that_was_counted_elsewhere(areas, households, owner, client):
    with owner():
        HOUSES.model.objects.filter(area_code=FAR).update(deleted_at="2026-01-01T00:00Z")
    stats.write(HOUSES)
    far = by_code(client, "households")[FAR]
    assert (far["value"], far["n"], far["state"]) == (0.0, 0, "shown")
    assert by_code(client, "no_latrine")[FAR]["state"] == "none"


def test_a_row_without_a_point_counts_where_it_is_declared(areas, owner, client):
    with owner():
        POSYANDU.model.objects.create(code="A", name="A", declared_code="11.73.01")
        POSYANDU.model.objects.create(code="B", name="B", declared_code=WEST)
        POSYANDU.model.objects.create(code="C", name="C")
        POSYANDU.model.objects.create(code="D", name="D", declared_code=WEST, deleted_at="2026-01-01T00:00Z")
    stats.write(POSYANDU)
    assert by_code(client, "posyandu", layer="posyandu")[WEST]["value"] == 1
    assert by_code(client, "posyandu", layer="posyandu", level="district")["11.73.01"]["value"] == 2
    assert by_code(client, "posyandu", layer="posyandu", level="regency")["11.73"]["value"] == 2


def test_observations_are_kept_by_month(areas, owner, monkeypatch):
    monthly = dataclasses.replace(HOUSES, monthly=True)
    with owner():
        HOUSES.model.objects.bulk_create(
            HOUSES.model(members=1, water="piped", latrine="own", place=Point(97.01, 5.01, srid=4326), surveyed=day)
            for day in [datetime.date(2026, 1, 31)] * 12 + [datetime.date(2026, 2, 1)] * 20
        )
    stats.write(monthly)
    cells = Cube.objects.filter(indicator="households")
    found = {(cell.period, cell.area_code): cell.value for cell in cells}
    assert found[("2026-01", WEST)] == 12 and found[("2026-02", WEST)] == 20


def test_a_mean_is_no_sum_of_means(areas, owner):
    means = dataclasses.replace(HOUSES, indicators=[Indicator("Members", Avg("members"), name="members")])
    with owner():
        HOUSES.model.objects.bulk_create(
            HOUSES.model(members=m, water="piped", latrine="own", place=Point(lon, 5.01, srid=4326))
            for lon, m, n in [(97.01, 2, 10), (97.03, 5, 20)]
            for _k in range(n)
        )
    stats.write(means)
    found = dict(Cube.objects.filter(indicator="members").values_list("area_code", "value"))
    assert (found[WEST], found[MIDDLE], found["11.73.01"]) == (2.0, 5.0, 4.0)


@pytest.mark.parametrize("name", ["no_latrine", "households"])
def test_the_workbook_holds_the_very_figures(households, client, tmp_path, name):
    stats.write(HOUSES)
    client.cookies["django_language"] = "en"
    areas = by_code(client, name)
    book = tmp_path / "figures.xlsx"
    book.write_bytes(client.get(f"/indicators/households/{name}.xlsx?level=village").content)
    head, *lines = python_calamine.CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0).to_python()
    assert head[:2] == ["Code", "Name"] and head[3] == "n"
    assert len(lines) == len(areas) == 4
    for code, title, value, n, low, high, remark in lines:
        area = areas[code]
        assert [title, value, n, low, high] == [
            "" if area[key] is None else area[key] for key in ("name", "value", "n", "low", "high")
        ]
        words = {"shown": "", "small": "hidden to protect people", "unreliable": "not reliable (n under 20)"}
        assert remark == words[area["state"]]


@pytest.mark.parametrize(
    ("name", "how"), [("no_latrine", "Cases as percent of n"), ("households", "Counted from the rows of the area")]
)
def test_the_workbook_says_how_it_is_counted_and_that_it_is_counted_anew(households, row, client, tmp_path, name, how):
    client.cookies["django_language"] = "en"
    book = tmp_path / "figures.xlsx"

    def read():
        book.write_bytes(client.get(f"/indicators/households/{name}.xlsx?level=village").content)
        pages = python_calamine.CalamineWorkbook.from_path(str(book))
        remarks = {line[6] for line in pages.get_sheet_by_index(0).to_python()[1:]}
        return remarks, dict(pages.get_sheet_by_index(1).to_python())

    revisions_now()
    jobs.counts.func(0)
    remarks, about = read()
    assert about["How it is counted"].startswith(how) and about["Borders"].startswith("petak uji")
    assert "being counted anew" not in str(remarks) and "State" not in about and "Counted on" in about
    row(HOUSES)  # one more, not counted yet
    revisions_now()
    remarks, about = read()
    assert {remark.rpartition("; ")[2] for remark in remarks} == {"being counted anew"}
    assert about["State"] == "Rows or borders have changed since: these figures are being counted anew."


def test_a_level_or_period_that_is_none_is_named(areas, client):
    for query in ("level=street", "period=lastmonth", "period=%00"):
        answer = client.get(f"/indicators/posyandu/posyandu.json?{query}")
        assert answer.status_code == 400 and set(answer.json()["errors"]) == {query.partition("=")[0]}
