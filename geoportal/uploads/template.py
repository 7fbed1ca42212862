"""The workbook to fill in: the columns by their labels, lists to choose from, and a sheet that explains each, with an example.

The example stands there and not among the rows, where it would be stored with them.
"""

import io

import xlsxwriter
from django.utils.translation import gettext as _

from .. import description, places, wording
from ..layer import Layer
from . import naming

CHECKED = 5000  # rows that get a list to choose from
LEFT = {"uid", "coordinates", "accuracy_m", "place_source", "captured_at"}  # what nobody fills in by hand


def workbook(layer: Layer) -> bytes:
    """An XLSX in the language in force, which this very layer takes back."""
    out, fields = io.BytesIO(), [option for option in naming.options(layer) if option.name not in LEFT]
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, notes, lists = (book.add_worksheet(name) for name in (_("Rows"), _("Columns"), _("Choices")))
    bold, must = (
        book.add_format({"bold": True, "bottom": 1, "text_wrap": True, **more})
        for more in ({}, {"bg_color": "#e3f1ee"})
    )
    text = book.add_format({"num_format": "@"})
    wide = book.add_format({"text_wrap": True, "valign": "top"})
    notes.write_row(0, 0, [_("Column"), _("Needed"), _("What goes in"), _("For example")], bold)
    notes.set_column(0, 0, 32), notes.set_column(1, 1, 12), notes.set_column(2, 2, 70), notes.set_column(3, 3, 24)
    for at, field in enumerate(fields):
        offered = choices(layer, field.name)
        sheet.set_column(at, at, max(14, min(32, len(field.label) + 2)), text if worded(layer, field.name) else None)
        sheet.write_string(0, at, field.label, must if field.required else bold)
        notes.write_string(at + 1, 0, field.label, wide)
        notes.write_string(at + 1, 1, _("yes") if field.required else "", wide)
        notes.write_string(at + 1, 2, rule(layer, field.name, offered), wide)
        notes.write(at + 1, 3, example(layer, field.name, offered), wide)
        lists.write_string(0, at, field.label, bold)
        lists.write_column(1, at, offered)
        lists.set_column(at, at, 28)
        if offered:
            column = xlsxwriter.utility.xl_col_to_name(at)
            name = lists.get_name().replace("'", "''")
            source = f"='{name}'!${column}$2:${column}${len(offered) + 1}"
            sheet.data_validation(1, at, CHECKED, at, {"validate": "list", "source": source})
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def kind(layer: Layer, name: str) -> dict:
    """The field as it is described; a coordinate is a number."""
    return {"type": "number", "unit": ""} if name in wording.PLACE else description.field(layer, name)


def worded(layer: Layer, name: str) -> bool:
    """Whether cells are text, that a spreadsheet may not take for numbers: a card number, a code."""
    return kind(layer, name)["type"] in {"text", "secret", "area"}


def choices(layer: Layer, name: str) -> list[str]:
    """What may be chosen, by its labels."""
    described = kind(layer, name)
    if described["type"] == "boolean":
        return [_("yes"), _("no")]
    return [choice["label"] for choice in described.get("choices", [])]


def example(layer: Layer, name: str, offered: list[str]):
    """A value of the example."""
    described, city = kind(layer, name), places.root()
    if offered:
        return offered[0]
    if name in wording.PLACE and city and city.geom:
        return round(city.geom.point_on_surface[0 if name == "lon" else 1], 5)
    if name == "declared_code":
        return places.Area.objects.filter(level="village", deleted_at=None).values_list("code", flat=True).first() or ""
    if described["type"] == "date":
        return "2026-02-03"
    if described["type"] == "number":
        return described.get("min", 1)
    if described["type"] == "secret" or name == "unit":
        return ""
    return _("Example") if name != layer.key else _("EXAMPLE-1")


def rule(layer: Layer, name: str, offered: list[str]) -> str:
    """What goes into a column, as a sentence."""
    described = kind(layer, name)
    if offered:
        return _("one of: %(choices)s") % {"choices": ", ".join(offered)}
    low, high = described.get("min"), described.get("max")
    if described["type"] == "number" and low is not None and high is not None:
        return _("a number from %(low)s to %(high)s") % {"low": low, "high": high}
    sentences = {
        "number": _("a number"),
        "date": _("a day, as 2026-02-03 or 3/2/2026"),
        "area": _("the Kemendagri code of an area, with dots"),
        "secret": _("all digits; the column is text, so that none is lost"),
    }
    return sentences.get(described["type"], _("text"))
