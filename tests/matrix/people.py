"""Readers of the pages on which people are kept. What is tried is tried on the village's account."""

import re

from geoportal.models import User
from tests.matrix.asking import Asking, said, url
from tests.matrix.readers import reads


def other(asking: Asking) -> User:
    """Somebody who is not the one who asks."""
    name = "village" if asking.user is None or asking.user.username != "village" else "surveyor"
    return asking.world.people[name]


@reads("people")
def people(asking: Asking, _column: str) -> str:
    """How many people are listed."""
    answer = asking(url("people"))
    return asking.barred(answer) or f"{len(set(re.findall(r'/people/([0-9]+)', said(answer))))} people"


@reads("people-invite")
def invite(asking: Asking, _column: str) -> str:
    return asking.barred(asking(url("people-invite"))) or "page"


@reads("person")
def person(asking: Asking, _column: str) -> str:
    """The page of somebody else; nobody but an administrator learns from it who there is."""
    answer, missing = (asking(url("person", pk=pk)) for pk in (other(asking).pk, 999_999_999))
    barred = asking.barred(answer)
    if not barred:
        return "page"
    return barred if barred == asking.barred(missing) else f"{barred}, and of nobody {asking.barred(missing)}"


@reads("invitation")
def invitation(asking: Asking, _column: str) -> str:
    """A link that was never given."""
    answer = asking(url("invitation", token="nobodys-link"))
    return "sign out first" if answer.status_code == 409 else asking.barred(answer) or "page"


def act(name: str):
    """The reader of a button on somebody else's page."""

    def read(asking: Asking, _column: str) -> str:
        with asking.undone():
            person = other(asking)
            barred = asking.barred(asking(url(name, pk=person.pk), post={"reason": "a question of theirs"}))
        if "has no open invitation." in barred:
            return "none waiting"
        return "done" if barred == f"-> /people/{person.pk}" else barred or "page"

    return read


for key in (
    "person-again",
    "person-withdraw",
    "person-suspend",
    "person-restore",
    "person-password",
    "person-phone",
    "person-view",
):
    reads(key)(act(key))


@reads("viewing-stop")
def viewing_stop(asking: Asking, _column: str) -> str:
    """Of somebody who views as nobody."""
    with asking.undone():
        return asking.barred(asking(url("viewing-stop"), post={})) or "page"
