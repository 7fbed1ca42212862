"""What a job does for an upload: whatever its state asks for, in one transaction, as the person who sent it.

Asked twice, the second waits for the first and finds nothing left to do: so a job may be begun again at any time.
"""

import logging
import time

from django.utils.translation import override

from .. import access, catalogue, identity
from ..errors import Broken, Problem
from ..models import User
from . import checking, folder, looking, storing, undoing
from .kept import WORKING, Upload, locked, move

log = logging.getLogger(__name__)
STEP = 0.5  # seconds between two notes of how far it is


def take(uid: str, user: int) -> None:
    """Nothing; the step is done, or the upload says why it could not be."""
    with identity.acting(identity.DOOR):  # the worker serves nobody yet
        sender = User.objects.get(pk=user)
        person = access.identity(sender, page=f"/upload/{uid}")
    try:
        with identity.acting(person):
            step(uid, sender)
    except Exception as fault:
        with identity.acting(person):
            if (one := locked(uid)) and one.working:
                with override(one.language):
                    problem = fault if isinstance(fault, Problem) else Broken()
                    move(one, WORKING[one.state], told=told(problem))
        if not isinstance(fault, Problem):
            raise


def told(problem: Problem) -> str:
    return problem.sentence[:2000]


def step(uid: str, sender: User) -> None:
    """Nothing; one step of an upload that waits for it is done."""
    one = locked(uid)
    if one is None or not one.working:
        return
    layer, heard, state = catalogue.layer(one.layer), heard_by(one), one.state
    with override(one.language):
        if state == "looking":
            looking.look(layer, one)
        elif state == "checking":
            checking.check(layer, one, heard, sender)
        elif state == "storing":
            storing.store(layer, one, heard, sender)
        else:
            undo(layer, one)
    log.info("upload into %s: %s -> %s", layer.name, state, one.state)


def undo(layer, one: Upload) -> None:
    done = undoing.undo(layer, one)
    folder.write(one, "way", {"uids": done.way, "many": done.many})
    if done.way:
        move(one, "stored")
    else:
        move(one, "undone", taken=done.taken, restored=done.restored)


def heard_by(one: Upload):
    """What is told how far a step is: it notes it beside the file, for the page to read."""
    last = 0.0

    def heard(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > STEP:
            last = time.monotonic()
            folder.write(one, "progress", {"done": done, "total": total, "at": time.time(), "state": one.state})

    return heard
