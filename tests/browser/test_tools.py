"""Tools on the map: one at a time, and nothing of theirs lies over what is being read."""

from tests.browser.conftest import opened, until

APART = """([one, other]) => {
  const [a, b] = [one, other].map((css) => document.querySelector(css).getBoundingClientRect());
  return a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
}"""


def middle(page):
    box = page.locator("#map").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drawing(page):
    """A polygon is being drawn and has two corners; where its first one is."""
    page.click("#tool-draw")
    until(page, "document.querySelector('.draw-bar')")
    x, y = middle(page)
    for dx, dy in ((-100, -40), (60, -40)):
        page.mouse.move(x + dx, y + dy)
        page.wait_for_timeout(60)
        page.mouse.click(x + dx, y + dy)
    return x, y


def test_the_ruler_ends_a_drawing_and_measures(visit):
    page = opened(visit("/?layers=areas&at=13/5.17/97.14"))
    x, y = drawing(page)
    page.click("#tool-measure")
    until(page, "!document.querySelector('.draw-bar')")
    page.wait_for_timeout(50)
    page.mouse.click(x - 50, y + 40)
    page.mouse.click(x + 50, y + 40)  # 100 px at zoom 13: 19.02 m each at 5.17 N
    until(page, "document.querySelector('#notices .toast p').textContent.startsWith('1,9')")
    assert page.evaluate("__geoportal.page.taken") == "measure"
    assert page.evaluate("__geoportal.state.value.focus") is None, "a click that measures opens nothing"
    page.click("#tool-draw")
    until(page, "document.querySelector('.draw-bar')")
    assert page.evaluate("__geoportal.page.taken") == "draw"
    assert page.locator("#notices .toast").count() == 0, "the ruler is put away"
    page.keyboard.press("Escape")
    until(page, "__geoportal.page.taken === null")


def test_the_drawing_bar_covers_neither_message_nor_drawer(visit):
    page = opened(visit("/"))
    until(page, "!document.getElementById('message').hidden")
    page.click("#tool-draw")
    until(page, "document.querySelector('.draw-bar')")
    page.wait_for_timeout(300)
    assert page.evaluate(APART, [".draw-bar", "#message"])
    page.evaluate("__geoportal.page.open('areas', '11.73.02.2008')")
    until(page, "document.querySelector('#drawer:not([hidden]) h2')")
    page.wait_for_timeout(300)
    assert page.evaluate(APART, [".draw-bar", "#drawer"])
    page.click("#tool-list")
    assert page.evaluate(APART, [".draw-bar", "#inview"])


def test_a_toast_lies_beside_the_legend_and_above_the_table(visit):
    page = opened(visit("/?layers=posyandu,markets,areas"))
    page.evaluate("() => { __geoportal.page.notices.say('Tautan ke hasil ini disalin.', { seconds: 0 }); }")
    assert page.evaluate(APART, ["#notices .toast", "#legend"])
    assert page.evaluate(APART, ["#notices .toast", "#tools"])
    page.evaluate("__geoportal.state.set({ table: 'posyandu' })")
    until(page, "!document.getElementById('dock').hidden")
    assert page.evaluate(APART, ["#notices .toast", "#dock"])
