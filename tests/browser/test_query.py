"""The area query: drawn, typed, by distance, by area; said as a sentence; its answer in the address."""

import re

import pytest

from tests.browser.conftest import fits, opened, serious, small, until

CORNERS = [(5.19, 97.12), (5.19, 97.16), (5.16, 97.16), (5.16, 97.12)]


@pytest.fixture
def asking(visit):
    """asking(path, **how) -> the map page with the tab of the area query open."""

    def make(path="/?layers=posyandu,areas", **how):
        page = opened(visit(path, **how))
        page.click("#tab-query")
        until(page, "document.querySelector('#panel-query:not([hidden]) .query')")
        return page

    return make


def selection(page):
    return page.evaluate("__geoportal.state.value.selection")


def found(page):
    """The number in the answer."""
    text = until(page, "document.querySelector('.query-result:not([hidden]) .query-count b')?.textContent")
    return int(re.sub(r"\D", "", text))


def counted(page, path):
    """What the server counts for a query string."""
    return page.request.get(page.url.split("/?")[0] + path).json()["total"]


def show(page):
    page.click(".query button[type=submit]")
    until(page, "location.search.includes('select=')")


def test_posyandu_inside_a_village_and_far_from_any_health_facility(asking):
    page = asking()
    page.select_option("#query-layer", "posyandu")
    until(page, "document.querySelector('#query-area option[value=\"11.73.02\"]')")
    page.select_option("#query-area", "11.73.02")
    page.select_option("#query-how", "beyond")
    page.fill("#query-metres", "700")
    page.select_option("#query-other", "health_facilities")
    words = page.text_content(".query-words")
    assert "Banda Sakti" in words and "700" in words
    show(page)
    assert selection(page) == {"layer": "posyandu", "query": {"inside": "11.73.02", "beyond": "health_facilities:700"}}
    n = found(page)
    assert n == counted(page, "/legend/posyandu.json?inside=11.73.02&beyond=health_facilities:700")
    assert 0 < n < counted(page, "/legend/posyandu.json?inside=11.73.02")


def test_a_shared_link_opens_with_the_query_filled_in_and_its_table(asking, visit):
    page = asking("/?layers=posyandu,areas&select=posyandu&select.within=markets:900&posyandu.strata=mandiri")
    assert page.input_value("#query-how") == "within"
    assert page.input_value("#query-metres") == "900"
    assert page.input_value("#query-other") == "markets"
    n = found(page)
    assert n == counted(page, "/legend/posyandu.json?within=markets:900&strata=mandiri")
    page.click(".query-result .actions button:nth-child(2)")
    until(page, "document.querySelector('.line[data-index=\"0\"]:not(.line-wait)')")
    until(page, f"Number(document.querySelector('.grid')?.getAttribute('aria-rowcount')) === {n + 1}")
    assert page.get_attribute(".table-scopes button:last-child", "aria-pressed") == "true"
    until(page, "location.search.includes('table=posyandu')")  # the address follows a moment after the page
    other = opened(visit(page.url.split("127.0.0.1")[1].partition("/")[2].join(["/", ""])))
    until(other, f"Number(document.querySelector('.grid')?.getAttribute('aria-rowcount')) === {n + 1}")


def test_a_polygon_is_drawn_with_the_mouse(asking):
    page = asking("/?layers=posyandu,areas&at=13/5.17/97.14")
    page.click(".query-shapes button:nth-child(1)")
    until(page, "document.querySelector('.draw-bar')")
    finish = page.locator(".draw-bar .btn-primary")
    assert finish.is_disabled()
    box = page.locator("#map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for dx, dy in ((-150, -120), (150, -120), (150, 120), (40, 160), (-150, 120)):
        page.mouse.move(x + dx, y + dy)
        page.wait_for_timeout(60)
        page.mouse.click(x + dx, y + dy)
        page.wait_for_timeout(60)
    page.click(".draw-bar button:nth-child(2)")  # the last corner is taken back
    finish.click()
    until(page, "!document.querySelector('.draw-bar')")
    show(page)
    corners = selection(page)["query"]["polygon"].split(" ")
    assert len(corners) == 4
    assert found(page) == counted(page, f"/legend/posyandu.json?polygon={'%20'.join(corners)}")
    assert page.evaluate("__geoportal.state.value.focus") is None, "clicks while drawing open nothing"


def test_a_circle_and_a_box_are_drawn_with_the_mouse(asking):
    page = asking("/?layers=posyandu,areas&at=13/5.17/97.14")
    box = page.locator("#map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for at, kind in ((2, "circle"), (3, "bbox")):
        page.evaluate("__geoportal.map.setView([5.17, 97.14], 13, {animate: false})")
        page.click(f".query-shapes button:nth-child({at})")
        until(page, "document.querySelector('.draw-bar')")
        for dx, dy in ((0, 0), (100, 100)):
            page.mouse.move(x + dx, y + dy)
            page.wait_for_timeout(80)
            page.mouse.click(x + dx, y + dy)
            page.wait_for_timeout(80)
        until(page, "!document.querySelector('.draw-bar')")
        show(page)
        until(page, f"__geoportal.state.value.selection.query.{kind}")
        assert list(selection(page)["query"]) == [kind]
        until(page, "__geoportal.map.getZoom() !== 13 && !__geoportal.page.moving")  # the result is brought into view
    west, south, east, north = map(float, selection(page)["query"]["bbox"].split(","))
    # zoom 13: 19.02 m a pixel at 5.17 N, so 100 px are 1.9 km or 0.0172 degrees
    assert east - west == pytest.approx(0.01717, abs=0.0004)
    assert north - south == pytest.approx(0.0171, abs=0.0004)


def test_escape_cancels_a_drawing_and_nothing_else(asking):
    page = asking("/?layers=posyandu,areas&table=posyandu")
    page.click(".query-shapes button:nth-child(1)")
    until(page, "document.querySelector('.draw-bar')")
    page.keyboard.press("Escape")
    until(page, "!document.querySelector('.draw-bar')")
    assert page.evaluate("__geoportal.state.value.table") == "posyandu"
    assert page.text_content(".query-shape") == ""


def test_a_polygon_is_typed_without_a_mouse(asking):
    page = asking()
    page.focus(".query-typed > summary")
    page.keyboard.press("Enter")
    lines = "\n".join(f"{lat}; {lon}".replace(".", ",") for lat, lon in CORNERS)
    page.fill("#query-vertices", lines)
    page.focus("#query-vertices")
    show(page)
    assert selection(page)["query"]["polygon"] == "97.12,5.19 97.16,5.19 97.16,5.16 97.12,5.16"
    assert "4" in page.text_content(".query-shape")


def test_what_cannot_be_read_is_said_with_its_line(asking):
    page = asking()
    page.click(".query-typed > summary")
    page.fill("#query-vertices", "5.19, 97.12\nPusong\n5.16, 97.16")
    fault = page.text_content(".query-typed .field-error")
    assert "2" in fault and "Pusong" in fault
    page.fill("#query-vertices", "5.19, 97.12\n5.16, 97.16\n5.16, 97.12\n5.19, 97.16")
    assert page.text_content(".query-typed .field-error")
    assert page.input_value("#query-vertices").startswith("5.19, 97.12"), "nothing typed is lost"
    page.select_option("#query-how", "within")
    page.fill("#query-metres", "0")
    assert "0" in page.text_content("#query-metres-fault")
    assert page.is_disabled(".query button[type=submit]")


def test_the_nearest_to_a_point(asking):
    page = asking()
    page.check(".query fieldset .option input[type=checkbox]")
    assert page.is_disabled(".query button[type=submit]")
    page.fill("#query-k", "5")
    page.fill("#query-point", "5,18; 97,14")
    show(page)
    assert selection(page)["query"] == {"nearest": "97.14,5.18,5"}
    assert found(page) == 5


def test_the_point_is_marked_on_the_map(asking):
    page = asking("/?layers=posyandu,areas&at=14/5.18/97.14")
    page.check(".query fieldset .option input[type=checkbox]")
    page.click(".query-nearest .icon-btn")
    until(page, "document.querySelector('.draw-bar')")
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    until(page, "document.querySelector('#query-point').value")
    lat, lon = map(float, page.input_value("#query-point").split(", "))
    assert (lat, lon) == (pytest.approx(5.18, abs=2e-4), pytest.approx(97.14, abs=2e-4))


def test_households_without_a_decent_latrine_far_from_a_posyandu(asking):
    page = asking("/?layers=households,posyandu,areas", user="district")
    page.select_option("#query-layer", "households")
    page.evaluate("__geoportal.state.filter('households', 'latrine', 'none,pit')")
    page.select_option("#query-how", "beyond")
    page.fill("#query-metres", "200")
    page.select_option("#query-other", "posyandu")
    show(page)
    n = found(page)
    assert n == counted(page, "/legend/households.json?latrine=none,pit&beyond=posyandu:200")
    assert n > 0
    until(page, "__geoportal.page.counts.get('selection')?.matching !== undefined")
    assert page.evaluate("__geoportal.page.counts.get('selection').matching") == n
    page.click(".query-result .actions button:nth-child(2)")
    until(page, f"Number(document.querySelector('.grid')?.getAttribute('aria-rowcount')) === {n + 1}")
    until(page, "document.querySelector('.line[data-index=\"0\"]:not(.line-wait)')")
    shown = page.evaluate(LATRINES)
    assert shown and set(shown) <= set(page.evaluate(INDECENT))


# The texts of the column "latrine" in view, and the words of the two choices that were asked for.
LATRINES = """() => {
  const at = [...document.querySelectorAll(".line-head .cell")].findIndex((cell) => cell.dataset.sort === "latrine");
  return [...document.querySelectorAll(".grid-body .line:not([hidden]):not(.line-wait)")].map((line) => line.children[at].textContent);
}"""
INDECENT = """() => __geoportal.page.catalogue.field("households", "latrine").choices
  .filter(({ value }) => ["none", "pit"].includes(value)).map(({ label }) => label)"""


def test_a_period_is_offered_only_where_it_narrows_what_one_sees(visit):
    path = "/?layers=households,posyandu,areas&select=households&select.beyond=posyandu:200"
    assert opened(visit(path)).is_hidden(".time-line")
    assert opened(visit(path, user="district")).is_visible(".time-line")


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_result_comes_into_view_beside_the_chips_and_the_panel(visit, size):
    page = opened(visit("/?layers=posyandu,areas&select=posyandu&select.beyond=health_facilities:1200", size=size))
    if size == "phone":
        page.tap("#tab-query")
    else:
        page.click("#tab-query")
    page.click(".query-result .actions button:nth-child(1)")
    page.wait_for_timeout(800)  # the map's own movement
    answer = page.request.get(page.url.split("/?")[0] + "/legend/posyandu.json?beyond=health_facilities:1200&extent=1")
    west, south, east, north = answer.json()["bbox"]
    script = "([lat, lon]) => __geoportal.map.latLngToContainerPoint([lat, lon])"
    top, foot = page.evaluate(script, [north, west]), page.evaluate(script, [south, east])
    area, chips = page.locator("#map").bounding_box(), page.locator("#chips").bounding_box()
    assert area["y"] + top["y"] > chips["y"] + chips["height"]
    assert 0 < top["x"] < foot["x"] < area["width"]
    assert area["y"] + foot["y"] < page.locator("#time").bounding_box()["y"]


def test_start_again_takes_the_answer_away(asking):
    page = asking("/?layers=posyandu,areas&select=posyandu&select.within=markets:900")
    page.click(".query .actions .btn-quiet")
    until(page, "!location.search.includes('select')")
    assert page.input_value("#query-how") == ""
    assert page.is_hidden(".query-result")


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_form_is_without_serious_faults(asking, size):
    page = asking("/?layers=posyandu,areas&select=posyandu&select.within=markets:900", size=size)
    if size == "phone":
        assert fits(page)
        assert [control for control in small(page) if "query" in control] == []
    assert [fault for fault in serious(page) if "query" in fault] == []
