"""Tables of others: what is found out about them, where their cells stand, what they have spoilt."""

import datetime
import io
import math

import pytest
import xlwt
from django.utils import translation

from geoportal.reading import refusals
from geoportal.reading.apart import opened
from geoportal.reading.found import Choices, Refused
from geoportal.reading.tables import letters
from tests.files import CITY, grid, open_document, workbook

WORDS = {"code", "name", "kode", "nama", "bujur", "lintang"}


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def read(tmp_path):
    """read(content, name, choices…) -> (found, {column: values}, lines, wrong)."""

    def run(content, name="a.csv", words=WORDS, **choices):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        with opened(path, Choices(**choices), CITY, words) as file:
            columns = {column: [] for column in file.found.columns}
            lines, wrong = [], []
            for batch in file:
                wrong += [(len(lines) + row, file.found.columns[at], *told) for row, at, *told in batch.wrong]
                lines += batch.lines
                for values, more in zip(columns.values(), batch.columns, strict=True):
                    values += more
        return file.found, columns, lines, wrong

    return run


def notes(found):
    return [code for code, _words in found.notes]


# --- Text tables


@pytest.mark.parametrize(
    ("text", "separator", "decimal"),
    [
        ("code;name;lon\nP1;A, B;97,125\nP2;C;97,25\n", ";", ","),
        ("code,name,lon\nP1,A,97.12\n", ",", "."),
        ("code\tname\tlon\nP1\tA\t97.12\n", "\t", "."),
        ("code|name|lon\nP1|A|97\n", "|", ""),
        ("sep=;\ncode;name;lon\nP1;A;1,5\n", ";", ","),
        ("code,name,lon\n1,A,12.500\n", ",", ""),  # twelve and a half, or twelve thousand five hundred
        ("code\nP1\n", ",", ""),
    ],
)
def test_separator_and_decimal_sign_are_found(read, text, separator, decimal):
    found, columns, _lines, _wrong = read(text)
    assert (found.format, found.separator, found.decimal) == ("csv", separator, decimal)
    assert columns["code"][0] in {"P1", "1"}


@pytest.mark.parametrize(
    ("encoded", "name"),
    [
        ("code,name\nP1,Café\n".encode(), "utf-8"),
        ("code,name\nP1,Café\n".encode("utf-8-sig"), "utf-8"),
        ("code,name\nP1,Café\n".encode("cp1252"), "windows-1252"),
        ("code,name\nP1,Café\n".encode("utf-16"), "utf-16"),
        (("code,name\nP1,Café\n" + "P2,A\n" * 50).encode("utf-16-le"), "utf-16-le"),
        (("code,name\nP1,Café\n" + "P2,A\n" * 50).encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_the_encoding_is_found(read, encoded, name):
    found, columns, _lines, _wrong = read(encoded)
    assert found.encoding == name and columns["name"][0] == "Café" and found.columns == ["code", "name"]


def test_one_foreign_line_does_not_spoil_the_others_and_is_named(read):
    found, columns, _lines, _wrong = read(
        "code,name\nP1,Café\n".encode() + "P2,Olé\n".encode("cp1252") + "P3,Né\n".encode()
    )
    assert columns["name"] == ["Café", "Olé", "Né"]
    assert found.notes == [["mixed", {"lines": 1, "line": 3}]]
    assert refusals.note(*found.notes[0]).endswith("the first is line 3.")


def test_a_chosen_encoding_separator_and_line_of_names_are_obeyed(read):
    text = "Laporan;2026\ncode;name\nP1;Ã©\n"
    found, columns, _lines, _wrong = read(text.encode(), encoding="cp1252", separator=";", header=1)
    assert found.columns == ["Laporan", "2026"] and columns["2026"][1] == "Ã\x83Â©".replace("\x83", "ƒ")
    with pytest.raises(Refused) as refusal:
        read(b"code\nP1\n", encoding="klingon")
    assert refusal.value.code == "encoding"
    with pytest.raises(Refused) as refusal:
        read(b"code\nP1\n", header=9)
    assert refusal.value.words == {"line": 9}
    with pytest.raises(Refused) as refusal:
        read("code\nCafé\n".encode("cp1252"), encoding="utf-8")
    assert refusal.value.code == "letters"


def test_rows_are_found_at_the_line_an_editor_shows(read):
    text = '\ncode,name\r\n"P1","A\r\nB"\r\n\r\n,,\r\nP2,C\r\n'
    _found, columns, lines, _wrong = read(text)
    assert (lines, columns["code"]) == ([3, 7], ["P1", "P2"])
    assert read(text.replace("\r\n", "\n"))[2] == [3, 7]
    assert read(text.replace("\r\n", "\r").replace("\n", "\r"))[2] == [3, 7]


def test_a_quotation_mark_never_closed_is_found_at_its_line(read):
    with pytest.raises(Refused) as refusal:
        read('code,name\nP1,A\nP2,"B\n' + "P3,C\n" * 5000)
    assert refusals.sentence(refusal.value, "a.csv") == (
        "A quotation mark opened in line 3 is never closed. Close it or take it out."
    )


def test_titles_above_the_names_and_the_numbers_below_are_left_out(read):
    text = "DATA POSYANDU KOTA\nTahun 2026\n\nNo,Kode,Nama,Bujur,Lintang\n(1),(2),(3),(4),(5)\n1,P1,Mawar,97.1,5.1\n"
    found, columns, lines, _wrong = read(text)
    assert (found.header, found.columns, lines) == (4, ["No", "Kode", "Nama", "Bujur", "Lintang"], [6])
    assert columns["Kode"] == ["P1"] and notes(found) == ["above"]
    found, columns, lines, _wrong = read(text, words=set())  # known by its width alone
    assert (found.header, lines) == (4, [6])
    assert read("a,b,c\n1,2,3\n", words=set())[2] == [2]  # three numbers in a row are no numbering


def test_names_that_stand_twice_or_not_at_all_are_told_apart(read):
    found, columns, _lines, _wrong = read("code,name,name,,\nP1,A,B,C,\n")
    assert columns == {"code": ["P1"], "name": ["A"], "name (2)": ["B"], "(D)": ["C"]}
    assert found.notes == [["twice", {"name": "name", "column": "C", "new": "name (2)"}]]
    assert [letters(at) for at in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_rows_longer_or_shorter_than_the_names_keep_their_places(read):
    _found, columns, _lines, _wrong = read("code,name\nP1\nP2,A,extra\n")
    assert columns == {"code": ["P1", "P2"], "name": ["", "A"], "(C)": ["", "extra"]}


@pytest.mark.parametrize("cell", ["1.17E+15", "1,17E+15", "1.17301e15", "6.28E+11"])
def test_a_number_cut_by_a_spreadsheet_is_found(read, cell):
    _found, _columns, _lines, wrong = read(f"code;nik\nP1;{cell}\nP2;1173012345670001\n")
    assert wrong == [(0, "nik", "cut", cell)]
    assert cell in refusals.fault("cut", cell)


def test_a_long_table_comes_in_batches_and_is_counted(read):
    found, columns, lines, _wrong = read("code,name\n" + "".join(f"P{n},A\n" for n in range(4501)))
    assert (found.rows, len(lines), lines[-1], columns["code"][-1]) == (4501, 4501, 4502, "P4500")


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


def test_the_content_goes_before_the_name(read):
    found, columns, _lines, _wrong = read("code\tname\nP1\tA\n", "a.xls")
    assert (found.format, found.separator, columns["name"]) == ("csv", "\t", ["A"])
    assert (
        refusals.note(*found.notes[0])
        == "By its content the file is CSV, whatever its name says (xls); it is read as that."
    )
    assert read(workbook(grid([["code"], ["P1"]])), "a.csv")[0].format == "xlsx"


def test_what_was_found_is_one_line(read):
    found = read("code;name;lon\nP1;A;97,12\n")[0]
    assert (
        refusals.summary(found) == "CSV, utf-8, separator semicolon, decimal comma, names in line 1, 1 row, 3 columns"
    )


def test_a_number_that_is_none_stays_what_it_is(read):
    """NaN and infinity of a text table are texts, which the form refuses."""
    _found, columns, _lines, _wrong = read("code,lon\nP1,NaN\nP2,inf\n")
    assert columns["lon"] == ["NaN", "inf"] and math.isnan(float("NaN"))
