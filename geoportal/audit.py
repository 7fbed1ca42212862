"""Who changed what: the history the database wrote of a row and of its names, told as differences. And who looked, and why."""

import datetime
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, models, transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from . import access, catalogue, discretion, identity, places, query
from .description import capital
from .fields import Secret
from .layer import Layer
from .models import AccessLog, User

# Kept by the database itself, or told by the line's own heading.
UNTOLD = {"id", "uid", "version", "created", "changed", "of"}


def looked(user, layer: Layer | None, action: str, record=None, reason: str = "", **more) -> None:
    """Nothing; what was looked at is in the access log, in a transaction of its own, before this returns.

    action: one of AccessLog.ACTIONS. record: the row looked at, or None for many rows or a page. more: area_code, rows (how
    many) and asked (see asked_for). Call it before showing anything: an entry that cannot be written is an error, and then
    nothing is shown. The page is the request's path.
    """
    about = {"record": record and record.uid, "area_code": getattr(record, "area_code", ""), "reason": reason[:300]}
    apart(identity.current.get().behind or user, noted(user, layer, action, **about | more))


def apart(by, entry: AccessLog) -> None:
    """Nothing; the entry of whoever looks is stored in a transaction of its own."""
    person = identity.Identity(user=by.pk, role=by.role, sector=by.sector)
    with identity.acting(person, using=settings.LOG_DATABASE):
        AccessLog.objects.using(settings.LOG_DATABASE).bulk_create([entry], ignore_conflicts=True)


def along(entry: AccessLog) -> None:
    """Nothing; the entry is stored with the request's own transaction; apart from it where that only reads."""
    behind = identity.current.get().behind
    if behind is None:
        AccessLog.objects.bulk_create([entry], ignore_conflicts=True)
    else:
        apart(behind, entry)


def viewed(request, layer: Layer, codes: list[str], record=None) -> bool:
    """Whether it had to be noted that a page is about to show rows by name or by house; the line is then in the access log,
    one however many rows it shows.

    codes: the area of each row shown. record: the uid, where the page is about one. The line is of the request's own
    transaction: it costs one statement, and what is shown is committed with it or not shown.
    """
    if not codes or not layer.personal or not access.can(request.user, layer, "identity"):
        return False
    many = {"record": record} if record else {"rows": len(codes)}
    line = {"area_code": places.common(codes), "asked": asked_for(layer, request.GET), **many}
    along(noted(request.user, layer, "view", **line))
    return True


_drawn: dict[datetime.datetime, set] = {}  # of this minute: which lines about tiles this process has committed already


def drawn(request, layer: Layer) -> None:
    """Nothing; that the map drew rows of this layer by house, and their names with them, is in the access log: one line a
    minute for all tiles of one query. Its area is the smallest that holds all where the person works."""
    user, asked = request.user, asked_for(layer, request.GET)
    if not undrawn(user, layer, request.GET):
        return
    everywhere, areas, _units = access.scopes(user)
    area = settings.AREA_ROOT if everywhere else places.common(areas)
    entry = noted(user, layer, "view", page="/", area_code=area, asked=asked)
    along(entry)
    look = look_of(user, layer, asked)
    transaction.on_commit(lambda: remember(entry.minute, look))


def undrawn(user, layer: Layer, params) -> bool:
    """Whether tiles of this layer show this person people, and this minute's line about it is still to be written."""
    if not layer.personal or not access.can(user, layer, "identity"):
        return False
    minute = timezone.now().replace(second=0, microsecond=0)
    return look_of(user, layer, asked_for(layer, params)) not in _drawn.get(minute, ())


def look_of(user, layer: Layer, asked: str) -> tuple:
    """Whose look it is, through whose eyes, and at what."""
    return (identity.current.get().behind or user).pk, user.pk, layer.name, asked


def remember(minute: datetime.datetime, look: tuple) -> None:
    """Keep that a line of this minute is stored; those of other minutes are forgotten."""
    if minute not in _drawn:
        _drawn.clear()
    _drawn.setdefault(minute, set()).add(look)


def noted(user, layer: Layer | None, action: str, **line) -> AccessLog:
    """The line, not yet stored: who, when and on which page are added. Who views as another person looks all the same: the
    line is theirs, and names the other in its reason."""
    now, behind = timezone.now(), identity.current.get().behind
    if behind is not None:
        reason = ": ".join(filter(None, ["as", user.get_username(), line.get("reason", "")]))
        user, line = behind, line | {"reason": reason[:300]}
    line = {"layer": layer.name if layer else "", "page": identity.current.get().page[:200]} | line
    who = {"user_id": user.pk, "who": user.get_username()}
    return AccessLog(at=now, minute=now.replace(second=0, microsecond=0), action=action, **who, **line)


def asked_for(layer: Layer, params) -> str:
    """The query of a page as the log keeps it, in ASCII: the filters, place and window. Of what was typed to find a person,
    only that something was; numbers are masked."""
    known = {*query.RESERVED, *query.SPATIAL, "datetime", "p", "o", "district", "taken", *layer.filters} - {"v", "s"}
    told = {}
    for name in sorted(name for name in params if params[name]):
        if name == "q" or name.startswith("names__"):
            told[name] = "…"
        elif name in known or name.partition("__")[0] in known:
            told[name] = discretion.masked(params[name])
    return urlencode(told, safe=",./:")[:300]


@dataclass(frozen=True)
class Change:
    """One write: when, by whom (empty: by the system), on which page, and what became of which field (label, before, after)."""

    at: datetime.datetime
    who: str
    page: str
    kind: str  # insert, update or delete
    fields: list[tuple[str, str, str]]


def changes(layer: Layer, user, pk: int) -> list[Change]:
    """The changes of one row, the last first. Names and numbers only for those who may see them; the policy of the history
    tables hides what happened while the row lay where this person may not look."""
    events = catalogue.event_model(layer.model)._default_manager.filter(pgh_obj_id=pk)
    told = differences(layer.model, events)
    if layer.names and access.can(user, layer, "identity"):
        told += differences(layer.names, catalogue.event_model(layer.names)._default_manager.filter(of_id=pk))
    writers = {(event.pgh_context or {}).get("user") for event, _fields in told} - {None}
    people = called(writers)
    writes: dict[tuple, tuple[int, Change]] = {}
    for event, fields in told:  # row and names written in one transaction are one change
        context = event.pgh_context or {}
        who, page = people.get(context.get("user"), ""), context.get("page", "")
        new = event.pgh_id, Change(event.pgh_created_at, who, page, event.pgh_label, [])
        writes.setdefault((event.pgh_created_at, event.pgh_context_id), new)[1].fields.extend(fields)
    in_order = sorted(writes.values(), key=lambda write: (write[1].at, write[0]), reverse=True)
    return [change for _number, change in in_order]


def called(people: set[int]) -> dict[int, str]:
    """The user names of these people by their numbers: of a colleague's account nothing more is told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, username FROM geoportal_called(%s)", [sorted(people)])
        return dict(cursor.fetchall())


def differences(model, events) -> list[tuple]:
    """(event, [(label, before, after)]) of each event that tells something, in the order they happened."""
    fields = [f for f in model._meta.local_concrete_fields if f.name not in UNTOLD and not f.name.endswith("_hash")]
    told, before = [], {f: None for f in fields}
    for event in events.order_by("pgh_id"):
        after = {f: getattr(event, f.attname) for f in fields}
        changed = [
            (capital(f.verbose_name), spoken(f, before[f]), spoken(f, after[f]))
            for f in fields
            if before[f] != after[f] and not (empty(before[f]) and empty(after[f]))
        ]
        if changed or event.pgh_label != "update":
            told.append((event, changed))
        before = after
    return told


def empty(value) -> bool:
    return value is None or value == ""


def spoken(field: models.Field, value) -> str:
    """A value in the reader's language; of a number that is kept encrypted, only that there is one."""
    if empty(value):
        return "–"
    if isinstance(field, Secret):
        return "••••"
    if field.related_model is User:
        return called({value}).get(value, str(value))
    if isinstance(field, models.ForeignKey):
        return str(field.related_model._default_manager.filter(**{field.target_field.name: value}).first() or value)
    if isinstance(value, GEOSGeometry):
        return f"{value.y:.6f}, {value.x:.6f}" if value.geom_type == "Point" else _("a shape")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return formats.number_format(round(value, 3), use_l10n=True)
    if isinstance(value, datetime.datetime):
        return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, datetime.date):
        return formats.date_format(value)
    if field.name in {"area_code", "declared_code"}:
        area = places.Area.objects.filter(code=value).first()
        return f"{area} ({value})" if area else value
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)
