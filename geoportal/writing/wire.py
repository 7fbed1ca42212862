"""What goes from the product to the process that writes a file: a request, then rows, then the end. Free of Django."""

import marshal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass
class Wanted:
    """The file to be written.

    columns: (name, title, kind) of each; a spatial file has the geometry as WKB behind them. kind of geometry: Point or
    MultiPolygon. about: (term, text) of the whole; dictionary: lines about its columns, the first their header; words: texts the
    file itself adds, in the reader's language, by name.
    """

    form: str
    path: str
    layer: str
    title: str
    columns: list[tuple[str, str, str]]
    geometry: str
    about: list[tuple[str, str]]
    dictionary: list[list[str]]
    words: dict[str, str] = field(default_factory=dict)


def send(pipe, wanted: Wanted, rows: Iterable[list], batch: int = 1000) -> None:
    """Nothing; all of it has gone down the pipe, a batch of rows at a time."""
    marshal.dump(vars(wanted), pipe)
    some: list[list] = []
    for row in rows:
        some.append(row)
        if len(some) == batch:
            marshal.dump(some, pipe)
            some = []
    marshal.dump(some, pipe)
    marshal.dump(None, pipe)


def received(pipe) -> tuple[Wanted, Iterator[list[list]]]:
    """What is wanted, and the batches of its rows. EOFError when they end before the end."""
    return Wanted(**marshal.load(pipe)), iter(lambda: marshal.load(pipe), None)
