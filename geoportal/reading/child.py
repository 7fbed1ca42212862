"""The process that opens a file of others: `python -m geoportal.reading.child`, a request on standard input, messages out.

It knows nothing of Django, the database or any key.
"""

import errno
import json
import shutil
import sys
import traceback
from collections.abc import Iterator
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path

from . import archive, tables, wire
from .confine import confine, quietly
from .found import Batch, Choices, Found, Limits, Refused
from .kinds import SUFFIXES, kind

TABLES = {"csv": "delimited", "xlsx": "sheets", "xlsb": "sheets", "xls": "sheets", "ods": "sheets", "html": "hypertext"}
NOT_TEXT = set().union(*(SUFFIXES[sort] for sort in ("zip", "ods", "gpkg", "fgb", "shp", "geojson", "kml", "gpx")))


def main() -> None:
    request = json.loads(sys.stdin.buffer.readline())
    limits = Limits(**request["limits"])
    confine(limits.memory, limits.seconds, limits.unpacked)
    with quietly() as out:
        for message in answers(request, limits):
            send(out, message, limits)


def send(out, message: dict, limits: Limits) -> None:
    line = wire.packed(message)
    if len(line) > limits.message:
        line = wire.packed({"refused": "row", "words": {"limit": limits.message // 2**20}})
    view = memoryview(line)
    while view:
        view = view[out.write(view) :]


def answers(request: dict, limits: Limits) -> Iterator[dict]:
    """First what was found, then the batches, then the end; or why not."""
    found = Found()
    try:
        rows = read(Path(request["path"]), request, found, limits)
        first = next(rows, None)
        yield {"found": asdict(found)}
        while first is not None:
            yield {"batch": vars(first)}  # not asdict: it copies every cell
            first = next(rows, None)
        yield {"end": found.rows}
    except Refused as refusal:
        yield {"refused": refusal.code, "words": refusal.words}
    except PermissionError:
        yield {"refused": "denied", "words": {}}
    except MemoryError:
        yield {"refused": "memory", "words": {"limit": limits.memory // 2**20}}
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
        yield {"refused": "room", "words": {}} if full else {"fault": where(error)}
    except Exception as error:
        yield {"fault": where(error)}


def where(error: Exception) -> str:
    """What kind of fault it was and where; never its text, which may quote the file."""
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    return f"{type(error).__name__} at {' < '.join(reversed(places[-4:]))}"


def read(path: Path, request: dict, found: Found, limits: Limits) -> Iterator[Batch]:
    """The batches of a file, which is looked at first: what it is, whether it is safe, what is in it."""
    choices, words = Choices(**request["choices"]), frozenset(request["words"])
    folder, named = Path.cwd(), Path(request["name"])
    sort, suffix = kind(path, limits), named.suffix.lower()
    if sort == "zip":
        infos = archive.members(path, limits)
        name = archive.chosen(archive.readable(infos), choices.part, found)
        path = archive.unpack(path, name, folder, limits)
        choices = replace(choices, part="" if choices.part == name else choices.part)
        sort = kind(path, limits)
        if sort == "zip":
            raise Refused("archive")
    elif sort == "csv" and suffix in NOT_TEXT:
        raise Refused("broken")
    elif suffix not in SUFFIXES[sort]:
        found.note("suffix", suffix=suffix.lstrip("."), format=sort)
    found.format = sort
    if sort in TABLES:
        source = import_module(f"{__package__}.{TABLES[sort]}").source(path, choices, found, limits)
        return tables.table(source, choices, found, words, limits)
    from . import vectors  # GDAL takes most of a second, which a text table need not wait

    near = request["near"]
    return vectors.features(beside(path, sort, folder), choices, found, near, words, limits)


def beside(path: Path, sort: str, folder: Path) -> Path:
    """The file under a name that GDAL knows it by, where it cannot write beside the original."""
    if sort == "shp" or path.is_relative_to(folder):
        return path
    target = folder / f"{path.stem}.{sort}"
    shutil.copyfile(path, target)
    log = path.with_name(f"{path.name}-wal")  # what a program that still has the GeoPackage open wrote last
    if sort == "gpkg" and log.exists():
        shutil.copyfile(log, folder / f"{target.name}-wal")
    return target


if __name__ == "__main__":
    main()
