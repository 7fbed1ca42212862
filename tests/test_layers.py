"""The contract every layer inherits: declared well, seen by whom it says, drawn as tiles, listed, exported."""

import json

import mapbox_vector_tile
import pytest

from geoportal import catalogue, checks
from geoportal.layer import anyone

pytestmark = pytest.mark.django_db


def open_to_anyone(layer) -> bool:
    return bool(layer.access.grants("records") & anyone)


def test_the_fixed_names_are_there():
    assert {"areas", "households", "posyandu", "health_facilities", "markets"} <= {
        layer.name for layer in catalogue.layers()
    }


def test_a_folder_that_declares_nothing_yet_is_no_layer_and_no_hindrance(tmp_path, monkeypatch):
    (tmp_path / "made" / "folder").mkdir(parents=True)
    for name in ("__init__", "folder/__init__", "folder/arithmetic"):
        (tmp_path / "made" / f"{name}.py").write_text('"""Nothing declared."""\n')
    monkeypatch.syspath_prepend(tmp_path)
    before = catalogue.layers()
    catalogue.discover("made")
    assert catalogue.layers() == before


def test_the_declaration_holds_against_its_model(layer):
    assert checks.of_layer(layer) == []


def test_a_stranger_gets_tiles_only_of_what_anyone_may_see(layer, client, areas):
    answer = client.get(f"/tiles/{layer.name}/6/49/31.mvt")
    assert answer.status_code in ({200, 204} if open_to_anyone(layer) else {401})


@pytest.mark.parametrize("url", ["/table/{}.json", "/legend/{}.json", "/export/{}.csv", "/export/{}.geojson"])
def test_a_stranger_reads_only_what_anyone_may_see(layer, client, areas, url):
    assert client.get(url.format(layer.name)).status_code == (200 if open_to_anyone(layer) else 401)


def test_a_stranger_sees_no_row_of_a_closed_layer_even_by_sql(layer, row, acting):
    from django.contrib.auth.models import AnonymousUser
    from django.db import connection

    if layer.geom == "place":
        row(layer)
    with acting(AnonymousUser()), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {layer.model._meta.db_table}")
        seen = cursor.fetchone()[0]
    assert (seen > 0) == open_to_anyone(layer)


def test_a_tile_carries_integer_id_uid_and_the_fields_one_may_see(layer, row, client, person):
    if layer.geometry == "point":
        row(layer)
    grant = next(
        iter(sorted(g for g in layer.access.grants("identity") | layer.access.grants("records") if g.role != "*")), None
    )
    if not open_to_anyone(layer):
        client.force_login(person(grant.role, grant.sector, "11.73"))
    z, n = 15, 2**15
    x, y = int((97.01 + 180) / 360 * n), 15929
    import math

    y = int((1 - math.log(math.tan(math.radians(5.01)) + 1 / math.cos(math.radians(5.01))) / math.pi) / 2 * n)
    answer = client.get(f"/tiles/{layer.name}/{z}/{x}/{y}.mvt")
    assert answer.status_code == 200
    decoded = mapbox_vector_tile.decode(answer.content)
    assert list(decoded) == [layer.name]
    feature = decoded[layer.name]["features"][0]
    assert isinstance(feature["id"], int) and len(feature["properties"]["uid"]) == 36
    from geoportal.description import shown_fields

    allowed = {"uid", *shown_fields(layer, answer.wsgi_request.user)}
    assert set(feature["properties"]) <= allowed


def test_an_unknown_filter_is_a_bad_request_with_a_sentence(layer, client, person):
    if not open_to_anyone(layer):
        client.force_login(person("validator", "health", "11.73"))
    answer = client.get(f"/tiles/{layer.name}/6/49/31.mvt?nonsense=1")
    assert answer.status_code == 400 and "nonsense" in json.loads(answer.content)["detail"]


@pytest.mark.parametrize("tile", ["6/64/31", "23/0/0", "0/0/1"])
def test_a_tile_out_of_range_is_not_there(layer, client, areas, person, tile):
    if not open_to_anyone(layer):
        client.force_login(person("validator", "health", "11.73"))
    assert client.get(f"/tiles/{layer.name}/{tile}.mvt").status_code == 404


def test_an_unknown_layer_is_not_there(client, areas):
    assert client.get("/tiles/nonsense/0/0/0.mvt").status_code == 404


def test_every_write_gives_the_layer_a_new_revision_at_the_end_of_the_transaction(layer, row):
    from django.db import connection

    from geoportal.models import Revision

    def revision():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        return Revision.objects.filter(layer=layer.name).values_list("number", flat=True).first() or 0

    if layer.geometry != "point":
        pytest.skip("areas change by boundary sets, tested there")
    before = revision()
    made = row(layer)
    first = revision()
    layer.model._default_manager.filter(pk=made.pk)
    assert first > before


def test_versions_count_changes_and_history_keeps_them(layer, row, owner):
    if layer.geometry != "point":
        pytest.skip("areas change by boundary sets, tested there")
    made = row(layer)
    with owner():
        rows = layer.model._default_manager.filter(pk=made.pk)
        rows.update(accuracy_m=3)
        rows.update(accuracy_m=3)  # nothing new: no version, no event
        events = list(catalogue.event_model(layer.model)._default_manager.filter(pgh_obj_id=made.pk).order_by("pk"))
    with owner():
        assert rows.get().version == 2
    assert [e.pgh_label for e in events] == ["insert", "update"] and [e.version for e in events] == [1, 2]
