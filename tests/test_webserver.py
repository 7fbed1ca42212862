"""The web server as `manage.py web` runs it: what a request brings to the application, and what is left when it is killed."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from geoportal import environment
from tests.checkout import ROOT

# Answers with the names of the request's variables, served in the place of the product.
PROBE = """
import sys
sys.path.insert(0, {root!r})
import django
django.setup()
import types
from geoportal import webserver
def answer(environ, start_response):
    text = " ".join(sorted(environ)) + " REMOTE_ADDR=" + environ["REMOTE_ADDR"]
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(text)))])
    return [text.encode()]
sys.modules["geoportal.wsgi"] = types.SimpleNamespace(application=answer)
webserver.run("127.0.0.1", {port}, 1)
"""


@pytest.fixture
def probe(port):
    """(process, URL) of the server with the probe behind it."""
    values = {**os.environ, "DJANGO_SETTINGS_MODULE": "geoportal.settings", "EMAIL_URL": "smtp://u:p@localhost:25"}
    values |= {"DEMO_PASSWORD": "kata-sandi-percobaan"}
    code = PROBE.format(root=str(ROOT), port=port)
    process = subprocess.Popen([sys.executable, "-c", code], env=values, cwd="/")
    url = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(url, timeout=5).close()
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.1)
        yield process, url
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(20)


def test_no_secret_of_the_environment_travels_with_a_request(probe):
    _process, url = probe
    names = urllib.request.urlopen(url, timeout=5).read().decode().split()
    assert "PATH" in names and "REMOTE_ADDR=127.0.0.1" in names  # an address without port, by which tries are counted
    assert not set(environment.SECRET) & set(names)


def test_of_a_killed_server_nothing_is_left_at_the_port(probe):
    process, url = probe
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert len(children) == 1
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    limit = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < limit:
        time.sleep(0.1)
    with pytest.raises(OSError):
        urllib.request.urlopen(url, timeout=2)


def test_a_killed_process_is_started_again(probe):
    process, url = probe
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    (first,) = children.read_text().split()
    time.sleep(6)  # dying at once after the start counts as a fault of the application, which ends the server
    os.kill(int(first), signal.SIGKILL)
    limit = time.monotonic() + 15
    while time.monotonic() < limit:
        now = children.read_text().split()
        if now and now != [first]:
            break
        time.sleep(0.1)
    assert len(now) == 1 and now != [first]
    for _ in range(50):
        try:
            assert urllib.request.urlopen(url, timeout=5).status == 200
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the new process does not answer")
