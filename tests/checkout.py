"""Copies of the checkout in which a start is tried: theirs is the database, the environment and every file."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MADE = shutil.ignore_patterns(".git", ".venv", ".postgres", ".secrets", "var", "__pycache__", "node_modules")
NOBODY = 65534
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can try it as another user")


@contextlib.contextmanager
def copied(*parts, name="checkout", mode=0o755):
    """A copy of these parts (all when none is named) in a folder anybody may enter; its cluster ends with it."""
    above = Path(tempfile.mkdtemp(prefix="geoportal-", dir="/tmp"))
    above.chmod(mode)
    place = above / name
    try:
        if not parts:
            shutil.copytree(ROOT, place, ignore=MADE)
        for part in parts:
            target = place / part
            target.parent.mkdir(parents=True, exist_ok=True)
            source = ROOT / part
            shutil.copytree(source, target, ignore=MADE) if source.is_dir() else shutil.copy(source, target)
        yield place
    finally:
        if (place / "geoportal/cluster.py").exists() and (place / ".secrets").exists():
            said(place, sys.executable, "-m", "geoportal.cluster", "erase")
        shutil.rmtree(above)


def environment(**values):
    """What a new user's shell would have, and the values given: nothing of this test run's own database or index."""
    own = (
        "PIP_",
        "PG",
        "DATABASE_",
        "DJANGO_",
        "GEOPORTAL_",
        "SECRET_KEY",
        "FIELD_KEY",
        "PYTEST_",
        "DEMO",
        "PORT",
        "HOST",
    )
    return {name: value for name, value in os.environ.items() if not name.startswith(own)} | values


def said(place, *command, user=None, timeout=120, **values):
    """(exit code, all that was printed) of a command run in that folder."""
    if user:
        command = ("/usr/bin/setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *command)
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
    done = subprocess.run(
        list(map(str, command)), cwd=place, text=True, env=environment(**values), timeout=timeout, **both
    )
    return done.returncode, done.stdout.strip()
