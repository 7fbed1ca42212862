"""The search: what is found, in what order, and that it tells nobody what they may not see."""

import dataclasses

import pytest

from geoportal import boundaries, catalogue, places
from tests.conftest import square


def found(client, text, **params):
    answer = client.get("/search", {"q": text, **params})
    assert answer.status_code == 200
    return answer.json()["results"]


def titles(client, text, **params):
    return [hit["title"] for hit in found(client, text, **params)]


@pytest.fixture
def pusong(owner, areas):
    """Two more gampong of one first name, in the order of their codes, and one with an accent."""
    with owner():
        shapes = places.boundary()
        for i, (code, name) in enumerate(
            [
                ("11.73.02.2008", "Pusong Lhokseumawe"),
                ("11.73.02.2013", "Pusong Baru"),
                ("11.73.02.2014", "Gampông Jawa"),
            ]
        ):
            area = boundaries.ensured(code, name)
            places.AreaShape.objects.create(area=area, boundary_set=shapes, geom=square(97.10 + i * 0.02))
        places.use(shapes)


@pytest.fixture
def posts(row, areas):
    """Four posyandu in Barat Laut and Timur."""
    layer = catalogue.layer("posyandu")
    return [
        row(layer, lon=lon, code=f"P{i}", name=name)
        for i, (name, lon) in enumerate(
            [("Posyandu Melati", 97.01), ("Posyandu Mawar", 97.05), ("Posyandu Melur", 97.012), ("Anggrek", 97.055)]
        )
    ]


@pytest.mark.usefixtures("pusong")
def test_an_area_is_found_by_the_beginning_of_its_name(client):
    assert titles(client, "pusong")[:2] == ["Pusong Lhokseumawe", "Pusong Baru"]
    assert titles(client, "PUSONG BARU")[0] == "Pusong Baru"
    first = found(client, "pusong lhok")[0]
    assert (first["kind"], first["layer"], first["code"]) == ("area", "areas", "11.73.02.2008")
    assert first["bbox"] == pytest.approx([97.10, 5.00, 97.12, 5.02])
    assert 97.10 < first["lon"] < 97.12 and 5.00 < first["lat"] < 5.02
    assert first["subtitle"].startswith("Gampong · ")


@pytest.mark.usefixtures("pusong")
def test_accents_and_mistypings_do_not_hide_an_area(client):
    assert titles(client, "gampong jawa")[0] == "Gampông Jawa"
    assert titles(client, "pusung lokseumawe")[0] == "Pusong Lhokseumawe"


@pytest.mark.usefixtures("areas")
@pytest.mark.parametrize("text", ["11.73.02.2001", "1173022001", "02.2001"])
def test_an_area_is_found_by_its_code(client, text):
    assert found(client, text)[0]["code"] == "11.73.02.2001"


@pytest.mark.usefixtures("areas")
def test_an_area_is_found_by_its_bps_code(client, owner):
    with owner():
        places.BpsCode.objects.create(area_id="11.73.01.2002", code="1174010002", source="uji")
    assert [hit["code"] for hit in found(client, "1174010002")] == ["11.73.01.2002"]


@pytest.mark.usefixtures("posts")
def test_another_spelling_finds_the_posyandu(client):
    hits = found(client, "posiandu melati")
    assert (hits[0]["kind"], hits[0]["layer"], hits[0]["title"]) == ("feature", "posyandu", "Posyandu Melati")
    assert "Barat Laut" in hits[0]["subtitle"]
    assert (hits[0]["lon"], hits[0]["lat"]) == (97.01, 5.01)


@pytest.mark.usefixtures("posts")
def test_kind_and_area_find_a_feature_whose_name_says_neither(client):
    assert "Anggrek" in titles(client, "posyandu timur")
    assert "Posyandu Melati" not in titles(client, "posyandu timur")


@pytest.mark.usefixtures("posts")
def test_equally_good_ones_come_by_distance(client):
    near = titles(client, "posyandu me", near="97.012,5.01")
    assert near.index("Posyandu Melur") < near.index("Posyandu Melati")
    near = titles(client, "posyandu me", near="97.0099,5.01")
    assert near.index("Posyandu Melati") < near.index("Posyandu Melur")


@pytest.mark.usefixtures("areas")
def test_a_coordinate_is_a_result(client):
    (hit,) = found(client, "5,01 LU 97,03 BT")
    assert (hit["kind"], hit["lon"], hit["lat"], hit["title"]) == ("coordinate", 97.03, 5.01, "5.01000, 97.03000")
    assert "km" not in hit["subtitle"]


@pytest.mark.usefixtures("areas")
def test_a_coordinate_far_away_says_how_far(client):
    # One degree north of the little city's edge at 5.02.
    (hit,) = found(client, "6.02, 97.03")
    assert "111 km" in hit["subtitle"]


@pytest.mark.usefixtures("posts", "pusong")
@pytest.mark.parametrize("text", ["", "p", "  ", "zzzzqqqq", "%", "'; DROP TABLE", "\x00", "🐟🐟"])
def test_what_means_nothing_finds_nothing(client, text):
    assert found(client, text) == []


@pytest.mark.usefixtures("areas")
def test_a_place_that_is_none_is_refused_with_its_value(client):
    answer = client.get("/search", {"q": "barat", "near": "here"})
    assert answer.status_code == 400
    assert "here" in answer.json()["errors"]["near"]
    assert client.get("/search", {"q": "b" * 201}).status_code == 400


def test_a_city_without_areas_finds_nothing(client, db):
    assert found(client, "pusong") == []


def test_taken_away_features_are_not_found(client, posts, owner):
    with owner():
        catalogue.layer("posyandu").model.objects.filter(code="P0").update(deleted_at="2026-01-01T00:00Z")
    assert "Posyandu Melati" not in titles(client, "melati")


@pytest.fixture
def families(row, owner, monkeypatch):
    """Two households labelled by their heads: Siti in Barat Laut, Salma in Timur."""
    layer = dataclasses.replace(catalogue.layer("households"), label="names__head")
    monkeypatch.setitem(catalogue._found, "households", layer)
    for lon, name in ((97.01, "Siti Zubaidah"), (97.05, "Salma Zubaidah")):
        made = row(layer, lon=lon)
        with owner():
            layer.names.objects.filter(of=made).update(head=name)


@pytest.mark.usefixtures("families")
@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (None, []),
        (("surveyor", "health", "11.73.01.2001"), ["Siti Zubaidah"]),
        (("surveyor", "health", "11.73"), ["Salma Zubaidah", "Siti Zubaidah"]),
        (("district", "health", "11.73"), []),  # records without names
        (("surveyor", "trade", "11.73"), []),
        (("planner", "planning", "11.73"), []),
        (("admin", "", "11.73"), []),
    ],
)
def test_names_are_found_by_those_alone_who_have_identity_there(client, person, who, seen):
    if who:
        client.force_login(person(*who))
    assert sorted(titles(client, "zubaidah")) == seen
    assert "Siti" in "".join(seen) or "Siti" not in client.get("/search", {"q": "siti zub"}).content.decode()


def test_answers_are_kept_by_no_cache(client, areas):
    assert "no-store" in client.get("/search", {"q": "barat"})["Cache-Control"]


@pytest.mark.usefixtures("posts", "pusong")
def test_other_spellings_stand_aside_where_the_word_itself_is_found(client):
    assert titles(client, "mawar") == ["Posyandu Mawar"]
    assert titles(client, "mawer") == ["Posyandu Mawar"]


@pytest.mark.usefixtures("pusong")
def test_a_market_that_bears_the_name_comes_before_what_only_lies_there(client, row):
    row(catalogue.layer("posyandu"), lon=97.11, code="P9", name="Posyandu Anggrek")
    row(catalogue.layer("markets"), lon=97.11, code="M9", name="Pasar Pusong")
    assert titles(client, "pusong") == ["Pusong Lhokseumawe", "Pusong Baru", "Pasar Pusong", "Posyandu Anggrek"]
