"""From a file to rows on the map and back: read, named, tried, stored, undone."""

import errno
import os

import pytest

from geoportal import jobs
from geoportal.models import AccessLog, Load
from geoportal.uploads import storing, undoing
from geoportal.uploads.arriving import Arrived
from geoportal.uploads.kept import Upload
from tests.posyandu import HEADER, HOUSES, POSYANDU, ROWS, text

pytestmark = pytest.mark.django_db
HOUSE = "Head of household,people,drinking water,latrine,Longitude,Latitude\n"


def stored(owner):
    with owner():
        return sorted(POSYANDU.model.objects.filter(deleted_at=None).values_list("code", "name"))


def said(page) -> str:
    assert page.status_code in {200, 422}, page.status_code
    return " ".join(page.content.decode().split())


def test_a_file_becomes_rows_only_when_it_is_said(sender, owner):
    at = sender()
    page = at.send(text([HEADER, *ROWS]))
    assert "CSV, utf-8, separator comma" in said(page) and "2 rows" in said(page)
    assert at.columns(page) == {
        "column-0": "code", "column-1": "name", "column-2": "strata", "column-3": "day", "column-4": "lon", "column-5": "lat",
    }  # fmt: skip
    assert '"coordinates": [97.01, 5.01]' in said(page)
    page = at.check(page)
    assert (at.kept.state, at.kept.stored, at.kept.rejected) == ("checked", 2, 0) and stored(owner) == []
    page = at.do("store")
    assert at.kept.state == "stored" and stored(owner) == [("P1", "Mawar"), ("P2", "Melati")]
    assert f"/table/posyandu?upload={at.kept.uid}" in said(page)
    with owner():
        assert Load.objects.get().user == at.user
    rows = at.client.get(f"/table/posyandu.json?upload={at.kept.uid}").json()
    assert sorted(row["code"] for row in rows["rows"]) == ["P1", "P2"]
    page = at.do("undo")
    assert at.kept.state == "undone" and "Rows taken away: 2." in said(page) and stored(owner) == []


def test_each_wrong_row_is_told_with_line_column_value_and_sentence(sender):
    at = sender()
    at.check(
        at.send(
            "Kode,Nama,Stage,Longitude,Latitude\nP1,Mawar,madya,97.01,5.01\nP2,Melati,besar,97.02,5.01\nP3,,madya,50,5\n"
        )
    )
    page = said(at.page())
    assert (at.kept.stored, at.kept.rejected) == (1, 2)
    for words in ("line 3</b> <span>Stage", "<code>besar</code>", "line 4</b> <span>Nama", "<code>50</code>"):
        assert words in page
    of_stage = said(at.page(kind="0")) + said(at.page(kind="1")) + said(at.page(kind="2"))
    assert of_stage.count("<code>besar</code>") == 1
    assert "line 3" not in said(at.page(kind="0")) or "line 4" not in said(at.page(kind="0"))


def test_a_button_pressed_twice_and_a_second_tab_store_once(sender, owner):
    at = sender()
    at.check(at.send(text([HEADER, *ROWS])))
    at.do("store", work=False)
    at.do("store", work=False)
    at.do("check", work=False)
    assert at.kept.state == "storing" and at.work() == 1
    at.do("store")
    with owner():
        assert Load.objects.count() == 1 and POSYANDU.model.objects.count() == 2


def test_a_job_that_is_done_again_finds_nothing_to_do(sender, owner):
    at = sender()
    at.check(at.send(text([HEADER, *ROWS])))
    at.do("store")
    jobs.take_upload(upload=str(at.kept.uid), user=at.user.pk)
    with owner():
        assert Load.objects.count() == 1 and {p.version for p in POSYANDU.model.objects.all()} == {1}


def test_a_step_that_died_says_so_stores_nothing_and_can_be_begun_again(sender, owner, monkeypatch):
    """The worker dies in the middle of storing: the state still says that it is being done, and no row is there."""
    at = sender()
    at.check(at.send(text([HEADER, *ROWS])))
    at.do("store", work=False)
    with monkeypatch.context() as patch:
        patch.setattr(storing, "written_as", lambda: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            at.work()
    assert at.kept.state == "storing" and stored(owner) == []
    state = at.client.get(f"{at.url}.json").json()
    assert (state["state"], state["silent"]) == ("storing", False)
    at.do("again", work=False)
    assert at.work() == 0  # not while it may still be at work
    with owner():
        Upload.objects.update(since="2026-01-01T00:00:00Z")
    for note in (at.root / str(at.kept.uid) / "notes").glob("progress*"):
        note.unlink()
    assert "No sign of life" in said(at.page()) and at.client.get(f"{at.url}.json").json()["silent"]
    at.do("again")
    assert at.kept.state == "stored" and len(stored(owner)) == 2


def test_what_goes_wrong_in_a_step_is_told_and_the_upload_stands_where_it_stood(sender, owner, monkeypatch):
    at = sender()
    at.check(at.send(text([HEADER, *ROWS])))
    monkeypatch.setattr(undoing, "span", lambda *of: 1 / 0)
    at.do("store", work=False)
    with pytest.raises(ZeroDivisionError):
        at.work()
    assert (
        at.kept.state == "checked"
        and "Something went wrong here, not with you." in said(at.page())
        and stored(owner) == []
    )


def test_the_very_same_file_is_told_with_what_became_of_it(sender):
    at = sender()
    at.check(at.send(text([HEADER, *ROWS])))
    at.do("store")
    at.url = f"/upload/{at.layer}"
    page = said(at.send(text([HEADER, *ROWS]), name="other name.csv"))
    assert "You sent this very file before" in page and "2 new, 0 changed, 0 identical, 0 wrong" in page
    at.check(at.page())
    assert (at.kept.stored, at.kept.skipped) == (0, 2) and "there is nothing to do" in said(at.page())


def test_columns_are_put_right_by_hand_and_the_same_field_twice_is_refused(sender, owner):
    at = sender()
    page = at.send("code,nama resmi,nama pendek\nP1,Mawar Merah,Mawar\n")
    assert at.columns(page) == {"column-0": "code", "column-1": "", "column-2": ""} and "Name" in said(page)
    page = at.check(page, column_1="name", column_2="name")
    assert page.status_code == 422 and "cannot both be Name" in said(page)
    assert at.columns(page) == {"column-0": "code", "column-1": "name", "column-2": "name"}
    at.check(page, column_2="")
    at.do("store")
    assert stored(owner) == [("P1", "Mawar Merah")]


def test_the_file_is_read_otherwise_when_somebody_says_so(sender):
    at = sender()
    page = at.send("Daftar\ncode;name\nP1;Mawar\n")
    page = at.do("read", **{"read-separator": ";", "read-header": "2"})
    assert at.kept.choices == {"separator": ";", "header": 2} and at.columns(page) == {
        "column-0": "code",
        "column-1": "name",
    }
    page = at.do("read", **{"read-crs": "EPSG:99999999"})
    assert page.status_code == 422 and "There is no coordinate reference system" in said(page)


def test_exchanged_axes_are_read_rightly_with_one_button(sender, owner):
    at = sender()
    page = at.send(text([HEADER, *[(*row[:4], row[5], row[4]) for row in ROWS]]))
    assert "Longitude and latitude seem to be exchanged" in said(page) and "100% of it lies in" in said(page)
    page = at.do("read", **{"read-crs": "EPSG:4326", "read-axes": "swapped"})
    assert '"coordinates": [97.01, 5.01]' in said(page) and "seem to be exchanged" not in said(page)
    at.check(page)
    at.do("store")
    with owner():
        assert round(POSYANDU.model.objects.get(code="P1").place.x, 5) == 97.01


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"\x00\x01\x02garbage\x00", "a.xlsx", "cannot be read"),
        (b"PK\x03\x04broken", "a.xlsx", "damaged or incomplete"),
        (b"%PDF-1.4", "a.pdf", "is not a kind of file that can be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(sender, content, name, sentence):
    at = sender()
    page = said(at.send(content, name))
    assert at.kept.state == "unreadable" and sentence in page and "Traceback" not in page


def test_no_file_an_empty_one_and_one_over_the_limit_are_told_at_once(sender, settings):
    at, settings.UPLOAD_MEGABYTES = sender(), 1
    nothing = at.client.post(at.url, {}, headers={"Accept": "text/html"})
    assert nothing.status_code == 422 and "Choose a file first." in said(nothing)
    assert "The file is empty." in said(at.send(b""))
    large = at.send(b"x" * (2**20 + 1))
    assert large.status_code == 422 and "more than 1 MB" in said(large)
    assert list(settings.UPLOAD_ROOT.glob("*")) == [] and Upload.objects.count() == 0


def test_no_room_on_the_disk_is_one_sentence(sender, monkeypatch):
    def full(self, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Arrived, "write", full, raising=False)
    answer = sender().send("code,name\nP1,A\n")
    assert answer.status_code == 422 and "There is no room left on the server" in said(answer)


def test_files_are_private_looked_at_for_the_record_and_swept(sender, person, settings):
    """0700 and 0600; a page and a workbook with rows about persons leave a line in the access log; gone after its days."""

    at = sender("households", "surveyor", "health", "11.73.01.2001")
    at.check(at.send(HOUSE + "Nurhayati,4,laut,own,97.01,5.01\n"))
    folder = settings.UPLOAD_ROOT / str(at.kept.uid)
    modes = {path: oct(path.stat().st_mode & 0o777) for path in [settings.UPLOAD_ROOT, folder, *folder.rglob("*")]}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {"0o700"}
    assert {mode for path, mode in modes.items() if path.is_file()} == {"0o600"}
    at.page()
    assert at.client.get(f"{at.url}/wrong.xlsx").status_code == 200
    with at.owner():
        seen = {(line.action, line.page, line.rows) for line in AccessLog.objects.filter(user=at.user)}
    assert {("view", at.url, 1), ("export", f"{at.url}/wrong.xlsx", 1)} <= seen
    os.utime(folder, (0, 0))
    jobs.sweep_uploads(0)
    assert not folder.exists()
    page = said(at.page())
    assert "The file itself is on the server no more." in page and "Nurhayati" not in page
    refused = at.do("store")
    assert refused.status_code == 422 and "on the server no more" in said(refused) and HOUSES.model.objects.count() == 0
