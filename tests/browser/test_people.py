"""People in a browser: inviting with areas found by their name, what is given and taken, by mouse, by keyboard, on a phone."""

import uuid

import pytest

from tests.browser.conftest import faultless

PASSWORD = "kopi-gayo-tiap-pagi"


def tabbed(page, selector: str, most: int = 60) -> None:
    """Moves on by Tab until what the selector names has the focus, which is then to be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
            assert width != "0px"
            return
    raise AssertionError(f"{selector} is not reached by Tab")


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_somebody_is_invited_takes_over_the_account_and_is_suspended(site, visit, size):
    page = visit("/people", size=size, user="admin", language="en", faults=True)
    faultless(page)
    page.click("text=Invite somebody")
    page.wait_for_url("**/people/invite")
    page.wait_for_selector("[data-find]")
    faultless(page)
    name = f"Salbiah {uuid.uuid4().hex[:6]}"
    page.fill("[name=name]", name)
    page.select_option("[name=role]", "district")
    page.click("main button[type=submit]")
    page.wait_for_selector(".field-error")
    faultless(page)
    assert "Choose a sector" in page.inner_text("main") and page.input_value("[name=name]") == name
    page.select_option("[name=sector]", "health")
    page.fill("[data-find]", "pusong")
    shown = page.locator(".tree label:visible").all_inner_texts()
    assert shown and all("Pusong" in line for line in shown)
    page.locator(".tree label:visible").first.click()
    assert page.locator(".chosen button").count() == 1
    page.fill("[data-find]", "tidak ada")
    assert page.is_visible("text=No area is called so.")
    page.click("main button[type=submit]")
    page.wait_for_selector("[data-link]")
    faultless(page)
    link, url = page.inner_text("[data-link]"), page.url
    page.reload()
    assert page.locator("[data-link]").count() == 0
    guest = visit("/data", size=size, language="en", faults=True)
    guest.goto(link)
    faultless(guest)
    guest.fill("[name=new_password1]", PASSWORD)
    guest.fill("[name=new_password2]", PASSWORD)
    guest.press("[name=new_password2]", "Enter")
    guest.wait_for_url(lambda address: "invitation" not in address)
    guest.goto(f"{site.url}/table/households")
    assert guest.locator("#table").count() == 1
    page.goto(url)
    page.click("text=Suspend the account")
    page.wait_for_selector(".pill:has-text('suspended')")
    faultless(page)
    guest.goto(f"{site.url}/table/households")
    guest.wait_for_url("**/accounts/login/**")
    page.goto(f"{site.url}/people?q={name.split()[1]}&state=suspended")
    assert page.locator(".people-list li").count() == 1


def test_the_same_by_the_keyboard_alone(visit):
    page = visit("/people/invite", user="admin", language="en")
    tabbed(page, "[name=name]")
    page.keyboard.type(f"Ibrahim {uuid.uuid4().hex[:6]}")
    tabbed(page, "[name=role]")
    page.keyboard.type("Head")
    tabbed(page, "[data-find]")
    page.keyboard.type("blang mangat")
    tabbed(page, "[name=areas]")
    page.keyboard.press("Space")
    tabbed(page, "main button[type=submit]", most=120)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-link]")
    assert "Kecamatan Blang Mangat" in page.inner_text(".facts") and "Head of village" in page.inner_text("main")


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_pages_of_people_are_fit_for_every_reader(site, visit, size, language):
    page = visit("/people", size=size, user="admin", language=language, faults=True)
    people = page.locator(".people-list a").evaluate_all("links => links.map((link) => link.href)")
    assert len(people) >= 10
    for url in [f"{site.url}/people?q=zzz", f"{site.url}/people/invite", *people[:3], f"{site.url}/people/0"]:
        page.goto(url)
        assert page.locator("main h1").count() == 1, url
        faultless(page, axe=language == "id")
    stranger = visit("/data", size=size, language=language, faults=True)
    stranger.goto(f"{site.url}/accounts/invitation/gi_x/")
    faultless(stranger, axe=language == "id")
