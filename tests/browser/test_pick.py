"""Picking features one by one, on the map and in lists; and telling those of one name apart."""

from tests.browser.conftest import fits, opened, serious, small, until

AT = "/?layers=posyandu&at=17/{lat}/{lon}"


def lonely(page, site):
    """A posyandu with no other near: its row."""
    rows = page.request.get(f"{site.url}/table/posyandu.json?limit=300").json()["rows"]
    apart = lambda a, b: abs(a["lon"] - b["lon"]) + abs(a["lat"] - b["lat"])  # noqa: E731
    return next(a for a in rows if all(a is b or apart(a, b) > 0.002 for b in rows))


def picked(page):
    return page.evaluate("__geoportal.state.value.selection?.query.uid ?? null")


def at(visit, site, **options):
    """The map over one posyandu, which lies in its middle."""
    first = visit("/data")
    one = lonely(first, site)
    page = opened(visit(AT.format(**one), **options))
    until(page, f"__geoportal.drawn('posyandu').some((feature) => feature.uid === '{one['uid']}')")
    box = page.locator("#map").bounding_box()
    return page, one, (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_click_with_shift_or_ctrl_takes_a_feature_in_and_out_of_the_selection(visit, site):
    page, one, (x, y) = at(visit, site)
    page.keyboard.down("Shift")
    page.mouse.click(x, y)
    page.keyboard.up("Shift")
    until(page, f"__geoportal.state.value.selection?.query.uid === '{one['uid']}'")
    assert page.is_hidden("#drawer"), "it is picked, not opened"
    until(page, "document.getElementById('chips').textContent.startsWith('1 posyandu')")
    page.keyboard.down("Control")
    page.mouse.click(x, y)
    page.keyboard.up("Control")
    until(page, "__geoportal.state.value.selection === null")


def test_picking_takes_the_place_of_a_query_and_can_be_undone(visit, site):
    page, one, _at = at(visit, site)
    page.evaluate("__geoportal.state.set({ selection: { layer: 'posyandu', query: { within: 'markets:900' } } })")
    page.evaluate("__geoportal.map.focus?.() ?? document.getElementById('map').focus()")
    page.keyboard.press("Shift+Enter")
    until(page, f"__geoportal.state.value.selection.query.uid === '{one['uid']}'")
    page.click("#notices .toast .btn")
    assert page.evaluate("__geoportal.state.value.selection.query") == {"within": "markets:900"}


def test_the_list_picks_by_keyboard_and_names_the_gampong_of_each(visit, site):
    page, one, _ = at(visit, site)
    page.keyboard.press("l")
    until(page, "!document.getElementById('inview').hidden")
    line = page.locator("#inview .choices li", has_text=one["name"])
    until(page, "document.querySelector('#inview .choice small').textContent")
    names = {
        row["code"]: row["name"] for row in page.request.get(f"{site.url}/table/areas.json?limit=1000").json()["rows"]
    }
    assert line.locator("small").inner_text() == names[one["area_code"]]
    line.locator(".pick-btn").focus()
    page.keyboard.press("Enter")
    assert picked(page) == one["uid"]
    assert line.locator(".pick-btn").get_attribute("aria-pressed") == "true"
    page.keyboard.press("Space")
    assert picked(page) is None


def test_the_list_on_a_phone_can_be_touched(visit, site):
    page, _one, _ = at(visit, site, size="phone")
    page.click("#tool-list")
    until(page, "document.querySelector('#inview .pick-btn')")
    assert fits(page)
    assert [control for control in small(page) if "pick" in control or "choice" in control] == []
    assert [fault for fault in serious(page) if "pick" in fault or "choice" in fault] == []
