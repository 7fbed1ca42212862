"""A layer as a catalogue lists it: what was written about it, the rest from its declaration and its data, the same for everybody."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.db.models import DateTimeField, Max, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from . import access, catalogue, description, origins, raster
from .layer import Layer, Raster, anyone
from .metadata import FREQUENCIES, LANGUAGES, TOPICS, Metadata
from .models import Revision
from .writing import told

COARSE_M = 110  # the grid of places about persons (access.COARSE_DEGREES)


@dataclass
class Entry:
    """One layer. bbox: west, south, east, north in EPSG:4326; period: first and last day; resolution: metres on the ground."""

    layer: Layer | Raster
    kept: Metadata
    title: str
    abstract: str
    keywords: list[str]
    topic: str
    organisation: str
    contact: str
    licence: str
    constraints: str
    source: str
    lineage: str
    frequency: str
    language: str
    open: bool  # whether anybody may have the rows
    bbox: list[float] | None
    created: datetime.date | None
    changed: datetime.date | None
    period: tuple[datetime.date, datetime.date] | None
    resolution: int | None
    scale: int | None
    missing: list[str] = field(default_factory=list)  # labels of what nobody has said yet

    @property
    def topic_word(self) -> str:
        return str(dict(TOPICS).get(self.topic, ""))

    @property
    def frequency_word(self) -> str:
        return str(dict(FREQUENCIES).get(self.frequency, ""))

    @property
    def language_word(self) -> str:
        return dict(LANGUAGES)[self.language]

    def says(self, words: Iterable[str]) -> bool:
        """Whether each of these words stands somewhere in what the catalogue says of the layer."""
        told = [
            self.title,
            self.abstract,
            *self.keywords,
            self.organisation,
            self.source,
            self.topic_word,
            self.layer.name,
        ]
        text = " ".join([*told, str(self.layer.title), str(self.layer.group)]).casefold()
        return all(word in text for word in words)


def entries(user, words: str = "") -> list[Entry]:
    """The layers of which this user may see anything, counts at least, that say all of these words; in the order of the tree."""
    wanted = words.casefold().split()
    kept = {row.layer: row for row in Metadata.objects.all()}
    revisions = {row.layer: row for row in Revision.objects.all()}
    seen = [layer for layer in catalogue.layers() if access.level(user, layer)]
    loads, place = origins.loaded(), description.place()
    found = [entry(layer, kept.get(layer.name), revisions.get(layer.name), loads, place) for layer in seen]
    return [one for one in found if one.says(wanted)]


def one(layer: Layer | Raster) -> Entry:
    """One layer."""
    kept = Metadata.objects.filter(layer=layer.name).first()
    revision = Revision.objects.filter(layer=layer.name).first()
    return entry(layer, kept, revision, origins.loaded(), description.place())


def entry(layer: Layer | Raster, kept: Metadata | None, revision: Revision | None, loads: dict, place: dict) -> Entry:
    """What is kept, and for what is empty what declaration and data say."""
    kept = kept or Metadata(layer=layer.name)
    is_open = bool(layer.access.grants("records") & anyone)
    source = origins.source(layer, loads)
    made = Entry(
        layer=layer,
        kept=kept,
        title=kept.title or str(layer.title),
        abstract=kept.abstract or str(layer.abstract),
        keywords=[word.strip() for word in kept.keywords.split(",") if word.strip()]
        or list(dict.fromkeys([str(layer.title), str(layer.group), place["name"]])),
        topic=kept.topic or layer.topic,
        organisation=kept.organisation or _("Government of %(place)s") % {"place": place["name"]},
        contact=kept.contact,
        licence=told.licence(layer, kept) if isinstance(layer, Layer) else kept.licence,
        constraints=kept.constraints or limits(layer, is_open),
        source=source,
        lineage=kept.lineage or source,
        frequency=kept.frequency or ("monthly" if getattr(layer, "monthly", False) else "unknown"),
        language=kept.language or {"id": "ind"}.get(settings.LANGUAGE_CODE[:2], "eng"),
        open=is_open,
        bbox=place["bbox"],
        created=None,
        changed=revision and timezone.localtime(revision.changed).date(),
        period=None,
        resolution=None,
        scale=kept.scale,
    )
    of_raster(made) if isinstance(layer, Raster) else of_rows(made)
    wanted = {
        "licence": made.licence,
        "contact": made.contact or kept.email,
        "lineage": made.lineage,
        "abstract": made.abstract,
    }
    labels = {f.name: f.verbose_name for f in Metadata._meta.fields}
    made.missing = [description.capital(labels[name]) for name, said in wanted.items() if not said]
    return made


def limits(layer: Layer | Raster, is_open: bool) -> str:
    """Who may have what of a layer, by its declaration."""
    if is_open:
        return _("Open: anybody may see the rows and take them as a file.")
    if layer.access.grants("counts") & anyone:
        return _(
            "The public sees counts by area, made safe. Rows only for those who work with them, by law on personal data."
        )
    return _("Only for those who work with it.")


def of_rows(made: Entry) -> None:
    """Box, days and resolution out of the rows, where these are open. Of rows that are not, nothing that could tell of one."""
    layer = made.layer
    if not made.open:
        made.resolution = COARSE_M if layer.personal else None
        return
    rows: QuerySet = layer.model._default_manager.filter(deleted_at=None)
    found = rows.aggregate(
        box=Extent(layer.geom), first=Min("created", output_field=DateTimeField()),
        **({"start": Min(layer.when), "end": Max(layer.when)} if layer.when else {}),
    )  # fmt: skip
    made.bbox = list(found["box"]) if found["box"] else made.bbox
    made.created = found["first"] and timezone.localtime(found["first"]).date()
    if found.get("start"):
        made.period = found["start"], found["end"]


def of_raster(made: Entry) -> None:
    """Box, day and size of cells out of the file, once there is one."""
    known = raster.measured(made.layer)
    if known:
        made.bbox, made.resolution, made.changed = known
