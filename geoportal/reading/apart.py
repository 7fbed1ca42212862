"""The door: starts the process that opens a file, and receives from it what was found and the rows.

with opened(path, choices, near=(97.0, 5.0, 97.2, 5.2)) as file:
    file.found
    for batch in file: ...
"""

import json
import logging
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path

from django.conf import settings

from . import wire
from .confine import environment
from .found import Batch, Choices, Found, Guess, Limits, Refused
from .systems import INDONESIA

EXHAUSTED = (b"MemoryError", b"memory allocation", b"bad_alloc", b"ut of memory", b"annot allocate")


@contextmanager
def opened(
    path: Path, choices: Choices | None = None, near=None, words: Collection[str] = (), limits: Limits | None = None
) -> Iterator["File"]:
    """The file, read by a process of its own that ends with this block, with all it unpacked.

    near: the city's box in degrees, by which a CRS is guessed; words: names of columns, lower case, that the destination
    knows. Refused with a code of `refusals` when the file cannot be read, here or while its batches are taken.
    """
    if not path.is_file():
        raise Refused("missing", path=str(path))
    limits = limits or Limits()
    request = {
        "path": str(path.resolve()), "name": path.name, "choices": asdict(choices or Choices()),
        "near": list(near or INDONESIA), "words": sorted(words), "limits": asdict(limits),
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="geoportal-reading-") as folder, tempfile.TemporaryFile() as told:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "geoportal.reading.child"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=told, env=environment(folder, str(settings.BASE_DIR)), start_new_session=True,
        )  # fmt: skip
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.close()
            yield File(process, told, limits)
        except BrokenPipeError:
            raise ended(process, told, limits) from None
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


class File:
    """What was found about a file, and its batches, once."""

    def __init__(self, process: subprocess.Popen, told, limits: Limits):
        self.messages = received(process, told, limits)
        self.found = Found()
        first = next(self.messages)
        known = {field.name for field in fields(Found)}
        self.found = Found(**{name: value for name, value in first.get("found", {}).items() if name in known})
        self.found.guesses = [Guess(**guess) for guess in self.found.guesses]

    def __iter__(self) -> Iterator[Batch]:
        return (Batch(**message["batch"]) for message in self.messages if "batch" in message)


def received(process: subprocess.Popen, told, limits: Limits) -> Iterator[dict]:
    """The messages up to the end. Refused when the child says so, dies, says too much or nothing for too long."""
    pipe, kept = process.stdout.fileno(), bytearray()
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    limit = time.monotonic() + limits.patience
    while True:
        if not waiting.poll(max(0.0, limit - time.monotonic()) * 1000):
            raise Refused("slow", limit=limits.patience)
        piece = os.read(pipe, 1 << 20)
        if not piece or len(kept) > limits.message:
            raise ended(process, told, limits)
        kept += piece
        if b"\n" not in piece:
            continue
        *lines, kept = kept.split(b"\n")
        for line in lines:
            message = understood(bytes(line))
            yield message
            if "end" in message:
                return
        limit = time.monotonic() + limits.patience


def understood(line: bytes) -> dict:
    """The message of a line. Refused when it says so, or is none."""
    try:
        message = wire.unpacked(line)
        if "refused" in message:
            raise Refused(message["refused"], **message["words"])
    except (ValueError, TypeError):
        raise Refused("broken") from None
    if "fault" in message:
        logging.getLogger(__name__).error("The reader of files failed: %s", message["fault"][:300])
        raise Refused("broken")
    return message


def ended(process: subprocess.Popen, told, limits: Limits) -> Refused:
    """Why a child ended before its time, from how it did."""
    try:
        code = process.wait(5)
    except subprocess.TimeoutExpired:
        return Refused("broken")
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        return Refused("slow", limit=limits.seconds)
    told.seek(max(0, told.seek(0, os.SEEK_END) - 4000))
    last = told.read()
    if any(word in last for word in EXHAUSTED):
        return Refused("memory", limit=limits.memory // 2**20)
    return Refused("broken")
