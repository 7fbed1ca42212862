"""A CSV of measurements -> a CSV of their z-scores, some thousand rows at a time."""

import csv
import itertools
import os
import re
import tempfile
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import numpy as np
from django.utils.translation import gettext as _

from geoportal.errors import Unusable

from .growth import INDICES, zscores
from .growth.stature import UNKNOWN, WORDS

COLUMNS = ("id", "sex", "age_days", "weight", "lenhei", "measure", "oedema", "headc", "armc")
RESULT = ("id", *INDICES, *(f"f{index}" for index in INDICES))
ROWS = 20_000  # held at a time: a file may be longer than the memory
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
EMPTY = {"", "NA"}  # R writes NA
POSITIONS = dict.fromkeys(EMPTY, UNKNOWN) | {word.upper(): how for word, how in WORDS.items()}
OEDEMA = dict.fromkeys(EMPTY, False) | {"N": False, "Y": True}
SEXES = dict.fromkeys(EMPTY, np.nan) | {"1": 1.0, "2": 2.0}
NOTHING = (np.nan, np.nan, np.nan, np.nan, UNKNOWN, False, np.nan, np.nan)


def judge(source: Path, target: Path) -> tuple[int, int, int]:
    """(rows, those that could not be read, the line of the first of them or 0). The target is whole or not written at all.

    Raises Unusable with a sentence when the source is no such file or the target cannot be written.
    """
    count = unreadable = first = 0
    with opened(source, target) as (reader, writer):
        header = next(reader, [])
        places = found(header, source)
        writer.writerow(RESULT)
        while block := list(itertools.islice(rows(reader, places, len(header)), ROWS)):
            bad = [line for line, _id, figures in block if figures is None]
            first = first or next(iter(bad), 0)
            count, unreadable = count + len(block), unreadable + len(bad)
            writer.writerows(results(block))
    return count, unreadable, first


@contextmanager
def opened(source: Path, target: Path):
    """(reader of the source, writer of a file that takes the target's place once all went well)."""
    if not source.is_file():
        raise Unusable(_("There is no file %(path)s.") % {"path": source})
    if target.exists() and source.samefile(target):
        raise Unusable(_("The result would overwrite %(path)s: name another file for it.") % {"path": source})
    try:
        with source.open(encoding="utf-8-sig", newline="") as text, written(target) as result:
            yield csv.reader(text), csv.writer(result, lineterminator="\n")
    except (UnicodeDecodeError, csv.Error) as error:
        sentence = _("%(path)s is no CSV file in UTF-8, with commas between its columns.")
        raise Unusable(sentence % {"path": source}) from error
    except OSError as error:
        sentence = _("%(path)s cannot be used: %(reason)s.")
        path = source if error.filename == str(source) else target  # not the name of what is on its way there
        raise Unusable(sentence % {"path": path, "reason": error.strerror}) from error


@contextmanager
def written(target: Path):
    """A text file that becomes the target at the end; a device or a pipe is written as it comes."""
    if target.exists() and not target.is_file():
        with target.open("w", encoding="utf-8", newline="") as text:
            yield text
        return
    if not target.parent.is_dir():
        raise Unusable(_("There is no folder %(path)s.") % {"path": target.parent})
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=target.parent, prefix=f".{target.name}.", delete=False
    ) as text:
        try:
            yield text
            text.close()
            os.chmod(text.name, target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~umask())
            os.replace(text.name, target)
        except BaseException:
            os.unlink(text.name)
            raise


def umask() -> int:
    """What new files of this process may not be."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def found(header: list[str], source: Path) -> list[int]:
    """Where each column stands."""
    names = [name.strip().lower() for name in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        sentence = _("%(path)s has no column %(names)s. It needs %(all)s, with commas between them.")
        words = {"path": source, "names": ", ".join(missing), "all": ", ".join(COLUMNS)}
        raise Unusable(sentence % words)
    return [names.index(name) for name in COLUMNS]


def rows(reader, places: list[int], width: int):
    """(line, id, figures in the order `zscores` takes them or None where the row cannot be read); blank lines are no rows.

    A row of another width than the header is not read: with a decimal comma its figures would stand in the wrong columns.
    """
    for cells in reader:
        if not any(cells):
            continue
        name = cells[places[0]] if len(cells) > places[0] else ""
        whole = len(cells) >= width and not any(cells[width:])
        yield reader.line_num, name, figures(*(cells[place] for place in places[1:])) if whole else None


def figures(sex, days, weight, length, measure, oedema, head, arm):
    """The figures of one row, None where one of its cells means nothing."""
    try:
        return (
            SEXES[sex.strip()],
            number(days),
            number(weight),
            number(length),
            POSITIONS[measure.strip().upper()],
            OEDEMA[oedema.strip().upper()],
            number(head),
            number(arm),
        )
    except (KeyError, ValueError):
        return None


@lru_cache(1 << 16)
def number(cell: str) -> float:
    """A number with a decimal point, nan for an empty cell. Raises ValueError for anything else."""
    cell = cell.strip()
    if cell in EMPTY:
        return np.nan
    if not NUMBER.fullmatch(cell):
        raise ValueError(cell)
    return float(cell)


def results(block):
    """The rows of the result: id, z to two decimals, flags; empty where there is no z."""
    growth = zscores(*zip(*(figures or NOTHING for _line, _id, figures in block), strict=True))
    columns = [["" if z != z else f"{z:.2f}" for z in growth.z[index].tolist()] for index in INDICES]
    columns += [
        [
            "" if z != z else "1" if flag else "0"
            for z, flag in zip(growth.z[i].tolist(), growth.flagged[i].tolist(), strict=True)
        ]
        for i in INDICES
    ]
    return zip((name for _line, name, _figures in block), *columns, strict=True)
