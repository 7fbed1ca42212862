"""What the process that opens files of others is, and is not, able to do; what travels from it."""

import datetime
import json
import socket
import subprocess
import sys

import pytest

from geoportal.reading import wire
from geoportal.reading.apart import opened
from geoportal.reading.confine import DRIVERS, environment
from tests.checkout import ROOT
from tests.files import geojson, zipped


def confined(code: str, folder) -> str:
    """What this code prints in an environment like the reader's, its limits set."""
    start = "from geoportal.reading.confine import confine; confine(2 << 30, 20, 1 << 20)\n"
    done = subprocess.run(
        [sys.executable, "-P", "-c", start + code], cwd=folder, env=environment(str(folder), str(ROOT)), capture_output=True, text=True,
    )  # fmt: skip
    return (done.stdout + done.stderr).strip().splitlines()[-1] if done.stdout + done.stderr else str(done.returncode)


def test_the_reader_knows_no_secret_of_the_product(tmp_path):
    assert set(environment("x", "y")) & {"DATABASE_URL", "DATABASE_OWNER_URL", "SECRET_KEY", "FIELD_KEY"} == set()
    code = (
        "import geoportal.reading.child, geoportal.reading.vectors, geoportal.reading.sheets, sys\n"
        "print([n for n in sys.modules if n.split('.')[0] in ('django', 'psycopg') or n == 'geoportal.settings'])"
    )
    loaded = confined(code, tmp_path)
    assert loaded == "[]"


def test_the_reader_knows_only_the_formats_it_is_for(tmp_path):
    """A new GDAL brings new drivers: then they are to be named in confine.OTHERS."""
    drivers = confined("import pyogrio, json; print(json.dumps(sorted(pyogrio.list_drivers())))", tmp_path)
    assert set(json.loads(drivers)) <= DRIVERS and len(json.loads(drivers)) >= 7


def test_the_reader_has_limits_of_memory_writing_and_files(tmp_path):
    assert "MemoryError" in confined("bytearray(3 << 30)", tmp_path)
    assert "File too large" in confined(
        "import signal; signal.signal(25, signal.SIG_IGN); open('x', 'wb').write(bytes(2 << 20))", tmp_path
    )
    assert "Too many open files" in confined("[open('/dev/null') for n in range(100)]\nprint(1)", tmp_path)


def test_the_reader_reaches_no_network(tmp_path):
    """Where the machine lets a process give up its network; elsewhere GDAL is told to know no address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = (
            "import ctypes, socket\n"
            "own = ctypes.CDLL(None).unshare(0x40000000) == 0\n"
            f"try: socket.create_connection(('127.0.0.1', {port}), 2); print('reached', own)\n"
            "except OSError: print('not reached', own)"
        )
        assert confined(code, tmp_path) != "reached True"


def test_a_file_in_an_archive_is_no_module_of_the_reader(tmp_path):
    """The reader works in the folder it unpacks into."""
    path = tmp_path / "a.zip"
    path.write_bytes(
        zipped(
            {
                "json.py": b"raise SystemExit('harm')",
                "numpy.py": b"raise SystemExit('harm')",
                "p.geojson": geojson((97.1, 5.1)).encode(),
            }
        )
    )
    (tmp_path / "pyogrio.py").write_text("raise SystemExit('harm')")
    with opened(path) as file:
        assert file.found.rows == 1


def test_messages_carry_values_and_nothing_that_runs():
    message = {
        "row": [
            1,
            1.5,
            "a\nb",
            None,
            True,
            datetime.date(2026, 2, 3),
            datetime.datetime(2026, 2, 3, 7),
            datetime.time(7, 30),
        ]
    }
    line = wire.packed(message)
    assert line.count(b"\n") == 1 and wire.unpacked(line) == message
    assert wire.unpacked(wire.packed({"x": object})) == {"x": "<class 'object'>"}
    assert wire.unpacked(b'{"__reduce__": ["os.system", "id"]}') == {"__reduce__": ["os.system", "id"]}
    with pytest.raises(ValueError, match="doom"):
        wire.unpacked(b'{"day": "doom"}')
