"""Messages on the pipe: a line of JSON each. Days and times are marked, other objects become text: nothing here can run code."""

import datetime
import json

KINDS = {"day": datetime.date, "moment": datetime.datetime, "time": datetime.time}


def packed(message: dict) -> bytes:
    """The message as one line."""
    return json.dumps(message, default=marked, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def marked(value):
    """What JSON has no word for."""
    if isinstance(value, datetime.datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"day": value.isoformat()}
    if isinstance(value, datetime.time):
        return {"time": value.isoformat()}
    return value.tolist() if hasattr(value, "tolist") else str(value)


def unpacked(line: bytes) -> dict:
    """The message of a line; ValueError when it is none."""
    return json.loads(line, object_hook=unmarked)


def unmarked(found: dict):
    """A marked day or time as itself."""
    if len(found) == 1:
        ((kind, text),) = found.items()
        if kind in KINDS and isinstance(text, str):
            return KINDS[kind].fromisoformat(text)
    return found
