"""An upload undone as a whole: what it added is taken away, what it changed gets back what it held, by the database's own history.

Only while nothing later changed one of its rows: which do is told, and then nothing is undone.
"""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Max, Min
from django.utils import timezone

from .. import catalogue, together
from ..errors import Outside
from ..layer import Layer
from .kept import Upload

LISTED = 100  # rows in the way that are told by name


@dataclass(frozen=True)
class Undone:
    """How many rows were taken away and given back; or what stands in the way, as uids of rows, and how many those are."""

    taken: int = 0
    restored: int = 0
    way: tuple[str, ...] = ()
    many: int = 0


def models(layer: Layer) -> list:
    """The tables of a layer: its rows, and their names."""
    return [layer.model, layer.names] if layer.names else [layer.model]


def span(layer: Layer, context) -> dict[str, list[int]]:
    """table -> first and last number in its history of what was written in this context; by them the rows are found again
    quickly."""
    found = {}
    for model in models(layer):
        events = catalogue.event_model(model)._default_manager.filter(pgh_context_id=context)
        ends = events.aggregate(first=Min("pgh_id"), last=Max("pgh_id"))
        if ends["first"]:
            found[model._meta.db_table] = [ends["first"], ends["last"]]
    return found


def own(upload: Upload, model):
    """The history of one table that this upload wrote."""
    ends = upload.events.get(model._meta.db_table, [0, -1])
    events = catalogue.event_model(model)._default_manager
    return events.filter(pgh_id__range=ends, pgh_context_id=upload.context)


def rows(upload: Upload, layer: Layer):
    """The primary keys of the rows this upload wrote, those of which it wrote the names alone too."""
    keys = own(upload, layer.model).values_list("pgh_obj_id", flat=True)
    if layer.names:
        keys = keys.union(own(upload, layer.names).values_list("of_id", flat=True))
    return keys


def undo(layer: Layer, upload: Upload) -> Undone:
    """What was undone, or what stands in the way."""
    written = [Written(upload, layer, model) for model in models(layer)]
    added = written[0].added()
    way = set().union(*(one.since(added) for one in written)) | pointed_at(layer, added)
    if way:
        found = layer.model._default_manager.filter(pk__in=sorted(way)[:LISTED]).order_by("pk")
        return Undone(way=tuple(map(str, found.values_list("uid", flat=True))), many=len(way))
    restored = set().union(*(one.restore() for one in written))
    taken = layer.model._default_manager.filter(pk__in=added).update(deleted_at=timezone.now())
    if taken != len(added):
        raise Outside()
    return Undone(taken=taken, restored=len(restored))


def pointed_at(layer: Layer, added: set[int]) -> set[int]:
    """Those of the added rows to which living rows of other layers belong by now."""
    found: set[int] = set()
    for other in catalogue.vectors():
        for field in other.model._meta.local_fields:
            if added and other is not layer and field.related_model is layer.model:
                belonging = other.model._default_manager.filter(**{f"{field.name}__in": added}, deleted_at=None)
                found |= set(belonging.values_list(f"{field.name}__pk", flat=True))
    return found


@dataclass(frozen=True)
class Ends:
    """Of one row of a table: the layer's row it belongs to, first and last number in the history, and how it began."""

    row: int
    first: int
    last: int
    kind: str


class Written:
    """What an upload wrote into one table of a layer."""

    def __init__(self, upload: Upload, layer: Layer, model):
        self.model, self.events = model, catalogue.event_model(model)
        of = "pgh_obj_id" if model is layer.model else "of_id"
        self.ends: dict[int, Ends] = {}
        lines = own(upload, model).order_by("pgh_id").values_list("pgh_obj_id", of, "pgh_id", "pgh_label")
        for key, row, number, kind in lines:
            before = self.ends.get(key)
            self.ends[key] = Ends(row, before.first if before else number, number, before.kind if before else kind)

    def added(self) -> set[int]:
        """Keys of the rows that were not there before."""
        return {key for key, ends in self.ends.items() if ends.kind == "insert"}

    def since(self, added: set[int]) -> set[int]:
        """The layer's rows that cannot be put back: something later was written of them, what they held before is not known, or
        they got a row here that they did not have and that cannot be taken away alone."""
        found = self.asked(
            "SELECT DISTINCT w.key FROM {mine} JOIN {events} e ON e.pgh_obj_id = w.key AND e.pgh_id > w.last"
        )
        known = self.asked(
            "SELECT DISTINCT w.key FROM {mine} JOIN {events} e ON e.pgh_obj_id = w.key AND e.pgh_id < w.first"
        )
        new = self.added()
        found |= self.ends.keys() - new - known
        found |= {key for key in new if self.ends[key].row not in added}
        return {self.ends[key].row for key in found}

    def restore(self) -> set[int]:
        """The layer's rows that hold again what they held before; those that were added are none of them."""
        columns = [connection.ops.quote_name(field.column) for field in together.written(self.model)]
        sets = ", ".join(f"{column} = before.{column}" for column in columns)
        back = self.asked(
            f"UPDATE {self.model._meta.db_table} t SET {sets} FROM (SELECT DISTINCT ON (w.key) e.* FROM {{mine}} JOIN {{events}} e "
            "ON e.pgh_obj_id = w.key AND e.pgh_id < w.first ORDER BY w.key, e.pgh_id DESC) before "
            "WHERE t.id = before.pgh_obj_id RETURNING t.id"
        )
        if back != self.ends.keys() - self.added():
            raise Outside()
        return {self.ends[key].row for key in back}

    def asked(self, sql: str) -> set[int]:
        """The keys a statement answers; {mine} are this table's rows with their ends, {events} its history."""
        mine = "unnest(%s::bigint[], %s::bigint[], %s::bigint[]) w (key, first, last)"
        ends = [list(self.ends), [e.first for e in self.ends.values()], [e.last for e in self.ends.values()]]
        with connection.cursor() as cursor:
            cursor.execute(sql.format(mine=mine, events=self.events._meta.db_table), ends)
            return {key for (key,) in cursor.fetchall()}
