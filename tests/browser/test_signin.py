"""Signing in with a second step in a browser, from the account an administrator makes to the code of the phone; the pages of
one's account, wide and on a phone."""

import time
import uuid

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.browser.conftest import faultless

PASSWORD = "kopi-gayo-tiap-pagi"
PAGES = ["login/?ended=1", "password/reset/", "password/reset/done/", "password/reset/key/1-x-y/", "inactive/"]
OWN = ["password/change/", "2fa/", "2fa/totp/activate/", "sessions/", "logout/"]


def code(secret: str, step: int = 0) -> str:
    """The six digits an app shows now, or `step` half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


@pytest.fixture
def account(visit):
    """The name of a new validator, who sees names and numbers: invited by the administrator, without the second step."""
    page = visit("/people/invite", user="admin", language="en")
    page.fill("[name=name]", f"Siti {uuid.uuid4().hex[:6]}")
    page.select_option("[name=role]", "validator")
    page.select_option("[name=sector]", "health")
    page.check("[name=areas] >> nth=0")
    page.click("main button[type=submit]")
    link = page.inner_text("[data-link]")
    name = page.inner_text(".facts dd >> nth=0")
    guest = visit("/data")
    guest.goto(link)
    guest.fill("[name=new_password1]", PASSWORD)
    guest.fill("[name=new_password2]", PASSWORD)
    guest.press("[name=new_password2]", "Enter")
    guest.wait_for_url("**/2fa/totp/activate/**")
    return name


def enter(page, name, password=PASSWORD):
    page.fill("[name=login]", name)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_second_step_is_set_up_at_the_first_sign_in_and_asked_for_at_the_next(site, visit, account, size):
    page = visit("/accounts/login/?next=/table/households", size=size, language="en")
    enter(page, account)
    page.wait_for_url("**/2fa/totp/activate/**")
    faultless(page)
    assert "until then it sees nothing" in page.inner_text("main")
    page.goto(f"{site.url}/data")  # nothing else is to be had
    page.wait_for_url("**/2fa/totp/activate/?next=%2Fdata")
    page.click("summary:has-text('No camera')")
    secret = page.inner_text(".steps .key")
    page.fill("[name=code]", "123456")
    page.press("[name=code]", "Enter")
    page.wait_for_selector(".field-error")
    assert page.inner_text(".field-error") == "This code is not right. Wait for the next one the app shows."
    page.click("summary:has-text('No camera')")
    assert page.inner_text(".steps .key") == secret  # the picture scanned before is still good
    page.fill("[name=code]", code(secret))
    page.press("[name=code]", "Enter")
    page.wait_for_url("**/2fa/recovery-codes/")
    faultless(page)
    recovery = page.locator(".codes li").all_inner_texts()
    assert len(set(recovery)) == 10
    page.click("text=I have them: go on")
    page.wait_for_url("**/data")
    page.click("details.who summary")
    page.click("text=Sign out")
    page.goto(f"{site.url}/accounts/login/")
    enter(page, account)
    page.wait_for_url("**/2fa/authenticate/**")
    faultless(page)
    page.fill("[name=code]", recovery[0])
    page.press("[name=code]", "Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto(f"{site.url}/accounts/sessions/")
    page.fill("#phone-name", "Red Samsung")
    page.click("text=Give it access")
    page.wait_for_selector("text=It is shown this once")
    token = page.inner_text("section[role=status] .key")
    faultless(page)
    asked = page.request.get(f"{site.url}/layers.json", headers={"Authorization": f"Bearer {token}"})
    assert asked.json()["person"]["role"] == "validator"
    page.click("[aria-label='Revoke the access of Red Samsung']")
    page.wait_for_selector(".pill:has-text('revoked')")
    assert page.request.get(f"{site.url}/layers.json", headers={"Authorization": f"Bearer {token}"}).status == 401


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.parametrize("user", [None, "planner"])
def test_the_pages_of_an_account_are_fit_for_every_reader(site, visit, user, size, language):
    page = visit("/data", size=size, user=user, language=language)
    for path in OWN if user else PAGES:
        page.goto(f"{site.url}/accounts/{path}")
        assert page.locator("main h1").count() == 1, path
        faultless(page, axe=language == "id")


def test_too_many_tries_are_answered_by_a_page(visit):
    page = visit("/accounts/login/", faults=True)
    for _ in range(6):
        enter(page, f"tidak-ada-{id(page)}", "salah-sama-sekali")
        page.wait_for_load_state()
        if "Tunggu sebentar" in page.inner_text("h1"):
            break
    assert "5 menit" in page.inner_text("main")
    faultless(page)
