"""`manage.py serve`: what `make run` ends in. Prepares, then runs the web process and a worker until one of them dies."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from django.conf import settings
from django.core.management.base import BaseCommand

from geoportal import cluster, environment, identity, processes
from geoportal.cluster import Refused
from geoportal.models import User
from geoportal.processes import Part

START_LIMIT = 60  # seconds until the first answer


class Command(BaseCommand):
    """Ends with exit code 0 when asked to stop, else with the last words of the part that died."""

    help = "Prepares the database and runs the product on 127.0.0.1:${PORT:-8000} (HOST for another address)."
    requires_system_checks = []  # `prepare` runs them, as the owner

    def handle(self, **options):
        """Starts everything; whatever way it ends, stops what it started and nothing else."""
        host, port = environment.text("HOST", "127.0.0.1"), environment.number("PORT", 8000, 1, 65535)
        free(host, port)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        parts, started, sentence = [], False, None
        try:
            if settings.EMBEDDED:
                began = time.monotonic()
                started = not cluster.running()
                cluster.ensure()
                self.line("PostgreSQL", f"{'started' if started else 'runs'} in {cluster.folder()}", began)
            self.prepare()
            sentence = self.run(host, port, parts)
        except KeyboardInterrupt:
            print("\nStopping …", flush=True)
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            processes.end(parts)
            processes.NOTE.unlink(missing_ok=True)
            if started:
                cluster.stop()
        if sentence:
            sys.exit(sentence)

    def line(self, name, text, began):
        """Says in a line what came of a step."""
        print(f"{name:<10} {text} ({time.monotonic() - began:.1f} s)", flush=True)

    def prepare(self):
        """Runs `manage.py prepare` as the owner, out of reach of the terminal's Ctrl-C: its transactions end whole."""
        command = [sys.executable, settings.BASE_DIR / "manage.py", "prepare"]
        child = subprocess.Popen(command, env={**os.environ, "GEOPORTAL_ROLE": "owner"}, start_new_session=True)
        try:
            code = child.wait()
        except KeyboardInterrupt:
            child.terminate()
            child.wait()
            raise
        if code:
            sys.exit(code)  # it has said why

    def run(self, host, port, parts):
        """The sentence about the part that died; the parts are put into the given list as they start."""
        began = time.monotonic()
        web_role = {name: value for name, value in os.environ.items() if name != "GEOPORTAL_ROLE"}
        for name, command in (("web", web(host, port)), ("worker", worker())):
            parts.append(Part(name, [sys.executable, *command], web_role))
        url = f"http://localhost:{port}" if host in ("127.0.0.1", "0.0.0.0") else f"http://{bracketed(host)}:{port}"
        processes.note(url, parts)
        ready = False
        while True:
            if sentence := next(filter(None, (part.ended() for part in parts)), None):
                return sentence
            if not ready and (ready := answers(host, port)):
                self.line("Web", "answers", began)
                self.welcome(url)
            if not ready and time.monotonic() - began > START_LIMIT:
                return f"The web process does not answer after {START_LIMIT} s: {parts[0].last or 'it said nothing'}"
            time.sleep(0.1)

    def welcome(self, url):
        """Ends the start with the address and, in the demo, with whom to sign in as."""
        print(f"\nGeoportal is open at {url}   (Ctrl-C stops it)\n", flush=True)
        with identity.acting(identity.DOOR):
            people = {user.username: user for user in User.objects.filter(username__in=settings.DEMO_ACCOUNTS)}
        if settings.DEMO and people:
            print(f"Demo accounts, password {settings.DEMO_PASSWORD}")
            for name in filter(people.get, settings.DEMO_ACCOUNTS):
                print(f"  {name:<16} {', '.join(filter(None, (people[name].role, people[name].sector)))}")
            print(flush=True)


def web(host, port):
    """The arguments of the web processes."""
    return [settings.BASE_DIR / "manage.py", "web", host, port]


def worker():
    """The arguments of the process for background jobs."""
    return [settings.BASE_DIR / "manage.py", "worker"]


def bracketed(host):
    """The host as it stands in an address."""
    return f"[{host}]" if ":" in host else host


def free(host, port):
    """Nothing, if the port can be had; else one sentence and the remedy."""
    url, pids = processes.noted()
    if pids:
        raise Refused(f"Geoportal already runs from this folder at {url}: `make stop` ends it.")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        why = {
            errno.EADDRINUSE: f"Port {port} is used by another program: choose another with PORT={port + 1} make run.",
            errno.EACCES: f"Port {port} needs root's rights: choose one above 1023 with PORT=8000 make run.",
        }
        sentence = why.get(error.errno, f"HOST={host} is not an address of this machine ({error.strerror}).")
        raise Refused(sentence) from None


def answers(host, port):
    """True once the web process answers anything: what it says is its own matter."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    try:
        urllib.request.urlopen(f"http://{bracketed(near)}:{port}/healthz", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
