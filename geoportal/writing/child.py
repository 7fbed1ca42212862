"""The process that writes a file: `python -m geoportal.writing.child BYTES`, what is wanted and the rows on standard input.

It knows nothing of Django, the database or any key. It ends with 0 when the file is whole; FULL when there was no room for it.
"""

import errno
import shutil
import sys
from importlib import import_module

from geoportal.reading.confine import confine

from . import wire

MEMORY, SECONDS = 3 << 30, 600
FULL = 28
LITTLE = 16 << 20  # bytes left on a disk that is full
ROOMS = {"xlsx": "workbook", "gpkg": "spatial", "shp.zip": "spatial", "parquet": "parquet"}


def main() -> int:
    confine(MEMORY, SECONDS, int(sys.argv[1]))
    wanted, batches = wire.received(sys.stdin.buffer)
    try:
        import_module(f"{__package__}.{ROOMS[wanted.form]}").write(wanted, batches)
    except OSError as error:
        return FULL if error.errno in {errno.ENOSPC, errno.EFBIG, errno.EDQUOT} else fault(error)
    except Exception as error:
        return fault(error)
    return 0


def fault(error: Exception) -> int:
    """The code to end with; what kind of fault it was and where is told, never its text, which may quote a row."""
    from geoportal.reading.child import where

    print(where(error), file=sys.stderr)
    return FULL if shutil.disk_usage(".").free < LITTLE else 1


if __name__ == "__main__":
    sys.exit(main())
