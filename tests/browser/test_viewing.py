"""Viewing as another person in a browser: begun with a reason, told by every page, ended by a button, by mouse and keyboard."""

import pytest

from tests.browser.conftest import fits, opened, serious, small
from tests.browser.test_people import tabbed

WHY = "Cut asks why she misses a household"


def begin(page, name="Cut Rahmawati"):
    """From the list of people to the product as that person."""
    page.click(f"text={name}")
    page.wait_for_selector("#view-reason")
    page.fill("#view-reason", WHY)
    page.click("text=View as this person")
    page.wait_for_selector(".viewing")


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_an_administrator_looks_as_a_midwife_and_stops(site, visit, size):
    page = visit("/people", size=size, user="admin", language="en", faults=True)
    page.click("text=Cut Rahmawati")
    page.wait_for_selector("#view-reason")
    page.click("text=View as this person")
    page.wait_for_selector("#view-reason-error")
    assert page.inner_text("#view-reason-error") == "Write the reason in a few words."
    page.goto(f"{site.url}/people")
    begin(page)
    opened(page)
    assert page.title().startswith("As Cut Rahmawati · Map")
    for path in (
        "/",
        "/data",
        "/table/households",
        "/admin/layers/household/",
        "/people",
        "/accounts/sessions/",
        "/nowhere",
    ):
        page.goto(site.url + path)
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        box, button = page.locator(".viewing").bounding_box(), page.locator(".viewing button").bounding_box()
        assert (box["x"], box["y"], box["width"]) == (0, 0, page.viewport_size["width"]), path
        assert button["y"] >= 0 and button["y"] + button["height"] <= box["height"], path
        assert page.evaluate("document.elementFromPoint(innerWidth - 40, 22).closest('.viewing') !== null"), path
        assert "Cut Rahmawati" in page.inner_text(".viewing") and "Validator · health" in page.inner_text(".viewing")
        assert 1700 < int(page.get_attribute(".viewing", "data-left")) <= 1800
        if path != "/admin/layers/household/":
            assert fits(page) and serious(page) == [], path
        if size == "phone" and path in {"/data", "/people"}:
            assert small(page) == []
    page.goto(f"{site.url}/table/households")
    page.wait_for_selector("[role=row]")
    page.click(".viewing button")
    page.wait_for_url("**/people/*")
    assert page.locator(".viewing").count() == 0 and page.inner_text("h1") == "Cut Rahmawati"
    page.goto(f"{site.url}/table/households")
    assert "Not with this account" in page.inner_text("main")
    page.goto(f"{site.url}/accesslog")
    assert f"began · validator · {WHY}" in page.inner_text("main") and "stopped · validator" in page.inner_text("main")


def test_by_the_keyboard_alone(visit):
    page = visit("/people", user="admin", language="en")
    page.click("text=Hamdani Saleh")
    page.wait_for_selector("#view-reason")
    page.focus(".crumb a")
    tabbed(page, "#view-reason", most=150)
    page.keyboard.type("the mayor's office sees no figures")
    page.keyboard.press("Enter")
    page.wait_for_selector(".viewing")
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("Tab")  # the first thing on every page
    assert page.evaluate("document.activeElement.closest('.viewing') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*")
    assert page.locator(".viewing").count() == 0


def test_a_number_asked_for_is_refused_with_a_sentence(visit):
    page = visit("/people", user="admin", language="en", faults=True)
    begin(page)
    opened(page)
    page.fill("#search-input", "1173012000000001")
    page.wait_for_selector(".search-note:has-text('no number is shown')")
    page.click(".viewing button")
    page.wait_for_url("**/people/*")


def test_a_shape_drawn_while_viewing_has_its_estimate(site, visit):
    """Its tries are counted although the view may change nothing."""
    page = visit("/people", user="admin", language="en", faults=True)
    begin(page)
    whole = "polygon=97.0,5.0 97.3,5.0 97.3,5.3 97.0,5.3"
    page.goto(f"{site.url}/areas/estimate.json?layer=households&indicator=households&{whole}")
    assert '"noise": 2' in page.inner_text("body")
