"""What the product needs, Debian packages and the virtual environment: what is missing is one sentence with the remedy."""

import base64
import hashlib
import itertools
import os
import sys
import zipfile

import pytest

from tests.checkout import NOBODY, ROOT, copied, root_only, said

# --- Debian packages


@pytest.fixture
def bare():
    """A copy of bin/ and a PATH on which nothing is installed: a dpkg that knows no package, and no sudo."""
    with copied("bin") as place:
        tools = place / "tools"
        tools.mkdir()
        for name, script in {"dpkg-query": "exit 1", "id": "exec /usr/bin/id"}.items():
            (tools / name).write_text(f"#!/bin/sh\n{script}\n")
            (tools / name).chmod(0o755)
        yield place, {"PATH": str(tools)}


@root_only
def test_without_the_right_to_install_it_lists_what_is_missing_and_the_one_command(bare):
    place, path = bare
    code, output = said(place, "/usr/bin/python3", "bin/packages", "test", user=NOBODY, **path)
    assert code == 1
    assert output.splitlines() == [
        "2 Debian packages are missing, and user nobody may not install them:",
        "  chromium               the browser of the browser tests",
        "  nodejs                 runs the tests of the JavaScript modules",
        "An administrator installs them with",
        "  apt-get install --no-install-recommends chromium nodejs",
    ]


@root_only
def test_only_what_is_missing_is_asked_for(bare):
    place, path = bare
    dpkg = place / "tools/dpkg-query"
    dpkg.write_text("#!/bin/sh\necho 'ii  gdal-bin'; echo 'rc  gettext'\n")  # gettext was removed, its settings remain
    code, output = said(place, "/usr/bin/python3", "bin/packages", "run", user=NOBODY, **path)
    assert code == 1
    assert "gdal-bin" not in output
    assert "  gettext " in output


def test_what_came_another_way_is_not_installed_again(bare):
    place, path = bare
    for name in ("chromium", "node"):
        (place / "tools" / name).write_text("#!/bin/sh\n")
        (place / "tools" / name).chmod(0o755)
    code, output = said(place, "/usr/bin/python3", "bin/packages", "test", **path)
    assert (code, "all that `test` needs is installed" in output) == (0, True)


def test_an_older_python_is_told_which_one_is_needed(bare):
    place, path = bare
    newer = "import sys; sys.path.insert(0, 'bin'); import steps; steps.OLDEST = (4, 0); print(steps.pythons(), steps.no_python())"
    code, output = said(place, "/usr/bin/python3", "-c", newer, **path)
    assert code == 0
    assert output.startswith("[] Python 4.0 or newer is needed, and python3 here is 3.")


def test_the_newest_python_that_was_tried_is_taken(bare):
    place, path = bare
    for version in ((3, 11, 2, 1), (3, 13, 1, 1), (3, 12, 9, 1), (3, 14, 0, 1), (3, 10, 9, 1)):
        tool = place / f"tools/python3.{version[1]}"
        tool.write_text(f"#!/bin/sh\necho {' '.join(map(str, version))} /opt/python3.{version[1]}\n")
        tool.chmod(0o755)
    order = "import sys; sys.path.insert(0, 'bin'); import steps; print([path for _, path, _ in steps.pythons() if 'opt' in path])"
    code, output = said(place, "/usr/bin/python3", "-c", order, **path)
    assert (code, output) == (0, str([f"/opt/python3.{minor}" for minor in (13, 12, 11, 14)]))


# --- The virtual environment


def wheel(folder, name):
    """A wheel of an empty package, and the line that locks it."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{inside},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')},{len(text)}\n"
        for inside, text in files.items()
    )
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(zipfile.ZipInfo(inside), text)
    return f"{name}==1.0 \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n    # via -r requirements.in\n"


@pytest.fixture
def locked():
    """A copy of bin/ with a lock of eleven packages, whose wheels lie in `wheels`."""
    with copied("bin") as place:
        (place / "wheels").mkdir()
        lock = "".join(wheel(place / "wheels", f"part{number:02}") for number in range(11))
        (place / "requirements.txt").write_text(lock)
        yield place


def installed(place):
    return sorted(path.name for path in place.glob(".venv/lib/python*/site-packages/part*.py"))


def test_pip_without_its_index_says_one_sentence_and_a_second_run_goes_on(locked):
    eleventh = locked / "wheels/part10-1.0-py3-none-any.whl"
    apart = eleventh.rename(locked / eleventh.name)
    offline = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "PIP_FIND_LINKS": str(locked / "wheels")}
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"}
    code, output = said(locked, sys.executable, "bin/venv", **offline, **nowhere)
    assert code == 1
    assert output == (
        "pip could not fetch part10 from its index: check the network (PIP_INDEX_URL, https_proxy), "
        "then run the same command again: it goes on where it stopped."
    )
    assert len(installed(locked)) == 10
    for path in (locked / "wheels").iterdir():  # what is installed is not asked for again
        path.unlink()
    apart.rename(eleventh)
    code, output = said(locked, sys.executable, "bin/venv", **offline, **nowhere)
    assert (code, len(installed(locked))) == (0, 11)
    code, output = said(locked, sys.executable, "bin/venv", PIP_NO_INDEX="1")
    assert (code, "and the locked packages (" in output) == (0, True)  # the stamp's own words: pip was not asked


def test_a_file_that_is_not_the_locked_one_is_refused(locked):
    lock = locked / "requirements.txt"
    lock.write_text(lock.read_text().replace("sha256:", "sha256:0000", 1)[:69] + "\n")
    first = lock.read_text().split("sha256:")[1].strip()
    lock.write_text(f"part00==1.0 \\\n    --hash=sha256:{first.ljust(64, '0')[:64]}\n")
    offline = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(locked / "wheels")}
    code, output = said(locked, sys.executable, "bin/venv", **offline)
    assert code == 1
    assert output.startswith("The package index serves another file than the lock names for part00")
    assert installed(locked) == []


def test_every_direct_dependency_of_the_lock_says_why_it_is_there():
    for name in ("requirements", "requirements-dev"):
        wanted = [
            line.split("==")[0].split("[")[0].lower().replace("_", "-")
            for line in (ROOT / f"{name}.in").read_text().splitlines()
            if "==" in line
        ]
        lines = (ROOT / f"{name}.txt").read_text().splitlines()
        told = [
            after.split("==")[0].split("[")[0].lower()
            for before, after in itertools.pairwise(lines)
            if before.startswith("# ") and "==" in after
        ]
        assert sorted(told) == sorted(wanted)
