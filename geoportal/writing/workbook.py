"""Workbooks: a sheet of rows, and a second of what is said about the first. Free of Django."""

import datetime
from collections.abc import Iterable, Iterator

import xlsxwriter

from .cells import FORMULA
from .wire import Wanted

LAST_ROW = 1_048_575  # of a sheet, from 0; more rows go on in another
LAST_LETTER = 32_767  # of a cell


def write(wanted: Wanted, batches: Iterator[list[list]]) -> None:
    """Nothing; the workbook is at the path wanted."""
    days = {n for n, (_name, _title, kind) in enumerate(wanted.columns) if kind == "day"}
    rows = (dated(row, days) for batch in batches for row in batch)
    notes = [*wanted.about, ("", ""), *map(tuple, wanted.dictionary)]
    fill(
        wanted.path, wanted.title, [title for _name, title, _kind in wanted.columns], rows, wanted.words["about"], notes
    )


def dated(row: list, days: set[int]) -> list:
    """The row with its days as such."""
    for n in days:
        row[n] = row[n] and datetime.date.fromisoformat(row[n])
    return row


def fill(
    target, title: str, header: list[str], rows: Iterable[list], notes_title: str = "", notes: list[tuple] | None = None
):
    """Nothing; the workbook is in `target`, a path or a file. Numbers stay numbers and days days; all else is text, and never a
    formula, even when its cell is edited later."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    bold = book.add_format({"bold": True, "bottom": 1})
    quoted = book.add_format({"quote_prefix": True})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    sheet = begun(book, title, 1, header, bold)
    at, sheets = 0, 1
    for row in rows:
        if at == LAST_ROW:
            sheets, at = sheets + 1, 0
            sheet = begun(book, title, sheets, header, bold)
        at += 1
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(at, column, value[:LAST_LETTER], quoted if FORMULA.match(value) else None)
            elif isinstance(value, bool):
                sheet.write_boolean(at, column, value)
            elif isinstance(value, int | float):
                sheet.write_number(at, column, value)
            elif isinstance(value, datetime.date):
                sheet.write_datetime(at, column, value, day)
            elif value is not None:
                sheet.write_string(at, column, str(value))
    if notes:
        told(book, notes_title, notes)
    book.close()


def begun(book, title: str, number: int, header: list[str], bold):
    """A new sheet with its header, which stays in view."""
    name = "".join(c for c in title if c not in "[]:*?/\\'")[:31]
    sheet = book.add_worksheet(name if number == 1 else f"{name[:27]} ({number})")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(header) - 1, 0), 18)
    sheet.write_row(0, 0, header, bold)
    return sheet


def told(book, title: str, notes: list[tuple]) -> None:
    """A sheet of terms and what is to be said of each."""
    sheet = book.add_worksheet(title)
    bold, wrapped = (
        book.add_format({"bold": True, "valign": "top"}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    sheet.set_column(2, 4, 40)
    for row, (term, *texts) in enumerate(notes):
        sheet.write_string(row, 0, term, bold)
        for column, text in enumerate(texts, start=1):
            sheet.write_string(row, column, text, wrapped)
