"""The page of one upload: what it shows in each state, and the acts of its buttons, each by POST."""

import time
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from procrastinate.contrib.django.models import ProcrastinateJob

from .. import audit, export, jobs
from ..errors import Invalid, NotFound
from ..layer import Layer
from ..reading import refusals
from ..views import layer_or_404
from . import folder, kept, looking, naming, pages, sending
from .kept import Upload
from .preview import preview, suits
from .reading import SYSTEMS, Reading

A_PAGE = 30  # mistakes
SILENT = 90  # seconds without a sign of life


def asked(request, name: str, uid) -> tuple[Layer, Upload]:
    """The layer and the upload of an address, its sender's alone; NotFound for anyone else."""
    layer = layer_or_404(name)
    pages.need(request, layer)
    one = Upload.objects.filter(uid=uid, layer=layer.name, user=request.user.pk).first()
    if one is None:
        raise NotFound(_("There is no such upload of yours. Your uploads are listed under Upload."))
    return layer, one


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request, name: str, uid):
    """One upload as it stands; by POST it moves on."""
    layer, one = asked(request, name, uid)
    if request.method != "POST":
        return shown(request, layer, one)
    try:
        with transaction.atomic():
            one = kept.locked(uid)
            ACTS.get(request.POST.get("do"), unknown)(request, layer, one)
    except Invalid as wrong:
        one.refresh_from_db()
        one.mapping = mapped(request, layer, one)  # what was chosen is not lost by an error
        return shown(request, layer, one, sentence=wrong.sentence, status=422)
    return redirect("uploads") if request.POST["do"] == "drop" else redirect("upload", layer.name, uid)


# --- What its buttons do. One that is pressed twice, or in a tab left behind, finds another state and does nothing.


def unknown(request, layer: Layer, one: Upload) -> None:
    raise Invalid(_("The server cannot make sense of this request."))


def read(request, layer: Layer, one: Upload) -> None:
    """Read the file again, otherwise."""
    if one.state in {"found", "unreadable", "checked"}:
        there(one)
        chosen = Reading(request.POST, looking.found(one), one.choices).chosen()
        sending.go(one, "looking", choices=chosen)


def check(request, layer: Layer, one: Upload) -> None:
    """Try the rows, with the columns named like this."""
    if one.state not in {"found", "checked"}:
        return
    there(one)
    mapping = mapped(request, layer, one)
    if sentence := naming.wrong(layer, mapping):
        raise Invalid(sentence)
    found = looking.found(one)
    if found.spatial and found.bounds and not found.crs:
        raise Invalid(
            _(
                "The file does not say in which reference system its coordinates are. Choose it under “Read it otherwise”."
            )
        )
    if found.spatial and (better := suits(found.better())):
        raise Invalid(better)
    sending.go(one, "checking", mapping=mapping)


def mapped(request, layer: Layer, one: Upload) -> dict[str, str]:
    """column -> field as the form has it; as it was where the form does not ask."""
    if "column-0" not in request.POST:
        return one.mapping
    known = {option.name for option in naming.options(layer)}
    given = {column: request.POST.get(f"column-{at}", "") for at, column in enumerate(one.columns)}
    return {column: field if field in known else "" for column, field in given.items()}


def form_of(request, found, one: Upload) -> Reading:
    """The form of how the file is read, with what was just sent where that could not be done."""
    return Reading(request.POST if request.POST.get("do") == "read" else None, found, one.choices)


def back(request, layer: Layer, one: Upload) -> None:
    """To the columns again."""
    if one.state == "checked":
        kept.move(one, "found")


def store(request, layer: Layer, one: Upload) -> None:
    if one.state == "checked":
        there(one)
        sending.go(one, "storing")


def undo(request, layer: Layer, one: Upload) -> None:
    if one.state == "stored" and layer.load is None:
        sending.go(one, "undoing")


def again(request, layer: Layer, one: Upload) -> None:
    """A step that gives no sign of life is asked for once more; the upload's lock lets only one of two do it."""
    if one.working and silent(one):
        sending.ask(one)
        messages.info(request, _("Begun again."))


def drop(request, layer: Layer, one: Upload) -> None:
    """The file is taken away; what became of it stays in the list."""
    if not one.working:
        folder.drop(one.uid)
        messages.success(request, _("The file was taken off the server. The list keeps what became of it."))


ACTS = {"read": read, "check": check, "back": back, "store": store, "undo": undo, "again": again, "drop": drop}


def there(one: Upload) -> None:
    """Nothing while the file lies on the server; Invalid when it was swept."""
    if not folder.file(one).is_file():
        raise Invalid(_("The file is on the server no more. Upload it again: the columns are remembered."))


# --- What it shows


def shown(request, layer: Layer, one: Upload, sentence: str = "", status: int = 200):
    """The page in the upload's state."""
    seen = {"looking": working, "checking": working, "storing": working, "undoing": working, "found": columns,
            "unreadable": unreadable}.get(one.state, outcome)  # fmt: skip
    words = {
        "layer": layer,
        "one": one,
        "sentence": sentence,
        "days": settings.UPLOAD_DAYS,
        "earlier": kept.earlier(one),
    }
    words |= {"here": folder.file(one).is_file(), "steps": steps(one)} | seen(request, layer, one)
    return render(request, "uploads/one.html", words, status=status)


def steps(one: Upload) -> list[tuple[str, str]]:
    """The way of an upload as (word, done, now or to come)."""
    at = {"looking": 0, "unreadable": 0, "found": 1, "checking": 2, "checked": 2, "storing": 3}.get(one.state, 4)
    words = [_("Read"), _("Columns"), _("Trial"), _("Store")]
    return [(word, "done" if n < at else "now" if n == at else "") for n, word in enumerate(words)]


def working(request, layer: Layer, one: Upload) -> dict:
    return {"progress": progress(one)}


def unreadable(request, layer: Layer, one: Upload) -> dict:
    return {"form": form_of(request, looking.found(one), one)}


def columns(request, layer: Layer, one: Upload) -> dict:
    """What was found, the first rows, and which column is which."""
    seen = preview(layer, one)
    noted(request, layer, len(seen.rows))
    samples = seen.rows[0][1] if seen.rows else [""] * len(one.columns)
    named = [
        (at, column, sample, one.mapping.get(column, ""))
        for at, (column, sample) in enumerate(zip(one.columns, samples, strict=True))
    ]
    return {
        "seen": seen, "summary": refusals.summary(seen.found), "notes": [refusals.note(*note) for note in seen.found.notes],
        "suits": suits(seen.guess), "form": form_of(request, seen.found, one), "systems": SYSTEMS, "named": named,
        "options": naming.options(layer), "missing": naming.missing(layer, one.mapping), "features": seen.shapes,
        "keep": {name: value for name, value in one.choices.items() if name not in {"crs", "axes"}},
    }  # fmt: skip


def outcome(request, layer: Layer, one: Upload) -> dict:
    """What became of the rows, or would: the numbers and the mistakes."""
    result = folder.read(one, "result", {"kinds": [], "warnings": [], "unread": [], "mistakes": 0, "workbook": False})
    mistakes, kind = folder.read(one, "mistakes", []), request.GET.get("kind", "")
    if kind.isdigit() and int(kind) < len(result["kinds"]):
        wanted = result["kinds"][int(kind)][0]
        mistakes = [mistake for mistake in mistakes if wanted in {mistake[2] or mistake[1]}]
    listed = Paginator(mistakes, A_PAGE).get_page(request.GET.get("page"))
    if listed.object_list:
        noted(request, layer, len(listed.object_list))
    labels = {option.name: option.label for option in naming.options(layer)} | {"__all__": _("the whole row")}
    kinds = [(at, labels.get(word, word), n) for at, (word, n) in enumerate(result["kinds"])]
    said = [
        (line, labels.get(field, field), column, value, sentence) for line, field, column, value, sentence in listed
    ]
    way = folder.read(one, "way", {"uids": [], "many": 0})
    return {
        "result": result,
        "kinds": kinds,
        "kind": kind,
        "query": f"{urlencode({'kind': kind})}&",
        "listed": listed,
        "said": said,
        "way": way,
        "notes": folder.read(one, "said", []),
        "whole": layer.load is None,  # a template would call it
    }


def noted(request, layer: Layer, rows: int) -> None:
    """Nothing; that a page shows rows about persons is in the access log."""
    if layer.personal and rows:
        audit.along(audit.noted(request.user, layer, "view", rows=rows))


def progress(one: Upload) -> dict:
    """How far a step is, when it last gave a sign of life, and whether it waits for others."""
    note = folder.read(one, "progress", {})
    if note.get("state") != one.state:
        note = {}
    total, done = note.get("total") or 0, note.get("done") or 0
    waits = not note and queued(one) == "todo"
    return {
        "done": done,
        "total": total,
        "share": round(100 * done / total) if total else None,
        "waits": waits,
        "silent": silent(one),
    }


def queued(one: Upload) -> str:
    """The status of the last job that was asked for this upload."""
    asked = ProcrastinateJob.objects.filter(task_name=jobs.take_upload.name, args__upload=str(one.uid))
    return asked.order_by("-id").values_list("status", flat=True).first() or ""


def silent(one: Upload) -> bool:
    """Whether a step gave no sign of life for long: its worker may have died, and nothing of the step is stored."""
    last = max(one.since.timestamp(), folder.read(one, "progress", {}).get("at", 0))
    return time.time() - last > SILENT and (timezone.now() - one.since).total_seconds() > SILENT


@require_safe
@never_cache
def state(request, name: str, uid):
    """The state of an upload, for its page to follow."""
    _layer, one = asked(request, name, uid)
    return JsonResponse({"state": one.state, "working": one.working} | (progress(one) if one.working else {}))


@require_safe
@never_cache
def wrong(request, name: str, uid):
    """The workbook of all rows with what is wrong with them; that it goes out is in the access log."""
    layer, one = asked(request, name, uid)
    path = folder.note(one, "wrong.xlsx")
    if one.working or not path.is_file():
        raise NotFound(_("There is no such workbook any more. Upload the file again."))
    if layer.personal:
        audit.looked(request.user, layer, "export", rows=one.rows)
    stem = one.file.rpartition(".")[0] or one.file
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"{stem} - {_('What is wrong')}.xlsx",
        content_type=export.FORMS["xlsx"][1],
    )
