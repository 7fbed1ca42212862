"""Who is asking: kept in a context variable, sent to the database inside every transaction, where the policies read it.

The settings are transaction-local (`set_config(…, true)`), so a pooled session keeps nothing of the last person, and code
that forgets its transaction runs as nobody: it fails closed.
"""

import contextlib
import json
import uuid
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What the policies and the history must know of a person. `areas` are codes with all inside them; everywhere: all."""

    user: int | None = None
    role: str = "public"
    sector: str = ""
    everywhere: bool = False
    areas: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    page: str = ""

    def settings(self) -> dict[str, str]:
        """The database settings by name; arrays as PostgreSQL literals (codes and units hold no quote or brace)."""
        return {
            "geoportal.role": f"{self.role}:{self.sector}",
            "geoportal.everywhere": "yes" if self.everywhere else "no",
            "geoportal.areas": "{" + ",".join(self.areas) + "}",
            "geoportal.units": "{" + ",".join(self.units) + "}",
            "pghistory.context_id": str(uuid.uuid4()) if self.user else "",
            "pghistory.context_metadata": json.dumps({"user": self.user, "page": self.page}) if self.user else "",
        }


NOBODY = Identity()
current: ContextVar[Identity] = ContextVar("identity", default=NOBODY)


def send(conn) -> None:
    """Tell the database who asks, until the transaction ends."""
    settings = current.get().settings()
    with conn.cursor() as cursor:
        calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
        cursor.execute(f"SELECT {calls}", [part for pair in settings.items() for part in pair])


@contextlib.contextmanager
def acting(person: Identity):
    """Everything inside runs as this person, in one transaction; inside an open transaction the former person returns after."""
    token = current.set(person)
    nested = connection.in_atomic_block
    try:
        if nested:
            send(connection)
            yield
        else:
            with transaction.atomic():
                yield
    finally:
        current.reset(token)
        if nested and not connection.needs_rollback:
            send(connection)


def middleware(get_response):
    """The request's person around the whole response, rendering included: the admin renders late, and needs its identity."""
    from . import access

    def handle(request):
        nested = connection.in_atomic_block
        with acting(access.identity(request.user, page=request.path)):
            response = get_response(request)
            if hasattr(response, "render") and not response.is_rendered:
                response = response.render()
            if response.status_code >= 500 and not nested:
                transaction.set_rollback(True)
            return response

    return handle
