"""Numbers: found by the whole number within one's scope, shown for a reason that is kept, told to nobody else by anything."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geoportal import catalogue
from geoportal.keys import digest
from geoportal.models import AccessLog

pytestmark = pytest.mark.django_db
HOUSES = catalogue.layer("households")
HERE, ELSEWHERE, NOWHERE = "1173012000000001", "1173012000000002", "1173012000000003"
WEST = "11.73.01.2001"


@pytest.fixture
def houses(row, owner):
    """One household in the west with the number …0001, one in the east with …0002."""
    west, east = row(HOUSES, lon=97.01), row(HOUSES, lon=97.05)
    with owner():
        for house, head, number in ((west, "Nurhayati", HERE), (east, "Zulkifli", ELSEWHERE)):
            names = HOUSES.names.objects.get(of=house)
            names.head, names.no_kk = head, number
            names.save()
    return west, east


@pytest.fixture
def kader(person):
    return person("surveyor", "health", WEST)


@pytest.fixture
def log(owner):
    def entries():
        with owner():
            found = AccessLog.objects.order_by("pk")
            return list(found.values_list("who", "action", "layer", "record", "area_code", "reason", "page"))

    return entries


def find(client, number):
    return client.post("/search/number", json.dumps({"q": number}), content_type="application/json")


def reveal(client, house, name="names__no_kk", reason="correct", note="", **more):
    body = json.dumps({"name": name, "reason": reason, "note": note} | more)
    return client.post(f"/feature/households/{house.uid}/number", body, content_type="application/json")


@pytest.mark.parametrize("typed", [HERE, "1173 0120 0000 0001", "1173-0120-0000-0001", " 11.73.01.200000.0001 "])
def test_a_record_is_found_by_its_whole_number(client, kader, houses, typed):
    client.force_login(kader)
    [hit] = find(client, typed).json()["results"]
    assert (hit["title"], hit["uid"], hit["layer"]) == ("Nurhayati", str(houses[0].uid), "households")
    assert hit["subtitle"].endswith("Barat Laut") and hit["edit"] == f"/admin/layers/household/{houses[0].pk}/change/"
    assert HERE not in json.dumps(hit)


def test_a_number_elsewhere_a_number_nowhere_and_a_number_without_right_are_one_answer(client, kader, person, houses):
    def told(answer):
        return answer.status_code, dict(answer.items()), answer.content

    client.force_login(kader)
    answers = [told(find(client, number)) for number in (ELSEWHERE, NOWHERE)]
    for user in (person("surveyor", "trade", WEST), person("district", "health", "11.73"), person("planner"), None):
        client.logout()
        if user:
            client.force_login(user)
        answers += [told(find(client, number)) for number in (HERE, ELSEWHERE, NOWHERE)]
    assert len(answers) == 14 and {content for _status, _headers, content in answers} == {b'{"results": []}'}
    assert {status for status, _headers, _content in answers} == {200}
    assert all(headers["Cache-Control"] == "private, no-store" for _status, headers, _content in answers)


def test_what_is_asked_of_the_database_is_as_much_for_a_number_elsewhere_as_for_one_nowhere(client, kader, houses):
    client.force_login(kader)
    counts = []
    for number in (ELSEWHERE, NOWHERE):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            find(client, number)
        counts.append(len(asked))
    assert counts[0] == counts[1] > 0


@pytest.mark.parametrize(
    "typed", ["", "9", "1173012000", "117301200000000122", "1173O12000000001", "Nurhayati", None, ["x"]]
)
def test_what_is_no_whole_number_is_refused_without_being_repeated(client, kader, typed):
    client.force_login(kader)
    answer = find(client, typed)
    assert answer.status_code == 400 and "14" in answer.json()["detail"]
    assert not typed or str(typed) not in answer.content.decode()


@pytest.mark.parametrize("body", ["", "[]", "1173012000000001", '{"q": '])
def test_a_body_that_is_no_object_is_refused_without_being_repeated(client, body):
    answer = client.post("/search/number", body, content_type="application/json")
    assert answer.status_code == 400 and (not body or body not in answer.content.decode())


def test_numbers_are_asked_for_by_post_and_with_the_pages_token(client, kader, houses):
    client.force_login(kader)
    assert client.get("/search/number", {"q": HERE}).status_code == 405
    assert client.get(f"/feature/households/{houses[0].uid}/number").status_code == 405
    assert client.get("/search", {"q": HERE}).json() == {"results": []}
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(kader)
    assert find(strict, HERE).status_code == reveal(strict, houses[0]).status_code == 403


def test_a_row_taken_away_is_not_found(client, kader, houses, owner):
    with owner():
        HOUSES.model.objects.filter(pk=houses[0].pk).update(deleted_at="2026-11-24T00:00Z")
    client.force_login(kader)
    assert find(client, HERE).json() == {"results": []}
    assert reveal(client, houses[0]).status_code == 404


def test_a_number_is_shown_once_the_reason_is_in_the_log(client, kader, houses, log):
    client.force_login(kader)
    answer = reveal(client, houses[0], note="new card")
    assert answer.json() == {"name": "names__no_kk", "value": "1173 0120 0000 0001"}
    assert answer["Cache-Control"] == "private, no-store"
    page = f"/feature/households/{houses[0].uid}/number"
    assert log() == [
        (kader.username, "reveal", "households", houses[0].uid, WEST, "no_kk: correct: new card", page),
    ]


@pytest.mark.parametrize(
    ("reason", "note", "field"),
    [("", "", "reason"), ("curious", "", "reason"), ("other", "", "note"), ("other", "so", "note")],
)
def test_without_a_reason_nothing_is_shown_and_nothing_logged(client, kader, houses, log, reason, note, field):
    client.force_login(kader)
    answer = reveal(client, houses[0], reason=reason, note=note)
    assert answer.status_code == 422 and list(answer.json()["errors"]) == [field]
    assert HERE not in answer.content.decode().replace(" ", "") and log() == []


def test_a_number_typed_into_the_reason_is_masked(client, kader, houses, log):
    client.force_login(kader)
    reveal(client, houses[0], reason="other", note=f"same as {HERE}?")
    assert log()[0][5] == "no_kk: other: same as ••••?"


def test_searches_are_logged_without_the_number_found_or_not(client, kader, houses, log):
    client.force_login(kader)
    find(client, HERE)
    find(client, ELSEWHERE)
    assert [entry[:5] for entry in log()] == [
        (kader.username, "find", "households", houses[0].uid, WEST),
        (kader.username, "find", "", None, ""),
    ]
    assert not any(number in str(log()) for number in (HERE, ELSEWHERE))


def test_nobody_is_shown_a_number_outside_the_scope_or_without_the_right(client, kader, person, houses, log):
    client.force_login(kader)
    elsewhere = reveal(client, houses[1])
    nowhere = client.post(
        "/feature/households/00000000-0000-4000-8000-000000000000/number",
        json.dumps({"name": "names__no_kk", "reason": "correct"}), content_type="application/json",
    )  # fmt: skip
    assert elsewhere.status_code == nowhere.status_code == 404 and elsewhere.json() == nowhere.json()
    for user, status in ((person("district", "health", "11.73"), 403), (person("planner"), 403), (None, 401)):
        client.logout()
        if user:
            client.force_login(user)
        assert reveal(client, houses[0]).status_code == status
    assert log() == []


@pytest.mark.parametrize("name", ["names__head", "latrine", "names__no_kk_hash", "nothing", None, ["names__no_kk"]])
def test_only_numbers_are_shown_so(client, kader, houses, log, name):
    client.force_login(kader)
    assert reveal(client, houses[0], name=name).status_code == 400 and log() == []


def test_feature_page_drawer_and_list_show_a_mask(client, kader, houses):
    client.force_login(kader)
    told = client.get(f"/feature/households/{houses[0].uid}.json").json()
    [number] = [field for field in told["fields"] if field["name"] == "names__no_kk"]
    assert (number["value"], number["text"], number["secret"]) == ("••••", "••••", True)
    assert [one["value"] for one in number["reasons"]] == ["service", "correct", "merge", "request", "other"]
    page = client.get(f"/feature/households/{houses[0].uid}").content.decode()
    assert 'data-number="names__no_kk"' in page and "••••" in page and HERE not in page


def test_a_layer_that_puts_a_number_into_its_table_shows_a_mask_there(client, kader, houses, monkeypatch):
    monkeypatch.setitem(HOUSES.__dict__, "table", ["names__head", "names__no_kk"])
    client.force_login(kader)
    [line] = client.get("/table/households.json").json()["rows"]
    assert (line["names__head"], line["names__no_kk"]) == ("Nurhayati", "••••")
    assert client.get("/table/households.json", {"sort": "names__no_kk"}).status_code == 400
    page = client.get("/admin/layers/household/").content.decode()
    assert "••••" in page and HERE not in page and digest(HERE) not in page


def test_people_without_identity_are_not_told_that_there_is_a_number(client, person, houses):
    client.force_login(person("district", "health", "11.73"))
    assert "no_kk" not in client.get(f"/feature/households/{houses[0].uid}.json").content.decode()
    assert "no_kk" not in json.dumps(
        next(e for e in client.get("/layers.json").json()["layers"] if e["name"] == "households")
    )
