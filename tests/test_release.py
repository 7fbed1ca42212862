"""Versions of the cube, one after the other: nobody finds out a count of 1 to 4, of then or of now, from all of them together.

Between two versions rows come and go: one here, twelve there. Every area counted anew is another unknown; one that was not is
the same in every version, which is what an attacker lives on.
"""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from geoportal.privacy import hidden_in, kinship, release
from geoportal.privacy.kinship import ALL, Asked
from tests.attack import City

ASKED = [
    Asked(ALL, None),
    Asked(ALL, "stunted"),
    Asked(ALL, "severely"),
    Asked("weighed", "wasted"),
    Asked(ALL, "moderately"),
]
PATTERNS = [
    frozenset(words.split())
    for words in ("", "weighed", "stunted moderately weighed", "stunted severely weighed", "wasted weighed")
]
SHARES = [12, 60, 18, 5, 5]


@given(before=st.integers(0, 50), left=st.integers(0, 50), entered=st.integers(0, 50), changed=st.integers(0, 50))
def test_no_more_rows_are_touched_than_were(before, left, entered, changed):
    """Of `before` rows some left and some of the others changed; others came. What is computed is never more than that."""
    left, stayed = min(left, before), before - min(left, before)
    changed = min(changed, stayed)
    told = release.touched(before, stayed + entered, entered + changed)
    assert max(left, entered) <= told <= left + entered + changed


def test_ten_touched_rows_are_enough():
    assert not release.enough(60, 69, 9) and release.enough(60, 70, 10)
    assert not release.enough(60, 51, 0) and release.enough(60, 50, 0)
    assert not release.enough(0, 9, 9) and release.enough(0, 10, 10)


class Versions:
    """A city that changes: its rows, what stands of them in the cube, and every version that was shown."""

    def __init__(self, draw, villages=6, people=80):
        self.draw, self.families = draw, kinship.families(ASKED, PATTERNS)
        codes = [f"11.73.{d:02}.2{v:03}" for d in (1, 2) for v in range(1, villages + 1)]
        self.now = {code: self.rows(draw.choice([0, 12, 30, people])) for code in codes}
        self.held = {code: dict(held) for code, held in self.now.items()}
        self.touched = dict.fromkeys(codes, 0)
        self.epoch = dict.fromkeys(codes, 0)
        tables = self.build(self.held)
        self.hidden = hidden_in(tables, self.families)
        self.tables, self.shown = tables, []
        self.values = {(code, 0): held for code, held in self.held.items()}
        self.show()

    def rows(self, n):
        held = {}
        for pattern in self.draw.choices(PATTERNS, SHARES, k=n):
            held[pattern] = held.get(pattern, 0) + 1
        return held

    def build(self, leaves):
        return City(leaves, ASKED, PATTERNS).tables

    def show(self):
        """Keep what this version shows: (set, area, the epochs of its villages, the count)."""
        city = City(self.held, ASKED, PATTERNS)
        for k, asked in enumerate(ASKED):
            for area in city.areas:
                if area not in self.hidden[k]:
                    for name in filter(lambda name: name is not None, (asked.of, asked.cases)):
                        self.shown.append((name, area, dict(self.epoch), city.count(area, name)))

    def change(self):
        """Rows come to some villages, a few or many, and leave others."""
        for code in self.draw.sample(list(self.now), 5):
            n = self.draw.choice([1, 3, 11, 25])
            for pattern, more in self.rows(n).items():
                self.now[code][pattern] = self.now[code].get(pattern, 0) + more
            self.touched[code] += n

    def publish(self):
        """What the job does."""
        new = {code for code, n in self.touched.items() if n >= 10}
        sides = [({*self.hidden[k]}, {c.area for c in self.tables[k]} - self.hidden[k]) for k in range(len(ASKED))]
        self.tables, self.hidden, chosen = release.version(self.build, self.families, self.held, self.now, new, sides)
        for code in chosen:
            self.held[code], self.touched[code] = dict(self.now[code]), 0
            self.epoch[code] += 1
            self.values[code, self.epoch[code]] = self.held[code]
        self.show()
        return len(chosen)


def pinned(versions):
    """(attempts, [words of each secret found out]) of somebody who kept every version."""
    unknowns = [(code, epoch, p) for code, epoch in versions.values for p in PATTERNS]
    true = np.array([versions.values[code, epoch].get(p, 0) for code, epoch, p in unknowns])

    def column(name, area, epochs):
        return np.array([
            float(code.startswith(area) and epochs[code] == epoch and (name == ALL or name in p)) for code, epoch, p in unknowns
        ])  # fmt: skip

    known = [(column(name, area, epochs), value) for name, area, epochs, value in versions.shown]
    table, values = np.array([k[0] for k in known]), np.array([float(k[1]) for k in known])
    table, where = np.unique(table, axis=0, return_index=True)
    values = values[where]
    program = {"constraints": LinearConstraint(table, values, values), "integrality": np.ones(len(unknowns))}
    attempts, found = 0, []
    for code, epoch in versions.values:
        for name in ("stunted", "severely", "wasted", "moderately"):
            wanted = column(name, code, {**versions.epoch, code: epoch})
            secret = int(wanted @ true)
            if not 1 <= secret <= 4:
                continue
            attempts += 1
            ends = []
            for sign in (1, -1):
                answer = milp(sign * wanted, bounds=Bounds(0, 10_000), **program)
                assert answer.success, answer.message
                ends.append(round(sign * answer.fun))
                if ends[-1] != secret:
                    break
            if len(ends) == 2 and ends[0] == ends[1]:
                found.append(f"{code}, version {epoch}, {name} = {secret}")
    return attempts, found


@pytest.mark.parametrize("seeds", [range(4), pytest.param(range(4, 80), marks=pytest.mark.soak)], ids=["short", "long"])
def test_no_count_of_1_to_4_is_found_out_from_versions_of_the_cube(seeds, capsys):
    attempts, found, anew = 0, [], 0
    for seed in seeds:
        versions = Versions(random.Random(seed))
        for _day in range(5):
            versions.change()
            anew += versions.publish()
        tried, told = pinned(versions)
        attempts, found = attempts + tried, found + [f"city {seed}: {words}" for words in told]
    with capsys.disabled():
        print(
            f"\nversions of the cube: {attempts} attempts to find out a count of 1 to 4, {len(found)} successes; {anew} areas anew"
        )
    assert attempts > 50 and anew > 10 and found == []


def test_the_attacker_finds_out_what_each_version_made_safe_by_itself_tells(monkeypatch):
    """The same attack where every version is counted and made safe anew after each write: it must succeed."""

    monkeypatch.setattr(Versions, "publish", publish_all)
    found = []
    for seed in range(4):
        versions = Versions(random.Random(seed))
        for _day in range(5):
            versions.change()
            versions.publish()
        found += pinned(versions)[1]
    assert found


def publish_all(versions):
    """A job that forgets: the pattern anew each time, areas with the same rows being the same unknown."""
    tables = versions.build(versions.now)
    versions.hidden = hidden_in(tables, versions.families)
    for code, n in versions.touched.items():
        if n:
            versions.held[code], versions.touched[code] = dict(versions.now[code]), 0
            versions.epoch[code] += 1
            versions.values[code, versions.epoch[code]] = versions.held[code]
    versions.show()
