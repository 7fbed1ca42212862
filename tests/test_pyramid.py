"""The stored counts of a large layer draw what its rows would, and are not kept once they are older."""

import pytest

from geoportal import catalogue, freshness, pyramid, stats, tiles
from geoportal.models import Pyramid

from .decoded import ANYONE, FOR_EVER, LON, ask, features, lattice, made, points, settle, tile_of

pytestmark = pytest.mark.django_db
POSYANDU = catalogue.layer("posyandu")


@pytest.fixture
def large(monkeypatch, owner, areas):
    """150 posyandu, which is many here, and their pyramid."""
    for module in (tiles, pyramid, freshness):
        monkeypatch.setattr(module, "BIG", 100)
    monkeypatch.setattr(tiles, "_statements", {})
    lattice(owner, 150, 14)
    settle()
    assert pyramid.due(POSYANDU)
    pyramid.build(POSYANDU)


def test_the_pyramid_draws_what_the_rows_would(large):
    for z in range(4, POSYANDU.min_zoom):
        slots = tiles.numbers(POSYANDU, ANYONE, z, *tile_of(z))
        stored, grouped = (tiles.asked(form, POSYANDU, ANYONE, {}, slots) for form in (tiles.stored, tiles.cells))
        one, other = ({f["id"]: f for f in features(row[1], "posyandu")} for row in (stored, grouped))
        assert one == other and points(list(one.values())) == 150
        assert stored[2] == stored[0] == grouped[0] > 0  # its revision is that of the rows


def test_a_pyramid_older_than_the_rows_still_draws_but_is_not_kept(large, row, client):
    assert ask(client, z=8, query=f"v={settle()}")["Cache-Control"] == FOR_EVER
    row(POSYANDU, LON)
    answer = ask(client, z=8, query=f"v={settle()}")
    assert points(features(answer.content, "posyandu")) == 150 and answer["Cache-Control"] == "no-store"
    assert pyramid.due(POSYANDU)
    pyramid.build(POSYANDU)
    answer = ask(client, z=8, query=f"v={settle()}")
    assert points(features(answer.content, "posyandu")) == 151 and answer["Cache-Control"] == FOR_EVER


def test_with_a_filter_the_rows_are_asked_and_not_the_pyramid(large, row, client):
    row(POSYANDU, LON, strata="mandiri")
    assert points(features(ask(client, z=8, query="strata=mandiri").content, "posyandu")) == 1


def test_a_row_taken_away_or_without_a_point_is_in_no_cell(large, owner):
    with owner():
        first, second = POSYANDU.model.objects.order_by("pk")[:2]
        POSYANDU.model.objects.filter(pk=first.pk).update(deleted_at="2026-01-01T00:00Z")
        POSYANDU.model.objects.filter(pk=second.pk).update(place=None)
    settle()
    pyramid.build(POSYANDU)
    assert points(made(POSYANDU, ANYONE, 8)) == 148


def test_a_small_layer_has_no_pyramid(row):
    row(POSYANDU, LON)
    assert not pyramid.due(POSYANDU) and not Pyramid.objects.exists()
    assert points(made(POSYANDU, ANYONE, 8)) == 1


def test_the_catalogue_says_while_a_pyramid_is_older_than_its_rows(large, row, client):
    def counting():
        return {one["name"]: one["counting"] for one in client.get("/layers.json").json()["layers"]}["posyandu"]

    stats.write(POSYANDU)
    assert not counting()
    row(POSYANDU, LON)
    settle()
    stats.write(POSYANDU)
    assert counting()
    pyramid.build(POSYANDU)
    assert not counting()


def test_a_layer_that_is_no_longer_large_is_drawn_from_its_rows_again(large, owner, client):
    with owner():
        few = POSYANDU.model.objects.order_by("pk").values("pk")[:90]
        POSYANDU.model.objects.filter(pk__in=few).update(deleted_at="2026-01-01T00:00Z")
    settle()
    assert pyramid.due(POSYANDU)
    pyramid.build(POSYANDU)
    assert points(features(ask(client, z=8).content, "posyandu")) == 60
