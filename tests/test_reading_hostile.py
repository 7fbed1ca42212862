"""Files that are broken, locked, or meant to do harm: each is refused with a sentence, in bounded time and memory, leaving nothing."""

import os
import struct
import time
from pathlib import Path

import pytest
from django.utils import translation

from geoportal.reading import refusals
from geoportal.reading.apart import opened
from geoportal.reading.found import Choices, Limits, Refused
from tests.files import drawn, geojson, grid, workbook, zipped
from tests.test_reading_shapes import POINT, SEQUENCE

SHEET = workbook(grid([["code", "name"], *[[f"P{n}", "A"] for n in range(50)]]))


def damaged(book: bytes) -> bytes:
    """The workbook with some bytes of its sheet changed: its checksum no longer fits."""
    at = book.index(b"xl/worksheets/sheet1.xml") + 60
    return book[:at] + b"geoportal" + book[at + 9 :]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def refused(tmp_path, monkeypatch):
    """refused(content, name, limits) -> (code, sentence); afterwards no process and no folder of it is left."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))

    def run(content, name, limits=None, **choices):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        with pytest.raises(Refused) as refusal, opened(path, Choices(**choices), limits=limits) as file:
            for _batch in file:
                pass
        assert list((tmp_path / "temporary").iterdir()) == []
        assert children() == []
        sentence = refusals.sentence(refusal.value, name)
        assert "%(" not in sentence and str(tmp_path) not in sentence
        return refusal.value.code, sentence

    return run


def children() -> list[int]:
    """The readers this process has started and not yet ended."""
    found = " ".join(path.read_text() for path in Path("/proc/self/task").glob("*/children")).split()
    return [int(pid) for pid in found if b"geoportal.reading.child" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def locked_workbook() -> bytes:
    """The container in which Excel keeps a workbook with a password: its directory names the stream EncryptedPackage."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    return header.ljust(512, b"\0") + "EncryptedPackage".encode("utf-16-le").ljust(512, b"\0")


def locked_zip() -> bytes:
    """A zip whose member says that it is encrypted (bit 0 of its flags, in both of its headers)."""
    data = bytearray(zipped({"a.csv": b"code\nP1\n"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\xef\xbb\xbf\n\n", "empty"),
        ("a.csv", b",,\n,,\n", "empty"),
        ("a.xlsx", workbook(grid([])), "empty"),
        ("a.geojson", geojson(), "empty"),
        ("a.xls", b"<html><body>Sesi habis</body></html>", "empty"),
        ("a.xlsx", SHEET[: len(SHEET) // 2], "broken"),
        ("a.zip", zipped({"a.csv": b"code\n" * 999})[:-40], "broken"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "broken"),
        ("a.geojson", geojson((97.1, 5.1))[:-30], "broken"),
        ("a.gpkg", b"SQLite format 3\0" + b"\0" * 100, "broken"),
        ("a.fgb", b"fgb\x03fgb\x00" + b"\xff" * 100, "broken"),
        ("a.shp", struct.pack(">I", 9994) + b"\0" * 96, "broken"),
        ("a.kml", b"<kml><Document><Placemark>", "broken"),
        ("a.gpx", b"<gpx><wpt", "broken"),
        ("a.geojsonl", SEQUENCE + SEQUENCE[:50], "feature"),
        ("a.geojsonl", SEQUENCE + '{"type":"FeatureCollection","features":[]}', "broken"),
        ("a.xlsx", damaged(SHEET), "broken"),
        ("a.geojson", b"code,name\nP1,A\n", "broken"),
        ("a.gpkg", b"code,name\nP1,A\n", "broken"),
        ("a.pdf", b"%PDF-1.7", "kind"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", "kind"),
        ("a.docx", zipped({"word/document.xml": b"<w/>"}), "kind"),
        ("a.vrt", b"<OGRVRTDataSource><OGRVRTLayer name='passwd'/></OGRVRTDataSource>", "kind"),
        ("a.gml", b"<gml:FeatureCollection/>", "kind"),
        ("a.svg", b"<svg/>", "kind"),
        ("a.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "xml2003"),
        ("a.json", b'[{"code": "P1"}]', "json"),
        ("a.json", b'{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read /etc/passwd"}', "broken"),
        ("a.xlsx", locked_workbook(), "password"),
        ("a.zip", locked_zip(), "password"),
        ("a.zip", zipped({}), "archive"),
        ("a.zip", zipped({"readme.pdf": b"%PDF"}), "archive"),
        ("a.zip", zipped({"b.csv": zipped({"c.csv": b"code\nP1\n"})}), "archive"),
        ("a.zip", zipped({"../../etc/cron.d/a.csv": b"code\nP1\n"}), "path"),
        ("a.zip", zipped({"/etc/a.csv": b"code\nP1\n"}), "path"),
        ("a.zip", zipped({"..\\a.csv": b"code\nP1\n"}), "path"),
        ("a.zip", zipped({"c:/a.csv": b"code\nP1\n"}), "path"),
        ("a.zip", zipped({"a.csv": b"/etc/passwd"}, external_attr=0o120777 << 16), "path"),
        ("a.geojson", '{"type":"Feature","geometry":{"type":"Polygon","coordinates":' + "[" * 200_000 + "]" * 200_000 + "}}", "broken"),
        ("a.geojson", '{"a":' * 100_000 + "1" + "}" * 100_000, "broken"),
        ("a.csv", "code,name\n" + "x" * 2_000_000 + "\n", "record"),
        ("a.csv", ",".join(map(str, range(3000))) + "\n" + ",".join(map(str, range(3000))) + "\n", "wide"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(refused, name, content, code):
    found, sentence = refused(content, name)
    assert found == code and sentence.endswith(".")


@pytest.mark.parametrize("suffix", ["gpkg", "fgb", "shp", "geojson"])
def test_a_file_cut_off_or_with_a_hole_is_not_read_in_part(refused, tmp_path, suffix):
    """A thousand points, of which the last tenth, the last half or a piece of the middle is missing."""
    whole = drawn(tmp_path / f"b.{suffix}", [POINT] * 1000).read_bytes()
    half = len(whole) // 2
    for content in (whole[: len(whole) * 9 // 10], whole[:half], whole[:half] + bytes(3000) + whole[half + 3000 :]):
        assert refused(content, f"c.{suffix}")[0] == "broken"


def test_the_line_of_a_feature_that_is_none_is_told(refused):
    assert refused(SEQUENCE + "\n" + SEQUENCE[:50], "a.geojsonl")[1].startswith("Line 4 is no GeoJSON feature")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(Refused) as refusal, opened(tmp_path / "nowhere.csv"):
        pass
    assert refusal.value.code == "missing"


BOMB = Limits(unpacked=2**24)


@pytest.mark.parametrize(
    "members", [("a.csv",), ("xl/workbook.xml", "xl/worksheets/sheet1.xml"), ("mimetype", "content.xml")]
)
def test_a_bomb_is_refused_before_it_is_unpacked(refused, members):
    """33 MB of noughts, 33 kB packed, as a table or a sheet, where 16 are allowed."""
    content = zipped(dict.fromkeys(members, b"x") | {members[-1]: bytes(33 * 2**20)})
    assert len(content) < 100_000
    found, sentence = refused(content, "a.zip", BOMB)
    assert found == "bomb" and ("33 MB" in sentence or "34 MB" in sentence) and "16 MB" in sentence


def test_a_bomb_that_lies_about_its_size_is_not_unpacked_beyond_it(refused):
    data = bytearray(zipped({"a.csv": bytes(33 * 2**20)}))
    for sign, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(sign) + at
        data[start : start + 4] = struct.pack("<I", 10)
    assert refused(bytes(data), "a.zip", BOMB)[0] == "broken"


def test_an_archive_of_very_many_files_is_refused(refused):
    assert refused(zipped({f"{n}.csv": b"" for n in range(10_001)}), "a.zip")[0] == "bomb"


def test_a_file_over_the_limit_is_refused_unread(refused):
    found, sentence = refused(b"code\n" + b"P1\n" * 500_000, "a.csv", Limits(file=2**20))
    assert found == "large" and sentence == "a.csv has 2 MB, at most 1 MB can be read. Split it."


def test_more_memory_than_allowed_ends_the_reading(refused):
    """A sheet whose only cells are its first and last corner: 17 thousand million empty ones between."""
    corners = workbook(lambda _book, sheet: (sheet.write(0, 0, "code"), sheet.write(1_048_575, 16_383, "x")))
    assert refused(corners, "a.xlsx")[0] in {"memory", "broken", "slow"}


def test_more_time_than_allowed_ends_the_reading(refused):
    """A table of 40 MB, and one second of processor; then a wait of no time at all for the first message."""
    table = b"code,name,lon,lat\n" + b"P1,Mawar,97.1,5.1\n" * 2_000_000
    assert refused(table, "a.csv", Limits(seconds=1))[0] == "slow"
    assert refused(table, "a.csv", Limits(patience=0))[0] == "slow"


def test_a_shape_too_large_for_the_wire_is_refused(refused, tmp_path):
    path = drawn(tmp_path / "b.fgb", [POINT.buffer(0.1, quad_segs=20_000)])
    assert refused(path.read_bytes(), "a.fgb", Limits(message=2**20))[0] == "row"


def test_a_disk_without_room_is_told_as_such(refused, tmp_path):
    """The reader may write 64 kB; a GeoPackage has 98."""
    whole = drawn(tmp_path / "b.gpkg", [POINT]).read_bytes()
    assert len(whole) > 2**16 and refused(whole, "a.gpkg", Limits(unpacked=2**16))[0] == "room"


def test_a_reader_that_dies_is_a_file_that_cannot_be_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("code\n" + "P1\n" * 200_000)
    with pytest.raises(Refused) as refusal, opened(path) as file:
        os.kill(children()[0], 11)
        for _batch in file:
            pass
    assert refusal.value.code == "broken"


def test_a_block_left_early_leaves_no_process(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("code\n" + "P1\n" * 200_000)
    before = time.monotonic()
    with opened(path) as file:
        assert file.found.rows == 200_000
    assert children() == []
    assert time.monotonic() - before < 30
