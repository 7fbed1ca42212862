"""Readers of the administration: a layer's rows, the engine's own tables, its pages."""

from django.contrib.contenttypes.models import ContentType

from geoportal import catalogue
from geoportal.fields import MASK
from geoportal.metadata import Metadata
from tests.matrix.asking import BRIEFLY, Asking, said, url
from tests.matrix.pages import plain
from tests.matrix.readers import READERS, reads, shown
from tests.matrix.world import CODES, NAMES, head

ENGINE = ("boundaryset", "bpscode", "load", "metadata")

ADMIN = {
    layer.name: f"admin:{layer.model._meta.app_label}_{layer.model._meta.model_name}" for layer in catalogue.vectors()
}


def page_of(layer: str, action: str, row=None) -> str:
    return url(f"{ADMIN[layer]}_{action}", **({"object_id": row.pk} if row else {}))


@reads("admin:*_changelist")
def admin_list(asking: Asking, layer: str) -> str:
    """Rows of the list."""
    answer = asking(page_of(layer, "changelist"), {"all": ""})
    if barred := asking.barred(answer, layer):
        return barred
    keys = {row.pk for row in answer.context["cl"].result_list}
    by_name = asking.world.rows[layer]
    shown = [name for name, found in by_name.items() if {row.pk for row in found} <= keys]
    extra = keys - {row.pk for found in by_name.values() for row in found}
    return asking.told(shown, said(answer), layer) if not extra or layer == "areas" else f"{shown} {extra}"


@reads("admin:*_add")
def admin_add(asking: Asking, layer: str) -> str:
    """Places where a row can be added; elsewhere the form says that one may not write there."""
    answer = asking(page_of(layer, "add"))
    if barred := asking.barred(answer, layer):
        return barred
    stored, model = [], catalogue.layer(layer).model
    for name in asking.world.rows[layer]:
        with asking.undone():
            form = filled(answer, layer, name, asking.world.items[layer][name])
            sent_back = asking(page_of(layer, "add"), post=form)
            if asking.world.stored(model, {row.pk for row in asking.world.everything(layer)}):
                stored.append(name)
            elif "where your account may not write" not in said(sent_back):
                return f"{name} is refused without its sentence"
    return "every" if stored == list(asking.world.rows[layer]) else " ".join(stored) or "none"


def sent(answer) -> dict:
    """What the browser would send of the form in an answer; of a number that is kept, nothing."""
    form = answer.context["adminform"].form
    values = {word: form.get_initial_for_field(f, word) for word, f in form.fields.items() if not f.disabled}
    return {word: value for word, value in values.items() if value is not None and str(value) != MASK}


def filled(answer, layer: str, name: str, like) -> dict:
    """The form of an answer filled in for a new row in this place."""
    form, values = answer.context["adminform"].form, sent(answer)
    if layer == "areas":
        return values | {"code": f"{CODES[name][:8]}.29{NAMES.index(name):02}", "name": "New"}
    wanted = {
        "names__head": "New", "code": "NEW", "name": "New", "kind": "clinic", "market_class": "1", "members": "3", "water": "piped",
        "latrine": "own", "lon": f"{like.place.x:.6f}", "lat": f"{like.place.y:.6f}", "place_source": "map", "unit": like.unit,
    }  # fmt: skip
    return values | {word: value for word, value in wanted.items() if word in form.fields}


@reads("admin:*_change")
def admin_change(asking: Asking, layer: str) -> str:
    """Rows whose form can be saved, then those whose form can only be read."""

    saved = []

    def read(answer) -> bool:
        saved.append(b'name="_save"' in answer.content)
        return answer.status_code == 200

    told = asking.one_by_one(layer, lambda row: asking(page_of(layer, "change", row), headers=BRIEFLY), read)
    may = [name for name, form in zip(asking.world.rows[layer], saved, strict=True) if form]
    if told in {"signin", "refused", "closed"} or told.removesuffix(" named") == asking.told(may, "", layer):
        return told
    return f"{asking.told(may, '', layer)}, read {told}"


@reads("admin:*_delete")
def admin_delete(asking: Asking, layer: str) -> str:
    """Rows that can be taken away."""
    model = catalogue.layer(layer).model

    def asked(row):
        with asking.undone():
            answer = asking(page_of(layer, "delete", row), post={"post": "yes"}, headers=BRIEFLY)
            answer.gone = asking.world.taken_away(model, row.pk)
        return answer

    return asking.one_by_one(layer, asked, lambda a: a.gone)


@reads("admin:*_change,moved")
def admin_moved(asking: Asking, layer: str) -> str:
    """What comes of taking a row one may change to another kecamatan: moved, or kept here with the sentence that says so."""
    for row in asking.world.items[layer].values():
        form = asking(page_of(layer, "change", row), headers=BRIEFLY)
        if form.status_code == 200 and b'name="_save"' in form.content:
            break
    else:
        return asking.barred(form, layer)
    if not hasattr(row, "place"):
        return "no point"
    far = asking.world.items[layer]["far"].place
    with asking.undone():
        answer = asking(
            page_of(layer, "change", row),
            post=sent(form) | {"lon": f"{far.x:.6f}", "lat": f"{far.y:.6f}"},
            headers=BRIEFLY,
        )
        if "where your account may not write" in said(answer):
            return "kept here"
        return (
            "moved"
            if asking.world.lies_in(catalogue.layer(layer).model, row.pk, CODES["far"])
            else f"{asking.barred(answer)} stays"
        )


@reads("admin:*_history")
def admin_history(asking: Asking, layer: str) -> str:
    """Rows whose history is told."""
    return asking.one_by_one(layer, lambda row: asking(page_of(layer, "history", row), headers=BRIEFLY), shown)


@reads("admin:*/<path:object_id>/")
def admin_old(asking: Asking, layer: str) -> str:
    """Django's old address of a form leads to the form, row or no row."""
    told = set()
    for row in asking.world.items[layer].values():
        answer = asking(page_of(layer, "change", row).removesuffix("change/"), headers=BRIEFLY)
        told.add("-> form" if answer.get("Location") == page_of(layer, "change", row) else asking.barred(answer))
    return " ".join(told)


# --- Its own pages, and the engine's own tables

for key in ("login", "logout", "password_change", "password_change_done", "jsi18n"):
    READERS[f"admin:{key}"] = plain(f"admin:{key}")
READERS["admin:app_list"] = plain("admin:app_list", app_label="layers")


@reads("admin:index")
def admin_index(asking: Asking, _column: str) -> str:
    """The tables it offers."""
    answer = asking(url("admin:index"))
    if barred := asking.barred(answer):
        return barred
    return " ".join(sorted(m["object_name"] for group in answer.context["app_list"] for m in group["models"]))


@reads("admin:autocomplete")
def autocomplete(asking: Asking, _column: str) -> str:
    """What is suggested to somebody who types the name of an area, of a head of household, of a person."""

    def suggested(app, model, field, term):
        words = {"app_label": app, "model_name": model, "field_name": field, "term": term}
        answer = asking(url("admin:autocomplete"), words, headers=BRIEFLY)
        return asking.barred(answer) or len(answer.json()["results"])

    houses = {name: suggested("layers", "householdnames", "of", head(name)) for name in NAMES}
    barred = {found for found in houses.values() if isinstance(found, str)}
    shown = " ".join(sorted(barred) or [name for name, found in houses.items() if found])
    areas, people = (
        suggested("geoportal", "scope", "area", "kenanga"),
        suggested("layers", "household", "captured_by", "surv"),
    )
    told = [f"areas {areas}", f"households {shown or 'none'}", f"people {people}"]
    return "signin" if told == ["areas signin", "households signin", "people signin"] else ", ".join(told)


@reads("admin:view_on_site")
def view_on_site(asking: Asking, _column: str) -> str:
    """The way from a household to its page, by the number of its table: there is none, for no household."""
    table = ContentType.objects.get_for_model(catalogue.layer("households").model).pk
    return asking.one_by_one(
        "households",
        lambda row: asking(url("admin:view_on_site", content_type_id=table, object_id=row.pk)),
        lambda a: a.status_code == 200,
    )


@reads("admin:(?P<url>.*)$")
def catch_all(asking: Asking, _column: str) -> str:
    return asking.barred(asking("/admin/nothing/here/"))


def engine(asking: Asking, action: str, table: str) -> str:
    """A page of the administration of one of the engine's own tables."""
    row = {
        "boundaryset": asking.world.boundaries,
        "bpscode": asking.world.bps,
        "load": asking.world.load,
        "metadata": Metadata(layer="markets"),
    }[table]
    words = {} if action in {"changelist", "add"} else {"object_id": row.pk}
    old = action.startswith("/")
    path = url(f"admin:geoportal_{table}_{'change' if old else action}", **words)
    answer = asking(path.removesuffix("change/") if old else path, headers=BRIEFLY)
    barred = asking.barred(answer)
    return "-> form" if old and answer.get("Location") == path else barred or "page"
