"""`manage.py zscores IN.csv OUT.csv`: measurements in a file -> their z-scores in another."""

from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from geoportal.errors import Problem
from layers.children import zscorefile


class Command(BaseCommand):
    help = (
        "WHO z-scores of a CSV of measurements. IN needs the columns "
        f"{', '.join(zscorefile.COLUMNS)}; OUT gets {', '.join(zscorefile.RESULT)}. "
        "A row that cannot be read keeps its id, and the rest of it stays empty. Exit code: 0 done, 2 nothing usable."
    )
    requires_system_checks = ()  # files in, files out: it asks the database nothing

    def add_arguments(self, parser):
        parser.add_argument("source", metavar="IN.csv", type=Path)
        parser.add_argument("target", metavar="OUT.csv", type=Path)

    def handle(self, *, source, target, **options):
        try:
            _rows, unreadable, first = zscorefile.judge(source, target)
        except Problem as problem:
            self.stderr.write(problem.sentence)
            raise SystemExit(2) from problem
        if unreadable:
            sentence = ngettext(
                "%(n)s row could not be read and is empty in the result, in line %(line)s.",
                "%(n)s rows could not be read and are empty in the result, the first in line %(line)s.",
                unreadable,
            )
            self.stderr.write(sentence % {"n": unreadable, "line": first})
