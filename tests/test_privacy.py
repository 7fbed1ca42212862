"""Safe counts: what is hidden cannot be computed from what is shown, at any level, whatever sums one makes.

The proofs ask the arithmetic itself, not the code under test: all sums of the tree as linear equations, solved.
"""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoportal.privacy import Cell, safe


def city(*districts, slack=(0, 0)):
    """Cells of a city of districts, each a list of (cases, n) of its villages; slack: rows that name a district only."""
    found, whole = [], np.array([0, 0])
    for d, villages in enumerate(districts, start=1):
        sums = np.array(villages).sum(axis=0) + slack
        found += [cell(f"11.73.{d:02}.2{v:03}", *pair) for v, pair in enumerate(villages, start=1)]
        found.append(cell(f"11.73.{d:02}", *sums))
        whole += sums
    return [c for c in [cell("11.73", *whole), *found] if c.n]


def cell(area, cases, n):
    cases, n = int(cases), int(n)
    return Cell(area, area.rpartition(".")[0], cases, n, 100 * cases / n if n else None)


def states(cells, personal=True):
    return {c.area.removeprefix("11.73").removeprefix("."): c.state for c in safe(cells, personal)}


BIG = (20, 60)  # cases, n: beyond suspicion


@pytest.mark.parametrize(
    ("cases", "n", "state"),
    [
        (0, 60, "shown"),
        (1, 60, "small"),
        (4, 60, "small"),
        (5, 60, "shown"),
        (55, 60, "shown"),
        (56, 60, "small"),  # four are not
        (59, 60, "small"),
        (60, 60, "shown"),
        (0, 9, "small"),
        (5, 10, "unreliable"),
        (0, 19, "unreliable"),
        (0, 20, "shown"),
    ],
)
def test_what_is_hidden_by_itself(cases, n, state):
    assert states(city([(cases, n), BIG, BIG], [BIG]))["01.2001"] == state


@pytest.mark.parametrize(
    ("value", "n", "state"), [(3, 40, "small"), (0, 40, "shown"), (7, 40, "shown"), (50, 9, "small")]
)
def test_an_amount_that_counts_people_is_hidden_as_a_count(value, n, state):
    one = Cell("11.73.01.2001", "11.73.01", None, n, float(value), adds=True)
    assert safe([one], personal=True)[0].state == state


def test_a_mean_is_no_count():
    assert safe([Cell("11.73.01.2001", "11.73.01", None, 40, 3.2)], personal=True)[0].state == "shown"


def test_what_is_not_about_people_is_only_marked():
    assert states(city([(1, 60), BIG], [BIG]), personal=False)["01.2001"] == "shown"
    assert states(city([(1, 8), BIG], [BIG]), personal=False)["01.2001"] == "unreliable"


def test_an_area_without_rows_of_a_value_says_so():
    assert safe([Cell("11.73.01", "11.73", None, 30, None)], personal=True)[0].state == "none"
    assert safe([Cell("11.73.01", "11.73", None, 3, None)], personal=True)[0].state == "small"


def small(found):
    return {area for area, state in found.items() if state == "small"}


def test_one_hidden_child_gets_those_that_cover_it():
    """3 of 60 hidden; alone it would be 53 - 50. Two people who know a village each must not tell it either, so three go with
    it. The smallest other village, of 0 of 30, covers nothing; without the two largest of 10, 20 and 20 there are 13 left."""
    found = states(city([(3, 60), (0, 30), (10, 40), BIG, BIG, BIG], [BIG, BIG]))
    assert small(found) == {"01.2001", "01.2003", "01.2005", "01.2006"}


def test_what_is_left_to_people_who_know_two_of_the_hidden_is_not_small():
    """2 and 2 of 60 are 4 for those who know the two others: so a fifth."""
    found = states(city([(2, 60), (2, 60), BIG, BIG, BIG, BIG], [BIG]))
    assert small(found) == {"01.2001", "01.2002", "01.2003", "01.2005", "01.2006"}


def test_a_hidden_only_child_hides_its_parent_and_the_parent_is_covered_too():
    found = states(city([(3, 60)], [BIG, BIG], [(30, 60), BIG], [BIG, BIG], [BIG, BIG]))
    assert found["01.2001"] == found["01"] == "small"
    others = [area for area in ("02", "03", "04", "05") if found[area] == "small"]
    assert len(others) == 3  # else the city less the others would be the first, for people who know two of them
    for district in others:  # else its own villages would add up to it
        assert any(found[f"{district}.200{n}"] == "small" for n in (1, 2))


def test_nothing_is_hidden_where_nothing_is_small():
    assert set(states(city([BIG, BIG, BIG], [BIG, BIG])).values()) == {"shown"}


# --- Proofs

lengths = pytest.mark.parametrize("examples", [120, pytest.param(3000, marks=pytest.mark.soak)])


@st.composite
def cities(draw, slacks=((0, 0),)):
    village = st.integers(0, 70).flatmap(lambda n: st.tuples(st.integers(0, n) | st.sampled_from([0, n]), st.just(n)))
    districts = draw(st.lists(st.lists(village, min_size=1, max_size=6), min_size=1, max_size=4))
    return city(*districts, slack=draw(st.sampled_from(slacks)))


def equations(cells, hidden):
    """A row for each sum (parent less its children = 0), a column for each hidden area."""
    known = {c.area for c in cells}
    parents = sorted({c.parent for c in cells} & known)
    table = [[(c.area == p) - (c.parent == p) for c in cells if c.area in hidden] for p in parents]
    return np.array(table, dtype=float).reshape(len(parents), len(hidden))


def determined(table):
    """Columns that the equations give a single value."""
    rank = np.linalg.matrix_rank(table) if table.size else 0
    for column in range(table.shape[1]):
        unit = np.eye(table.shape[1])[column]
        if np.linalg.matrix_rank(np.vstack([table, unit])) == rank:
            yield column


def known_sums(table):
    """Sets of hidden columns whose sum the equations give: all combinations of the equations that add and never subtract."""
    for signs in itertools.product([-1, 0, 1], repeat=table.shape[0]):
        row = np.array(signs) @ table
        if (row >= 0).all() and row.any():
            yield np.flatnonzero(row)


@lengths
def test_no_hidden_cell_can_be_computed(examples):
    @settings(deadline=None, max_examples=examples)
    @given(cells=cities([(0, 0), (0, 3), (2, 30)]))
    def holds(cells):
        hidden = {c.area for c in safe(cells, personal=True) if c.state == "small"}
        assert list(determined(equations(cells, hidden))) == []

    holds()


@lengths
def test_no_sum_of_hidden_cells_that_can_be_computed_is_small(examples):
    @settings(deadline=None, max_examples=examples)
    @given(cells=cities())
    def holds(cells):
        hidden = {c.area for c in safe(cells, personal=True) if c.state == "small"}
        unknown = [c for c in cells if c.area in hidden]
        for columns in known_sums(equations(cells, hidden)):
            cases, n = (sum(getattr(unknown[i], name) for i in columns) for name in ("cases", "n"))
            assert n >= 10
            assert not 0 < cases < 5 and not 0 < n - cases < 5

    holds()


@lengths
def test_no_second_indicator_of_the_same_rows_gives_a_hidden_denominator_away(examples):
    """What any of several indicators shows of n is known; the rest cannot be computed, nor a sum of it under 10."""

    @settings(deadline=None, max_examples=examples)
    @given(cells=cities(), data=st.data())
    def holds(cells, data):
        tables = [cells]
        for _n in range(2):
            shares = [data.draw(st.sampled_from([0, 0.02, 0.3, 0.95, 1])) for _c in cells]
            villages = {c.area: round(c.n * share) for c, share in zip(cells, shares, strict=True) if len(c.area) == 13}
            cases = {c.area: sum(v for area, v in villages.items() if area.startswith(c.area)) for c in cells}
            tables.append([cell(c.area, cases[c.area], c.n) for c in cells])
        rows = [dataclasses.replace(c, cases=None, value=float(c.n), adds=True) for c in cells]
        tables.append(rows)
        hidden = set.intersection(*({c.area for c in safe(t, personal=True) if c.state == "small"} for t in tables))
        assert {c.area for c in cells if c.n < 10} <= hidden
        table = equations(cells, hidden)
        assert list(determined(table)) == []
        unknown = [c for c in cells if c.area in hidden]
        for columns in known_sums(table):
            assert sum(unknown[i].n for i in columns) >= 10

    holds()


@lengths
def test_what_is_small_by_itself_is_hidden_and_what_is_shown_is_as_counted(examples):
    @settings(deadline=None, max_examples=examples)
    @given(cells=cities())
    def holds(cells):
        for before, after in zip(cells, safe(cells, personal=True), strict=True):
            small = before.n < 10 or 0 < before.cases < 5 or 0 < before.n - before.cases < 5
            assert after.state == "small" or not small
            assert dataclasses.replace(after, state="shown") == before

    holds()
