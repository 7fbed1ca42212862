"""The trial: what would become of every row, each wrong one with its column, its value and a sentence; nothing is stored."""

from collections import Counter
from collections.abc import Callable

from django.utils.translation import gettext as _

from .. import columns, places, upload
from ..frame import doubt
from ..layer import Layer
from ..points import BOTH
from ..reading import refusals
from ..reading.apart import opened
from ..reading.found import Choices
from . import folder, naming, returning
from .kept import Upload, move

LISTED = 20_000  # mistakes the page lists; the workbook has them all
WARNED = 200  # warnings the page lists
SHOWN = 120  # characters of a value


def loaded(layer: Layer, one: Upload, progress: Callable, user, dry_run: bool) -> upload.Result:
    """The result of loading an upload's file as it was read and named."""
    path, choices = folder.file(one), Choices(**one.choices)
    return upload.load(layer, path, one.mapping, "", dry_run, user, choices, progress)


def check(layer: Layer, one: Upload, progress: Callable, user) -> None:
    """Nothing; the numbers are kept, the mistakes and the workbook that tells them lie in the folder."""
    result = loaded(layer, one, progress, user, dry_run=True)
    told = told_by_line(one, result)
    path = folder.note(one, "wrong.xlsx")
    labels = {option.name: option.label for option in naming.options(layer)}
    workbook = returning.Workbook(path, one, result.found, labels) if returning.fits(result.found) else None
    progress(0, result.found.rows)
    values = written(layer, one, result, told, workbook, progress)
    mistakes = [
        [line, field, column, values.get((line, column), ""), sentence]
        for line in sorted(told)
        for field, column, sentence in told[line]
    ]
    folder.write(one, "mistakes", mistakes[:LISTED])
    kinds = Counter(column or field for _line, field, column, _value, _sentence in mistakes)
    unread = [name for name in one.columns if not one.mapping.get(name)]
    folder.write(one, "result", {
        "spatial": result.spatial, "kinds": kinds.most_common(), "mistakes": len(mistakes),
        "unread": [name for name in unread if not naming.returned(name)],
        "warnings": warnings(result, unread), "workbook": workbook is not None,
    })  # fmt: skip
    move(one, "checked", **numbers(result))


def numbers(result: upload.Result) -> dict:
    """What became of the rows, as an upload keeps it."""
    return {name: getattr(result, name) for name in ("stored", "updated", "skipped", "rejected")}


def warnings(result: upload.Result, unread: list[str]) -> list[str]:
    """What is worth knowing of the whole; not what the page itself says of reading and columns."""
    said = [*doubt(result.found), *(refusals.note(*note) for note in result.found.notes)]
    said.append(_("These columns were not read: %(names)s.") % {"names": ", ".join(unread)})
    return [sentence for sentence in result.warnings if sentence not in said][:WARNED]


def told_by_line(one: Upload, result: upload.Result) -> dict[int, list[tuple[str, str, str]]]:
    """line -> (field, column of the file or empty, sentence) of each mistake."""
    named = {field: column for column, field in one.mapping.items() if field}
    both = named.get(BOTH)
    told: dict[int, list[tuple[str, str, str]]] = {}
    for line, field, sentence in result.mistakes:
        column = named.get(field) or (both if field in {"lon", "lat"} else "") or ""
        told.setdefault(line, []).append((field, column, sentence))
    return told


def written(layer: Layer, one: Upload, result, told: dict, workbook, progress: Callable) -> dict[tuple[int, str], str]:
    """The values of wrong cells by (line, column); on the way every row goes into the workbook."""
    if not told and workbook is None:
        return {}
    city, values, done = places.root(), {}, 0
    near = city.geom.extent if city and city.geom else None
    with opened(folder.file(one), Choices(**one.choices), near, columns.words(layer)) as file:
        for batch in file:
            for row, line in enumerate(batch.lines):
                cells = [column[row] for column in batch.columns]
                wrong = told.get(line, ())
                for _field, column, _sentence in wrong:
                    if column:
                        values[line, column] = plain(cells[one.columns.index(column)])
                if workbook:
                    workbook.add(cells, wrong, batch.shapes[row] if batch.shapes else None)
            done += len(batch.lines)
            progress(done, result.found.rows)
    if workbook:
        workbook.close()
    return values


def plain(cell) -> str:
    """A cell as the list shows it."""
    text = "" if cell is None else str(cell)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
