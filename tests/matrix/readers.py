"""For each line of the tables: which URL is asked, how, and what is read from the answers.

A key's first word is the name of the URL (its route where it has none); more words tell apart the ways of asking it. Readers of
layers get the column; those of pages get nothing more.
"""

import json
import re

import mapbox_vector_tile

from geoportal import catalogue
from geoportal.mercator import box
from tests import written
from tests.matrix.asking import TITLES, Asking, Missing, held, said, url
from tests.matrix.world import CODES, FIGURES, HOUSES, NOWHERE, NUMBERS, TILE, head

LAYERS = tuple(layer.name for layer in catalogue.layers())
READERS = {}


def reads(*keys):
    """The function reads the answers to these lines."""

    def keep(function):
        for key in keys:
            READERS[key] = function
        return function

    return keep


def village(layer: str) -> dict:
    return {"level": "village"} if layer == "areas" else {}


def of_rows(layer: str) -> bool:
    return catalogue.layer(layer).kind == "vector"


# --- Of one layer


@reads("layers")
def layers(asking: Asking, layer: str) -> str:
    """Level and rights the catalogue tells."""
    answer = asking(url("layers"))
    if barred := asking.barred(answer):
        return barred
    entry = next((e for e in answer.json()["layers"] if e["name"] == layer), None)
    if entry is None:
        return "absent"
    if ("tiles" in entry and bool(entry["tiles"])) != (entry["level"] != "counts" and entry["kind"] == "vector"):
        return f"tiles {entry['tiles']}"
    return " ".join([entry["level"], *(right for right, has in entry["rights"].items() if has)])


@reads("tile")
def tile(asking: Asking, layer: str) -> str:
    """Rows of a tile of features; a tile of cells above it counts just these."""
    z, x, y = TILE
    answer = asking(url("tile", name=layer, z=z, x=x, y=y), village(layer))
    shown = asking.rows(answer, layer) if of_rows(layer) else asking.barred(answer, layer)
    if layer == "areas" or not of_rows(layer) or answer.status_code not in {200, 204}:
        return shown
    up = z - catalogue.layer(layer).min_zoom + 1
    above = asking(url("tile", name=layer, z=z - up, x=x >> up, y=y >> up))
    cells = mapbox_vector_tile.decode(above.content)[layer]["features"] if above.status_code == 200 else []
    counted = sum(cell["properties"]["count"] for cell in cells)
    known = sum(len(r) for n, r in asking.world.rows[layer].items() if shown.startswith("every") or n in shown.split())
    return (
        shown
        if counted == known and set().union(*(c["properties"] for c in cells)) <= {"count", "members"}
        else f"{counted} in cells"
    )


@reads("legend")
def legend(asking: Asking, layer: str) -> str:
    """How many rows."""
    answer = asking(url("legend", name=layer), village(layer) | {"extent": 1})
    return asking.barred(answer, layer) or f"{answer.json()['total']} rows"


@reads("table-json")
def table_json(asking: Asking, layer: str) -> str:
    """Rows of the table, which counts just these."""
    answer = asking(url("table-json", name=layer), village(layer) | {"limit": 1000})
    shown = asking.rows(answer, layer) if of_rows(layer) else asking.barred(answer, layer)
    if answer.status_code == 200 and answer.json()["total"] != len(answer.json()["rows"]):
        return f"total {answer.json()['total']}"
    return shown


def found_by(key: str):
    """The reader of rows found by their identifier: those for which another answer comes than for one that is not there."""
    called, word = key.split("?")
    z, x, y = TILE
    more = {"tile": {"z": z, "x": x, "y": y}, "export": {"form": "csv"}}.get(called, {})

    def read(asking: Asking, layer: str) -> str:
        path = url(called, name=layer, **more)
        missing = asking(path, village(layer) | {word: Missing.uid})
        if barred := asking.barred(missing, layer):
            return barred
        rows = asking.world.items[layer].items()
        asked = {name: asking(path, village(layer) | {word: str(row.uid)}) for name, row in rows}
        return asking.told([name for name, answer in asked.items() if held(answer) != held(missing)], "", layer)

    return read


for key in ("tile?uid", "legend?uid", "table-json?uid", "table-json?around", "export?uid"):
    READERS[key] = found_by(key)


@reads("table-json?sort")
def by_name(asking: Asking, layer: str) -> str:
    """Sorted by a name, columns of names, filtered by a name and by a number: the same for a value that is stored."""
    path = url("table-json", name=layer)
    answers = [asking(path, {word: "names__head"}) for word in ("sort", "fields")]
    for value in (head("pusong"), head("town"), "Nobody at all"):
        answers.append(asking(path, {"names__head": value}))
    for value in (NUMBERS["pusong"], NUMBERS["town"], NOWHERE):
        answers.append(asking(path, {"names__no_kk": value}))
        answers.append(asking(path, {"names__no_kk_hash": value}))
    words = [asking.barred(answer, layer) or "allowed" for answer in answers]
    kinds = {"400: The table cannot be sorted by “names__head”.": "unknown"}
    words = [
        kinds.get(word, "unknown" if word.startswith(("400: “names__head”", "400: There is no filter")) else word)
        for word in words
    ]
    if words[0] == "allowed":
        words[0] = words[1] = "sorted" if words[1] == "allowed" else "?"
        if set(words[2:]) == {"unknown"}:
            return "sorted"
    return words[0] if len(set(words)) == 1 else " / ".join(words)


@reads("table-json?place_state")
def by_place_state(asking: Asking, layer: str) -> str:
    """Rows by how sure their place is."""
    answer = asking(url("table-json", name=layer), {"place_state": "inside", "limit": 1000})
    barred = asking.barred(answer, layer)
    return "unknown" if barred.startswith("400: There is no filter") else barred or asking.rows(answer, layer)


@reads("table-json?within")
def near_houses(asking: Asking, layer: str) -> str:
    """Rows of the layer near a household, of those the person sees: a filter must not tell of others."""
    answer = asking(url("table-json", name=layer), {"within": "households:80", "limit": 1000})
    barred = asking.barred(answer, layer)
    if barred.startswith("400") and "households" in asking.barred(answer, layer):
        return "unknown"
    return barred or asking.rows(answer, layer)


@reads("table")
def table(asking: Asking, layer: str) -> str:
    answer = asking(url("table", name=layer))
    return asking.barred(answer, layer) or ("page" if TITLES[layer] in said(answer) else "?")


def shown(answer) -> bool:
    return answer.status_code == 200


@reads("feature")
def feature(asking: Asking, layer: str) -> str:
    """Rows that have a page."""
    if not of_rows(layer):
        return asking.barred(asking(url("feature", name=layer, uid=Missing.uid)), layer)
    return asking.one_by_one(layer, lambda row: asking(url("feature", name=layer, uid=row.uid)), shown)


@reads("feature-json")
def feature_json(asking: Asking, layer: str) -> str:
    """Rows that are told one by one, as the map's drawer shows them."""
    if not of_rows(layer):
        return asking.barred(asking(url("feature-json", name=layer, uid=Missing.uid)), layer)
    return asking.one_by_one(layer, lambda row: asking(url("feature-json", name=layer, uid=row.uid)), shown)


@reads("export")
def export(asking: Asking, layer: str) -> str:
    """Rows of the files, which are the same in each form."""
    answers = [asking(url("export", name=layer, form=form), village(layer)) for form in written.FORMS]
    told = [asking.rows(a, layer) if of_rows(layer) else asking.barred(a, layer) for a in answers]
    return told[0] if len(set(told)) == 1 else " / ".join(told)


@reads("export,numbers")
def export_numbers(asking: Asking, layer: str) -> str:
    """Rows of a file with numbers, for a reason."""
    why = {"reason": "merge", "note": "two of one card"}
    with asking.undone():
        answer = asking(url("export", name=layer, form="csv"), post=why)
        return asking.rows(answer, layer) if of_rows(layer) else asking.barred(answer, layer)


@reads("indicator")
def indicator(asking: Asking, layer: str) -> str:
    """The figures of every indicator, as written by hand."""
    if not of_rows(layer):
        return asking.barred(asking(url("indicator", name=layer, indicator="people", form="json")), layer)
    told = set()
    for name in catalogue.layer(layer).indicator:
        answers = [
            asking(url("indicator", name=layer, indicator=name, form=form), {"level": "village"})
            for form in ("json", "xlsx")
        ]
        barred = {word for a in answers if (word := asking.barred(a, layer))}
        if not barred:
            figures = {a["code"]: a["value"] for a in answers[0].json()["areas"]}
            right = [figures[code] for code in CODES.values()]
            same = all(abs(a - b) < 1e-4 for a, b in zip(right, FIGURES[layer, name], strict=True))
            told |= {"counts"} if same and set(figures) == set(CODES.values()) else {f"{name} {right}"}
        told |= barred
    return " ".join(sorted(told))


@reads("estimate")
def estimate(asking: Asking, layer: str) -> str:
    """The first indicator inside a shape drawn around all: off by at most 2."""
    west, south, east, north = box(*TILE)
    corners = [(west, south), (east, south), (east, north), (west, north)]
    name = next(iter(catalogue.layer(layer).indicator), "") if of_rows(layer) else "people"
    words = {"layer": layer, "indicator": name, "polygon": " ".join(f"{x},{y}" for x, y in corners)}
    answer = asking(url("estimate"), words)
    barred = asking.barred(answer, layer)
    if barred.endswith("is not counted inside drawn shapes."):
        return "uncounted"
    return barred or ("counts" if abs(answer.json()["value"] - (4 * HOUSES + 1)) <= 2 else str(answer.json()["value"]))


@reads("raster-tile")
def raster_tile(asking: Asking, layer: str) -> str:
    z, x, y = TILE
    answer = asking(url("raster-tile", name=layer, z=z, x=x, y=y))
    return asking.barred(answer, layer) or ("cells" if answer.content.startswith(b"\x89PNG") else "?")


@reads("raster-value")
def raster_value(asking: Asking, layer: str) -> str:
    answer = asking(url("raster-value", name=layer), {"lon": "97.145", "lat": "5.18"})
    return asking.barred(answer, layer) or ("cells" if answer.json()["value"] == 100 else "?")


@reads("search")
def search(asking: Asking, layer: str) -> str:
    """Rows suggested for the word that everything planted is called by."""
    answer = asking(url("search"), {"q": "kenanga"})
    if barred := asking.barred(answer):
        return barred
    hits = [hit for hit in answer.json()["results"] if hit["layer"] == layer]
    if not of_rows(layer):
        return "none" if not hits else "?"
    if layer == "areas":
        shown = [name for name, code in CODES.items() if code in {hit["code"] for hit in hits}]
        return asking.told(shown, "", layer)
    return asking.rows_in(json.dumps(hits), layer)


@reads("data")
def data(asking: Asking, layer: str) -> str:
    """What the page of data offers of the layer."""
    answer = asking(url("data"))
    if barred := asking.barred(answer):
        return barred
    cards = said(answer).split('<li class="card">')
    card = next((c for c in cards if f"<h2>{TITLES[layer]}</h2>" in c), None)
    if card is None:
        return "absent"
    rows = re.search(r"<dd>([\d,]+)</dd>", card)
    words = [f"{rows.group(1)} rows" if rows else "counts" if "counts only" in card else "?"]
    words += ["files"] if f"/export/{layer}.csv" in card else []
    words += ["numbers"] if "with-numbers" in card else []
    return " ".join(words)
