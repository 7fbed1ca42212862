"""The upload page in a browser: from choosing a file to undoing it, wide and on a phone, by mouse and by keyboard, with a worker."""

import random
import subprocess
import sys

import pytest

from tests.browser.conftest import faultless, run, until
from tests.browser.test_people import tabbed

WAIT = 60_000


@pytest.fixture(scope="module")
def worker(site):
    """The worker of the running product."""
    if not hasattr(site, "place"):
        yield  # one that runs already has its own
        return
    process = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=site.place, env=site.values)
    yield
    process.terminate()
    process.wait(timeout=30)
    run(site.place, site.values, "cube")  # the figures are as new as the rows again, for the tests that follow


def houses(n: int, wrong: int) -> bytes:
    """n households near the middle of the city, the first of which have no water that is known."""
    chance = random.Random(n)
    lines = ["Kepala keluarga;Jumlah anggota;Air minum;Jamban;Bujur;Lintang;Catatan"]
    for k in range(n):
        lon, lat = 97.142 + chance.random() / 200, 5.180 + chance.random() / 200
        lines.append(f"Nama {k};4;{'laut' if k < wrong else 'piped'};own;{lon:.6f};{lat:.6f};x")
    return "\n".join(lines).encode()


@pytest.mark.parametrize(("size", "language"), [("wide", "en"), ("phone", "id")])
def test_from_choosing_a_file_to_undoing_it(visit, worker, size, language):
    page = visit("/data", size=size, user="validator", language=language, faults=False)
    faultless(page)
    page.click("a[href='/upload']")
    faultless(page)
    page.click("a[href='/upload/households']")
    faultless(page)
    page.click("main button[type=submit]")
    page.wait_for_selector("[data-said]:not([hidden])")
    faultless(page)
    file = {
        "name": f"rumah {size}.csv",
        "mimeType": "text/csv",
        "buffer": houses(40 if size == "wide" else 30, wrong=3),
    }
    page.set_input_files("#file", file)
    page.click("main button[type=submit]")
    page.wait_for_selector(".steps")
    page.wait_for_selector(".columns", timeout=WAIT)
    address = page.url
    until(page, "document.querySelectorAll('#preview-map path').length >= 30")
    faultless(page)
    page.click("details summary >> nth=-1")
    faultless(page)
    page.goto(address)  # as if the browser had been closed
    assert page.input_value("#column-1") == "members"
    page.click("button[value=check]")
    page.wait_for_selector(".tally", timeout=WAIT)
    assert page.locator(".wrong-rows li").count() == 3 and page.locator(".wrong-rows code").first.inner_text() == "laut"
    faultless(page)
    with page.expect_download() as download:
        page.click("a[href$='wrong.xlsx']")
    assert download.value.suggested_filename.endswith(".xlsx")
    page.click("button[value=store]")
    page.wait_for_selector("button[value=undo]", timeout=WAIT)
    faultless(page)
    table, there = (page.locator(f"a[href*='{part}']").get_attribute("href") for part in ("?upload=", "select.upload="))
    new = 37 if size == "wide" else 27
    page.goto(page.url.split("/upload/")[0] + table)
    until(page, f"document.querySelector('#table')?.innerText.includes('{new} ')")
    page.goto(address.split("/upload/")[0] + there)
    until(page, f"document.querySelector('#chips')?.innerText.includes('{new} ')")
    page.goto(address)
    page.click("button[value=undo]")
    page.wait_for_selector(".tally", timeout=WAIT)
    until(page, "!document.querySelector('button[value=undo]') && document.querySelector('.tally')")
    faultless(page)
    page.goto(address.rpartition("/")[0].rpartition("/")[0])
    assert page.locator(".upload-list li").count() >= 1
    faultless(page)


def test_a_file_is_dropped_and_the_columns_named_by_the_keyboard_alone(visit, worker):
    page = visit("/upload/posyandu", user="admin", language="en")
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["nomor,sebutan\\nKB1,Kenanga\\n"], "titik.csv", { type: "text/csv" }));
          const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
          document.querySelector("[data-drop]").dispatchEvent(drop);
        }"""
    )
    page.wait_for_selector(".columns", timeout=WAIT)
    faultless(page)
    for name, label in (("#column-0", "Code"), ("#column-1", "Name")):
        tabbed(page, name)
        page.keyboard.type(label)
    tabbed(page, "button[value=check]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".tally", timeout=WAIT)
    assert page.locator(".tally dd").all_inner_texts() == ["1", "0", "0", "0"]


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_refusals_are_sentences_and_fit(site, visit, worker, size):
    """A file that is none, a file over the limit before a byte of it is sent, no connection, a stranger, no right."""
    page = visit("/upload/posyandu", size=size, user="validator", language="en", faults=True)
    page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 nothing"})
    page.click("main button[type=submit]")
    page.wait_for_selector("text=The file could not be read", timeout=WAIT)
    faultless(page)
    page.goto(f"{site.url}/upload/posyandu")
    page.evaluate("document.querySelector('[data-send]').dataset.limit = 0.000001")
    page.set_input_files("#file", {"name": "besar.csv", "mimeType": "text/csv", "buffer": b"x" * 1000})
    assert "Split it." in page.inner_text("[data-said]")
    page.route(
        "**/upload/posyandu", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.evaluate("document.querySelector('[data-send]').dataset.limit = 200")
    page.click("main button[type=submit]")
    page.wait_for_selector("text=No connection to the server.")
    assert page.locator("#file").evaluate("input => input.files.length") == 1  # what was chosen is not lost
    faultless(page)
    stranger = visit("/upload/households", size=size, language="en", faults=True)
    stranger.wait_for_url("**/accounts/login/**")
    page.goto(f"{site.url}/upload/areas")
    assert "no right to" in page.inner_text("main")
    faultless(page)
