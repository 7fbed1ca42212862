"""The access log for its readers: who looked at what about persons, when and why; page by page, or as a file.

Whoever may not read the log of all (access.reads_log) finds the own entries here; the policy in the database says the same.
Reading the log of others is itself in it. An entry names no person that was looked at: layer, record and area are all it has.
"""

import csv
import io
from dataclasses import dataclass
from urllib.parse import unquote_plus, urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from . import access, audit, catalogue, description, export, places, reasons
from .devices import signed_in
from .errors import BadRequest
from .models import AccessLog, User
from .writing.cells import harmless

PAGE = 50
# Words that open the reasons of files (views.export_file) and of views.
OPENING = {
    "names": gettext_lazy("with names"),
    "records": gettext_lazy("without names"),
    "numbers": gettext_lazy("with numbers"),
    # Of viewing as another person (viewing.py).
    "as": gettext_lazy("viewing as"),
    "began": gettext_lazy("began"),
    "stopped": gettext_lazy("stopped"),
    "over": gettext_lazy("ended by itself"),
    "left": gettext_lazy("signed out"),
}


class Day(forms.DateField):
    """A day by the browser's own calendar."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def to_python(self, value):
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(_("“%(value)s” is no date such as 2026-08-31.") % {"value": value[:40]}) from None


class Wanted(forms.Form):
    """Which entries: by person, layer, action, area, record and days."""

    who = forms.CharField(label=gettext_lazy("Person"), max_length=150, required=False)
    action = forms.ChoiceField(label=gettext_lazy("Action"), required=False)
    layer = forms.ChoiceField(label=gettext_lazy("Layer"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("Area"), required=False)
    record = forms.UUIDField(
        label=gettext_lazy("Record"),
        required=False,
        error_messages={"invalid": gettext_lazy("A record is named by 32 digits and letters a to f.")},
    )
    first = Day(label=gettext_lazy("From"), required=False)
    last = Day(label=gettext_lazy("To"), required=False)

    def __init__(self, given, everybody: bool):
        super().__init__(given)
        layers = [(layer.name, layer.title) for layer in catalogue.vectors() if layer.personal]
        self.fields["action"].choices = [("", _("all")), *AccessLog.ACTIONS]
        self.fields["layer"].choices = [("", _("all")), *layers]
        self.fields["area"].choices = [("", _("all")), *areas()]
        if not everybody:
            del self.fields["who"]

    def clean(self):
        given = super().clean()
        if given.get("first") and given.get("last") and given["last"] < given["first"]:
            self.add_error("last", _("The last day lies before the first."))
        return given

    def entries(self) -> QuerySet:
        """The entries meant, the newest first."""
        given = self.cleaned_data
        found = AccessLog.objects.order_by("-pk")
        if who := given.get("who"):
            named = Q(username__icontains=who) | Q(first_name__icontains=who) | Q(last_name__icontains=who)
            found = found.filter(
                Q(who__icontains=who) | Q(user__in=list(User.objects.filter(named).values_list("pk", flat=True)))
            )
        if code := given["area"]:
            found = found.filter(Q(area_code=code) | Q(area_code__startswith=f"{code}."))
        plain = {"action": given["action"], "layer": given["layer"], "record": given["record"]}
        days = {"at__date__gte": given["first"], "at__date__lte": given["last"]}
        return found.filter(**{name: value for name, value in (plain | days).items() if value})


def areas() -> list:
    """Choices of areas: the districts, each with all inside it."""
    found = places.Area.objects.filter(level__in=["district", "village"], deleted_at=None).order_by("code")
    groups: dict[str, tuple] = {}
    for area in found:
        whole = _("%(area)s, all of it") % {"area": area.name}
        _name, inside = groups.setdefault(area.code[:8], (area.name, []))
        inside.append((area.code, whole if area.level == "district" else area.name))
    return list(groups.values())


@dataclass(frozen=True)
class Line:
    """An entry in the reader's words."""

    entry: AccessLog
    person: str
    layer: str
    area: str
    reason: str
    asked: str
    url: str  # of the record, for whoever may open it; else empty

    @property
    def short(self) -> str:
        """The first digits of the record, as pages call it."""
        return str(self.entry.record)[:8] if self.entry.record else ""


def lines(entries, user) -> list[Line]:
    """The entries with the names of people who looked, layers and areas."""
    people = {one.pk: one.get_full_name() for one in User.objects.filter(pk__in={e.user_id for e in entries} - {None})}
    named = {a.code: str(a) for a in places.Area.objects.filter(code__in={e.area_code for e in entries})}
    made = []
    for entry in entries:
        layer = catalogue.layer(entry.layer)
        opens = layer and entry.record and access.can(user, layer, "records")
        made.append(
            Line(
                entry,
                people.get(entry.user_id) or entry.who,
                str(layer.title) if layer else entry.layer,
                named.get(entry.area_code, entry.area_code),
                why(entry, layer),
                unquote_plus(entry.asked),
                reverse("feature", args=[layer.name, entry.record]) if opens else "",
            )
        )
    return made


def why(entry: AccessLog, layer) -> str:
    """The reason in the reader's language: its choices are kept as words of their own, followed by what was typed."""
    parts = entry.reason.split(": ")
    known = OPENING | dict(reasons.REASONS)
    if entry.action == "reveal" and layer and f"names__{parts[0]}" in layer.numbers:
        known |= {parts[0]: description.field(layer, f"names__{parts[0]}")["label"]}
    spoken = [str(known.get(part, part)) for part in parts[:2]]
    return " · ".join(filter(None, [*spoken, ": ".join(parts[2:])]))


@require_safe
@signed_in
def page(request):
    """Fifty entries, the newest first, or those before a given one."""
    everybody = access.reads_log(request.user)
    form = Wanted(request.GET, everybody)
    words = {"form": form, "everybody": everybody, "query": kept(request.GET)}
    if form.is_valid():
        if everybody:
            audit.looked(request.user, None, "log", asked=kept(request.GET)[:300])
        found, before = form.entries(), whole(request.GET.get("before"))
        shown = list(found.filter(pk__lt=before)[: PAGE + 1] if before else found[: PAGE + 1])
        older = shown[PAGE - 1].pk if len(shown) > PAGE else None
        words |= {"lines": lines(shown[:PAGE], request.user), "total": found.count(), "older": older, "before": before}
    return render(request, "accesslog.html", words, status=200 if form.is_valid() else 400)


def whole(text) -> int:
    """The entry to go on from, 0 for the newest; BadRequest for anything else."""
    if text and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadRequest(_("“%(value)s” is no entry of the log. Begin again with the newest.") % {"value": text[:40]})
    return int(text or 0)


def kept(params) -> str:
    """The filters as a query string, in ASCII."""
    names = [name for name in Wanted.base_fields if params.get(name)]
    return urlencode({name: params[name][:150] for name in names})


HEADER = [
    gettext_lazy("When"), gettext_lazy("User name"), gettext_lazy("Person"), gettext_lazy("Action"), gettext_lazy("Layer"),
    gettext_lazy("Record"), gettext_lazy("Records"), gettext_lazy("Area code"), gettext_lazy("Area"), gettext_lazy("Reason"),
    gettext_lazy("Page"), gettext_lazy("Asked for"),
]  # fmt: skip


@require_safe
@signed_in
def file(request):
    """All entries meant, as CSV."""
    everybody = access.reads_log(request.user)
    form = Wanted(request.GET, everybody)
    if not form.is_valid():
        raise BadRequest(errors={name: " ".join(found) for name, found in form.errors.items()})
    if everybody:
        audit.looked(request.user, None, "log_file", asked=kept(request.GET)[:300])
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for line in lines(list(form.entries()), request.user):
        one = line.entry
        when = timezone.localtime(one.at).isoformat(sep=" ", timespec="seconds")
        cells = [when, one.who, line.person, one.get_action_display(), line.layer, one.record, one.rows, one.area_code,
                 line.area, line.reason, one.page, line.asked]  # fmt: skip
        writer.writerow([harmless(cell) for cell in cells])
    return export.attachment(HttpResponse, b"\xef\xbb\xbf" + out.getvalue().encode(), "access-log", "csv")
