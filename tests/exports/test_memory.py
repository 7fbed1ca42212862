"""Large files: what a real server process has in memory while it makes them, and how whole they are."""

import re
import urllib.request
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tests import written
from tests.browser.conftest import address, served
from tests.checkout import copied, environment
from tests.conftest import owner_url

MARKETS = """
INSERT INTO layers_market (code, name, market_class, traders, open_days, daily, condition, declared_code, unit, place_source, place)
SELECT 'M' || n, 'Pasar ' || repeat('x', 40) || n, 1 + n % 4, n % 500, 'Senin, Kamis', true, 'good', '', '', '',
       ST_SetSRID(ST_Point(97 + n % 100 / 10000.0, 5 + n / 100 % 100 / 10000.0), 4326)
FROM generate_series(1, {}) n
"""


@pytest.fixture
def markets(stored, request):
    """So many markets stored for good; gone afterwards."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(owner_url(name), autocommit=True) as owner:
        owner.execute(MARKETS.format(request.param))
        yield request.param
        owner.execute("TRUNCATE layers_market, layers_marketevent")


def memory(pid: int) -> dict[str, float]:
    """VmRSS and VmHWM (the most it ever was) of a process, in MB."""
    found = re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return {name: int(size) / 1024 for name, size in found}


@pytest.mark.parametrize(
    "markets", [20_000, pytest.param(100_000, marks=pytest.mark.soak)], ids=["short", "long"], indirect=True
)
def test_the_web_process_does_not_grow_with_the_rows(markets, port, tmp_path):
    """Less than 50 MB at 100,000 rows, in every form; a fifth of the rows may take a third of that beside what is loaded once."""
    name, limit = connection.settings_dict["NAME"], 50 if markets == 100_000 else 17
    values = environment(
        DATABASE_URL=address(settings.WEB, name), DATABASE_OWNER_URL=address(settings.OWNER, name), SECRET_KEY="files",
        FIELD_KEY=settings.FIELD_KEY, DEMO="1", BASEMAPS="", LOG_LEVEL="WARNING",
    )  # fmt: skip
    with copied() as place, served(place, values, port) as url:
        root = next(pid for pid in pids() if f" {port} " in command(pid))
        (worker,) = Path(f"/proc/{root}/task/{root}/children").read_text().split()
        before = memory(int(worker))["VmRSS"]
        for form in written.FORMS:
            path = tmp_path / form
            with urllib.request.urlopen(f"{url}/export/markets.{form}", timeout=300) as answer, path.open("wb") as file:
                while piece := answer.read(1 << 16):
                    file.write(piece)
            assert len(written.rows(path.read_bytes(), form)) == markets, form
            assert memory(int(worker))["VmHWM"] - before < limit, form


def pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") + " "
    except OSError:
        return ""
