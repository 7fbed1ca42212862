"""A table of others as the reader gives it, whole."""

from geoportal.reading.apart import opened
from geoportal.reading.found import Choices
from tests.files import CITY

WORDS = {"code", "name", "kode", "nama", "bujur", "lintang"}


def read_in(folder, content, name="a.csv", words=WORDS, **choices):
    """(found, {column: values}, lines, wrong) of a table of this content, laid into the folder."""
    path = folder / name
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


def notes(found):
    return [code for code, _words in found.notes]
