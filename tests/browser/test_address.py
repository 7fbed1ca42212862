"""The address of the map: what a link shows when it is opened, and what Back and Forward come back to."""

import pytest

from tests.browser.conftest import opened, until

VIEW = "(({lat, lng}) => [lat, lng])(__geoportal.map.getCenter())"
PIXEL = 360 / 256 / 2**14 * 2  # degrees of two pixels at zoom 14, of one at zoom 13


def settled(page):
    """The opened map once figures and tiles are there and nothing moves any more."""
    opened(page)
    until(page, "__geoportal.idle() && !__geoportal.page.moving")
    page.wait_for_timeout(400)
    return page


@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.parametrize(
    "more", ["&table=posyandu", "&open=areas/11.73.02.2008", "&table=areas&open=areas/11.73.02.2008"]
)
def test_a_link_opens_with_the_centre_it_names(visit, size, more):
    page = settled(visit(f"/?at=14/5.18/97.14&layers=posyandu,areas{more}", size=size))
    until(page, "[...document.querySelectorAll('#dock, #drawer')].some((part) => !part.hidden)")
    page.wait_for_timeout(400)
    assert page.evaluate(VIEW) == pytest.approx([5.18, 97.14], abs=PIXEL)
    assert page.evaluate("__geoportal.map.getZoom()") == 14


def test_a_link_to_a_feature_alone_comes_near_it_and_leaves_it_uncovered_on_a_phone(visit):
    page = settled(visit("/?open=areas/11.73.02.2008", size="phone"))
    until(page, "!document.getElementById('drawer').hidden")
    page.wait_for_timeout(400)
    seen = page.evaluate("""async () => {
      const { lat, lon } = await __geoportal.page.catalogue.area("11.73.02.2008");
      return [__geoportal.map.latLngToContainerPoint([lat, lon]).y + document.getElementById("map").getBoundingClientRect().top,
        document.getElementById("drawer").getBoundingClientRect().top];
    }""")
    assert seen[0] < seen[1]


def test_back_and_forward_walk_through_what_was_opened_asked_and_coloured(visit):
    page = settled(visit("/?layers=posyandu,areas&at=13/5.17/97.1"))
    value = "__geoportal.state.value"
    page.evaluate("__geoportal.page.open('areas', '11.73.02.2008')")
    until(page, "document.querySelector('#drawer:not([hidden]) h2')")
    page.wait_for_timeout(700)
    moved = page.evaluate(VIEW)
    page.evaluate("__geoportal.page.colour('posyandu.posyandu')")
    page.evaluate("__geoportal.state.set({ selection: { layer: 'posyandu', query: { within: 'markets:900' } } })")
    page.evaluate("__geoportal.state.set({ table: 'posyandu' })")
    until(page, "!document.getElementById('dock').hidden")
    page.wait_for_timeout(500)

    page.go_back()
    until(page, f"{value}.table === null && document.getElementById('dock').hidden")
    assert page.evaluate(f"{value}.selection.query.within") == "markets:900"
    page.go_back()
    until(page, f"{value}.selection === null")
    assert page.evaluate(f"{value}.areas.indicator") == "posyandu.posyandu"
    page.go_back()
    until(page, f"{value}.areas.indicator === 'households.no_latrine'")
    assert page.evaluate(VIEW) == pytest.approx(moved, abs=PIXEL)
    page.go_back()
    until(page, f"{value}.focus === null && document.getElementById('drawer').hidden")
    assert page.evaluate(VIEW) == pytest.approx([5.17, 97.1], abs=PIXEL)
    for _ in range(4):
        page.go_forward()
        page.wait_for_timeout(200)
    until(page, f"{value}.table === 'posyandu' && {value}.selection.layer === 'posyandu'")
    until(page, "!document.getElementById('dock').hidden && !document.getElementById('drawer').hidden")
    assert page.evaluate(f"{value}.focus.uid") == "11.73.02.2008"


def test_moving_opacity_and_filters_make_no_steps(visit):
    page = settled(visit("/?layers=posyandu,areas"))
    before = page.evaluate("history.length")
    page.evaluate("__geoportal.map.setView([5.16, 97.11], 14, { animate: false })")
    page.evaluate("__geoportal.state.set({ opacity: { posyandu: 0.5 } })")
    page.evaluate("__geoportal.state.filter('posyandu', 'name', 'mar')")
    until(page, "location.search.includes('posyandu:0.5') && location.search.includes('posyandu.name=mar')")
    assert page.evaluate("history.length") == before


def test_back_to_the_start_shows_the_whole_place_again(visit):
    page = settled(visit("/"))
    home = page.evaluate(VIEW)
    page.evaluate("__geoportal.page.open('areas', '11.73.02.2008')")
    until(page, "!document.getElementById('drawer').hidden")
    page.evaluate("__geoportal.page.zoomTo({ area: '11.73.02.2008' })")
    page.wait_for_timeout(900)
    page.go_back()
    until(page, "document.getElementById('drawer').hidden && location.search === ''")
    assert page.evaluate(VIEW) == pytest.approx(home, abs=0.002)
