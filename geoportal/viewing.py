"""Viewing as another person: an administrator sees the product as that person does, and can change nothing by it.

The session says whom; `seen_as` says for every request who the product answers as, and judges anew whether it still may: the
person not suspended and within the administrator's reach, the half hour not over. The database acts for the other person in
transactions that only read (identity.py); whatever the access log keeps meanwhile is kept of the administrator (audit.py).
"""

import datetime
import time
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from . import access, audit, discretion, mandate, peoplelist, secondfactor, signedin
from .errors import Invalid, Viewed
from .models import User

KEY = "viewing"  # in the session: [the person's key, until when in seconds since 1970, user name, name]
LASTS = 30 * 60  # seconds
STOP, LEAVE = "/viewing/stop", "/accounts/logout/"
# Nobody looks after another's password, second step and phones, nobody opens the files another has sent, and no file leaves.
CLOSED = ("/accounts/", "/export/", "/upload/", "/accesslog.csv")
SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class View:
    """Who sees the product as whom, and until when (seconds since 1970)."""

    by: User
    person: User
    until: float

    @property
    def name(self) -> str:
        return self.person.get_full_name() or self.person.get_username()

    @property
    def work(self) -> str:
        return peoplelist.work_words(self.person)

    @property
    def ends(self):
        return datetime.datetime.fromtimestamp(self.until, tz=timezone.get_current_timezone())

    @property
    def left(self) -> int:
        """Seconds until it ends."""
        return max(0, int(self.until - time.time()))


def held(session) -> bool:
    """Whether this session views as another person: then the person of its requests is the door's to find (seen_as)."""
    return KEY in session


def seen_as(session, user) -> tuple[User, View | None]:
    """Who the product answers as in a request of this session, whose own account is `user`: that account, or the person it views
    as with the View. A view that is over is answered as none; the session keeps it until `end`."""
    kept = session.get(KEY) if user.is_authenticated else None
    if not kept:
        return user, None
    person = signedin.Accounts().get_user(kept[0])
    if kept[1] <= time.time() or person is None or barred(user, person):
        return user, None
    return person, View(user, person, kept[1])


def barred(by: User, person: User) -> str:
    """Why the administrator may not view as this person, as a sentence; empty when nothing stands against it."""
    if not access.administers(by) or not mandate.keeps(by, person):
        return _("This person is not there, or not within what you keep.")
    if person.is_superuser or person.role == "admin":
        return _("Nobody views as another administrator.")
    if not person.is_active:
        return _("This account is closed: it sees nothing.")
    if secondfactor.owed(person):
        return _("This account has not set up the second step yet: until then it sees nothing.")
    return ""


def begin(request, person: User, reason: str) -> None:
    """Nothing; the session views as this person from its next request on, once the reason is in the access log. Invalid with a
    sentence when it may not, or no reason is given."""
    reason = " ".join(reason.split())[:200]
    if held(request.session) or (sentence := barred(request.user, person)):
        raise Invalid(sentence if not held(request.session) else _("You are viewing as somebody already: stop first."))
    if len(reason) < 5:
        raise Invalid(errors={"reason": _("Write the reason in a few words.")})
    audit.looked(request.user, None, "view_as", reason=f"began: {person.get_username()}: {discretion.masked(reason)}")
    name = person.get_full_name() or person.get_username()
    request.session[KEY] = [person.pk, int(time.time()) + LASTS, person.get_username(), name]


def end(request, by: User, how: str) -> tuple[int, str] | None:
    """(key, name) of the person who was viewed as, None for none; the access log has the end, and the session forgets it.
    how: stopped, over or left."""
    kept = request.session.pop(KEY, None)
    if not kept:
        return None
    audit.looked(by, None, "view_as", reason=f"{how}: {kept[2]}")
    return kept[0], kept[3]


def enter(request) -> None:
    """Nothing; `request.user` is who the product answers as, `request.viewing` the View or None. Raises Viewed for what cannot
    be done while viewing, and for anything but a page at the moment a view is over."""
    own = request.user
    request.user, request.viewing = seen_as(request.session, own)
    if not held(request.session):
        return
    if request.viewing is None:
        _pk, request.view_ended = end(request, own, "over")
        page = request.method in SAFE and "text/html" in request.headers.get("Accept", "")
        if not page and request.path not in {STOP, LEAVE}:
            raise Viewed(_("Viewing as another person is over. Open the page anew."))
    elif request.method == "POST" and request.path in {STOP, LEAVE}:
        request.user, request.viewing = own, None
        if request.path == LEAVE:
            end(request, own, "left")
    elif request.method not in SAFE:
        sentence = _(
            "You see the product as %(name)s: nothing can be changed, and no number is shown. Stop viewing first."
        )
        raise Viewed(sentence % {"name": request.viewing.name})
    elif request.path.startswith(CLOSED):
        sentence = _("You see the product as %(name)s: the own account and files stay closed. Stop viewing first.")
        raise Viewed(sentence % {"name": request.viewing.name})
