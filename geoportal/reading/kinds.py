"""What kind of file it is, by its content: names lie."""

import re
from pathlib import Path

from .archive import members
from .found import Limits, Refused

MAGIC = (
    (b"SQLite format 3\0", "gpkg"),
    (b"fgb\x03fgb", "fgb"),
    (b"\x00\x00\x27\x0a", "shp"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
UNREADABLE = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"II*\0", b"MM\0*", b"\x7fELF",
)  # fmt: skip
LOCKED = "EncryptedPackage".encode("utf-16-le")  # a workbook of today with a password hides in a container of yesterday
XML2003 = "urn:schemas-microsoft-com:office:spreadsheet"
SUFFIXES = {
    "csv": {".csv", ".tsv", ".txt", ".tab"}, "html": {".html", ".htm"},
    "geojson": {".geojson", ".json", ".geojsonl", ".geojsonseq", ".ndjson", ".jsonl"},
    "xls": {".xls"}, "xlsx": {".xlsx", ".xlsm"}, "xlsb": {".xlsb"}, "ods": {".ods"}, "gpkg": {".gpkg"}, "fgb": {".fgb"}, "shp": {".shp"},
    "kml": {".kml"}, "gpx": {".gpx"}, "zip": {".zip", ".kmz"},
}  # fmt: skip


def kind(path: Path, limits: Limits) -> str:
    """One of SUFFIXES' keys. Refused: empty, too large, locked, or none of them."""
    size = path.stat().st_size
    if size > limits.file:
        raise Refused("large", size=-(-size // 2**20), limit=limits.file // 2**20)
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise Refused("empty")
    if start.startswith(UNREADABLE):
        raise Refused("kind")
    found = next((name for magic, name in MAGIC if start.startswith(magic)), "")
    if found == "zip":
        return of_zip(path, limits)
    if found == "xls" and LOCKED in path.read_bytes():
        raise Refused("password")
    return found or of_text(start)


def of_zip(path: Path, limits: Limits) -> str:
    """A workbook or a zip of files, by its members."""
    names = {info.filename for info in members(path, limits)}
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names and "mimetype" in names:
        return "ods"
    if names & {"word/document.xml", "ppt/presentation.xml"}:
        raise Refused("kind")
    return "zip"


def of_text(start: bytes) -> str:
    """A kind of text by its first characters; a table unless they say otherwise."""
    utf16 = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = start.decode("utf-16" if utf16 else "utf-8-sig", "ignore").lstrip()
    low = text.lower()
    if text.startswith(("{", "\x1e")):
        return "geojson"
    if re.match(r"\[\s*[\[{\]]", text):
        raise Refused("json")
    if not text.startswith("<"):
        if (
            not utf16
            and sum(byte < 9 or 13 < byte < 32 for byte in start) > len(start) // 8
            and start.count(0) < len(start) // 4
        ):
            raise Refused("kind")
        return "csv"
    if XML2003 in low:
        raise Refused("xml2003")
    for mark, name in (
        ("<kml", "kml"),
        ("<gpx", "gpx"),
        ("<html", "html"),
        ("<table", "html"),
        ("<!doctype html", "html"),
    ):
        if mark in low:
            return name
    raise Refused("kind")
