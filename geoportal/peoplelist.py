"""People as an administrator reads of them: who they are, where they work, when they were last there, and in what state."""

import datetime
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import mandate, sessions
from .decisions import Decision
from .description import capital
from .models import ROLE_WORDS, SECTOR_WORDS, Scope, User

STATES = {
    "active": gettext_lazy("active"),
    "invited": gettext_lazy("invited"),
    "expired": gettext_lazy("invitation has ended"),
    "withdrawn": gettext_lazy("invitation withdrawn"),
    "suspended": gettext_lazy("suspended"),
}
MARKS = {"active": "ok", "invited": "warn", "expired": "bad", "withdrawn": "", "suspended": "bad"}


@dataclass(frozen=True)
class Seen:
    """A person in the list."""

    user: User
    work: str
    places: list[str]
    gone: list[str]
    state: str
    last: datetime.date | None

    @property
    def state_word(self) -> str:
        return str(STATES[self.state])

    @property
    def mark(self) -> str:
        return MARKS[self.state]


def people(giver: User, text: str = "", state: str = "") -> list[User]:
    """The accounts this administrator may read of, the own one too, by name; those in which each word of the text occurs: in the
    name, the address, the role, the sector or an area."""
    rows = User.objects.select_related("invitation").prefetch_related(
        "devices", Prefetch("scopes", Scope.objects.select_related("area"))
    )
    for word in text.split()[:8]:
        rows = rows.filter(said(word))
    rows = rows.order_by("first_name", "last_name", "username").distinct()
    whole = mandate.work(giver)
    all_of_them = not whole.sector and mandate.everywhere(whole)
    kept = [user for user in rows if all_of_them or user.pk == giver.pk or mandate.keeps(giver, user)]
    return [user for user in kept if not state or state_of(user) == state]


def said(word: str) -> Q:
    """The condition that this word occurs in what the list says of a person."""
    roles = [role for role, title in ROLE_WORDS.items() if word.lower() in str(title).lower()]
    sectors = [sector for sector, title in SECTOR_WORDS.items() if word.lower() in str(title).lower()]
    names = [f"{name}__icontains" for name in ("username", "first_name", "last_name", "email", "scopes__area__name")]
    where = Q(role__in=roles) | Q(sector__in=sectors) | Q(scopes__unit__iexact=word) | Q(scopes__area=word)
    for name in names:
        where |= Q(**{name: word})
    return where


def state_of(user: User) -> str:
    """active, invited, expired, withdrawn or suspended."""
    if user.is_active:
        return "active"
    invitation = getattr(user, "invitation", None)
    states = {"open": "invited", "expired": "expired", "withdrawn": "withdrawn"}
    return states.get(invitation.state if invitation else "", "suspended")


def described(users: list[User]) -> list[Seen]:
    """These people in words."""
    days = last_seen(users)
    return [
        Seen(user, work_words(user), places_of(user), gone(user), state_of(user), days.get(user.pk)) for user in users
    ]


def work_words(user: User) -> str:
    """“Validator · health”."""
    role = ROLE_WORDS.get(user.role, _("no role"))
    return " · ".join(filter(None, [capital(role), str(SECTOR_WORDS.get(user.sector, ""))]))


def places_of(user: User) -> list[str]:
    """Where somebody works, in words; an administrator without areas keeps the whole city."""
    found = [str(s) for s in sorted(user.scopes.all(), key=lambda s: (s.area_id or "~", s.unit)) if not lost(s)]
    return found or ([_("the whole city")] if mandate.work(user).role == "admin" and not user.scopes.all() else [])


def lost(scope: Scope) -> bool:
    """Whether a scope names an area that is there no more."""
    return bool(scope.area_id and scope.area.deleted_at)


def gone(user: User) -> list[str]:
    """The areas of a person's scopes that are there no more: name and code."""
    return [f"{scope.area} ({scope.area_id})" for scope in user.scopes.all() if lost(scope)]


def last_seen(users: list[User]) -> dict[int, datetime.date]:
    """The last day on which each was there, with a browser or a phone; a day: finer would be a diary."""
    of = {user.pk: user for user in users}
    moments = {pk: [user.last_login] for pk, user in of.items() if user.last_login}
    keys = dict(UserSession.objects.filter(user__in=of).values_list("session_key", "user_id"))
    for key, end in Session.objects.filter(pk__in=keys).values_list("pk", "expire_date"):
        user = of[keys[key]]
        idle = datetime.timedelta(seconds=sessions.limits(user).idle)
        moments.setdefault(user.pk, []).append(min(end - idle, timezone.now()))
    days = {pk: max(timezone.localdate(moment) for moment in found) for pk, found in moments.items()}
    for user in users:
        used = [device.used for device in user.devices.all() if device.used]
        if used:
            days[user.pk] = max([*used, *([days[user.pk]] if user.pk in days else [])])
    return days


def history(person: User) -> list[dict]:
    """What was decided about a person, the last first: when, who, what, and each difference in words."""
    return [
        {"at": entry.at, "by": entry.by_name, "what": capital(entry.get_what_display()), "fields": differences(entry)}
        for entry in Decision.objects.filter(of=person).order_by("-at", "-pk")[:100]
    ]


def differences(entry: Decision) -> list[tuple[str, str, str]]:
    """(field, before, after) of a decision, in the reader's language."""
    titles = {
        "name": _("Name"),
        "email": _("E-mail address"),
        "role": _("Role"),
        "sector": _("Sector"),
        "scopes": _("Works in"),
    }
    words = {"role": ROLE_WORDS, "sector": SECTOR_WORDS}
    spoken = [
        [str(words.get(n, {}).get(v, v)) or "–" for n, v in zip(entry.fields, vs, strict=True)]
        for vs in (entry.before, entry.after)
    ]
    return [(titles[name], old, new) for name, old, new in zip(entry.fields, *spoken, strict=True)]
