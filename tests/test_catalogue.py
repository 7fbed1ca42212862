"""The catalogue for everybody: what is said of a layer, by whom it is edited, and how other catalogues read it."""

import json
from xml.etree import ElementTree

import pytest
from owslib.iso import MD_Metadata

from geoportal import catalogue, listing
from geoportal.metadata import Metadata
from geoportal.models import Revision

pytestmark = pytest.mark.django_db
MARKETS, HOUSES = catalogue.layer("markets"), catalogue.layer("households")
GMD = {"gmd": "http://www.isotc211.org/2005/gmd", "gco": "http://www.isotc211.org/2005/gco"}
# ISO 19139: the parts a record must have, in the order of the schema.
RECORD = (
    "fileIdentifier language characterSet hierarchyLevel contact dateStamp metadataStandardName metadataStandardVersion dataSetURI "
    "referenceSystemInfo identificationInfo distributionInfo dataQualityInfo"
).split()
DATA = (
    "citation abstract status pointOfContact resourceMaintenance descriptiveKeywords resourceConstraints spatialRepresentationType "
    "spatialResolution language characterSet topicCategory extent"
).split()
WRITTEN = {
    "title": "Pasar & toko", "abstract": "Semua <pasar>", "keywords": "pasar, dagang", "topic": "structure", "organisation": "Disperindag",
    "contact": "Cut Meutia", "email": "data@example.go.id", "phone": "0645-1", "licence": "CC BY 4.0", "lineage": "Survei 2026",
    "frequency": "annually", "language": "ind", "scale": 10000,
}  # fmt: skip


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def kept(owner, row):
    """What an administrator wrote about markets, of which there are two."""
    row(MARKETS, lon=97.01, lat=5.01)
    row(MARKETS, lon=97.05, lat=5.015)
    with owner():
        Revision.objects.update_or_create(layer="markets")
        Metadata.objects.filter(layer="markets").update(**WRITTEN)
        return Metadata.objects.get(layer="markets")


def test_every_layer_has_its_row_by_itself(db):
    assert {row.layer for row in Metadata.objects.all()} == {layer.name for layer in catalogue.layers()}


def test_where_nothing_was_written_declaration_and_data_speak(row):
    row(MARKETS, lon=97.01, lat=5.01)
    row(MARKETS, lon=97.05, lat=5.015)
    said = listing.one(MARKETS)
    assert (said.title, said.topic, said.open, said.frequency) == (str(MARKETS.title), "economy", True, "unknown")
    assert said.bbox == [97.01, 5.01, 97.05, 5.015] and said.created
    assert len(said.missing) == 2  # licence and contact: nobody but an administrator can know them


def test_the_box_and_the_days_of_rows_that_are_not_open_tell_of_no_row(houses):
    said = listing.one(HOUSES)
    assert not said.open and said.bbox == pytest.approx([97.0, 5.0, 97.08, 5.02])  # the city's
    assert (said.created, said.period, said.resolution) == (None, None, 110)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("economy", ["markets"]),
        ("PASAR", []),
        ("health post", ["posyandu"]),
        ("nothing like it", []),
        ("market trad", ["markets"]),
    ],
)
def test_a_search_finds_the_layers_that_say_every_word(client, areas, words, names):
    body = client.get("/catalogue.json", {"q": words}).content
    assert [one["@id"].rpartition("/")[2] for one in json.loads(body)["dcat:dataset"]] == names


def test_the_page_lists_open_layers_with_files_and_closed_ones_with_figures_alone(client, areas):
    page = client.get("/catalogue", HTTP_ACCEPT="text/html").content.decode()
    assert page.count('<li class="card">') == len(catalogue.layers())
    assert "/export/markets.gpkg" in page and "/export/households" not in page
    assert "/indicators/households/no_latrine.xlsx" in page and "counts only for the public" in page
    empty = client.get("/catalogue?q=zzz", HTTP_ACCEPT="text/html").content.decode()
    assert "No layer says “zzz”" in empty


def test_an_administrator_writes_it_and_nobody_else(client, person, owner, areas):
    path = "/admin/geoportal/metadata/markets/change/"
    client.force_login(person("planner", "planning"))
    assert client.get(path).status_code == 403
    client.force_login(person("admin"))
    page = client.get(path, HTTP_ACCEPT="text/html").content.decode()
    assert 'placeholder="Markets"' in page
    assert "– (economy)" in page and "<h2>Markets</h2>" in page
    answer = client.post(path, WRITTEN, HTTP_ACCEPT="text/html")
    assert answer.status_code == 302
    page = client.get("/metadata/markets", HTTP_ACCEPT="text/html").content.decode()
    for text in (
        "Pasar &amp; toko",
        "Semua &lt;pasar&gt;",
        "pasar, dagang",
        "Disperindag",
        "CC BY 4.0",
        "every year",
        "1:10,000",
    ):
        assert text in page
    assert client.get("/admin/geoportal/metadata/add/").status_code == 403
    assert client.post("/admin/geoportal/metadata/markets/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("language", ["en", "id"])
def test_iso_19139_has_its_parts_in_order_and_owslib_reads_every_one(client, kept, language):
    client.cookies["django_language"] = language
    answer = client.get("/metadata/markets.xml")
    assert answer["Content-Type"].startswith("application/xml")
    root = ElementTree.fromstring(answer.content)
    assert [child.tag.partition("}")[2] for child in root] == RECORD
    (data,) = root.findall("gmd:identificationInfo/gmd:MD_DataIdentification", GMD)
    assert list(dict.fromkeys(child.tag.partition("}")[2] for child in data)) == DATA
    from owslib.etree import etree

    read = MD_Metadata(etree.fromstring(answer.content))
    said = read.identification[0]
    assert (read.identifier, read.languagecode, read.referencesystem.code) == (str(kept.uid), "ind", "4326")
    assert (said.title, said.abstract, said.topiccategory) == ("Pasar & toko", "Semua <pasar>", ["structure"])
    assert [word.name for word in said.keywords[0].keywords] == ["pasar", "dagang"]
    assert (read.contact[0].name, read.contact[0].organization, read.contact[0].email) == (
        "Cut Meutia", "Disperindag", "data@example.go.id",
    )  # fmt: skip
    box = said.bbox
    assert (box.minx, box.miny, box.maxx, box.maxy) == ("97.010000", "5.010000", "97.050000", "5.015000")
    assert said.otherconstraints[1] == "CC BY 4.0" and said.denominators == ["10000"]
    assert read.dataquality.lineage == "Survei 2026" and {date.type for date in said.date} == {"creation", "revision"}
    links = {link.url.rpartition("/")[2] for link in read.distribution.online}
    assert {"markets", "markets.csv", "markets.parquet"} <= links


def test_every_layer_gives_a_record_that_owslib_reads(client, areas):
    from owslib.etree import etree

    for layer in catalogue.layers():
        read = MD_Metadata(etree.fromstring(client.get(f"/metadata/{layer.name}.xml").content))
        assert read.identification[0].title and read.identification[0].topiccategory, layer.name
    assert client.get("/metadata/streets.xml").status_code == 404


def test_dcat_leads_to_the_files_whoever_asks_may_take(client, kept):
    body = json.loads(client.get("/catalogue.json").content)
    assert body["@type"] == "dcat:Catalog" and "Kota" in body["dct:title"]
    sets = {one["@id"].rpartition("/")[2]: one for one in body["dcat:dataset"]}
    market, houses = sets["markets"], sets["households"]
    assert (market["dct:title"], market["dct:license"]) == ("Pasar & toko", "CC BY 4.0")
    assert market["dct:spatial"]["dcat:bbox"]["@value"].startswith("POLYGON((97.010000 5.010000, 97.050000 5.010000")
    urls = [file["dcat:accessURL"] for file in houses["dcat:distribution"]]
    assert urls and all("/indicators/households/" in url for url in urls)
    for file in market["dcat:distribution"]:
        answer = client.get(file["dcat:accessURL"])
        assert answer.status_code == 200 and answer["Content-Type"].startswith(file["dcat:mediaType"])
