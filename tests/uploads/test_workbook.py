"""The workbook that comes back, corrected in rounds by its messages alone; and the one to fill in."""

import io
import random
import re

import pytest
import xlsxwriter
from django.utils import translation
from python_calamine import CalamineWorkbook

from geoportal.uploads import template
from tests.posyandu import HOUSES, POSYANDU, sheet

pytestmark = pytest.mark.django_db
HEADER = [
    "Head of household",
    "No KK",
    "people",
    "drinking water",
    "latrine",
    "welfare decile",
    "surveyed on",
    "Longitude",
    "Latitude",
]
GOOD = ["=1+2", "1173020000000001", 4, "piped water", "own", 3, "2026-02-03", 97.01, 5.01]
# What people write wrongly: column, what stands there, what they write once they have read the sentence.
FAULTS = [
    (0, "", "Nurhayati"), (1, "11730200", "1173020000000001"), (1, 1173020000000001, "1173020000000001"), (2, "empat", 4), (2, 0, 1),
    (2, 31, 30), (3, "laut", "piped"), (4, "ada", "own"), (5, 11, 10), (6, "31/02/2026", "28/02/2026"), (7, 50, 97.01), (8, "", 5.01),
]  # fmt: skip


def dirty(n: int, seed: int = 1):
    """n rows of which a third has a fault, some of them two; and their cure by (row, column)."""
    chance, rows, cure = random.Random(seed), [], {}
    for row in range(n):
        line = [*GOOD]
        for column, bad, good in chance.sample(FAULTS, 2 if row % 9 == 0 else 1) if row % 3 == 0 else []:
            if (row, 15 - column) not in cure:  # of a place only one coordinate: without both it is “no point yet”
                line[column], cure[row, column] = bad, good
        rows.append(line)
    return rows, cure


def book_of(lines: list[list]) -> bytes:
    """A workbook whose texts are texts, also one that begins like a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False})
    page = book.add_worksheet()
    for number, line in enumerate(lines):
        page.write_row(number, 0, line)
    book.close()
    return out.getvalue()


def read(content: bytes) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def corrected(book: list[list], cure: dict) -> list[list]:
    """The rows as somebody corrects them who reads the column “What is wrong” of each, and changes the cells it names."""
    out = [book[0]]
    for number, line in enumerate(book[1:]):
        told = line[0]
        for at, column in enumerate(book[0][1:]):
            if told and (number, at) in cure and re.search(rf"^{re.escape(column)}: ", told, re.MULTILINE):
                line[at + 1] = cure[number, at]
        out.append(line)
    return out


def rounds(at, n: int) -> None:
    """Sends a dirty workbook, stores what is good, corrects the rest by the messages, twice at most, until all is stored."""
    rows, cure = dirty(n)
    wrong = len({row for row, _column in cure})
    at.check(at.send(book_of([HEADER, *rows]), "kotor.xlsx"))
    assert (at.kept.stored, at.kept.rejected) == (n - wrong, wrong)
    assert read(at.book())[2][:2] == ["", "=1+2"]
    for number in (
        1,
        2,
    ):  # a line with a number that was cut is judged no further: what else is wrong with it is told next
        book = corrected(read(at.book()), cure)
        assert len(book) == n + 1 and book[0] == ["What is wrong", *HEADER]
        at.url = f"/upload/{at.layer}"
        page = at.send(book_of(book), f"kotor {number}.xlsx")
        assert at.columns(page)["column-0"] == ""  # our own column is left out by itself
        page = at.check(page).content.decode()
        assert "Left out" not in page
    assert (at.kept.stored, at.kept.rejected) == (n, 0)
    at.do("store")
    with at.owner():
        assert HOUSES.model.objects.count() == n and HOUSES.names.objects.filter(head="=1+2").count() > n / 2


def test_a_dirty_workbook_is_corrected_in_rounds_by_its_messages_alone(sender):
    rounds(sender("households", "surveyor", "health", "11.73"), 400)


@pytest.mark.soak
def test_a_dirty_workbook_of_20000_rows_is_corrected_in_rounds(sender):
    rounds(sender("households", "surveyor", "health", "11.73"), 20_000)


def test_a_workbook_of_points_has_their_coordinates_and_one_of_other_shapes_is_not_made(sender):
    at = sender()
    point = (
        '{"type":"Feature","properties":{"code":"P1","name":""},"geometry":{"type":"Point","coordinates":[97.01,5.01]}}'
    )
    at.check(at.send(f'{{"type":"FeatureCollection","features":[{point}]}}', "a.geojson"))
    assert read(at.book())[1][1:] == ["P1", "", 97.01, 5.01]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("layer", [POSYANDU, HOUSES], ids=["posyandu", "households"])
def test_the_workbook_to_fill_in_is_taken_back_as_it_says(sender, areas, owner, layer, language):
    """Its example is stored when somebody copies it among the rows; the lists offer every choice."""
    with translation.override(language), owner():
        content = template.workbook(layer)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows, notes, lists = (book.get_sheet_by_index(k).to_python() for k in range(3))
    assert len(rows) == 1 and [line[0] for line in notes[1:]] == rows[0]
    at = sender(layer.name, "surveyor" if layer is HOUSES else "validator", "health", "11.73")
    page = at.send(sheet([rows[0], [line[3] for line in notes[1:]]]), "isi.xlsx")
    assert all(at.columns(page).values())
    at.check(page)
    assert (at.kept.stored, at.kept.rejected) == (1, 0), at.page().content.decode()[-3000:]
    label = {"id": "Jamban", "en": "Latrine"}[language]
    if layer is HOUSES:
        column = next(k for k, name in enumerate(rows[0]) if name == label)
        assert len([line[column] for line in lists[1:] if line[column]]) == 4
