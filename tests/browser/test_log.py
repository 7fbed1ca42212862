"""The access log, reached from the account menu: read, narrowed, taken along; by mouse and keyboard, wide and on a phone."""

import pytest

from tests.browser.conftest import fits, serious, small, until


@pytest.fixture
def looked(visit):
    """A field officer has looked at the first household of the own gampong; gives the first digits of its uid."""
    page = visit("/data", user="surveyor")
    uid = page.evaluate("async () => (await (await fetch('/table/households.json?limit=1')).json()).rows[0].uid")
    page.goto(page.url.replace("/data", f"/feature/households/{uid}"))
    page.click(".number button")
    page.select_option(".number-why select", "service")
    page.keyboard.press("Tab")
    page.keyboard.type("kunjungan rumah")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('.number output')")
    return uid[:8]


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_officer_finds_who_looked_at_a_record(visit, looked, size):
    page = visit("/", user="auditor", size=size)
    page.click(".who summary")
    page.click(".menu a[href='/accesslog']")
    until(page, "document.querySelector('.log tbody tr')")
    assert page.inner_text("h1") == "Log akses"
    page.select_option("[name=action]", "reveal")
    page.fill("[name=who]", "nurhayati")
    page.press("[name=who]", "Enter")
    until(page, "location.search.includes('action=reveal')")
    rows = page.locator(".log tbody tr")
    assert rows.count() >= 1 and "Nurhayati Daud" in rows.first.inner_text() and looked in rows.first.inner_text()
    assert fits(page) and serious(page) == [] and (size == "wide" or small(page) == [])
    with page.expect_download() as download:
        page.click("a[download]")
    assert looked in download.value.path().read_text()


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_a_person_reads_the_own_entries_and_opens_the_record(visit, looked, size):
    page = visit("/accesslog", user="surveyor", size=size, language="en")
    assert page.inner_text("h1") == "What I looked at" and page.locator("[name=who]").count() == 0
    assert fits(page) and serious(page) == [] and (size == "wide" or small(page) == [])
    page.click(f".log a:text('{looked}')")
    until(page, f"location.pathname.startsWith('/feature/households/{looked}')")


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_an_empty_log_and_a_wrong_condition_say_what_to_do(visit, size):
    page = visit("/accesslog", user="planner", size=size)
    assert page.locator(".empty").is_visible() and fits(page) and serious(page) == []
    page.goto(page.url + "?action=export")
    page.click(".empty a")
    until(page, "location.search === ''")
    page = visit("/accesslog?record=zzz", user="planner", size=size, faults=True)
    assert "32 angka" in page.inner_text(".field-error") and serious(page) == [] and fits(page)
    assert page.get_attribute("[name=record]", "aria-invalid") == "true" and page.input_value("[name=record]") == "zzz"
