"""What travels between the two processes: what a person chose, what was found, batches of rows, and why a file is refused.

Plain data of the standard library; `refusals` has the words for the codes.
"""

from dataclasses import dataclass, field


class Refused(Exception):
    """A file that cannot be read: a code of `refusals`, and what its sentence names."""

    def __init__(self, code: str, **words):
        super().__init__(code)
        self.code, self.words = code, words


@dataclass(frozen=True)
class Limits:
    """How much one file may cost, in bytes and seconds."""

    file: int = 200 * 2**20
    unpacked: int = 2**30  # all members of an archive together, and any file the child writes
    memory: int = 3 * 2**30  # address space: GDAL and PROJ alone take a third of a gigabyte
    seconds: int = 120  # of processor
    patience: int = 180  # of waiting for one message
    columns: int = 2000
    message: int = 64 * 2**20


@dataclass(frozen=True)
class Choices:
    """How to read a file; empty where it is to be found out."""

    part: str = ""  # the sheet, layer, table, or member of an archive
    encoding: str = ""
    separator: str = ""
    decimal: str = ""  # "," or "."
    header: int = 0  # the line the names stand in
    crs: str = ""  # as EPSG:32647
    axes: str = ""  # "swapped", or "given" where they are right as they stand


@dataclass(frozen=True)
class Guess:
    """A reading of a file's coordinates: as this CRS, axes exchanged or not, such a share (0..1) lies in the city."""

    crs: str
    name: str
    swapped: bool
    share: float


@dataclass
class Found:
    """What a file is. Empty where it does not apply: a workbook has no separator, a table no geometries."""

    format: str = ""
    part: str = ""
    parts: list[str] = field(default_factory=list)
    encoding: str = ""
    separator: str = ""
    decimal: str = ""  # "," or "."; empty: no broken number, or none that tells
    header: int = 0
    columns: list[str] = field(default_factory=list)
    rows: int = 0
    spatial: bool = False
    crs: str = ""  # EPSG:… where it has a number, else its name; empty: the file names none
    crs_name: str = ""
    geometries: dict[str, int] = field(default_factory=dict)  # "" for rows without one
    bounds: list[float] = field(default_factory=list)  # west, south, east, north as they stand in the file
    swapped: bool = False  # whether the axes were exchanged, by choice
    guesses: list[Guess] = field(default_factory=list)  # the likeliest first
    notes: list = field(default_factory=list)  # [code of refusals.NOTES, words]

    def note(self, code: str, **words) -> None:
        self.notes.append([code, words])

    def better(self) -> Guess | None:
        """The likeliest reading of the coordinates, where as the file stands none of them lie in the city and so some do."""
        if any(guess.crs == self.crs and guess.swapped == self.swapped for guess in self.guesses):
            return None
        return self.guesses[0] if self.guesses else None


@dataclass
class Batch:
    """Some rows, by columns.

    lines: where each stands in the file, as an editor or spreadsheet counts, or the number of the feature; both from 1.
    shapes: WKB in EPSG:4326 as hexadecimal text, None where a row has none; None altogether for a table.
    wrong: [row of the batch, column or -1 for the shape, code, value] of cells that the file itself has spoilt.
    """

    lines: list[int]
    columns: list[list]
    shapes: list[str | None] | None = None
    wrong: list[list] = field(default_factory=list)
