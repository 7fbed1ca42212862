"""WHO's tables as the product holds them."""

import csv
import hashlib
import json
import zlib

import numpy as np
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from layers.children.growth.tables import FILE, SEXES, figures, tables

WHO = settings.BASE_DIR.parent / "shared" / "data" / "growth" / "who_lms"
HELD = json.loads(FILE.read_text())


def test_all_twenty_thousand_rows_are_there():
    """Five standards of 1827 days but the arm's, which begins with day 91; 651 and 551 lengths; boys and girls."""
    assert {name: (table.first, table.rows) for name, table in tables().items()} == {
        "lfa": (0, 1827), "wfa": (0, 1827), "bmifa": (0, 1827), "hcfa": (0, 1827), "acfa": (91, 1736),
        "wfl": (450, 651), "wfh": (650, 551),
    }  # fmt: skip
    assert sum(table.median.size for table in tables().values()) == 20_492


def test_rows_read_as_who_prints_them():
    """Girls at birth; a boy's arm on day 91; the last day of a girl's BMI; girls of 110 cm."""
    assert [part if part is None else part[1827] for part in (tables()["lfa"].power, tables()["lfa"].median)] == [
        None,
        49.1477,
    ]
    arm, bmi, lying = tables()["acfa"], tables()["bmifa"], tables()["wfl"]
    assert [column[0].item() for column in (arm.power, arm.median, arm.spread)] == [0.3933, 13.4779, 0.07474]
    assert [column[-1].item() for column in (bmi.power, bmi.median, bmi.spread)] == [-0.5684, 15.2747, 0.09789]
    assert [column[-1].item() for column in (lying.power, lying.median, lying.spread)] == [-0.3833, 18.3324, 0.09401]


def test_the_figures_are_those_the_file_was_made_of():
    """The browser's reader arrives at the same sum: tests/js/growthtables.test.mjs."""
    digest = hashlib.sha256()
    for table in HELD["tables"].values():
        for half in range(2):
            for part in "lms":
                digest.update(figures(table, part)[half * table["rows"] :][: table["rows"]].astype("<i4").tobytes())
    assert digest.hexdigest() == HELD["sha256"] == "1fa170300e53e94b0491e6ba11a6f578da1342c3751ff9259bd8d884b819e6eb"
    assert HELD["wheel"].startswith("sha256:") and (FILE.parent / "LICENSE").read_text().count("BSD 3-Clause") == 1


def test_the_logarithm_is_never_needed():
    """Power 0 would divide by 0; the nearest is 0.0001."""
    powers = [np.abs(table.power).min() for table in tables().values() if table.power is not None]
    assert len(powers) == 5 and min(powers) == 0.0001


def test_the_phone_reads_the_same_file_in_less_than_fifteen_kilobytes():
    assert finders.find("who/tables.json") == str(FILE)
    assert len(zlib.compress(FILE.read_bytes(), 9)) < 15_000


@pytest.mark.skipif(not WHO.is_dir(), reason="no WHO tables beside the project (../shared/data)")
def test_every_row_is_the_one_of_whos_own_program():
    compared = 0
    for name, table in tables().items():
        rows = list(csv.DictReader((WHO / f"{'lhfa' if name == 'lfa' else name}.csv").read_text().splitlines()))
        ordered = [row for sex in ("1", "2") for row in rows if row["sex"] == sex]
        first = float(rows[0].get("age_days") or rows[0].get("length_cm") or rows[0]["height_cm"])
        assert table.first == first * (10 if name in ("wfl", "wfh") else 1) and len(ordered) == 2 * table.rows
        for part, ours in (("l", table.power), ("m", table.median), ("s", table.spread)):
            theirs = np.array([float(row[part]) for row in ordered])
            assert np.array_equal(theirs, np.ones(len(theirs)) if ours is None else ours), (name, part)
        compared += len(ordered)
    assert compared == 20_492 and SEXES == ("male", "female")
