"""The map sheet: one A4 page, whatever was open, with everything a printed map must say."""

import re
import zlib

import pytest

from tests.browser.conftest import fits, opened, serious, until

A4 = (595.3, 841.9)  # points


def pages(pdf: bytes) -> list[tuple[float, float]]:
    """(width, height) in points of each page of a PDF, read from its objects, packed ones too."""
    text = pdf + b"".join(unpacked(pdf))
    found = re.findall(
        rb"/Type\s*/Page\b(?!s).*?/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]|/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]",
        text,
        re.S,
    )
    return [tuple(float(n) for n in one if n) for one in found]


def unpacked(pdf: bytes):
    for part in re.findall(rb"/Type\s*/ObjStm.*?stream\r?\n(.*?)endstream", pdf, re.S):
        yield zlib.decompress(part)


@pytest.fixture
def sheet(visit):
    """sheet(path, **how) -> the map page with the sheet open and everything drawn on it."""

    def make(path="/", **how):
        page = opened(visit(path, **how))
        page.click("#tool-print")
        until(page, "document.querySelector('.print')?.dataset.ready === 'true'")
        return page

    return make


def text(page):
    return re.sub(r"\s+", " ", page.text_content(".sheet"))


def painted(page, selector="#map canvas") -> int:
    """How many colours stand on the canvases: a blank sheet has one."""
    script = """(selector) => new Set([...document.querySelectorAll(selector)].flatMap((canvas) => {
      if (!canvas.width) return [];
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const found = [];
      for (let i = 0; i < data.length; i += 4 * 997) found.push(data.slice(i, i + 4).join());
      return found;
    })).size"""
    return page.evaluate(script, selector)


@pytest.mark.parametrize("way", ["landscape", "portrait"])
def test_the_sheet_is_exactly_one_page(sheet, way):
    page = sheet()
    page.click(f"button[data-way={way}]")
    until(page, "document.querySelector('.print').dataset.ready === 'true'")
    found = pages(page.pdf(prefer_css_page_size=True))
    wanted = A4 if way == "portrait" else A4[::-1]
    assert found == [(pytest.approx(wanted[0], abs=1.5), pytest.approx(wanted[1], abs=1.5))]


def test_the_sheet_says_what_a_map_must_say(sheet):
    page = sheet()
    said = text(page)
    title = page.input_value("#sheet-title")
    assert title and title in said
    assert "Kota Lhokseumawe" in said
    assert "batas contoh, bukan batas resmi" in said
    assert re.search(r"1 : \d{1,3}([.,]\d{3})+", said), "scale"
    assert re.search(r"\d (km|m)", page.text_content(".scale-bar").replace("\u00a0", " "))
    assert page.query_selector(".north")
    assert re.search(r"\d{1,2} \w+ 20\d\d", said), "date"
    assert len(page.query_selector_all(".sheet-legend .legend-block")) >= 2
    assert painted(page, ".sheet-legend canvas") > 2
    assert len(page.query_selector_all(".sheet-mark-lon")) >= 1 and len(page.query_selector_all(".sheet-mark-lat")) >= 1
    assert page.query_selector_all(".sheet button, .sheet input") == []


def test_the_scale_bar_is_as_long_as_it_says(sheet):
    page = sheet()
    bar = page.get_attribute(".scale-bar", "aria-label").replace("\u00a0", " ")
    number, unit = bar.split(" ")
    metres = float(number.replace(".", "").replace(",", ".")) * (1000 if unit == "km" else 1)
    drawn = sum(
        float(part)
        for part in page.eval_on_selector_all(".scale-bar rect", "all => all.map((one) => one.getAttribute('width'))")
    )
    script = """(px) => {
      const { map } = __geoportal;
      const y = map.getSize().y / 2;
      const [a, b] = [[0, y], [px, y]].map((point) => map.containerPointToLatLng(point));
      return a.distanceTo(b);
    }"""
    # Leaflet measures on a sphere of 6,371 km, Web Mercator on 6,378 km: 0.1 %
    assert page.evaluate(script, drawn) == pytest.approx(metres, rel=0.003)


def test_the_title_is_the_readers(sheet):
    page = sheet()
    page.fill("#sheet-title", "Rapat TPPS, 24 November")
    assert page.text_content(".sheet-title") == "Rapat TPPS, 24 November"


def test_filter_and_query_stand_on_the_sheet(sheet):
    page = sheet("/?layers=posyandu,areas&posyandu.strata=mandiri&select=posyandu&select.beyond=health_facilities:700")
    assert "700" in page.text_content(".sheet-title")
    until(page, "document.querySelector('.sheet-found')")
    assert "mandiri" in text(page).lower()


def test_the_sheet_says_what_the_number_rests_on_and_gives_the_whole_address(sheet):
    path = "/?layers=households,posyandu,areas&households.latrine=none,pit&select=households&select.beyond=posyandu:200"
    page = sheet(path, user="district")
    until(page, "__geoportal.page.counts.get('selection')?.matching !== undefined")
    page.click("button[data-way=portrait]")
    about = until(page, "document.querySelector('.sheet-about:not([hidden])')?.textContent")
    assert "Kecamatan Banda Sakti, Kecamatan Blang Mangat · Dari perkiraan lokasi" in about
    address = page.text_content(".sheet-address")
    assert address.endswith("select=households&select.beyond=posyandu:200")
    script = "(({scrollHeight, clientHeight}) => scrollHeight - clientHeight)(document.querySelector('.sheet-address'))"
    assert page.evaluate(script) <= 1, "nothing of it is cut off"


def test_turning_and_closing_bring_the_map_back_as_it_was(sheet):
    page = sheet("/?at=14/5.18/97.14&layers=posyandu,areas")
    shown = "(({lat, lng}) => [lat.toFixed(4), lng.toFixed(4), __geoportal.map.getZoom()].join())(__geoportal.map.getCenter())"
    page.click("button[data-way=portrait]")
    page.click("button[data-way=landscape]")
    first = page.evaluate(shown)
    page.click("button[data-way=portrait]")
    page.click("button[data-way=landscape]")
    assert page.evaluate(shown) == first
    page.keyboard.press("Escape")
    until(page, "!document.querySelector('.print')")
    assert page.evaluate(shown) == "5.1800,97.1400,14"
    assert page.evaluate("document.getElementById('map').parentElement.id") == "main"
    until(page, "[...__geoportal.page.stack.status.values()].every((status) => !status?.pending)")
    assert painted(page) > 5


@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.parametrize("path", ["/", "/?table=posyandu", "/?open=areas/11.73.02.2008"])
def test_the_browsers_own_print_gives_the_same_sheet(visit, size, path):
    page = opened(visit(path, size=size))
    page.evaluate(
        "addEventListener('beforeprint', () => { window.colours = document.querySelectorAll('.sheet #map canvas').length; })"
    )
    found = pages(page.pdf(prefer_css_page_size=True))
    assert len(found) == 1
    assert sorted(found[0]) == pytest.approx(sorted(A4), abs=1.5)
    assert page.evaluate("window.colours") > 1, "the map was on the sheet"
    assert page.query_selector(".print") is None, "and is back on the page"
    assert painted(page) > 3


def test_a_layer_that_failed_is_named_on_the_preview(visit):
    page = visit("/", faults=True)
    page.route("**/tiles/markets/**", lambda route: route.fulfill(status=500))
    page.goto(page.url.split("?")[0] + "?layers=markets,areas")
    until(page, "window.__geoportal?.page.stack.status.get('markets')?.error")
    page.click("#tool-print")
    until(
        page,
        "document.querySelector('.print-status')?.textContent.includes(__geoportal.page.catalogue.layer('markets').title)",
    )


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_preview_is_without_serious_faults(sheet, size):
    page = sheet(size=size)
    assert fits(page)
    assert [fault for fault in serious(page) if "print" in fault or "sheet" in fault] == []


def test_the_sheet_says_how_many_a_query_by_place_left_out_for_want_of_a_point(sheet):
    page = sheet("/?layers=households,areas&select=households&select.beyond=posyandu:100", user="validator")
    until(page, "document.querySelector('.sheet-found')")
    n = page.evaluate("__geoportal.page.counts.get('selection').placeless")
    assert n > 0 and f"{n} tanpa titik tidak dihitung" in text(page)
