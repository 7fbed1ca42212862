"""The administration in a browser: a place by a click, by typing, on a phone; what every page must hold."""

import uuid

import pytest

from tests.browser.conftest import fits, serious, small, until

ADD = "/admin/layers/posyandu/add/"
PAGES = [
    "",
    "layers/posyandu/",
    "layers/posyandu/add/",
    "layers/posyandu/1/change/",
    "layers/posyandu/1/history/",
    "geoportal/bpscode/add/",
]


def ready(page):
    """The form once its map has its ground: the borders of the areas are painted."""
    until(page, "document.querySelector('.place-map canvas.leaflet-tile-loaded') !== null")
    page.locator(".place-map").scroll_into_view_if_needed()
    return page


def click(page, right=0.5, down=0.5):
    """A click on the map, at these parts of its width and height."""
    box = page.locator(".place-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] * right, box["y"] + box["height"] * down)


def pins(page) -> int:
    return page.locator(".place-map .pin").count()


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_a_posyandu_is_added_by_a_click_on_the_map(visit, size):
    page = ready(visit(ADD, user="admin", size=size, language="en"))
    assert pins(page) == 0 and page.is_hidden("text=Remove the point")
    click(page)
    assert pins(page) == 1
    lon, lat = page.input_value("[name=lon]"), page.input_value("[name=lat]")
    assert page.input_value("[name=place_source]") == "map"
    code = f"KLIK-{uuid.uuid4().hex[:8]}"
    page.fill("[name=code]", code)
    page.fill("[name=name]", "Posyandu Klik")
    page.click("[name=_continue]")
    ready(page)
    assert "/change/" in page.url and pins(page) == 1
    assert float(page.input_value("[name=lon]")) == pytest.approx(float(lon), abs=1e-6)
    assert float(page.input_value("[name=lat]")) == pytest.approx(float(lat), abs=1e-6)
    pk = page.url.split("/")[-3]
    page.goto(page.url.replace("change", "history"))
    assert f"{float(lat):.6f}, {float(lon):.6f}" in page.inner_text("#content")
    page.goto(page.url.replace("history", "delete"))
    page.click("text=Take it away")
    page.wait_for_url("**/posyandu/")
    assert f"/posyandu/{pk}/" not in page.inner_html("#result_list")


def test_typed_coordinates_move_the_pin_and_it_can_be_removed(visit):
    page = ready(visit(ADD, user="admin", language="en"))
    page.fill("[name=lon]", "97,14")
    page.fill("[name=lat]", "5,18")
    page.press("[name=lat]", "Tab")
    until(page, "document.querySelectorAll('.place-map .pin').length === 1")
    page.click("text=Remove the point")
    assert pins(page) == 0
    assert page.input_value("[name=lon]") == page.input_value("[name=lat]") == ""


def test_a_pin_is_dragged(visit):
    page = ready(visit(ADD, user="admin"))
    click(page)
    before = float(page.input_value("[name=lon]"))
    pin = page.locator(".place-map .pin").bounding_box()
    page.mouse.move(pin["x"] + 11, pin["y"] + 11)
    page.mouse.down()
    page.mouse.move(pin["x"] + 91, pin["y"] + 11, steps=8)
    page.mouse.up()
    assert float(page.input_value("[name=lon]")) > before
    assert pins(page) == 1


def test_what_the_validator_refuses_stays_typed_and_on_the_map(visit):
    page = ready(visit(ADD, user="validator", language="en"))
    page.fill("[name=code]", "JAUH")
    page.fill("[name=name]", "Posyandu Jauh")
    page.fill("[name=lon]", "97.05")
    page.fill("[name=lat]", "5.17")
    page.press("[name=lat]", "Tab")
    page.click("[name=_save]")
    ready(page)
    assert page.locator(".errorlist").count() > 0
    assert page.input_value("[name=name]") == "Posyandu Jauh"
    assert (page.input_value("[name=lon]"), pins(page)) == ("97.05", 1)


@pytest.mark.parametrize("path", PAGES)
def test_on_a_phone_pages_fit_and_fingers_find_everything(visit, path):
    page = visit(f"/admin/{path}", user="admin", size="phone")
    page.wait_for_load_state("networkidle")
    assert fits(page)
    assert small(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(visit, path):
    page = visit(f"/admin/{path}", user="admin")
    page.wait_for_load_state("networkidle")
    # Preloading, axe would rewrite the @import of Django's own style sheet into an inline one, which the pages forbid.
    assert serious(page, options={"preload": False}) == []
