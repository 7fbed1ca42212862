"""Workbooks of others, and pages that call themselves workbooks: what their cells are and where they stand."""

import datetime
import functools
import io

import pytest
import xlwt
from django.utils import translation

from geoportal.reading import refusals
from geoportal.reading.found import Refused
from tests.files import grid, open_document, workbook
from tests.tables import notes, read_in


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def read(tmp_path):
    """read(content, name, choices…) -> (found, {column: values}, lines, wrong)."""
    return functools.partial(read_in, tmp_path)


# --- Workbooks


def test_a_workbooks_cells_come_as_what_they_are(read):
    def fill(book, sheet):
        sheet.write_row(0, 0, ["code", "name", "day", "at", "open"])
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(1, 0, [101, "Mawar"])
        sheet.write_datetime(1, 2, datetime.datetime(2026, 2, 3), day)
        sheet.write_datetime(
            1, 3, datetime.datetime(2026, 2, 3, 7, 30), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        )
        sheet.write_boolean(1, 4, True)

    found, columns, lines, _wrong = read(workbook(fill), "a.xlsx")
    assert [column[0] for column in columns.values()] == [
        101, "Mawar", datetime.date(2026, 2, 3), datetime.datetime(2026, 2, 3, 7, 30), True,
    ]  # fmt: skip
    assert (found.format, found.rows, lines) == ("xlsx", 1, [2])


def test_merged_cells_hold_for_all_and_name_groups_of_columns(read):
    """Two lines of names, No and Nama over both, Koordinat over two columns; a kecamatan merged over two rows."""

    def fill(book, sheet):
        sheet.merge_range("A1:E1", "DATA POSYANDU")
        for span, text in (("A2:A3", "Kode"), ("B2:B3", "Nama"), ("C2:C3", "Kecamatan"), ("D2:E2", "Koordinat")):
            sheet.merge_range(span, text)
        sheet.write_row("D3", ["Bujur", "Lintang"])
        sheet.write_row("A4", ["P1", "Mawar", "", 97.1, 5.1])
        sheet.write_row("A5", ["P2", "Melati", "", 97.2, 5.2])
        sheet.merge_range("C4:C5", "Banda Sakti")

    found, columns, lines, _wrong = read(workbook(fill), "a.xlsx")
    assert columns == {
        "Kode": ["P1", "P2"], "Nama": ["Mawar", "Melati"], "Kecamatan": ["Banda Sakti"] * 2, "Bujur": [97.1, 97.2], "Lintang": [5.1, 5.2],
    }  # fmt: skip
    assert (found.header, lines) == (2, [4, 5]) and "merged" in notes(found)


def test_a_formula_gives_its_value_and_one_without_is_found(read):
    def fill(_book, sheet):
        sheet.write_row(0, 0, ["code", "name", "day"])
        sheet.write(1, 0, "P1")
        sheet.write_formula(1, 1, '="A"&"B"', None, "AB")
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write(2, 0, "P2")
        sheet.write_formula(2, 1, "=A1", None, "")

    _found, columns, _lines, wrong = read(workbook(fill), "a.xlsx")
    assert columns["name"][0] == "AB"
    assert wrong == [(0, "day", "error", "#DIV/0!"), (1, "name", "uncalculated", "B3")]


def test_sixteen_digits_in_a_cell_of_numbers_have_lost_their_last(read):
    _found, _columns, _lines, wrong = read(
        workbook(grid([["code", "nik"], ["P1", 1173012345670001], ["P2", "1173012345670001"]])), "a.xlsx"
    )
    assert [(row, column, code) for row, column, code, _value in wrong] == [(0, "nik", "cut")]


def test_the_first_sheet_that_holds_anything_is_read_and_another_by_its_name(read):
    def fill(book, sheet):
        for name, code in (("Dua", "P2"), ("Tiga", "P3"), ("Rahasia", "P4")):
            page = book.add_worksheet(name)
            page.write_column(0, 0, ["code", code])
        page.hide()

    book = workbook(fill)
    found, columns, _lines, _wrong = read(book, "a.xlsx")
    assert (found.part, found.parts, columns["code"]) == ("Dua", ["Data", "Dua", "Tiga"], ["P2"])
    assert found.notes == [["parts", {"part": "Dua", "others": ["Tiga"]}]]
    assert read(book, "a.xlsx", part="Tiga")[1]["code"] == ["P3"]
    with pytest.raises(Refused) as refusal:
        read(book, "a.xlsx", part="Empat")
    assert refusals.sentence(refusal.value, "a.xlsx") == "a.xlsx has no part “Empat”. It has: Data, Dua, Tiga, Rahasia."


def test_a_workbook_of_old_is_read_with_its_days_and_merged_cells(read):
    book = xlwt.Workbook()
    page = book.add_sheet("Data")
    for column, text in enumerate(("code", "kecamatan", "day")):
        page.write(0, column, text)
    page.write_merge(1, 2, 1, 1, "Banda Sakti")
    page.write(1, 0, 101)
    page.write(2, 0, "P2")
    page.write(1, 2, datetime.date(2026, 2, 3), xlwt.easyxf(num_format_str="DD/MM/YYYY"))
    out = io.BytesIO()
    book.save(out)
    found, columns, lines, _wrong = read(out.getvalue(), "a.xls")
    assert (found.format, found.part, lines) == ("xls", "Data", [2, 3])
    assert columns == {"code": [101, "P2"], "kecamatan": ["Banda Sakti"] * 2, "day": [datetime.date(2026, 2, 3), ""]}


def test_an_open_document_is_read(read):
    found, columns, _lines, _wrong = read(open_document("code", "P1"), "a.ods")
    assert (found.format, columns) == ("ods", {"code": ["P1"]})
    with pytest.raises(Refused) as refusal:
        read(open_document("code", "P1", locked='<manifest:encryption-data manifest:checksum="AAAA"/>'), "a.ods")
    assert refusal.value.code == "password"


# --- Pages that call themselves workbooks


PAGE = """<html><head><meta charset="iso-8859-1"><style>td {color: red}</style></head><body><table><tr><td>Laporan</td></tr></table>
<table border=1><tr><th rowspan=2>Kode<th rowspan=2>Nama<th colspan=2>Koordinat</tr><tr><th>Bujur<th>Lintang</tr>
<tr><td>P1</td><td>Caf\xe9 &amp; <b>teh</b><br>manis</td><td>97,1</td><td>5,1</td></tr>
<tr><td rowspan="2">P2</td><td>B</td><td></td><td></td></tr><tr><td>C</td><td>97,2</td><td>5,2</td></tr></table>"""


def test_a_page_under_the_name_of_a_workbook_is_read_as_its_largest_table(read):
    found, columns, lines, _wrong = read(PAGE.encode("cp1252"), "a.xls")
    assert columns == {
        "Kode": ["P1", "P2", "P2"], "Nama": ["Café & teh\nmanis", "B", "C"], "Bujur": ["97,1", "", "97,2"], "Lintang": ["5,1", "", "5,2"],
    }  # fmt: skip
    assert (found.format, found.part, found.decimal, lines) == ("html", "2", ",", [3, 4, 5])
    assert ["suffix", {"suffix": "xls", "format": "html"}] in found.notes
    assert read(PAGE.encode("cp1252"), "a.xls", part="1")[0].columns == ["Laporan"]


def test_a_page_may_name_an_encoding_there_is_none_of_or_its_own_wrongly(read):
    for name in ("klingon", "utf-8", "utf-16"):
        page = f'<html><meta charset="{name}"><table><tr><td>code<td>name<tr><td>P1<td>Café</table>'
        assert read(page.encode("cp1252" if name == "utf-8" else "utf-8"), "a.xls")[1]["name"] == ["Café"], name
