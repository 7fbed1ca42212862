"""The words for what reading a file finds out: why it cannot be read, what is worth knowing about it, what its cells lost."""

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .found import Found, Refused

FORMATS = {
    "csv": "CSV", "xlsx": "XLSX", "xls": "XLS", "xlsb": "XLSB", "ods": "ODS", "html": "HTML", "geojson": "GeoJSON", "shp": "Shapefile",
    "gpkg": "GeoPackage", "kml": "KML", "gpx": "GPX", "fgb": "FlatGeobuf", "zip": "ZIP",
}  # fmt: skip
KINDS = "GeoJSON, Shapefile (ZIP), GeoPackage, KML, KMZ, FlatGeobuf, GPX, CSV, TSV, XLSX, XLS, ODS"
LISTED = 12  # names a sentence lists


def listed(names) -> str:
    return ", ".join(map(str, names[:LISTED])) + (", …" if len(names) > LISTED else "")


def sentence(refusal: Refused, file: str) -> str:
    """Why the file cannot be read and what helps, in the reader's language."""
    words = {"file": file, "kinds": KINDS} | refusal.words
    if "names" in words:
        words["names"] = listed(words["names"])
    sentences = {
        "missing": _("There is no file %(path)s."),
        "denied": _("%(file)s may not be read by this program: give it the right to."),
        "empty": _("The file is empty."),
        "large": _("%(file)s has %(size)s MB, at most %(limit)s MB can be read. Split it."),
        "kind": _("%(file)s is not a kind of file that can be read. These are: %(kinds)s."),
        "json": _("%(file)s is JSON, but not GeoJSON: save it as GeoJSON or as a table."),
        "xml2003": _("%(file)s is an XML spreadsheet of 2003: open it and save it as XLSX."),
        "broken": _(
            "%(file)s cannot be read: it is damaged or incomplete. Open it in the program that made it and save it anew."
        ),
        "password": _("%(file)s is locked with a password. Take the password out and load it again."),
        "bomb": _("%(file)s holds %(size)s MB when unpacked, at most %(limit)s MB can be read. Split it."),
        "path": _("%(file)s holds a file that leads out of it (%(member)s). Pack the files anew."),
        "archive": _("%(file)s holds no file that can be read. These can: %(kinds)s."),
        "part": _("%(file)s has no part “%(part)s”. It has: %(names)s."),
        "encoding": _("There is no encoding “%(encoding)s”. Usual ones are utf-8, windows-1252, utf-16."),
        "letters": _("%(file)s is not written in the encoding %(encoding)s. Choose another."),
        "header": _("%(file)s has no line %(line)s that could hold the names of the columns."),
        "quote": _("A quotation mark opened in line %(line)s is never closed. Close it or take it out."),
        "record": _("Line %(line)s is not a line of a table: a cell of it has no end."),
        "feature": _("Line %(line)s is no GeoJSON feature: the file is damaged or incomplete."),
        "wide": _("%(file)s has %(columns)s columns, at most %(limit)s can be read."),
        "row": _("%(file)s has a row of more than %(limit)s MB, which cannot be read. Simplify its shape."),
        "crs": _("There is no coordinate reference system “%(crs)s”. Write it as EPSG:4326."),
        "room": _("There is no room left here to unpack %(file)s. Free some, or load it in parts."),
        "slow": _("%(file)s took more than %(limit)s seconds to read. Split it."),
        "memory": _("%(file)s needs more than %(limit)s MB of memory to read. Split it."),
    }
    return sentences.get(refusal.code, sentences["broken"]) % words


def note(code: str, words: dict) -> str:
    """One thing worth knowing about how a file was read."""
    words = dict(words)
    if "others" in words:
        words["others"] = listed(words["others"])
    if "format" in words:
        words["format"] = FORMATS[words["format"]]
    sentences = {
        "suffix": _("By its content the file is %(format)s, whatever its name says (%(suffix)s); it is read as that."),
        "parts": _("“%(part)s” was read; the file also holds: %(others)s."),
        "mixed": _("Some lines are written in another encoding (windows-1252), the first is line %(line)s."),
        "above": _("The names of the columns stand in line %(line)s; what stands above was left out."),
        "twice": _("The name “%(name)s” stands twice: column %(column)s is called “%(new)s”."),
        "merged": _("The value of merged cells was taken for all of them (%(cells)s cells)."),
    }
    return sentences[code] % words


def fault(code: str, value: str) -> str:
    """What is wrong with a cell or shape as the file has it, and what helps."""
    sentences = {
        "cut": _(
            "“%(value)s” is not the whole number: a spreadsheet has cut it. Make the column text and enter it again."
        ),
        "error": _("The formula of this cell gives %(value)s. Mend it or write the value."),
        "uncalculated": _("The formula in %(value)s was never calculated. Open the file in a spreadsheet and save it."),
        "shape": _("The shape is damaged and cannot be read."),
        "infinite": _("The shape has coordinates that are no numbers."),
        "beyond": _("The shape has coordinates that %(value)s does not know. Choose another reference system."),
        "thousands": _("“%(value)s” may mean thousands or a fraction: write it without the mark."),
    }
    return sentences[code] % {"value": value}


def summary(found: Found) -> str:
    """What a file is, in one line: format, how it is written, its rows and columns, its reference system."""
    marks = {"\t": _("tab"), ",": _("comma"), ";": _("semicolon"), "|": _("bar")}
    said = [FORMATS.get(found.format, found.format)]
    said += [found.part] if found.part else []
    said += [found.encoding] if found.encoding else []
    said += [_("separator %(mark)s") % {"mark": marks.get(found.separator, found.separator)}] if found.separator else []
    said += {",": [_("decimal comma")], ".": [_("decimal point")]}.get(found.decimal, [])
    said += [_("names in line %(line)s") % {"line": found.header}] if found.header else []
    rows = formats.number_format(found.rows, force_grouping=True)
    said.append(ngettext("%(n)s row", "%(n)s rows", found.rows) % {"n": rows})
    columns = len(found.columns)
    said.append(ngettext("%(n)s column", "%(n)s columns", columns) % {"n": columns})
    said += [
        f"{kind or _('no shape')} {formats.number_format(n, force_grouping=True)}"
        for kind, n in found.geometries.items()
    ]
    if found.geometries:
        said.append(found.crs_name or found.crs or _("no reference system"))
    return ", ".join(said)
