"""How long a session lasts: until its person rests too long, and a working day or a week at most.

Resting is told by the session's own end in the database, which moves on at most once a minute: no write on other requests, and
none that could lose what another request keeps in the session at the same time.
"""

import time
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.db import connection

from . import secondfactor, tokens

MINUTE = 60
MOVE = "SELECT geoportal_session_until(%s, %s)"


@dataclass(frozen=True)
class Limits:
    """Seconds a session may rest, and last altogether."""

    idle: int
    whole: int


def limits(user) -> Limits:
    """Of this person's sessions: short where names and numbers are seen or accounts are kept."""
    return Limits(*(settings.SESSION_SHORT if secondfactor.sensitive(user) else settings.SESSION_LONG))


def keep(request) -> None:
    """Moves the session's end on, or signs out when it has lasted long enough."""
    session, now, most = request.session, time.time(), limits(request.user)
    last = session.get("began", now) + most.whole
    if now >= last:
        logout(request)
        request.session.ended = True
        return
    until = min(now + most.idle, last)
    if session.until is not None and until - session.until.timestamp() > MINUTE:
        connection.planned(MOVE, [session.session_key, until])


def untouched(session, user) -> float:
    """Until when (seconds since 1970) keep() has nothing to do with this session of this person; 0 for one it knows too little
    about."""
    if session.until is None or "began" not in session:
        return 0
    most = limits(user)
    return min(session.until.timestamp() - most.idle + MINUTE, session["began"] + most.whole)


def end_all(user) -> None:
    """Every session of this person ends, and every phone loses its access."""
    for session in UserSession.objects.filter(user=user):
        session.end()
    tokens.revoke(user.devices)
