"""Nobody finds out a count of 1 to 4 from all that the cube shows: an integer program tries, city after city.

Tried by people who know nothing, one village, two villages, a kecamatan, a kecamatan and a village of their own rows.
"""

import random

import pytest

from tests.attack import KIN, child, drawn, pinned

SIZES = [(3, 6, 90), (2, 10, 120), (4, 8, 400)]  # kecamatan, gampong in each at most, rows in each at most


def knowers(city, draw):
    """Whose rows the attackers know."""
    villages = list(city.rows)
    yield ()
    yield draw.sample(villages, 1)
    yield draw.sample(villages, 2)
    yield [villages[0][:8]]
    yield [villages[0][:8], draw.choice(villages)]


def attacked(seeds):
    """(attempts, what was found out) over cities drawn by these seeds."""
    attempts, found = 0, []
    for seed in seeds:
        draw = random.Random(seed)
        city = drawn(draw, KIN, child, *draw.choice(SIZES))
        for villages in knowers(city, draw):
            tried, told = pinned(city, villages)
            attempts, found = attempts + tried, found + [f"city {seed}, {villages}: {words}" for words in told]
    return attempts, found


@pytest.mark.parametrize(
    "seeds", [[0, 1, 2, 3, 6], pytest.param(range(4, 120), marks=pytest.mark.soak)], ids=["short", "long"]
)
def test_no_count_of_1_to_4_is_found_out_from_the_cube(seeds, capsys):
    attempts, found = attacked(seeds)
    with capsys.disabled():
        print(f"\nthe cube: {attempts} attempts to find out a count of 1 to 4, {len(found)} successes")
    assert attempts > 500 and found == []


def test_the_attacker_finds_out_what_is_not_hidden(monkeypatch):
    """The same attack on a cube whose small counts are hidden and nothing else: it must succeed, or it proves nothing."""
    monkeypatch.setattr("geoportal.privacy.suppression.Tree.close", lambda tree: None)
    _attempts, found = attacked(range(2))
    assert len(found) > 20
