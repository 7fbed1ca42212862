"""What the map page says: of the colours as they are now, of figures being counted, of rows left out, of a city without data."""

import re

from tests.browser.conftest import opened, until


def told(page, change):
    """The page at / with a catalogue changed by `change(catalogue)`."""

    def answer(route):
        body = route.fetch().json()
        change(body)
        route.fulfill(json=body)

    page.route("**/layers.json", answer)
    page.goto(page.url.split("/data")[0] + "/")
    opened(page)
    until(page, "__geoportal.idle()")
    return page


def test_the_first_message_follows_the_colours(visit):
    page = opened(visit())
    until(page, "document.getElementById('message').textContent.includes('Tanpa jamban layak')")
    page.select_option("#colour-by", "households.people")
    until(page, "document.getElementById('message').textContent.includes('“Jiwa”')")
    assert "Tanpa jamban layak" not in page.inner_text("#message")
    page.select_option("#colour-by", "")
    until(page, "!document.getElementById('message').textContent.includes('diwarnai')")
    page.click("#message button")
    page.select_option("#colour-by", "households.people")
    page.wait_for_timeout(500)
    assert page.is_hidden("#message"), "closed once it stays closed"


def test_figures_say_while_they_are_counted_anew_and_then_come_by_themselves(visit):
    late = {"now": True}

    def change(catalogue):
        for layer in catalogue["layers"]:
            layer["counting"] = late["now"] and layer["name"] == "households"

    page = visit("/data")
    figures = []
    page.on(
        "request", lambda request: "/indicators/households/no_latrine" in request.url and figures.append(request.url)
    )
    told(page, change)
    assert "sedang dihitung ulang" in page.inner_text("#legend")
    page.evaluate("__geoportal.page.open('areas', '11.73.02.2008')")
    until(page, "document.getElementById('drawer').textContent.includes('sedang dihitung ulang')")
    before = len(figures)
    late["now"] = False
    until(page, "!document.getElementById('legend').textContent.includes('sedang dihitung ulang')", seconds=15)
    until(page, "!document.getElementById('drawer').textContent.includes('sedang dihitung ulang')")
    assert len(figures) > before, "the figures are asked for again"


def test_a_city_without_households_opens_with_the_first_figures_it_has(visit):
    def change(catalogue):
        for layer in catalogue["layers"]:
            for indicator in layer["indicators"]:
                indicator["figures"] = layer["name"] == "posyandu"

    page = told(visit("/data"), change)
    assert page.evaluate("__geoportal.state.value.areas.indicator") == "posyandu.posyandu"
    assert "belum ada data" in page.locator("#colour-by option", has_text="Tanpa jamban layak").inner_text()


def test_a_city_without_any_figure_is_not_coloured_and_says_how_data_comes(visit):
    def change(catalogue):
        for layer in catalogue["layers"]:
            for indicator in layer["indicators"]:
                indicator["figures"] = False

    page = visit("/data")
    page.route(
        "**/legend/markets.json*", lambda route: route.fulfill(json={"total": 0, "field": "klass", "counts": {}})
    )
    told(page, change)
    assert page.evaluate("__geoportal.state.value.areas.indicator") is None
    until(page, "document.querySelector('#message a')")
    assert "Belum ada angka" in page.inner_text("#message")
    block = page.locator("#legend .legend-block", has_text="Pasar").last
    assert block.locator("li").count() == 0 and "belum ada data" in block.inner_text()


def test_a_query_by_place_says_how_many_rows_without_a_point_are_left_out(visit, site):
    page = opened(visit("/?layers=households,areas&select=households&select.beyond=posyandu:300", user="district"))
    answer = page.request.get(f"{site.url}/legend/households.json?beyond=posyandu:300&placeless=1").json()
    page.click("#tab-query")
    until(page, "document.querySelector('.query-places')")
    words = page.inner_text(".query-places")
    assert answer["placeless"] > 0
    assert f"{answer['placeless']:,}".replace(",", ".") + " tanpa titik tidak dihitung" in words


def test_examples_of_coordinates_lie_in_this_place(visit):
    page = opened(visit())
    west, south, east, north = page.evaluate("__geoportal.page.catalogue.place.bbox")
    example = page.get_attribute("#query-point", "placeholder")
    lat, lon = map(float, example.split(", "))
    assert south < lat < north and west < lon < east
    page.fill("#search-input", "zzzqqq")
    until(page, f"document.querySelector('.search-note')?.textContent.includes('{example}')")


def test_the_export_menu_closes_after_a_format_was_chosen(visit):
    page = opened(visit("/?layers=posyandu,areas&table=posyandu"))
    until(page, "document.querySelector('.menu-export button')")
    page.click(".menu-export button")
    with page.expect_download():
        page.click(".menu-export .menu-card a >> nth=1")
    assert page.is_hidden(".menu-export .menu-card")


def test_small_areas_have_limits_that_are_not_zero(visit):
    page = opened(visit("/?layers=areas&colour=areas.size"))
    until(page, "__geoportal.idle() && document.querySelector('#legend .ramp')")
    limits = page.locator("#legend .ramp li > span").all_inner_texts()
    assert len(limits) == 6, "five classes and the upper end of the last"
    assert all(re.fullmatch(r"\d+,\d\d", limit) and limit != "0,00" for limit in limits)


def test_what_the_server_has_to_say_is_told_on_the_map(visit, site):
    def speak(route):
        said = '<div id="said" hidden><p data-kind="success">Kata sandi diganti.</p></div><div class="workspace"'
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('<div class="workspace"', said))

    page = visit("/data")
    page.route(site.url + "/", speak)
    page.goto(site.url + "/")
    until(page, "document.querySelector('#notices .toast-done')")
    assert page.inner_text("#notices .toast p") == "Kata sandi diganti."


def test_the_first_message_says_where_the_map_opens_for_whom(visit):
    page = opened(visit("/", user="district"))
    words = "Peta terbuka di wilayah kerja Anda: Kecamatan Banda Sakti, Kecamatan Blang Mangat."
    until(page, f"document.getElementById('message').textContent.includes('{words}')")
    page = opened(visit("/"))
    until(page, "document.getElementById('message').textContent.includes('68 gampong')")
    assert "wilayah kerja" not in page.inner_text("#message")
