"""Files of every kind with bytes changed, cut out, doubled: each is read or refused with a sentence, none is a fault of the reader."""

import logging
import random

import pytest

from geoportal.reading import refusals
from geoportal.reading.apart import opened
from geoportal.reading.found import Limits, Refused
from tests.files import drawn, geojson, grid, open_document, workbook, zipped
from tests.test_reading_shapes import GPX, KML, POINT, SEQUENCE, shapefile
from tests.test_reading_workbooks import PAGE


def sheet(book, page):
    page.merge_range("A1:C1", "POSYANDU")
    grid([["code", "name", "lon"], *[[n, "A", 97.1] for n in range(40)]], 1)(book, page)
    page.write_formula(42, 0, "=1/0", None, "#DIV/0!")


@pytest.fixture
def whole(tmp_path):
    """A sound file of each kind."""
    (tmp_path / "made").mkdir()
    table = b"code;name;lon\n" + 'P1;"A, é";97,12\n'.encode() * 30
    package = drawn(tmp_path / "made" / "s.gpkg", [POINT, POINT.buffer(0.1)]).read_bytes()
    return {
        "a.csv": table, "a.xlsx": workbook(sheet), "a.ods": open_document("code", *"ABC"), "a.html": PAGE.encode("cp1252"),
        "a.geojson": geojson((97, 5), (97.1, 5.1)).encode(), "a.geojsonl": SEQUENCE.encode(), "a.kml": KML.encode(),
        "a.gpx": GPX.encode(), "a.gpkg": package, "a.fgb": drawn(tmp_path / "made" / "s.fgb", [POINT] * 2).read_bytes(),
        "a.zip": shapefile(tmp_path / "made"), "b.zip": zipped({"x.gpkg": package, "t.csv": table}),
    }  # fmt: skip


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The file with one to thirty faults."""
    data = bytearray(content)
    for _n in range(chance.choice([1, 1, 2, 5, 30])):
        if not data:
            break
        at, other = chance.randrange(len(data)), chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                data[at] ^= 1 << chance.randrange(8)
            case 2:
                del data[at:]
            case 3:
                data[at:at] = data[other : other + chance.randrange(200)]
    return bytes(data)


def tried(whole, tmp_path, seed: int) -> list[str]:
    """What came of one damaged file of each kind."""
    chance, limits, came = random.Random(seed), Limits(seconds=20, patience=60), []
    for name, content in whole.items():
        path = tmp_path / name
        path.write_bytes(mutated(content, chance))
        try:
            with opened(path, limits=limits) as file:
                rows = sum(len(batch.lines) for batch in file)
            assert rows == file.found.rows, (name, seed)
            came.append("read")
        except Refused as refusal:
            assert refusals.sentence(refusal, name).endswith("."), (name, seed)
            assert refusal.code != "slow", (name, seed)
            came.append("refused")
    return came


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_file_is_read_or_refused(whole, tmp_path, caplog, seed):
    assert len(tried(whole, tmp_path, seed)) == 12
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.soak
def test_very_many_damaged_files_are_read_or_refused(whole, tmp_path, caplog):
    came = [answer for seed in range(100, 180) for answer in tried(whole, tmp_path, seed)]
    assert len(came) == 960 and {"read", "refused"} == set(came)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
