"""The start, from a checkout to an open map: what is refused is one sentence with the remedy, what is done stays done."""

import base64
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from geoportal import processes
from tests.checkout import NOBODY, ROOT, copied, environment, said

# --- Refusals of `manage.py serve`


def serve(place=ROOT, **values):
    """(exit code, output) of `manage.py serve` where it is expected to refuse."""
    return said(place, sys.executable, "manage.py", "serve", **values)


KEYS = {"SECRET_KEY": "k" * 50, "FIELD_KEY": base64.urlsafe_b64encode(bytes(32)).decode()}


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("lhokseumawe", "DATABASE_URL is not a PostgreSQL address"),
        ("mysql://u:hush@localhost/city", "DATABASE_URL is not a PostgreSQL address"),
        ("postgresql://u:hush@localhost:port/city", "DATABASE_URL has a port that is no number"),
        ("postgresql://u:hush@127.0.0.1:9/city", "DATABASE_URL does not open the database"),
        ("postgresql://u:hush@/city?host=/nowhere", "DATABASE_URL does not open the database"),
    ],
)
def test_a_broken_database_url_is_one_sentence_without_the_password(port, url, sentence):
    with copied() as place:
        code, output = serve(place, DATABASE_URL=url, PORT=str(port), **KEYS)
    assert code == 1
    last = output.splitlines()[-1]
    assert last.startswith(sentence)
    assert "Traceback" not in output
    assert "hush" not in output


def test_an_own_database_needs_own_keys():
    code, output = serve(DATABASE_URL="postgresql://u:p@localhost/city")
    assert (code, output) == (1, "With DATABASE_URL set, SECRET_KEY and FIELD_KEY must be set too (see README.md).")


def test_a_field_key_that_is_none_is_one_sentence_without_the_key():
    code, output = serve(
        DATABASE_URL="postgresql://u:p@localhost/city", **KEYS | {"FIELD_KEY": f"{KEYS['FIELD_KEY']},hush"}
    )
    assert code == 1 and len(output.splitlines()) == 1 and "hush" not in output
    assert output.startswith("key 2 of FIELD_KEY is not 32 bytes in URL-safe base64: make one with python3 -c ")


def test_a_port_in_use_is_named_with_another_to_take():
    with copied() as place, socket.create_server(("127.0.0.1", 0)) as listener:
        taken = listener.getsockname()[1]
        code, output = serve(place, DATABASE_URL="postgresql://u:p@localhost/city", PORT=str(taken), **KEYS)
    assert code == 1
    assert output == f"Port {taken} is used by another program: choose another with PORT={taken + 1} make run."


def test_reset_never_touches_a_database_of_ones_own():
    code, output = said(ROOT, sys.executable, "bin/reset", DATABASE_URL="postgresql://u:p@localhost/city", FORCE="1")
    assert code == 1
    assert output.startswith("DATABASE_URL is set, and `make reset` never deletes a database of your own")


def test_reset_without_an_answer_deletes_nothing():
    with copied("bin", "geoportal") as place:
        code, output = said(place, sys.executable, "bin/reset")
        assert (code, output.splitlines()[-1]) == (1, "Nothing was deleted (FORCE=1 make reset does not ask).")


def test_make_help_names_every_target():
    lines = (ROOT / "Makefile").read_text().splitlines()
    targets = [line.split(":")[0] for line in lines if ": " in line and "## " in line]
    code, output = said(ROOT, "make", "help")
    named = [line.split()[1] for line in output.splitlines() if line.strip().startswith("make ")]
    assert (code, named) == (0, targets)
    assert {"run", "stop", "reset", "test", "lint", "bench", "soak", "lock", "vendor"} <= set(targets)


# --- The whole way


class Running:
    """`manage.py serve` in a copy, with what it printed so far."""

    def __init__(self, place, port, **values):
        self.log = place / "serve.log"
        self.port = port
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=place,
                env=environment(PORT=str(port), **values),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def opened(self, limit=120):
        """Seconds until it said that it is open."""
        began = time.monotonic()
        while "is open at" not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() - began < limit, self.log.read_text()
            time.sleep(0.05)
        return time.monotonic() - began

    def ended(self, number=None):
        """(exit code, output) after its end; a signal asks for it."""
        if number:
            self.process.send_signal(number)
        return self.process.wait(60), self.log.read_text()

    def answers(self):
        """The status of the sign-in page, or None when nobody listens."""
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/accounts/login/", timeout=10).status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None


@pytest.fixture(scope="module")
def checkout():
    """A copy that belongs to another user than the one who runs it, where git would speak of dubious ownership."""
    with copied() as place:
        if os.geteuid() == 0:
            subprocess.run(["git", "init", "-q", place], check=True)
            for path in (place, *place.rglob("*")):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        yield place


def test_the_whole_start_then_the_second_then_the_end(checkout, port):
    first = Running(checkout, port, DEMO="0")
    try:
        first.opened()
        assert first.answers() == 200
        assert "Traceback" not in first.log.read_text()
        assert stat.S_IMODE((checkout / ".secrets").stat().st_mode) == 0o700
        code, output = serve(checkout, PORT=str(port + 1), DEMO="0")
        assert code == 1
        assert output == f"Geoportal already runs from this folder at http://localhost:{port}: `make stop` ends it."
        noted = json.loads((checkout / "var/run.json").read_text())["processes"]
        assert said(checkout, sys.executable, "-m", "geoportal.processes", "stop") == (
            0,
            f"Geoportal at http://localhost:{port} was stopped.",
        )
        code, output = first.ended()
        assert code == 0
        said_by_worker = [line for line in output.splitlines() if line.startswith("worker:")]
        assert all(
            line.startswith("worker: INFO geoportal.jobs ") for line in said_by_worker
        )  # what it did, nothing else
        assert [pid for pid, birth in noted if processes.born(pid) == birth] == []
        assert first.answers() is None
        assert not (checkout / ".postgres/data/postmaster.pid").exists()  # it had started the server, so it stopped it
    finally:
        if first.process.poll() is None:
            first.ended(signal.SIGTERM)

    files = {path: path.stat().st_mtime_ns for path in (checkout / "var/static").rglob("*")}
    second = Running(checkout, port, DEMO="0")
    try:
        second.opened()
        assert "Database   up to date" in second.log.read_text()
        assert files == {path: path.stat().st_mtime_ns for path in (checkout / "var/static").rglob("*")}
        worker = json.loads((checkout / "var/run.json").read_text())["processes"][2][0]
        os.kill(worker, signal.SIGKILL)
        code, output = second.ended()
        assert code == 1
        assert output.splitlines()[-1].startswith("The worker process was ended by SIGKILL: ")
        assert second.answers() is None
        assert not (checkout / ".postgres/data/postmaster.pid").exists()
    finally:
        if second.process.poll() is None:
            second.ended(signal.SIGTERM)


@pytest.mark.soak
def test_an_interrupted_demo_is_loaded_whole_and_the_next_run_opens_within_ten_seconds(port):
    with copied(mode=0o700) as place:
        runs = [Running(place, port)]
        try:
            while "posyandu: " not in runs[0].log.read_text():  # in the middle of the load
                assert runs[0].process.poll() is None, runs[0].log.read_text()
                time.sleep(0.1)
            runs[0].process.send_signal(signal.SIGINT)
            assert runs[0].ended()[0] == 0
            runs.append(Running(place, port))
            runs[1].opened(limit=600)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/layers.json", timeout=30) as answer:
                assert json.load(answer)["place"]["name"] == "Kota Lhokseumawe"
            assert "  planner          planner, planning" in runs[1].ended(signal.SIGTERM)[1]
            runs.append(Running(place, port))
            busy = max(1, os.getloadavg()[0] / os.cpu_count())  # of 2 cores that others use too it gets its share
            assert runs[2].opened() < 10 * busy
            assert "Demo city" not in runs[2].log.read_text()
        finally:
            for run in runs:
                if run.process.poll() is None:
                    run.ended(signal.SIGTERM)


def test_a_part_that_dies_leaves_its_last_line():
    part = processes.Part(
        "web", [sys.executable, "-c", "print('first'); print('  no more memory '); raise SystemExit(3)"], environment()
    )
    while (sentence := part.ended()) is None:
        time.sleep(0.01)
    assert sentence == "The web process ended with exit code 3: no more memory"


def test_a_part_that_does_not_listen_is_ended_by_force(monkeypatch):
    monkeypatch.setattr(processes, "PATIENCE", 0.5)
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    part = processes.Part("worker", [sys.executable, "-c", deaf], environment())
    while not part.last:
        time.sleep(0.01)
    began = time.monotonic()
    processes.end([part])
    assert time.monotonic() - began < 5
    assert part.ended() == "The worker process was ended by SIGKILL: deaf"
