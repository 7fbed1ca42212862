"""The private folder of an upload: the file as it was sent, and what was found in it. Nobody but the product reads it (0700),
no address leads into it, and it is swept after UPLOAD_DAYS."""

import json
import os
import re
import shutil
import time
from pathlib import Path

from django.conf import settings

NOTES = "notes"  # beside the file: sample, mistakes, progress, the workbook


def root() -> Path:
    """The folder of all uploads, made when it is not there."""
    place = Path(settings.UPLOAD_ROOT)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.chmod(0o700)
    return place


def of(uid) -> Path:
    """The folder of one upload."""
    return Path(settings.UPLOAD_ROOT) / str(uid)


def named(name: str) -> str:
    """A file's name without folders and control characters, of at most 120 characters with its ending."""
    plain = re.sub(r"[\x00-\x1f\x7f/\\]", "", name.replace("\\", "/").rpartition("/")[2]).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        return plain[:60] or "file"
    return f"{stem[:60] or 'file'}.{ending[:12]}"


def take_in(uid, file: Path, name: str) -> None:
    """Nothing; the file lies in the upload's own folder."""
    place = root() / str(uid)
    (place / NOTES).mkdir(mode=0o700, parents=True)
    place.chmod(0o700)
    shutil.move(file, place / name)
    (place / name).chmod(0o600)


def file(upload) -> Path:
    """Where the file lies, or lay before it was swept."""
    return of(upload.uid) / upload.file


def note(upload, name: str) -> Path:
    """Where a note about the file lies."""
    return of(upload.uid) / NOTES / name


def write(upload, name: str, content) -> None:
    """Nothing; a note is written whole or not at all."""
    place = note(upload, name)
    with open(place.with_suffix(".new"), "w", opener=private) as out:
        json.dump(content, out, ensure_ascii=False, default=str)
    place.with_suffix(".new").replace(place)


def private(path, flags) -> int:
    return os.open(path, flags, 0o600)


def read(upload, name: str, otherwise=None):
    """A note, or `otherwise` where there is none."""
    try:
        return json.loads(note(upload, name).read_text())
    except FileNotFoundError:
        return otherwise


def drop(uid) -> None:
    """Nothing; the folder is gone."""
    shutil.rmtree(of(uid), ignore_errors=True)


def sweep() -> int:
    """Number of folders taken away because their days are over."""
    limit = time.time() - settings.UPLOAD_DAYS * 86400
    old = [place for place in root().iterdir() if place.stat().st_mtime < limit]
    for place in old:
        shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(missing_ok=True)
    return len(old)
