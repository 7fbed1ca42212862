"""Lines of text of a file, whatever its encoding; line by line, so that one foreign line does not spoil the others."""

import codecs
import io
from collections.abc import Iterator
from pathlib import Path

from .found import Found, Refused

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
OLD = "windows-1252"  # what older spreadsheets save


def encoding(start: bytes, chosen: str) -> str:
    """The encoding a file begins with, or the chosen one; utf-8 where nothing tells. Refused: no such encoding."""
    if chosen:
        try:
            return codecs.lookup(chosen).name
        except LookupError:
            raise Refused("encoding", encoding=chosen[:40]) from None
    for mark, name in MARKS:
        if start.startswith(mark):
            return name
    if start[1:200:2].count(0) > 60:
        return "utf-16-le"
    return "utf-16-be" if start[0:200:2].count(0) > 60 else "utf-8"


def lines(path: Path, chosen: str, found: Found) -> Iterator[str]:
    """The lines of a file with their ends. UTF-8 is believed line by line: a line that is none is read as windows-1252,
    which `found` has afterwards."""
    with path.open("rb") as file:
        name = encoding(file.read(4096), chosen)
    found.encoding = name.removesuffix("-sig")
    if name in {"utf-8", "utf-8-sig"} and not chosen:
        yield from believed(path, found)
        return
    try:
        with path.open(encoding=name, newline="") as text:
            yield from text
    except (UnicodeError, ValueError):
        raise Refused("letters", encoding=name) from None


def believed(path: Path, found: Found) -> Iterator[str]:
    old, first, number, plain = 0, 0, 0, 0
    with path.open("rb") as file:
        for raw in file:
            if not number:
                raw = raw.removeprefix(codecs.BOM_UTF8)
            number += 1
            try:
                text = raw.decode()
                plain += not raw.isascii()
            except UnicodeDecodeError:
                old, first = old + 1, first or number
                text = "".join(map(letter, raw))
            # A lone carriage return ends a line too, as editors show it.
            yield from io.StringIO(text, newline="") if "\r" in text[:-2] else (text,)
    if old:
        found.encoding = OLD if not plain else f"utf-8, {OLD}"
        if plain:
            found.note("mixed", lines=old, line=first)


def letter(byte: int) -> str:
    """A byte in windows-1252, or where that has none in latin-1."""
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)
