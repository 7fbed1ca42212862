"""Which revision of a layer its stored counts (cube, pyramid) show, and which indicators have any.

A boundary set put to use places every row anew and so raises every layer's revision: the revision speaks for the borders too.
"""

from django.utils import timezone

from .layer import Layer
from .models import Cube, Revision, Written

BIG = 300_000  # rows above which an unfiltered low zoom comes from the pyramid


def revision_of(layer: Layer) -> int:
    """The layer's number now; 0 before its first change."""
    return Revision.objects.filter(layer=layer.name).values_list("number", flat=True).first() or 0


def due_for(what: str, layer: Layer) -> bool:
    """Whether the stored counts of this kind show another revision than the rows have."""
    return not Written.objects.filter(what=what, layer=layer.name, revision=revision_of(layer)).exists()


def note(what: str, layer: Layer, revision: int, rows: int) -> None:
    """Remember which revision the counts just written show."""
    fresh = {"revision": revision, "rows": rows, "at": timezone.now()}
    Written.objects.update_or_create(what=what, layer=layer.name, defaults=fresh)


def behind(layers: list[Layer]) -> set[str]:
    """Names of the layers whose figures or cells are still those of an earlier revision, until the next run of the job.

    A pyramid counts only where one is in use; a layer that never changed has nothing to count.
    """
    names = [layer.name for layer in layers]
    numbers = dict(Revision.objects.filter(layer__in=names).values_list("layer", "number"))
    written = {(w.what, w.layer): w for w in Written.objects.filter(layer__in=names)}
    late = set()
    for layer in layers:
        number, cube, pyramid = numbers.get(layer.name, 0), *(written.get((w, layer.name)) for w in ("cube", "pyramid"))
        cube_late = bool(layer.indicators) and number > 0 and (cube is None or cube.revision != number)
        if cube_late or (pyramid is not None and pyramid.rows >= BIG and pyramid.revision != number):
            late.add(layer.name)
    return late


def counted() -> dict[str, set[str]]:
    """The indicators of each layer that have a figure anywhere, be it a hidden one."""
    found: dict[str, set[str]] = {}
    for layer, indicator in Cube.objects.exclude(state="none").values_list("layer", "indicator").distinct():
        found.setdefault(layer, set()).add(indicator)
    return found
