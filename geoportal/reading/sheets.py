"""A workbook (xlsx, xls, ods) -> records, each with its row number there."""

import re
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree

import python_calamine

from .found import Choices, Found, Limits, Refused
from .merged import fill
from .tables import Source

CELL = re.compile(rb'<c\s[^>]*?\br="([A-Z]+)(\d+)"[^>]*?(?:/>|>(.*?)</c>)', re.DOTALL)
NO_VALUE = re.compile(rb"<f[\s>/].*?(?:</f>|/>)\s*(?:<v\s*/>|<v></v>)?\s*$", re.DOTALL)
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def source(path: Path, choices: Choices, found: Found, limits: Limits) -> Source:
    """The records of one sheet: the chosen one, else the first to be seen that holds anything."""
    try:
        # calamine goes by the name; ours ends as the content asks.
        link = Path.cwd() / f"workbook.{found.format}"
        link.symlink_to(path)
        book = python_calamine.CalamineWorkbook.from_path(str(link))
        page = sheet(book, choices, found)
        # A workbook knows no whole numbers: a code 101 comes as 101.0.
        rows = [[whole(cell) for cell in row] for row in page.to_python(skip_empty_area=False)]
        spans = [(*start, *end) for start, end in page.merged_cell_ranges or ()]
        spoilt = spoilt_cells(path, page.name) if found.format == "xlsx" else {}
    except python_calamine.PasswordError:
        raise Refused("password") from None
    except (python_calamine.CalamineError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
        raise Refused("broken") from None
    depth = fill(rows, spans, found)
    return Source(lambda _facts: enumerate(rows, 1), depth, spoilt)


def whole(cell):
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def sheet(book, choices: Choices, found: Found):
    """The sheet to read; notes the others that hold anything."""
    seen = [
        s.name
        for s in book.sheets_metadata
        if s.typ == python_calamine.SheetTypeEnum.WorkSheet and s.visible == python_calamine.SheetVisibleEnum.Visible
    ]
    found.parts = seen if len(seen) > 1 else []
    if choices.part:
        if choices.part not in book.sheet_names:
            raise Refused("part", part=choices.part, names=list(book.sheet_names))
        found.part = choices.part
        return book.get_sheet_by_name(choices.part)
    pages = [book.get_sheet_by_name(name) for name in seen or book.sheet_names[:1]]
    holding = [page for page in pages if page.height] or pages
    if not holding:
        raise Refused("empty")
    found.part = holding[0].name
    if len(holding) > 1:
        found.note("parts", part=found.part, others=[page.name for page in holding[1:]])
    return holding[0]


def spoilt_cells(path: Path, name: str) -> dict[tuple[int, int], tuple[str, str]]:
    """The cells of a sheet whose formula gave an error (#REF!) or was never calculated, by (row, column from 0).

    calamine shows both as empty cells.
    """
    with zipfile.ZipFile(path) as archive:
        member = part_of(archive, name)
        data = archive.read(member) if member in archive.namelist() else b""
    if b't="e"' not in data and b"<f" not in data:
        return {}
    found = {}
    for cell in CELL.finditer(data):
        letters, row, inside = cell.groups(b"")
        opening = cell[0].partition(b">")[0]
        if b't="e"' in opening:
            value = re.search(rb"<v>(.*?)</v>", inside)
            found[int(row), number(letters)] = ("error", value[1].decode(errors="replace") if value else "#")
        elif b"<f" in inside and NO_VALUE.match(inside.strip()):
            found[int(row), number(letters)] = ("uncalculated", f"{letters.decode()}{int(row)}")
    return found


def part_of(archive: zipfile.ZipFile, name: str) -> str:
    """The member of the archive in which the sheet of this name lies; empty where the workbook does not tell."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, ElementTree.ParseError):
        return ""
    ids = {e.get("name"): e.get(RELATION) for e in book.iter() if e.tag.endswith("}sheet")}
    targets = {e.get("Id"): e.get("Target", "") for e in relations}
    target = targets.get(ids.get(name), "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def number(letters: bytes) -> int:
    """The column from 0 by its letters: A is 0, AA 26."""
    found = 0
    for letter in letters:
        found = found * 26 + letter - 64
    return found - 1
