"""An upload undone as a whole, by the database's own history; or told which rows stand in the way."""

import pytest
from django.utils import timezone

from tests.posyandu import HOUSES, POSYANDU

pytestmark = pytest.mark.django_db
HOUSE = "uid,Head of household,No KK,people,drinking water,latrine,Longitude,Latitude\n"


@pytest.fixture
def stored(sender):
    """stored(text, layer, …) -> the Sender of a file that was stored."""

    def make(content, layer="posyandu", *work):
        at = sender(layer, *work)
        at.check(at.send(content))
        assert at.kept.rejected == 0, at.page().content.decode()
        at.do("store")
        return at

    return make


def rows(owner, **wanted):
    with owner():
        return sorted(POSYANDU.model.objects.filter(deleted_at=None, **wanted).values_list("code", "name", "day"))


def test_what_was_added_goes_and_what_was_changed_holds_again_what_it_held(stored, row, owner):
    row(POSYANDU, code="P1", name="Mawar", day=5, lon=97.01)
    row(POSYANDU, code="P2", name="Melati", day=6, lon=97.01)
    at = stored("code,name,day,lon,lat\nP1,Mawar Merah,7,97.05,5.01\nP2,Melati,6,97.01,5.01\nP3,Baru,8,97.01,5.01\n")
    assert (at.kept.stored, at.kept.updated, at.kept.skipped) == (1, 1, 1)
    assert rows(owner) == [("P1", "Mawar Merah", 7), ("P2", "Melati", 6), ("P3", "Baru", 8)]
    page = at.do("undo").content.decode()
    assert (at.kept.state, at.kept.taken, at.kept.restored) == (
        "undone",
        1,
        1,
    ) and "Rows taken away: 1. Rows that hold again what they held before: 1." in page
    assert rows(owner) == [("P1", "Mawar", 5), ("P2", "Melati", 6)]
    with owner():
        back = POSYANDU.model.objects.get(code="P1")
        assert (round(back.place.x, 5), back.area_code, back.version) == (97.01, "11.73.01.2001", 3)
        assert POSYANDU.model.objects.get(code="P2").version == 1
    at.do("undo")
    assert at.kept.taken == 1


def test_names_and_numbers_of_people_come_back_too(stored, row, owner):
    made = row(HOUSES, lon=97.01, members=3)
    with owner():
        names = HOUSES.names.objects.get(of=made)
        names.head, names.no_kk = "Nurhayati", "1173020000000001"
        names.save()
    at = stored(
        HOUSE + f"{made.uid},Salbiah,1173020000000002,4,piped,own,97.01,5.01\n",
        "households",
        "surveyor",
        "health",
        "11.73",
    )
    with owner():
        assert HOUSES.names.objects.get().no_kk.reveal() == "1173020000000002"
    at.do("undo")
    with owner():
        names, house = HOUSES.names.objects.get(), HOUSES.model.objects.get()
        assert (names.head, names.no_kk.reveal(), house.members) == ("Nurhayati", "1173020000000001", 3)
        assert HOUSES.names.objects.filter(no_kk_hash=names.no_kk_hash).count() == 1


def test_a_row_that_changed_since_stands_in_the_way_and_then_nothing_is_undone(stored, owner):
    at = stored("code,name,lon,lat\nP1,Mawar,97.01,5.01\nP2,Melati,97.01,5.01\n")
    with owner():
        POSYANDU.model.objects.filter(code="P2").update(name="Melati Putih")
        uid = POSYANDU.model.objects.get(code="P2").uid
    page = at.do("undo").content.decode()
    assert (
        at.kept.state == "stored"
        and "1 of its rows was changed or used since" in page
        and f"/feature/posyandu/{uid}" in page
    )
    assert [code for code, _name, _day in rows(owner)] == ["P1", "P2"]


def test_so_does_a_row_whose_names_alone_changed(stored, owner):
    at = stored(HOUSE + ",Salbiah,,4,piped,own,97.01,5.01\n", "households", "surveyor", "health", "11.73")
    with owner():
        HOUSES.names.objects.update(rt="03")
    at.do("undo")
    with owner():
        assert at.kept.state == "stored" and HOUSES.model.objects.filter(deleted_at=None).count() == 1


def test_a_row_that_came_back_with_the_file_is_taken_away_again(stored, row, owner):
    row(POSYANDU, code="P1", name="Mawar", deleted_at=timezone.now())
    at = stored("code,name\nP1,Mawar\n")
    assert at.kept.stored == 1 and len(rows(owner)) == 1
    at.do("undo")
    assert (at.kept.taken, at.kept.restored) == (0, 1) and rows(owner) == []


def test_a_later_upload_is_undone_before_the_earlier_one(stored, sender, owner):
    first = stored("code,name\nP1,Mawar\n", "posyandu", "admin", "")
    url, first.url = first.url, "/upload/posyandu"
    first.check(first.send("code,name\nP1,Melati\n"))
    first.do("store")
    second, first.url = first.url, url
    first.do("undo")
    assert first.kept.state == "stored" and rows(owner)[0][1] == "Melati"
    first.url = second
    first.do("undo")
    assert rows(owner)[0][1] == "Mawar"


def test_a_file_of_areas_is_not_undone(sender, owner, areas):
    at = sender("areas", "admin", "")
    with owner():
        shape = areas["11.73.01.2001"].geom.geojson
    feature = f'{{"type":"Feature","properties":{{"code":"11.73.01.2001","name":"Barat Laut"}},"geometry":{shape}}}'
    at.check(at.send(f'{{"type":"FeatureCollection","features":[{feature}]}}', "a.geojson"))
    assert at.kept.state == "checked", at.kept.told
    at.do("store")
    page = at.page().content.decode()
    assert at.kept.state == "stored" and "The boundary set “a.geojson” is now in use." in page
    assert "an administrator puts another set to use" in page and 'value="undo"' not in page
    at.do("undo")
    assert at.kept.state == "stored"


def test_rows_of_one_upload_are_found_by_their_sender_alone(stored, client, person):
    at = stored("code,name\nP1,Mawar\n")
    asked = f"/table/posyandu.json?upload={at.kept.uid}"
    assert client.get(asked).json()["total"] == 1
    client.force_login(person("admin"))
    answer = client.get(asked)
    assert answer.status_code == 400 and "the identifier of an upload of yours" in answer.json()["detail"]
    assert client.get("/table/posyandu.json?upload=x").status_code == 400
