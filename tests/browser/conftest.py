"""A running product and a browser in front of it: the demo city at a twentieth, served as `make run` serves it.

    def test_something(visit):
        page = visit("/", size="phone", user="district", language="en")

Every page that was visited must end without an error on its console, a refused resource or a request to another machine.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Error, sync_playwright

from tests.checkout import copied, environment
from tests.conftest import drop, owner_url

SIZES = {"wide": (1440, 900), "phone": (360, 740)}
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
# No name but this machine's own leads anywhere: a page that asks elsewhere has an error in its console.
FLAGS += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
# Chromium draws pages of its own for the address bar nobody sees, half a second of processor for each window. The switch takes the
# place of Playwright's own; of what that turns off, what matters to pages is named here again.
UNUSED = (
    "WebUIOmniboxPopup WebUIOmniboxAimPopup HttpsUpgrades HttpsFirstBalancedModeAutoEnable PaintHolding MediaRouter "
    "ThirdPartyStoragePartitioning OptimizationHints LensOverlay AimEnabled"
).split()
FLAGS += ["--disable-features=" + ",".join(UNUSED)]


@pytest.hookimpl(tryfirst=True)  # before xdist looks for groups
def pytest_collection_modifyitems(items):
    """Browser tests share one server, so they run on one worker: two browsers that draw maps at once only wait for each other."""
    for item in items:
        if Path(__file__).parent in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


def address(role: dict, name: str) -> str:
    """The URL of a database for a role of the settings."""
    host = (role["HOST"] or "").replace("/", "%2F")
    return f"postgresql://{role['USER']}:{role['PASSWORD']}@/{name}?host={host}&port={role['PORT'] or 5432}"


@pytest.fixture(scope="session")
def site():
    """The product on a free port, from a copy of the checkout, over a database of its own; `.url`.

    SITE_URL names one that runs already (with the demo's accounts): quicker while a test is being written.
    """
    if running := os.environ.get("SITE_URL"):
        yield SimpleNamespace(url=running)
        return
    name = f"browser_{os.getpid()}"
    with psycopg.connect(owner_url("postgres"), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template_geoportal')
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    try:
        with copied() as place:
            values = environment(
                DATABASE_URL=address(settings.WEB, name),
                DATABASE_OWNER_URL=address(settings.OWNER, name),
                SECRET_KEY="browser-tests",
                FIELD_KEY=settings.FIELD_KEY,
                DEMO="1",
                BASEMAPS="",
                LOG_LEVEL="WARNING",
            )
            for words in ("migrate --no-input", "policies", "demo --scale 0.05", "prepare"):
                run(place, values, *words.split())
            with served(place, values, port) as url:
                yield SimpleNamespace(url=url, place=place, values=values)
    finally:
        with psycopg.connect(owner_url("postgres"), autocommit=True) as admin:
            drop(admin, name)


def run(place, values, *words):
    """One command of manage.py in that checkout; its words on failure."""
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(
        command, cwd=place, env={**values, "GEOPORTAL_ROLE": "owner"}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, f"manage.py {' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}"


class served:
    """The web process of that checkout on a port, until the block ends; gives its URL."""

    def __init__(self, place, values, port):
        self.place, self.values, self.port = place, values, port

    def __enter__(self):
        self.log = open(self.place / "server.log", "w")
        words = f"manage.py web 127.0.0.1 {self.port} --processes 1"
        self.process = subprocess.Popen(
            [sys.executable, *words.split()], cwd=self.place, env=self.values, stdout=self.log, stderr=self.log
        )
        url = f"http://127.0.0.1:{self.port}"
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{url}/healthz", timeout=5).close()
                return url
            except OSError:
                assert self.process.poll() is None, (self.place / "server.log").read_text()
                time.sleep(0.1)
        raise AssertionError("the server does not answer: " + (self.place / "server.log").read_text())

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.log.close()


@pytest.fixture(scope="module")
def chromium():
    """Debian's Chromium. Per module: while Playwright runs, Django takes the thread for an async one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(site, chromium):
    """visit(path, size=, user=, language=, faults=) -> a page that has loaded; `faults=True` allows errors (states of error)."""
    contexts, watched = [], []

    def make(path="/", *, size="wide", user=None, language="id", faults=False, **options):
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, has_touch=size == "phone", locale="id-ID", **options
        )
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": site.url}])
        page = context.new_page()
        seen = []
        page.on("console", lambda message: message.type == "error" and seen.append(message.text))
        page.on("pageerror", lambda error: seen.append(str(error)))
        if not faults:
            watched.append(seen)
        if user:
            sign_in(context, site.url, user)
        page.goto(site.url + path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert [line for seen in watched for line in seen] == []


def sign_in(context, url: str, user: str) -> None:
    """Signs a demo account in with the context's own cookies and browser, without drawing the page (test_signin.py uses that)."""
    door = f"{url}/accounts/login/"
    context.request.get(door)
    [token] = [cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrftoken"]
    given = {"login": user, "password": settings.DEMO_PASSWORD, "csrfmiddlewaretoken": token}
    answer = context.request.post(door, form=given, headers={"Referer": door}, max_redirects=0)
    assert answer.status == 302, answer.text()


def until(page, script: str, seconds: float = 20):
    """The first true value of a JavaScript expression; the policy of the pages forbids Playwright's own way of waiting."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if value := page.evaluate(f"() => {script}"):
                return value
        except Error as error:
            if "Execution context was destroyed" not in str(error):  # the page is on its way to another
                raise
        page.wait_for_timeout(50)
    raise AssertionError(f"never became true in {seconds} s: {script}")


def opened(page):
    """The map page once its map is there and every visible layer is drawn."""
    until(page, "window.__geoportal !== undefined")
    until(page, "[...__geoportal.page.stack.status.values()].every((status) => !status?.pending)")
    return page


def coloured(page):
    """The opened map once figures and tiles are there and drawn."""
    opened(page)
    until(page, "__geoportal.idle()")
    return page


def fits(page) -> bool:
    """Whether nothing makes the page wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def small(page) -> list[str]:
    """Controls on a phone that are smaller than 44 px in either direction, by their HTML; those outside the page not counted."""
    script = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [role=tab]")]
      .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .map((element) => [element.closest("label") ?? element, element])
      .filter(([box]) => {
        const { width, height, bottom } = box.getBoundingClientRect();
        return width > 1 && bottom > 0 && (height < 43.5 || width < 43.5);
      })
      .map(([, element]) => element.outerHTML.slice(0, 120))"""
    return page.evaluate(script)


def serious(page, **options) -> list[str]:
    """What axe finds serious or critical on the page: rule and element."""
    found = Axe().run(page, **options).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in found
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]


def faultless(page, axe: bool = True) -> None:
    """Fits, can be touched, and axe finds nothing serious; what axe tells is the same in every language, and costs most."""
    assert fits(page), page.url
    assert page.viewport_size["width"] >= 720 or small(page) == []
    assert not axe or serious(page) == []
