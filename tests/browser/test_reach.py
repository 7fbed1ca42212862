"""The map page is for everybody: by keyboard, on a phone, with a screen reader, in each of its states, those of error and waiting too."""

import json

import pytest

from tests.browser.conftest import coloured, fits, serious, small, until

STATES = {
    "loaded": "/",
    "area": "/?open=areas/11.73.02.2003",
    "filtered": "/?posyandu.strata=mandiri&posyandu.name=me",
    "nothing": "/?posyandu.name=zzzz",
}
VIEWS = [("phone", state) for state in STATES] + [("wide", "area"), ("wide", "filtered")]


@pytest.mark.parametrize(("size", "state"), VIEWS)
def test_the_page_is_accessible_and_fits(visit, state, size):
    page = coloured(visit(STATES[state], size=size))
    if state == "area":
        until(page, "document.querySelector('#drawer .figure strong')")
    assert serious(page) == []
    assert fits(page)
    if size == "phone":
        assert small(page) == []
    if size == "phone" and state != "area":
        for tab in ("layers", "filters"):
            page.click(f"#tab-{tab}")
            page.wait_for_timeout(350)
            assert small(page) == [] and fits(page)


def test_on_a_phone_panel_and_drawer_are_sheets_that_are_pulled_up(visit):
    page = coloured(visit("/", size="phone"))
    low = page.locator("#panel").bounding_box()["height"]
    page.click("#panel-grip", position={"x": 40, "y": 10})
    page.wait_for_timeout(400)
    assert page.locator("#panel").bounding_box()["height"] > low + 200
    page.keyboard.press("Escape")
    page.wait_for_timeout(400)
    assert page.locator("#panel").bounding_box()["height"] == low
    page.evaluate("__geoportal.page.open('areas', '11.73.02.2003')")
    until(page, "document.querySelector('#drawer .figure strong')")
    half = page.locator("#drawer").bounding_box()["height"]
    page.click("#drawer .grip", position={"x": 40, "y": 10})
    page.wait_for_timeout(400)
    assert page.locator("#drawer").bounding_box()["height"] > half + 150


def test_every_control_is_reached_by_tab_with_a_visible_focus(visit):
    page = coloured(visit("/?layers=posyandu,areas"))  # an address of one's own: the first message is not shown
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => { const e = document.activeElement, s = getComputedStyle(e);
                return [e.id || e.textContent.trim().slice(0, 20), s.outlineStyle !== 'none' || e === document.body]; }"""
            )
        )
        if seen[-1][0] == "time-table":
            break
    names = [name for name, _ in seen]
    assert [name for name, visible in seen if not visible] == []
    for wanted in (
        "search-input",
        "tab-layers",
        "layer-posyandu",
        "colour-by",
        "map",
        "tool-zoom-in",
        "tool-list",
        "time-table",
    ):
        assert wanted in names, names


def test_a_failed_layer_says_so_offers_retry_and_the_others_go_on(visit):
    page = visit("/data", faults=True)
    broken = [True]
    page.route(
        "**/tiles/posyandu/**",
        lambda route: (
            route.fulfill(
                status=503, content_type="application/problem+json", body=json.dumps({"detail": "Coba lagi nanti."})
            )
            if broken[0]
            else route.continue_()
        ),
    )
    page.goto(page.url.replace("/data", "/"))
    until(page, "document.querySelector('[data-layer=posyandu] .layer-error')")
    assert "Coba lagi nanti." in page.inner_text("[data-layer=posyandu] .layer-state")
    coloured(page)
    assert (
        len({area["code"] for area in page.evaluate("__geoportal.drawn('areas')")}) == 68
        and page.evaluate("__geoportal.drawn('markets').length") == 7
    )
    broken[0] = False
    page.click("[data-layer=posyandu] .layer-state button")
    until(page, "__geoportal.drawn('posyandu').length > 100")
    assert page.locator("[data-layer=posyandu] .layer-error").count() == 0


def test_a_long_wait_names_what_is_awaited_and_can_be_stopped(visit):
    page = visit("/data")
    held = []
    page.route("**/tiles/markets/**", lambda route: held.append(route))  # not answered before the end
    page.goto(page.url.replace("/data", "/?layers=markets,areas"))
    until(page, "document.querySelector('#busy button')")
    assert "Pasar" in page.inner_text("#busy")
    page.click("#busy button")
    until(page, "document.querySelector('[data-layer=markets] .layer-error')")
    assert page.locator("#busy .card").count() == 0
    page.unroute_all(behavior="ignoreErrors")
