"""The door: starts the process that writes a file, gives it the rows, and opens what it has written."""

import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from geoportal.errors import Unmade
from geoportal.reading.confine import environment

from . import wire
from .child import FULL

BYTES = 8 << 30  # the largest file


def written(wanted: wire.Wanted, rows: Iterable[list]) -> BinaryIO:
    """The finished file, opened; on the disk it has no name any more, so that nothing stays when it is closed.

    Unmade when the process ends before the file is whole.
    """
    with tempfile.TemporaryDirectory(prefix="geoportal-writing-") as folder, tempfile.TemporaryFile() as told:
        wanted.path = str(Path(folder) / f"{wanted.layer}.{wanted.form}")
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", f"{__package__}.child", str(BYTES)], cwd=folder, stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=told, env=environment(folder, str(settings.BASE_DIR)), start_new_session=True,
        )  # fmt: skip
        try:
            wire.send(process.stdin, wanted, rows)
            process.stdin.close()
            code = process.wait()
        except BrokenPipeError:
            code = process.wait()
        finally:
            process.kill()
            process.wait()
        if code == 0:
            return Path(wanted.path).open("rb")
        raise failed(code, told)


def failed(code: int, told) -> Unmade:
    """Why there is no file; what the process said of it, which quotes no row, is in the product's log."""
    if code == FULL:
        return Unmade(
            _("There is no room to make this file just now. Take fewer rows, or the CSV, and tell the administrator.")
        )
    told.seek(0)
    last = told.read().decode(errors="replace").strip().splitlines()[-1:]
    logging.getLogger(__name__).error("The writer of files ended with %s: %s", code, "".join(last)[:300])
    return Unmade(_("This file could not be made. Take fewer rows, or another format."))
