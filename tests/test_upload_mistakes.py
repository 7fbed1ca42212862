"""Mistakes in files: an unusable file and a bad row are told in a sentence with their place and what would be right."""

import functools
import io
import zipfile

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoportal import description, upload, wording
from geoportal.errors import Unusable
from geoportal.models import Load
from tests.posyandu import HOUSES, POSYANDU, ROWS, load_in, sheet, spatial

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(areas, owner):
    """As the owner, like `manage.py load`."""
    with translation.override("en"), owner():
        yield


@pytest.fixture
def loaded(tmp_path):
    """loaded(text or bytes, name, layer, …) -> the result of loading a file of this content."""
    return functools.partial(load_in, tmp_path)


# --- The file


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "The file is empty"),
        ("a.csv", b"colour,size\nred,9\n", "No column of the file"),
        ("a.pdf", b"%PDF", "GeoJSON, Shapefile (ZIP), GeoPackage"),
        ("a.xlsx", b"not a workbook", "No column of the file"),
        ("a.geojson", b"{", "a.geojson cannot be read"),
        ("a.gpkg", b"SQLite format 3\0", "a.gpkg cannot be read"),
        ("a.zip", b"PK", "a.zip cannot be read"),
    ],
)
def test_an_unusable_file_is_told_why(loaded, name, content, said):
    with pytest.raises(Unusable) as problem:
        loaded(content, name)
    assert said in problem.value.sentence
    assert Load.objects.count() == 0


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(Unusable, match=r"nowhere\.csv"):
        upload.load(POSYANDU, tmp_path / "nowhere.csv", {})


def test_shapes_without_a_reference_system_are_not_guessed(loaded, tmp_path):
    spatial(tmp_path, "p.shp")
    (tmp_path / "p.prj").unlink()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in tmp_path.glob("p.*"):
            archive.write(part, part.name)
    with pytest.raises(Unusable, match="coordinate reference system"):
        loaded(out.getvalue(), "q.zip")


@pytest.mark.parametrize(
    ("mapping", "said"), [({"Kode": "code"}, "no column “Kode”"), ({"code": "kode"}, "no field “kode”")]
)
def test_a_wrong_mapping_names_what_there_is(loaded, mapping, said):
    with pytest.raises(Unusable) as problem:
        loaded("code,name\nP1,A\n", mapping=mapping)
    assert said in problem.value.sentence and "name" in problem.value.sentence


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)
@given(
    content=st.binary(max_size=300) | st.text(max_size=100).map(lambda t: f"code,name,day,lon,lat,uid\n{t}".encode()),
    kind=st.sampled_from(["csv", "xlsx", "ods", "geojson", "gpkg", "zip", "kml"]),
)
def test_no_file_is_a_fault_of_the_product(loaded, content, kind):
    try:
        result = loaded(content, f"f.{kind}")
    except Unusable as problem:
        assert problem.sentence
    else:
        assert result.stored + result.updated + result.skipped + result.rejected >= 0
        POSYANDU.model.objects.count()


# --- A row


def test_bad_rows_are_told_and_the_good_ones_stored(loaded):
    result = loaded(
        "code,name,day,lon,lat\nP1,Mawar,5,97.01,5.01\n\nP2,Melati,32,97.01,5.01\nP3,Tulip,,5.01,97.01\nP4,Dahlia,,97.01,\n"
    )
    assert result.line() == "stored 1, updated 0, skipped 0, rejected 3"
    assert [(row, name) for row, name, _sentence in result.mistakes] == [(4, "day"), (5, "lon"), (6, "lat")]
    assert "31" in result.mistakes[0][2] and "swapped" in result.mistakes[1][2] and "both" in result.mistakes[2][2]


def test_a_key_that_stands_twice_is_told_with_its_first_row(loaded):
    result = loaded("code,name\nP1,Mawar\nP1,Melati\n")
    assert (result.line(), result.mistakes[0][:2]) == ("stored 1, updated 0, skipped 0, rejected 1", (3, "code"))
    assert result.mistakes[0][2] == "P1 is in the file twice, first in line 2."
    assert POSYANDU.model.objects.get().name == "Mawar"


def test_an_unknown_identifier_is_told(loaded):
    lines = "uid,members,water,latrine,head of household\n{},4,piped,own,A\n"
    for uid in ("00000000-0000-4000-8000-000000000000", "nonsense"):
        result = loaded(lines.format(uid), layer=HOUSES)
        assert result.rejected == 1 and uid in result.mistakes[0][2]
    assert loaded(lines.format(""), layer=HOUSES).stored == 1


# --- Where a mistake stands, and what would be right


def test_a_mistake_in_a_table_names_the_line_of_the_file(loaded):
    """Line 1 is empty, 2 the header, 4 and 5 one row with a line break in a cell, 6 empty, 7 the bad row."""
    lines = ["", "code,name,day", "P1,A,1", '"P2","B', 'C",2', ",,", "P3,D,32"]
    assert [line for line, *_rest in loaded("\n".join(lines)).mistakes] == [7]
    assert [p.name for p in POSYANDU.model.objects.order_by("code")] == ["A", "B\nC"]


def test_a_mistake_in_a_workbook_names_its_row_there(loaded):
    book = sheet([[], ["", "Code", "Name", "day"], ["", "P1", "A", 1], [], ["", "P2", "B", 32], ["", "P2", "C", 32]])
    result = loaded(book, "a.xlsx", mapping={"day": "day"})
    assert [(line, name) for line, name, _sentence in result.mistakes] == [(5, "day"), (6, "code")]
    assert result.mistakes[1][2] == "P2 is in the file twice, first in line 5."


def test_a_mistake_in_a_spatial_file_names_the_feature(loaded, tmp_path):
    rows = [ROWS[0], ("P2", "Melati", "purnama", 32, 97.05, 5.005), ROWS[0]]
    result = loaded(spatial(tmp_path, "b.gpkg", rows=rows).read_bytes(), "a.gpkg")
    assert [(number, name) for number, name, _sentence in result.mistakes] == [(2, "day"), (3, "code")]
    assert result.mistakes[1][2] == "P1 is in the file twice, first in feature 1."


def test_a_wrong_choice_is_told_with_those_there_are(loaded):
    result = loaded("code,name,strata\nP1,A,bintang lima 5%\n")
    sentence = "“bintang lima 5%” is not one of the choices: Pratama (pratama), Madya (madya), Purnama (purnama), Mandiri (mandiri)."
    assert result.mistakes == [(2, "strata", sentence)]
    head = "members,water,latrine,declared_code,names__head"
    found = loaded(f"{head}\n4,piped,bush,11.73.01.2001,A\n", layer=HOUSES)
    offered = "Own (septic tank) (own), Shared (septic tank) (shared), Pit (not decent) (pit), None (none)"
    assert found.mistakes == [(2, "latrine", f"“bush” is not one of the choices: {offered}.")]


def test_of_many_choices_a_sentence_lists_eight(monkeypatch):
    many = [(str(n), f"number {n}") for n in range(1, 10)]
    monkeypatch.setattr(description, "choices", lambda layer, path: many)
    told = wording.offered(POSYANDU, "strata")
    assert told.startswith("Number 1 (1), ") and told.endswith(", Number 8 (8), …")
