"""A file -> rows and mistakes: its columns named by mapping, judged by the layer's form, stored in one transaction."""

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from . import access, forms, reach, together
from .columns import named, words
from .errors import Unusable
from .frame import Frame, doubt, read
from .ground import Known
from .layer import Layer
from .models import Load
from .reading import refusals
from .reading.found import Choices, Found

BATCH = 500  # rows judged and stored together


@dataclass
class Result:
    """What became of a file's rows; mistakes as (line of the file or, where spatial, number of the feature; field; sentence)."""

    spatial: bool = False
    stored: int = 0
    updated: int = 0
    skipped: int = 0
    mistakes: list[tuple[int, str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    found: Found = field(default_factory=Found)

    @property
    def rejected(self) -> int:
        return len({row for row, _field, _sentence in self.mistakes})

    def line(self) -> str:
        """The last line of `manage.py load`, the same in every language."""
        return f"stored {self.stored}, updated {self.updated}, skipped {self.skipped}, rejected {self.rejected}"


class Undone(Exception):
    """A dry run ends by undoing everything."""


def load(
    layer: Layer,
    path: Path,
    mapping: Mapping[str, str],
    source: str = "",
    dry_run: bool = False,
    user=None,
    reading: Choices | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """The result of storing a file's good rows. Unusable when the file, or a column named in the mapping, is not there.

    reading: how to read the file, where what was found out is wrong; progress: told (rows done, rows of the file), at the start
    and after every batch.
    """
    frame = named(layer, read(path, words(layer), reading), mapping, reading)
    progress = progress or unheard
    result = Result(spatial=frame.spatial, found=frame.found)
    result.warnings += [refusals.note(*note) for note in frame.found.notes] + doubt(frame.found)
    if frame.unread:
        result.warnings.append(_("These columns were not read: %(names)s.") % {"names": ", ".join(frame.unread)})
    try:
        with transaction.atomic():
            progress(0, frame.rows)
            if layer.load:
                layer.load(layer, frame, result, source or path.name)
            else:
                through_form(layer, frame, result, progress, user)
            progress(frame.rows, frame.rows)
            result.mistakes.sort(key=lambda mistake: mistake[0])
            Load.objects.create(
                layer=layer.name, file=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), source=source, user=user,
                stored=result.stored, updated=result.updated, skipped=result.skipped, rejected=result.rejected,
            )  # fmt: skip
            if dry_run:
                raise Undone
    except Undone:  # the transaction is rolled back: that is what a dry run is
        result.notes.append(_("This was a trial: nothing of it was stored."))
    return result


def unheard(done: int, total: int) -> None:
    """Nothing: nobody wants to know how far a load has come."""


def choices(layer: Layer) -> dict[str, dict[str, str]]:
    """By choice field, each choice by its label in any language, in lower case."""
    found: dict[str, dict[str, str]] = {}
    for language in dict(settings.LANGUAGES):
        with override(language):
            for name in layer.form:
                for value, label in forms.model_field(layer.model, name).flatchoices:
                    found.setdefault(name, {})[str(label).lower()] = value
    return found


def through_form(layer: Layer, frame: Frame, result: Result, progress: Callable[[int, int], None], user=None) -> None:
    """Every row through the layer's form, a batch at a time; the key, or the identifier of our own files, finds the row meant."""
    if not frame.columns:
        raise Unusable(_("No column of the file is one of “%(layer)s”.") % {"layer": layer.title})
    ground, options, first = Known(layer), choices(layer), {}
    for start in range(0, frame.rows, BATCH):
        batch: list[tuple[int, Meant, dict]] = []
        for number in range(start, min(start + BATCH, frame.rows)):
            if number in frame.spoilt:
                result.mistakes += [(frame.lines[number], *told) for told in frame.spoilt[number]]
                continue
            values = {name: column[number] for name, column in frame.columns.items()}
            for name in options.keys() & values.keys():
                values[name] = options[name].get(str(values[name]).strip().lower(), values[name])
            meant, line = Meant.by(layer, values), frame.lines[number]
            if sentence := meant.wrong or twice(meant, first, line, frame.spatial):
                result.mistakes.append((line, meant.field, sentence))
            else:
                batch.append((line, meant, values | point(frame, number)))
        judge(layer, ground, batch, result, user)
        progress(min(start + BATCH, frame.rows), frame.rows)


@dataclass(frozen=True)
class Meant:
    """The row a line is about: the field that tells (the key, else uid) and its value, None for a new row; or what is wrong."""

    field: str
    value: object = None
    wrong: str = ""

    @classmethod
    def by(cls, layer: Layer, values: dict) -> "Meant":
        key, uid = str(values.get(layer.key or "") or "").strip(), str(values.get("uid") or "").strip()
        try:
            if key or not uid:
                # PostgreSQL's text holds no NUL, so no stored key has one; the form says it of the field.
                usable = key and "\0" not in key
                return cls(layer.key or "", layer.model._meta.get_field(layer.key).to_python(key) if usable else None)
            return cls("uid", uuid.UUID(uid))
        except ValidationError:  # the form says what is wrong with the key
            return cls(layer.key)
        except ValueError:
            return cls("uid", wrong=unknown(uid))


def unknown(uid) -> str:
    return _("There is no row %(uid)s here. Leave the cell empty to add one.") % {"uid": uid}


def twice(meant: Meant, first: dict, line: int, spatial: bool) -> str:
    """The sentence for a row that stood in the file before, or empty; remembers the line for the next time."""
    if meant.value is None or (before := first.setdefault((meant.field, meant.value), line)) == line:
        return ""
    words = {"key": meant.value, "number": before}
    if spatial:
        return _("%(key)s is in the file twice, first in feature %(number)s.") % words
    return _("%(key)s is in the file twice, first in line %(number)s.") % words


def point(frame: Frame, number: int) -> dict:
    """lon and lat of a row's own shape: of a point itself, of anything else a point inside."""
    shape = frame.shapes[number] if frame.shapes is not None else None
    if shape is None or shape.is_empty:
        return {}
    at = shape if shape.geom_type == "Point" else shape.representative_point()
    return {"lon": at.x, "lat": at.y}


def judge(layer: Layer, ground: Known, batch: list[tuple[int, Meant, dict]], result: Result, user=None) -> None:
    """Store the rows of a batch or note what is wrong with them; a row equal to the stored one is skipped, one taken away
    comes back. user: in whose name, who may not write everywhere; None: the owner, who may."""
    form_class, added, changed = forms.judge_for(layer), [], []
    wanted: dict[str, set] = {}
    for _line, meant, _values in batch:
        if meant.value is not None:
            wanted.setdefault(meant.field, set()).add(meant.value)
    ground.learn(wanted)
    for line, meant, values in batch:
        known = ground.rows.get(meant.field, {}).get(meant.value)
        if meant.field == "uid" and known is None:
            result.mistakes.append((line, "uid", unknown(meant.value)))
            continue
        back = known is not None and known.deleted_at is not None
        if back:
            known.deleted_at = None  # the ground has kept what it was
        form = form_class(told(form_class, values, known, ground), instance=known, ground=ground)
        if not form.is_valid():
            result.mistakes += [(line, name, sentence) for name, found in form.errors.items() for sentence in found]
        elif known is not None and not back and not form.has_changed():
            result.skipped += 1
        elif user and (beyond := barred(layer, user, known, form, ground)):
            result.mistakes.append((line, beyond[0] or "__all__", beyond[1]))
        elif known is None:
            added.append(form)
        else:
            changed.append(form)
            result.stored += back
            result.updated += not back
    together.change(layer, changed, ground)
    together.add(layer, added)
    result.stored += len(added)


def barred(layer: Layer, user, known, form, ground: Known) -> tuple[str, str] | None:
    """(field, sentence) where this person may not change the row as it is, or not write it as it would be, else None."""
    if known is not None:
        before = ground.stored[type(known), known.pk]
        if not access.may(user, layer, "change", before["area_code"], before.get("unit", "")):
            return layer.key or "uid", _("This row lies where your account may not write.")
    return reach.beyond(layer, user, form.instance, form.cleaned_data, ground.area_at)


def told(form_class, values: dict, known, ground: Known) -> dict:
    """What the form is given: of a stored row all that the file does not say stays as it is, a new one gets the defaults."""
    if values.get("lon") not in {"", None}:
        if known and known.place and at(values, known.place):
            values = {name: value for name, value in values.items() if name not in {"lon", "lat"}}
        else:
            values = {"place_source": "import"} | values
    if known:
        form = form_class(instance=known, ground=ground)
        before = {name: form[name].initial for name in form.fields}
        return {name: value for name, value in before.items() if value is not None} | values
    fields = [form_class._meta.model._meta.get_field(name) for name in form_class._meta.fields]
    defaults = {f.name: f.get_default() for f in fields if f.has_default()}
    return defaults | {name: value for name, value in values.items() if name not in defaults or value not in {"", None}}


def at(values: dict, place) -> bool:
    """Whether a line's coordinates are those of the stored place to the six decimals our own files have."""
    try:
        lon, lat = (forms.CommaFloatField().to_python(str(values.get(name))) for name in ("lon", "lat"))
    except ValidationError:
        return False
    return lon is not None and lat is not None and abs(lon - place.x) < 1e-6 and abs(lat - place.y) < 1e-6
