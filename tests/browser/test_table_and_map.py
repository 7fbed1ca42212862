"""The attribute table beside the map: selection, filters, what is opened and the colours are the same in both."""

import json

from tests.browser.conftest import opened, until
from tests.browser.lines import arrived, column

# Each row in view: its index, its texts, the colour of its swatch.
LINES = """() => [...document.querySelectorAll(".grid-body .line:not([hidden])")].map((line) =>
  [line.dataset.index, ...[...line.children].map((cell) => cell.textContent), line.querySelector(".swatch").style.background])"""
# Code -> colour the map draws the area in, as a style sheet writes it; "" for areas without a class.
DRAWN = """() => Object.fromEntries([...__geoportal.page.stack.choropleth.current.areas].map(([code, area]) => {
  const box = document.createElement("i");
  box.style.background = area.class === null ? "" : area.color;
  return [code, box.style.background];
}))"""


def test_map_and_table_share_the_selection(visit):
    page = opened(visit("/?table=posyandu"))
    arrived(page, 2)
    page.click(".line[data-index='1'] .cell:nth-child(3)")
    page.click(".line[data-index='2'] .cell:nth-child(3)", modifiers=["Control"])
    chosen = page.evaluate("__geoportal.state.value.selection")
    assert chosen["layer"] == "posyandu" and len(chosen["query"]["uid"].split(",")) == 2
    until(page, "location.search.includes('select.uid=')")
    until(page, "__geoportal.page.counts.get('selection')?.matching === 2")
    first = chosen["query"]["uid"].split(",")[0]
    page.evaluate("(uid) => __geoportal.state.set({ selection: { layer: 'posyandu', query: { uid } } })", first)
    until(page, "document.querySelectorAll('.line[aria-selected=true]').length === 1")
    page.evaluate("__geoportal.state.set({ selection: null })")
    until(page, "document.querySelectorAll('.line[aria-selected=true]').length === 0")


def test_a_filter_of_the_map_filters_the_table(visit):
    page = opened(visit("/?table=posyandu"))
    arrived(page)
    every = page.text_content(".table-count")
    page.evaluate("__geoportal.state.filter('posyandu', 'strata', 'mandiri')")
    until(page, f"document.querySelector('.table-count').textContent !== {json.dumps(every)}")
    arrived(page)
    until(
        page,
        "[...document.querySelectorAll('.grid-body .line:not([hidden])')].every((line) => line.textContent.includes('Mandiri'))",
    )
    page.evaluate("__geoportal.state.filter('posyandu', 'name', 'no such posyandu')")
    until(page, "document.querySelector('.grid-veil:not([hidden]) .empty')")
    page.click(".grid-veil .empty button")
    until(page, f"document.querySelector('.table-count').textContent === {json.dumps(every)}")


def test_zooming_to_a_row_brings_the_map_there_and_enter_opens_it(visit):
    page = opened(visit("/?table=markets&layers=markets,areas"))
    arrived(page, 1)
    name = column(page, "name")[1]
    page.click(".line[data-index='1'] .zoom button")
    until(page, "__geoportal.map.getZoom() >= 16")
    page.focus(".grid")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    until(page, f"document.querySelector('#drawer:not([hidden]) h2')?.textContent === {json.dumps(name)}")


def test_what_is_opened_on_the_map_comes_into_view_in_the_table(visit):
    page = opened(visit("/?table=posyandu"))
    arrived(page)
    page.click(".line-head [data-sort=name]")
    page.click(".line-head [data-sort=name]")
    until(page, "document.querySelector('.line-head [aria-sort=descending]')")
    base = page.url.split("/?")[0]
    last = page.request.get(base + "/table/posyandu.json?sort=name&limit=1").json()["rows"][0]
    page.evaluate("(uid) => __geoportal.page.open('posyandu', uid)", last["uid"])
    until(page, "document.querySelector('.line-focus')")
    assert last["name"] in page.text_content(".line-focus")
    assert page.text_content(".line .active, .line.active") is not None
    page = opened(visit("/?table=areas&open=areas/11.73.02.2008"))
    until(page, "document.querySelector('.line-focus')?.textContent.includes('Pusong Lhokseumawe')")


def test_picked_areas_are_in_the_address_by_code(visit):
    page = opened(visit("/?table=areas"))
    arrived(page, 1)
    page.click(".line[data-index='0'] .pick")
    page.click(".line[data-index='1'] .pick")
    until(page, "/select.uid=11[.]73[.][0-9.]+,11[.]73/.test(location.search)")
    until(page, "__geoportal.page.counts.get('selection')?.matching === 2")


def test_the_coloured_areas_have_their_figures_and_classes_in_the_table(visit):
    page = opened(visit("/?table=areas"))
    arrived(page)
    page.focus(".grid")
    rows = {}
    while len(rows) < 68:
        for index, *cells in page.evaluate(LINES):
            rows[index] = cells
        page.keyboard.press("PageDown")
        page.wait_for_timeout(80)
    table = {next(cell for cell in cells if cell.startswith("11.73.")): cells[-1] for cells in rows.values()}
    assert table == page.evaluate(DRAWN)
    assert len(set(table.values())) >= 5
