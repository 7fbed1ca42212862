"""Who is asking: kept in a context variable, sent to the database inside every transaction, where the policies read it.

The settings are transaction-local (`set_config(…, true)`), so a pooled session keeps nothing of the last person, and code
that forgets its transaction runs as nobody: it fails closed.
"""

import contextlib
import json
import uuid
from contextvars import ContextVar
from dataclasses import dataclass, replace

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.http import FileResponse


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What the policies and the history must know of a person. `areas` are codes with all inside them; everywhere: all;
    door: sign-in asks, which must read accounts and sessions before there is a person."""

    user: int | None = None
    role: str = "public"
    sector: str = ""
    everywhere: bool = False
    areas: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    page: str = ""
    door: bool = False
    behind: object = None  # the administrator who views as this person: such transactions only read

    def settings(self) -> dict[str, str]:
        """The database settings by name; arrays as PostgreSQL literals."""
        return {
            "geoportal.user": str(self.user or ""),
            "geoportal.role": f"{self.role}:{self.sector}",
            "geoportal.everywhere": "yes" if self.everywhere else "no",
            "geoportal.areas": array(self.areas),
            "geoportal.units": array(self.units),
            "geoportal.door": "yes" if self.door else "no",
            "pghistory.context_id": str(uuid.uuid4()) if self.user else "",
            "pghistory.context_metadata": json.dumps({"user": self.user, "page": self.page}) if self.user else "",
        }


def array(words) -> str:
    """The words as a PostgreSQL array literal; a unit is free text and may hold a comma, quote or brace."""
    return "{" + ",".join('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' for word in words) + "}"


NOBODY = Identity()
DOOR = Identity(door=True)
current: ContextVar[Identity] = ContextVar("identity", default=NOBODY)
# A statement with which the database itself makes sure that a person is still as known (known.py) and acts as that person for
# one transaction. It goes ahead of a statement on a session lent by the pool.
proof: ContextVar[tuple[str, list, bool] | None] = ContextVar("proof", default=None)


class Changed(Exception):
    """Session, account or scopes of a person are not as they were known."""


def send(conn) -> None:
    """Tell the database who asks, until the transaction ends."""
    settings = current.get().settings()
    with conn.cursor() as cursor:
        calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
        cursor.execute(f"SELECT {calls}", [part for pair in settings.items() for part in pair])


@contextlib.contextmanager
def acting(person: Identity, using: str = DEFAULT_DB_ALIAS):
    """Everything inside runs as this person, in one transaction of the database `using`; inside an open one in a savepoint,
    and the former person returns after."""
    token, conn = current.set(person), connections[using]
    nested = conn.in_atomic_block
    try:
        with transaction.atomic(using=using):
            if nested:
                send(conn)
            if person.behind is not None:
                with conn.cursor() as cursor:
                    cursor.execute("SET TRANSACTION READ ONLY")
            yield
    finally:
        current.reset(token)
        if nested and not conn.needs_rollback:
            send(conn)


def carried(person: Identity, chunks):
    """The chunks of a streamed answer, made as this person: they are made after the request's own transaction."""
    with acting(person):
        yield from chunks


def middleware(get_response):
    """The request's person around the whole response, rendering included: the admin renders late, and needs its identity.
    Nothing stays stored of a request that failed."""
    from . import access

    def handle(request):
        person = access.identity(request.user, page=request.path)
        if person == NOBODY and request.path.startswith("/accounts/"):
            person = DOOR
        if view := getattr(request, "viewing", None):
            person = replace(person, behind=view.by)
        with acting(person):
            response = get_response(request)
            if hasattr(response, "render") and not response.is_rendered:
                response = response.render()
            if response.status_code >= 500:
                transaction.set_rollback(True)
        if response.streaming and not isinstance(response, FileResponse):
            response.streaming_content = carried(person, response.streaming_content)
        return response

    return handle
