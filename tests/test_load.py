"""`manage.py load`: last line, exit code, what is stored and what is refused, on made files."""

import pytest
from django.db import OperationalError
from django.utils import translation

from geoportal import catalogue, places
from geoportal.models import Load
from tests.loading import load

pytestmark = pytest.mark.django_db
POSYANDU = catalogue.layer("posyandu")


@pytest.fixture(autouse=True)
def in_english(owner):
    with translation.override("en"), owner():
        yield


@pytest.fixture
def file(tmp_path):
    """file(text) -> a CSV of this text."""

    def make(text, name="posyandu.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return make


GOOD = "code,name,lon,lat\nP1,Mawar,97.01,5.01\nP2,Melati,97.05,5.01\n"
MIXED = GOOD + "P3,Tulip,5.01,97.01\nP4,,97.01,5.01\n"


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_good_file_ends_in_0_and_the_line_is_the_same_in_every_language(areas, file, language):
    with translation.override(language):
        assert load("posyandu", file(GOOD)) == (0, "stored 2, updated 0, skipped 0, rejected 0", "")
        assert load("posyandu", file(GOOD))[:2] == (0, "stored 0, updated 0, skipped 2, rejected 0")
        changed = GOOD.replace("Mawar", "Mawar Merah")
        assert load("posyandu", file(changed))[:2] == (0, "stored 0, updated 1, skipped 1, rejected 0")


def test_some_bad_rows_end_in_3_and_the_good_ones_are_stored(areas, file):
    code, line, told = load("posyandu", file(MIXED))
    assert (code, line) == (3, "stored 2, updated 0, skipped 0, rejected 2")
    assert POSYANDU.model.objects.count() == 2
    first, second = told.splitlines()
    assert first.startswith("line 4: Longitude: ") and "swapped" in first
    assert second.startswith("line 5: Name: ")


@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (MIXED, 3)])
def test_a_dry_run_gives_the_same_line_and_code_and_stores_nothing(areas, file, text, code):
    *dry, told = load("posyandu", file(text), "--dry-run")
    assert dry[0] == code and POSYANDU.model.objects.count() == Load.objects.count() == 0
    assert told.endswith("This was a trial: nothing of it was stored.\n")
    assert load("posyandu", file(text))[:2] == tuple(dry)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["streets", "FILE"], "areas, households, posyandu"),
        (["population", "FILE"], "There is no layer population"),
        (["posyandu", "nowhere.csv"], "nowhere.csv"),
        (["posyandu", "FILE", "--map", "Kode=code"], "no column “Kode”"),
        (["posyandu", "FILE", "--map", "code=kode"], "no field “kode”"),
        (["posyandu", "FILE", "--map", "code"], "Column=field"),
        (["posyandu", "FILE", "--map", "code=code", "--map", "lat=strata", "--map", "Nama=name"], "Nama"),
    ],
)
def test_an_unknown_layer_file_or_column_ends_in_2_and_stores_nothing(areas, file, arguments, said):
    path = file(GOOD)
    code, line, told = load(*(path if word == "FILE" else word for word in arguments))
    assert (code, line) == (2, "") and said in told
    assert POSYANDU.model.objects.count() == Load.objects.count() == 0


def test_a_file_is_not_loaded_into_the_database_of_another_city(areas, file, settings):
    settings.AREA_ROOT = "32.11"
    code, line, told = load("posyandu", file(GOOD))
    assert (code, line) == (2, "") and POSYANDU.model.objects.count() == 0
    assert (
        told
        == "AREA_ROOT is 32.11, and this database holds 11.73: set AREA_ROOT=11.73, or start with another database.\n"
    )


def test_a_database_that_does_not_answer_is_told_with_the_remedy(file, monkeypatch):
    def silent():
        raise OperationalError("connection is bad: No such file or directory")

    monkeypatch.setattr(places, "elsewhere", silent)
    code, line, told = load("posyandu", file(GOOD))
    assert (code, line) == (2, "") and "`make run`" in told and "Traceback" not in told


def test_a_column_is_mapped_and_the_source_remembered(areas, file):
    text = GOOD.replace("code,name", "Kode Posyandu,Nama Lengkap")
    code, *_rest = load(
        "posyandu", file(text), "--map", "Kode Posyandu=code", "--map", "Nama Lengkap=name", "--source", "Dinkes 2026"
    )
    assert code == 0 and Load.objects.get().source == "Dinkes 2026"
    assert POSYANDU.model.objects.get(code="P1").name == "Mawar"


def test_the_source_of_the_files_stands_at_the_layer_and_its_figures(areas, file, client, owner_looks):
    load("posyandu", file(GOOD), "--source", "Dinkes 2026")
    layer = next(found for found in client.get("/layers.json").json()["layers"] if found["name"] == "posyandu")
    assert layer["source"] == "Dinkes 2026"
    assert client.get("/indicators/posyandu/posyandu.json").json()["source"] == "Dinkes 2026"
    assert "Dinkes 2026" in client.get("/data").content.decode()
