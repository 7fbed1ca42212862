"""The catalogue in the words of DCAT 2 (W3C), as JSON-LD."""

from django.utils.translation import gettext as _

from . import description, export
from .layer import Layer
from .listing import Entry

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def catalogue(found: list[tuple[Entry, dict]], root: str) -> dict:
    """The layers of `found` with the ways that are open to whoever asks; `root` is the product's own address."""
    place = description.place()["name"]
    return {
        "@context": CONTEXT,
        "@id": f"{root}/catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _("Data catalogue of %(place)s") % {"place": place},
        "dcat:dataset": [dataset(entry, ways, root) for entry, ways in found],
    }


def dataset(entry: Entry, ways: dict, root: str) -> dict:
    """One layer; what is not known is left out."""
    layer, kept = entry.layer, entry.kept
    told = {
        "@id": f"{root}/metadata/{layer.name}",
        "@type": "dcat:Dataset",
        "dct:identifier": str(kept.uid),
        "dct:title": entry.title,
        "dct:description": entry.abstract,
        "dcat:keyword": entry.keywords,
        "dcat:theme": entry.topic,
        "dct:publisher": {"@type": "foaf:Organization", "foaf:name": entry.organisation},
        "dcat:contactPoint": contact(entry),
        "dct:license": entry.licence,
        "dct:accessRights": entry.constraints,
        "dct:provenance": entry.lineage,
        "dct:accrualPeriodicity": entry.frequency,
        "dct:language": entry.language,
        "dct:issued": day(entry.created),
        "dct:modified": day(entry.changed),
        "dct:temporal": entry.period
        and {"@type": "dct:PeriodOfTime", "dcat:startDate": day(entry.period[0]), "dcat:endDate": day(entry.period[1])},
        "dct:spatial": entry.bbox
        and {"@type": "dct:Location", "dcat:bbox": {"@type": "geo:wktLiteral", "@value": polygon(entry.bbox)}},
        "dcat:spatialResolutionInMeters": entry.resolution,
        "dcat:landingPage": f"{root}/metadata/{layer.name}",
        "dcat:distribution": distributions(layer, ways, root),
    }
    return {name: said for name, said in told.items() if said}


def contact(entry: Entry) -> dict | None:
    kept = entry.kept
    told = {
        "vcard:fn": entry.contact,
        "vcard:hasEmail": kept.email and f"mailto:{kept.email}",
        "vcard:hasTelephone": kept.phone,
    }
    told = {name: said for name, said in told.items() if said}
    return {"@type": "vcard:Kind", **told} if told else None


def distributions(layer, ways: dict, root: str) -> list[dict]:
    """The files that whoever asks may take: of rows, else of figures by area."""
    files = [(title, f"{root}/export/{layer.name}.{form}", export.FORMS[form][1]) for form, title in ways["files"]]
    if isinstance(layer, Layer):
        sheet = export.FORMS["xlsx"][1]
        files += [(str(i.title), f"{root}/indicators/{layer.name}/{i.name}.xlsx", sheet) for i in ways["figures"]]
    return [
        {
            "@type": "dcat:Distribution",
            "dct:title": title,
            "dcat:accessURL": url,
            "dcat:mediaType": kind.partition(";")[0],
        }
        for title, url, kind in files
    ]


def day(value) -> dict | None:
    return value and {"@type": "xsd:date", "@value": value.isoformat()}


def polygon(box: list[float]) -> str:
    """The box as WKT."""
    west, south, east, north = box
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return f"POLYGON(({', '.join(f'{x:.6f} {y:.6f}' for x, y in corners)}))"
