"""The search box: by keyboard, by mouse, on a phone, from every page."""

import pytest

from tests.browser.conftest import fits, opened, serious, small, until


def options(page):
    return page.eval_on_selector_all("#search-list [role=option] b", "all => all.map((one) => one.textContent)")


def search(page, text):
    until(page, "document.querySelector('#search-input[role=combobox]')")
    page.keyboard.press("/")
    page.keyboard.type(text)
    until(page, "document.querySelector('#search-option-0') || document.querySelector('.search-note p')")
    page.wait_for_timeout(300)  # until the last letter's answer is there


def test_slash_name_enter_goes_to_the_village(visit):
    page = opened(visit())
    search(page, "pusong")
    assert options(page)[:2] == ["Pusong Lhokseumawe", "Pusong Baru"]
    assert page.get_attribute("#search-input", "aria-expanded") == "true"
    assert page.get_attribute("#search-input", "aria-activedescendant") == "search-option-0"
    page.keyboard.press("Enter")
    until(page, "location.search.includes('open=areas/11.73.02.2008')")
    until(page, "document.querySelector('#drawer:not([hidden]) h2')?.textContent === 'Pusong Lhokseumawe'")
    west, south, east, north = until(
        page,
        "(([w, s, e, n]) => e - w < 0.1 && [w, s, e, n])(__geoportal.map.getBounds().toBBoxString().split(',').map(Number))",
    )
    assert west < 97.1547 < east and south < 5.1679 < north


def test_arrows_walk_and_escape_closes_then_clears_then_leaves(visit):
    page = opened(visit())
    search(page, "pusong")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#search-input", "aria-activedescendant") == "search-option-1"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    last = len(options(page)) - 1
    assert page.get_attribute("#search-input", "aria-activedescendant") == f"search-option-{last}"
    page.keyboard.press("Escape")
    assert page.is_hidden(".search-card") and page.input_value("#search-input") == "pusong"
    page.keyboard.press("Escape")
    assert page.input_value("#search-input") == ""
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") != "search-input"


def test_another_spelling_opens_the_posyandu_and_shows_its_layer(visit):
    page = opened(visit("/?layers=areas"))
    search(page, "posiandu melati")
    assert options(page)[0] == "Posyandu Melati"
    page.click("#search-option-0")
    until(page, "location.search.includes('open=posyandu/')")
    assert page.evaluate("__geoportal.state.value.layers[0]") == "posyandu"
    assert page.evaluate("__geoportal.map.getZoom()") >= 15


def test_a_typed_coordinate_is_marked(visit):
    page = opened(visit())
    search(page, "5°10'48\" LU 97°8'24\" BT")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('.found-pin')")
    centre = page.evaluate("(({lat, lng}) => [lat, lng])(__geoportal.map.getCenter())")
    # In the middle of what tools and foot leave free: at zoom 17 a pixel is 0.00001 degrees, the foot is 60 higher than the head.
    assert centre == pytest.approx([5.18, 97.14], abs=6e-4)


def test_nothing_found_says_what_was_sought_and_what_helps(visit):
    page = opened(visit())
    search(page, "zzzqqq")
    assert "zzzqqq" in page.text_content(".search-note")
    assert "5.16, 97.10" in page.text_content(".search-note"), "an example in the middle of this city"


def test_a_server_that_fails_is_said_and_asked_again(visit):
    page = opened(visit(faults=True))
    page.route("**/search?*", lambda route: route.fulfill(status=500, body="oops"))
    search(page, "pusong")
    until(page, "document.querySelector('.search-note .field-error')")
    page.unroute("**/search?*")
    page.click(".search-note button")
    until(page, "document.querySelector('#search-option-0')")


def test_recent_places_come_back_but_no_names_of_people(visit):
    page = opened(visit())
    search(page, "pusong baru")
    page.keyboard.press("Enter")
    until(page, "location.search.includes('11.73.02.2013')")
    page.evaluate("document.getElementById('search-input').value = ''")
    page.keyboard.press("/")
    until(page, "document.querySelector('#search-option-0')")
    assert options(page) == ["Pusong Baru"]
    assert "Pusong Baru" in page.evaluate("localStorage.getItem('geoportal.recent')")


def test_other_pages_lead_to_the_map(visit):
    page = visit("/data")
    search(page, "pusong lhok")
    page.keyboard.press("Enter")
    until(page, "location.pathname === '/' && location.search.endsWith('open=areas/11.73.02.2008')")
    opened(page)
    until(page, "document.querySelector('#drawer:not([hidden]) h2')")


def test_on_a_phone_the_results_fill_the_width_and_can_be_touched(visit):
    page = opened(visit(size="phone"))
    page.tap("#search-input")
    page.keyboard.type("pusong")
    until(page, "document.querySelector('#search-option-1')")
    box = page.locator("#search-option-0").bounding_box()
    assert box["height"] >= 44 and box["width"] > 320
    assert fits(page)
    page.tap("#search-option-0")
    until(page, "location.search.includes('open=areas/11.73.02.2008')")
    until(page, "document.querySelector('#drawer:not([hidden]) h2')?.textContent === 'Pusong Lhokseumawe'")
    page.wait_for_timeout(700)  # the map's own movement
    # The middle of the gampong (its point lies at 5.1687 north) stands above the drawer, not under it.
    below = page.evaluate(
        "(() => { const map = document.getElementById('map').getBoundingClientRect();"
        " return map.top + __geoportal.map.latLngToContainerPoint([5.1679, 97.1547]).y; })()"
    )
    assert below < page.locator("#drawer").bounding_box()["y"]


def test_open_results_are_without_serious_faults(visit):
    page = opened(visit())
    search(page, "pusong")
    assert [fault for fault in serious(page) if "search" in fault] == []
    phone = opened(visit(size="phone"))
    phone.tap("#search-input")
    phone.keyboard.type("pusong")
    until(phone, "document.querySelector('#search-option-1')")
    assert [control for control in small(phone) if "search" in control] == []
