"""The map page: what it shows, says, keeps in its address; by mouse, by keyboard, on a phone; when something fails."""

import io
import re

from python_calamine import CalamineWorkbook

from tests.browser.conftest import coloured, opened, until


def areas(page):
    """What the canvas shows of each area in view, by code."""
    return {area["code"]: area for area in page.evaluate("__geoportal.drawn('areas')")}


def address(page):
    """The query string once it has caught up with the state."""
    page.wait_for_timeout(300)
    return page.evaluate("decodeURIComponent(location.search)")


def test_the_first_message_says_what_is_shown_from_when_and_from_what_source(visit):
    page = coloured(visit())
    until(page, "!document.getElementById('message').hidden")
    said = page.inner_text("#message")
    assert "68 gampong" in said and "Tanpa jamban layak" in said
    assert re.search(r"\d{1,2} \w{3} \d{4} · data demo", said), said
    assert "batas contoh, bukan batas resmi" in said
    page.click("#message button")
    page.reload()
    coloured(page)
    assert page.is_hidden("#message")


def test_canvas_list_figures_and_workbook_agree_on_every_area_by_every_method(visit, site):
    page = coloured(visit("/?layers=areas&colour=households.no_latrine"))
    answer = page.request.get(f"{site.url}/indicators/households/no_latrine.json?level=village").json()
    sheet = page.request.get(f"{site.url}/indicators/households/no_latrine.xlsx?level=village").body()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    written = {row[0]: row for row in rows if str(row[0]).count(".") == 3}
    for method in ("quantile", "equal", "jenks", "fixed"):
        page.evaluate("(m) => __geoportal.state.set({areas: {...__geoportal.state.value.areas, method: m}})", method)
        until(page, f"__geoportal.idle() && __geoportal.page.stack.choropleth.current.method === '{method}'")
        drawn = areas(page)
        bounds = page.evaluate("__geoportal.page.stack.choropleth.current.bounds")
        colours = page.evaluate("__geoportal.page.stack.choropleth.current.colors")
        assert len(drawn) == len(answer["areas"]) == len(written) == 68
        for area in answer["areas"]:
            seen, value = drawn[area["code"]], area["value"]
            assert (seen["value"], seen["state"]) == (value, area["state"])
            numbers = [cell for cell in written[area["code"]] if isinstance(cell, float | int)]
            assert value is None or any(abs(cell - value) < 1e-6 for cell in numbers)
            assert seen["class"] == (None if value is None else sum(bound <= value for bound in bounds))
            if area["state"] == "shown":
                assert seen["pixel"] == seen["color"] == colours[seen["class"]]
    page.click("#tool-list")
    figures = page.locator("#inview .choice b").all_inner_texts()
    assert len(figures) == 68 and all(text.endswith("%") for text in figures if text[0].isdigit())


def test_the_classes_stay_when_the_period_changes(visit):
    codes = [f"11.73.02.20{n:02d}" for n in range(1, 11)]

    def figures(route):
        period = re.search(r"period=([\d-]+)", route.request.url)
        month = period[1] if period else "2026-02"
        values = range(10, 110, 10) if month == "2026-02" else range(1, 11)
        found = [
            {"code": c, "name": c, "value": v, "n": 50, "cases": 5, "low": v, "high": v, "state": "shown"}
            for c, v in zip(codes, values, strict=True)
        ]
        body = {"unit": "%", "kind": "rate", "period": month, "periods": ["2026-01", "2026-02"], "areas": found}
        route.fulfill(json={"title": "t", "level": "village", "source": "", "updated": None, **body})

    def periodic(route):
        described = route.fetch().json()
        for layer in described["layers"]:
            for indicator in layer["indicators"]:
                indicator["periodic"] = True
        route.fulfill(json=described)

    page = visit("/data")
    page.route("**/indicators/**", figures)
    page.route("**/layers.json", periodic)
    page.goto(page.url.replace("/data", "/?layers=areas&classes=5"))
    coloured(page)
    bounds = page.evaluate("__geoportal.page.stack.choropleth.current.bounds")
    assert bounds == [30, 50, 70, 90]
    page.focus("#time input[type=range]")
    page.keyboard.press("ArrowLeft")
    until(page, "__geoportal.page.stack.choropleth.current?.answer.period === '2026-01'")
    assert page.evaluate("__geoportal.page.stack.choropleth.current.bounds") == bounds
    assert page.evaluate("[...__geoportal.page.stack.choropleth.current.areas.values()].every((a) => a.class === 0)")
    assert "period=2026-01" in address(page)


def test_hidden_missing_and_unreliable_figures_are_told_apart_on_map_and_legend(visit):
    def figures(route):
        states = ["small", "none", "unreliable", "shown", "shown"]
        found = [
            {
                "code": f"11.73.02.20{n:02d}", "name": f"{n}", "state": state, "n": 12 if state == "unreliable" else 80,
                "value": None if state in {"small", "none"} else 10.0 * n, "cases": None, "low": 5, "high": 60,
            }
            for n, state in enumerate(states, start=1)
        ]  # fmt: skip
        route.fulfill(
            json={
                "title": "t",
                "unit": "%",
                "kind": "rate",
                "level": "village",
                "period": None,
                "periods": [],
                "areas": found,
            }
        )

    page = visit("/data")
    page.route("**/indicators/**", figures)
    page.goto(page.url.replace("/data", "/?layers=areas&open=areas/11.73.02.2001"))
    coloured(page)
    nodata = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--nodata').trim()")
    seen = areas(page)
    assert seen["11.73.02.2001"]["color"] == seen["11.73.02.2002"]["color"] == nodata
    assert seen["11.73.02.2003"]["color"] != nodata
    legend = page.inner_text("#legend")
    for words in ("disembunyikan", "tanpa data · 1", "n di bawah 20"):
        assert words in legend, legend
    until(page, "document.querySelector('#drawer .big.missing')")
    assert "disembunyikan" in page.inner_text("#drawer .big")


def test_filters_narrow_the_map_count_the_matches_and_leave_by_their_chips(visit):
    page = coloured(visit())
    page.click("#tab-filters")
    page.get_by_label("Mandiri").check()
    until(page, "document.querySelector('#chips .chip')")
    assert "posyandu.strata=mandiri" in address(page)
    until(page, "__geoportal.page.counts.get('posyandu').matching < __geoportal.page.counts.get('posyandu').all")
    matching = page.evaluate("__geoportal.page.counts.get('posyandu').matching")
    opened(page)
    assert page.evaluate("__geoportal.drawn('posyandu').length") == matching
    assert page.inner_text(".filter-form .matches").split()[0] == str(matching)
    page.click("#chips .chip")
    until(page, "!document.querySelector('#chips .chip')")
    assert "strata" not in address(page) and not page.get_by_label("Mandiri").is_checked()


def test_a_range_the_wrong_way_round_says_what_to_do_and_loses_nothing(visit):
    page = coloured(visit())
    page.click("#tab-filters")
    low, high = page.get_by_label("Tanggal buka tiap bulan: dari"), page.get_by_label("Tanggal buka tiap bulan: sampai")
    low.fill("20")
    high.fill("5")
    until(page, "document.querySelector('.filter-form .field-error')?.textContent.includes('20')")
    assert (low.input_value(), high.input_value()) == ("20", "5")
    high.fill("25")
    until(page, "decodeURIComponent(location.search).includes('posyandu.day=20..25')")


def test_enter_opens_what_lies_under_the_cross_and_escape_gives_the_map_back(visit):
    page = coloured(visit("/?layers=areas&at=14/5.18/97.14"))
    page.focus("#map")
    page.keyboard.press("ArrowUp")
    page.wait_for_timeout(600)
    coloured(page)
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#drawer:not([hidden]) h2')")
    assert "open=areas/11.73" in address(page)
    until(page, "document.querySelector('#drawer .figure strong')")
    assert re.search(r"\d+,\d\s%", page.inner_text("#drawer .figure strong"))
    page.keyboard.press("Escape")
    assert page.is_hidden("#drawer")
    assert page.evaluate("document.activeElement.id") == "map"
    until(page, "!location.search.includes('open=')")  # the address follows a moment later


def test_features_that_lie_over_each_other_are_listed(visit):
    page = coloured(visit("/?layers=posyandu,health_facilities,markets,areas&at=12/5.16/97.1"))
    spot = until(
        page,
        """(() => {
          const { map, page } = __geoportal, size = map.getSize();
          const at = (x, y) => page.stack.at(map.containerPointToLatLng([x, y]))
            .filter(({ feature, layer }) => feature.properties.uid && layer.name !== "areas").length;
          for (let y = 60; y < size.y - 200; y += 3) for (let x = 320; x < size.x - 120; x += 3) {
            const n = at(x, y); // and no fewer or more a pixel beside it
            if (n < 2 || [[1, 1], [1, -1], [-1, 1], [-1, -1]].some(([dx, dy]) => at(x + dx, y + dy) !== n)) continue;
            const box = map.getContainer().getBoundingClientRect();
            return [x + box.x, y + box.y, n];
          }
        })()""",
    )
    page.mouse.click(spot[0], spot[1])
    until(page, "document.querySelectorAll('#drawer .choice').length > 1")
    assert page.locator("#drawer .choice").count() == spot[2] + 1  # and the area below them
    page.click("#drawer .choice")
    until(page, "document.querySelector('#drawer .facts dt')")
    assert page.get_attribute("#drawer .drawer-actions a", "href").startswith("/feature/")


def test_order_and_opacity_are_set_by_keys_and_stand_in_the_address(visit):
    page = coloured(visit())
    before = page.evaluate("__geoportal.state.value.layers")
    page.click(".order summary")
    page.focus(".order-list li:first-child button:last-child")
    page.keyboard.press("Enter")
    after = page.evaluate("__geoportal.state.value.layers")
    assert after[:2] == before[1::-1] and after[2:] == before[2:]
    panes = [page.evaluate(f"+__geoportal.map.getPane('layer-{name}').style.zIndex") for name in after[:2]]
    assert panes[0] > panes[1]
    page.click("[data-layer=posyandu] .more")
    page.focus("#opacity-posyandu")
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    assert page.evaluate("getComputedStyle(__geoportal.map.getPane('layer-posyandu')).opacity") == "0.6"
    assert "posyandu:0.6" in address(page)


def test_a_shared_link_shows_another_browser_the_same_map(visit):
    path = (
        "/?at=13.25/5.16/97.12&layers=health_facilities:0.5,areas&health_facilities.kind=puskesmas"
        "&colour=households.people&level=district&method=equal&classes=3"
    )
    one, other = coloured(visit(path)), coloured(visit(path, language="en"))
    states = [page.evaluate("JSON.stringify({...__geoportal.state.value})") for page in (one, other)]
    assert states[0] == states[1]
    shown = [{code: (area["class"], area["pixel"]) for code, area in areas(page).items()} for page in (one, other)]
    assert shown[0] == shown[1] and len(shown[0]) == 4
    assert one.evaluate("__geoportal.drawn('health_facilities').length") > 0
    assert one.evaluate("document.documentElement.lang") == "id" and "Kecamatan" in one.inner_text("#legend")


def test_changing_the_language_keeps_what_is_seen(visit):
    page = coloured(visit("/?layers=areas&colour=households.people"))
    page.click("[name=language][value=en]")
    until(page, "document.documentElement.lang === 'en' && window.__geoportal")
    coloured(page)
    assert "colour=households.people" in address(page) and "Layers" in page.inner_text("#panel-tabs")


def test_a_selection_is_drawn_over_the_dimmed_layer_and_counted_on_its_chip(visit, site):
    path = "/?layers=posyandu,areas&select=posyandu&select.inside=11.73.02"
    page = coloured(visit(path))
    until(page, "__geoportal.page.counts.get('selection')?.matching > 0")
    wanted = page.request.get(f"{site.url}/legend/posyandu.json?inside=11.73.02").json()["total"]
    assert page.evaluate("__geoportal.page.counts.get('selection').matching") == wanted
    opened(page)
    chosen = """(() => {
      const found = new Set();
      __geoportal.page.stack.chosen.each((feature) => found.add(feature.properties.uid));
      return found.size;
    })()"""
    assert page.evaluate(chosen) == wanted < page.evaluate("__geoportal.drawn('posyandu').length")
    assert page.inner_text("#chips .chip-accent").startswith(str(wanted))
    page.click("#chips .chip-accent")
    until(page, "!__geoportal.page.stack.chosen")


def test_signs_at_the_edge_of_a_tile_are_drawn_whole(visit):
    """Each sign is drawn by every tile it reaches into: its colour is found on both sides of the edge."""
    page = opened(visit("/?layers=posyandu&at=15/5.18/97.14"))
    cut = page.evaluate(
        """() => { const seen = new Map(); __geoportal.page.stack.tiles.get("posyandu").each((f, corner) => {
          const x = f.parts[0][0], edge = Math.min(Math.abs(x), Math.abs(corner.size - x));
          if (edge < f.symbol.size / 2) seen.set(f.properties.uid, (seen.get(f.properties.uid) ?? 0) + 1); });
          return [...seen.values()]; }"""
    )
    assert all(times >= 2 for times in cut)
