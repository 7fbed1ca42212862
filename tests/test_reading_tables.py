"""Text tables of others: what is found out about them, where their cells stand, what they have spoilt."""

import functools
import math

import pytest
from django.utils import translation

from geoportal.reading import refusals
from geoportal.reading.found import Refused
from geoportal.reading.tables import letters
from tests.files import grid, workbook
from tests.tables import notes, read_in


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def read(tmp_path):
    """read(content, name, choices…) -> (found, {column: values}, lines, wrong)."""
    return functools.partial(read_in, tmp_path)


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
