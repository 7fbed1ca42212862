"""Many rows of a file at once: the verdicts each would get alone, few statements, and nothing of a load that fails."""

import csv
import functools
import io

import pytest
from django.db import DataError
from django.utils import translation

from geoportal import catalogue, fields, forms, together, upload
from geoportal.ground import Known
from geoportal.models import Load
from tests.posyandu import HOUSES, POSYANDU, load_in

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


@pytest.fixture
def by_one():
    """The verdicts as the form gives them when it asks the database anew for each row."""

    def judged(lines, layer):
        form = forms.form_for(layer)
        words = upload.choices(layer)
        found = []
        for line in csv.DictReader(io.StringIO(lines)):
            values = {name: words.get(name, {}).get(value.lower(), value) for name, value in line.items()}
            errors = form({"place_source": "import"} | values).errors
            found.append({name: list(said) for name, said in errors.items()})
        return found

    return judged


HARD = """names__head,names__no_kk,declared_code,members,under5,water,latrine,desil,pkh,surveyed,lon,lat
A,1173000000000001,11.73.01.2001,4,1,piped,own,3,ya,2026-02-03,97.01,5.01
B,117,11.73.01.2001,4,1,piped,own,3,ya,2026-02-03,97.01,5.01
C,,11.73.09.2001,0,1,piped,own,11,mungkin,03/02/2026,97.01,5.01
D,,,4,1,well,bush,3,no,2026-13-03,5.01,97.01
,,,31,1,piped,own,,0,,97.05,5.029
F,,,4,1,piped,own,,0,,97.05,5.0291
G,,,4,1,piped,own,,0,,0,0
H,,,4,1,piped,own,,0,,97.01,
I,,,four,1,piped,own,,0,,,
J,,,4,1,piped,own,,,,970.1,5.01
"""


def test_many_rows_get_the_verdicts_that_each_would_get_alone(loaded, by_one):
    told: dict[int, dict] = {}
    for line, name, sentence in loaded(HARD, layer=HOUSES).mistakes:
        told.setdefault(line, {}).setdefault(name, []).append(sentence)
    alone = by_one(HARD, HOUSES)
    assert [told.get(line, {}) for line in range(2, 12)] == alone
    assert [bool(errors) for errors in alone] == [False, *[True] * 9]


def test_a_file_longer_than_a_batch_is_stored_with_its_names_history_and_areas(loaded, monkeypatch):
    """7 rows in batches of 3: the third batch holds one."""
    monkeypatch.setattr(upload, "BATCH", 3)
    head = "names__head,names__no_kk,members,water,latrine,lon,lat\n"
    rows = [f"Kepala {n},{1173000000000000 + n},4,piped,own,{97.01 + 0.02 * (n % 4)},5.01\n" for n in range(7)]
    assert loaded(head + "".join(rows), layer=HOUSES).line() == "stored 7, updated 0, skipped 0, rejected 0"
    names = HOUSES.names.objects.select_related("of").order_by("of_id")
    assert [(n.head, n.no_kk.reveal()) for n in names] == [(f"Kepala {n}", str(1173000000000000 + n)) for n in range(7)]
    assert [n.area_code for n in names] == [n.of.area_code for n in names] and names[3].area_code == "11.73.02.2002"
    assert all(n.no_kk_hash == fields.digest(n.no_kk.reveal()) and n.of.version == 1 for n in names)
    assert catalogue.event_model(HOUSES.model).objects.count() == 7
    assert catalogue.event_model(HOUSES.names).objects.count() == 7


def test_progress_is_told_at_the_start_and_after_every_batch(loaded, monkeypatch):
    monkeypatch.setattr(upload, "BATCH", 2)
    told = []
    loaded("code,name\nP1,A\nP2,B\n,C\nP4,D\nP5,E\n", progress=lambda *step: told.append(step))
    assert told[0] == (0, 5) and told[-1] == (5, 5) and sorted({done for done, _of in told} - {0, 5}) == [2, 4]


def test_many_rows_cost_no_more_statements_than_few(loaded, django_assert_max_num_queries):
    lines = [f"P{n},Nama {n},{97.01 + n / 10_000},5.01\n" for n in range(100)]
    with django_assert_max_num_queries(25):
        assert loaded("code,name,lon,lat\n" + "".join(lines)).stored == 100
    with django_assert_max_num_queries(25):
        assert loaded("code,name,lon,lat\n" + "".join(lines)).skipped == 100


def test_a_line_about_a_row_changed_meanwhile_is_not_stored(loaded, monkeypatch):
    """Between the reading of the row and its locking somebody else writes it."""
    loaded("code,name\nP1,Mawar\n")
    learn = Known.learn

    def interrupted(self, wanted):
        learn(self, wanted)
        self.versions = {pk: version + 1 for pk, version in self.versions.items()}

    monkeypatch.setattr(Known, "learn", interrupted)
    result = loaded("code,name\nP1,Melati\n")
    assert result.rejected == 1 and "Somebody else changed this row" in result.mistakes[0][2]
    assert POSYANDU.model.objects.get().name == "Mawar"


def test_of_a_load_that_fails_nothing_stays(loaded, monkeypatch):
    monkeypatch.setattr(upload, "BATCH", 2)
    add, calls = together.add, []

    def failing(layer, made):
        calls.append(len(made))
        if len(calls) == 2:
            raise DataError("the disk of the database")
        add(layer, made)

    monkeypatch.setattr(together, "add", failing)
    with pytest.raises(DataError):
        loaded("code,name\nP1,A\nP2,B\nP3,C\n")
    assert calls == [2, 1] and not POSYANDU.model.objects.exists() and not Load.objects.exists()
