"""`manage.py load LAYER FILE`: a spatial or tabular file into a layer."""

import re
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import OperationalError
from django.utils.translation import gettext as _

from geoportal import catalogue, places, upload, wording
from geoportal.errors import Problem
from geoportal.layer import Layer
from geoportal.reading import refusals
from geoportal.reading.found import Choices

# What --as may say, and in what form.
WAYS = {
    "part": ".+", "encoding": ".+", "separator": r".", "decimal": "[.,]", "header": "[1-9][0-9]{0,6}", "crs": ".+",
    "axes": "swapped|given",
}  # fmt: skip


class Command(BaseCommand):
    help = "Load a file into a layer. Exit code: 0 all rows stored, 3 some rejected, 2 nothing usable."

    def add_arguments(self, parser):
        parser.add_argument("layer")
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--map", action="append", default=[], metavar="COLUMN=FIELD", help="which field a column is"
        )
        parser.add_argument(
            "--as", action="append", default=[], metavar="NAME=VALUE", dest="ways",
            help=f"how to read the file, where it was found out wrongly: {', '.join(sorted(WAYS))}",
        )  # fmt: skip
        parser.add_argument("--source", default="", help="where the data come from, in words")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, store nothing")

    def handle(self, *, layer, file, map, ways, source, dry_run, **options):
        try:
            elsewhere = places.elsewhere()
        except OperationalError:
            self.refuse("The database does not answer. Start it with `make run`, and load the file in a second shell.")
        if elsewhere:
            self.refuse(elsewhere)
        found = catalogue.layer(layer)
        if not isinstance(found, Layer):
            self.refuse(
                f"There is no layer {layer}. There are: {', '.join(known.name for known in catalogue.vectors())}."
            )
        pairs = [pair.partition("=") for pair in map]
        if any(not sign for _column, sign, _field in pairs):
            self.refuse('Write --map "Column=field".')
        try:
            mapping = {column: field for column, _sign, field in pairs}
            result = upload.load(found, file, mapping, source, dry_run, reading=self.reading(ways))
        except Problem as problem:
            self.refuse(problem.sentence)
        self.stdout.write(f"{file.name}: {refusals.summary(result.found)}")
        place = _("feature %(number)s") if result.spatial else _("line %(number)s")
        for number, field, sentence in result.mistakes:
            of = "" if field == "__all__" else f"{wording.label(found, field)}: "
            self.stderr.write(f"{place % {'number': number}}: {of}{sentence}")
        for warning in result.warnings:
            self.stderr.write(_("warning: %(sentence)s") % {"sentence": warning})
        for note in result.notes:
            self.stderr.write(note)
        self.stdout.write(result.line())
        if result.rejected:
            raise SystemExit(3)

    def reading(self, ways: list[str]) -> Choices:
        """The choices of --as; ends with code 2 where one means nothing."""
        pairs = dict(way.partition("=")[::2] for way in ways)
        if wrong := [name for name, value in pairs.items() if name not in WAYS or not re.fullmatch(WAYS[name], value)]:
            self.refuse(f"--as {wrong[0]}={pairs[wrong[0]]} means nothing. There are: {', '.join(sorted(WAYS))}.")
        return Choices(**{name: int(value) if name == "header" else value for name, value in pairs.items()})

    def refuse(self, sentence: str):
        """End with code 2: nothing was stored."""
        self.stderr.write(sentence)
        raise SystemExit(2)
