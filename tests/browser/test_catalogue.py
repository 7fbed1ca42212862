"""The catalogue: found by words, read on a phone, from a layer to its files."""

import pytest

from tests.browser.conftest import fits, serious, small


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_catalogue_and_metadata_can_be_read_and_used_in_every_state(visit, size):
    for path in ("/catalogue", "/metadata/markets", "/metadata/households", "/catalogue?q=zzzqqq"):
        page = visit(path, size=size)
        assert fits(page) and serious(page) == [], path
        if size == "phone":
            assert small(page) == [], path


def test_a_layer_is_found_by_its_theme_and_leads_to_files_that_open_by_keyboard(visit):
    page = visit("/catalogue")
    page.focus("#catalogue-q")
    page.keyboard.type("ekonomi")
    page.keyboard.press("Enter")
    page.wait_for_url("**/catalogue?q=ekonomi")
    assert page.locator(".datasets > li h2").all_inner_texts() == ["Pasar"]
    assert page.get_attribute(".rail [aria-current=page], nav [aria-current=page]", "href") == "/catalogue"
    page.focus(".ways-files summary")
    page.keyboard.press("Enter")
    assert page.is_visible("a[href='/export/markets.gpkg']")
    page.click(".datasets h2 a")
    page.wait_for_url("**/metadata/markets")
    assert page.inner_text("h1") == "Pasar"
