"""Whom a session speaks for, as this process learnt within the last minute.

A map asks for twenty tiles at a time. Instead of reading session, account, second step and scopes for each, the database is
asked in the tile's own transaction whether all of them are still what they were (`geoportal_stamp`): if not, nothing is found,
and the request goes the whole way through the middleware. So who is signed out, suspended or given other scopes is so at once.
"""

import time
from dataclasses import dataclass

from django.contrib.auth import SESSION_KEY, get_user
from django.db import connection
from django.http import HttpRequest

from . import access, sessions, viewing
from .signedin import SessionStore

MOST = 1000  # sessions a process knows
STAMP = "SELECT geoportal_stamp(%s, %s)"

_known: dict[str, "Known"] = {}


@dataclass(frozen=True)
class Known:
    """A person; the statement that proves them and makes the database act for them (identity.proof); until when the session
    needs no other care, in seconds since 1970."""

    user: object
    proof: tuple[str, list, bool]
    until: float


def person(key: str) -> Known | None:
    """Whom the session of this key speaks for; None where the middleware must see to it."""
    found = _known.get(key)
    if found is None or found.until <= time.time():
        found = _met(key)
        if len(_known) >= MOST:
            _known.clear()
        if found:
            _known[key] = found
    return found


def forget(key: str) -> None:
    """The session is looked at anew when it comes again."""
    _known.pop(key, None)


def _met(key: str) -> Known | None:
    """The person as the middleware would find them. The stamp is older than all it stands for: what changes meanwhile makes it
    wrong."""
    claimed = SessionStore(key).get(SESSION_KEY, "")
    if not claimed.isdigit():
        return None
    stamp = connection.planned(STAMP, [key, int(claimed)])[0]
    request = HttpRequest()
    request.session = SessionStore(key)
    user = get_user(request)
    until = sessions.untouched(request.session, user) if user.is_authenticated else 0
    if viewing.held(request.session):  # the middleware finds out as whom, each time
        return None
    if stamp is None or str(user.pk) != claimed or until <= time.time() or not access.acts(user):
        return None
    return Known(user, proof(key, user, stamp), until)


def proof(key: str, user, stamp: str) -> tuple[str, list, bool]:
    """The statement that finds a row, and makes the database act for this person, while the stamp is right."""
    settings = {name: word for name, word in access.identity(user).settings().items() if name.startswith("geoportal.")}
    calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
    sql = f"SELECT {calls} FROM (SELECT geoportal_stamp(%s, %s) AS stamp) now WHERE stamp = %s"
    return sql, [*(part for pair in settings.items() for part in pair), key, user.pk, stamp], True
