"""z-scores against numbers a pencil can check, against what must hold for any figure, and, where it lies beside the project,
against what WHO's own program says of 3,595 children."""

import csv
import subprocess
import sys

import numpy as np
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from layers.children import growth
from layers.children.growth import INDICES, LYING, STANDING, UNKNOWN, zscores
from tests.checkout import ROOT

BOY, GIRL = 1, 2
ORACLE = settings.BASE_DIR.parent / "shared" / "data" / "growth" / "oracle"
oracle = pytest.mark.skipif(
    not ORACLE.is_dir(), reason="no z-scores of WHO's program beside the project (../shared/data)"
)
# Our index: (its column in the oracle, the column of its flag)
THEIRS = {
    "haz": ("zlen", "flen"), "waz": ("zwei", "fwei"), "whz": ("zwfl", "fwfl"),
    "baz": ("zbmi", "fbmi"), "hcz": ("zhc", "fhc"), "acz": ("zac", "fac"),
}  # fmt: skip
quick = hypothesis_settings(deadline=None)


def z(index, *given, **named):
    """The z of one child; to two decimals unless `digits` says otherwise."""
    return float(zscores(*given, **named).z[index])


def nothing(index, *given, **named):
    """True when the child has no z and no flag for that index."""
    found = zscores(*given, **named)
    return bool(np.isnan(found.z[index]) and not found.flagged[index])


def near(value, within=1e-9):
    return pytest.approx(value, abs=within)


def measured(index, value, length=100.0):
    """The arguments of `zscores` that give that index this measure; 100 cm make a weight its own BMI."""
    named = {"haz": "length", "hcz": "head", "acz": "arm"}
    return {named.get(index, "weight"): value} | ({"length": length} if index in ("whz", "baz") else {})


def test_the_median_child_is_at_zero_and_one_spread_from_it_at_one():
    """A new-born boy: length M 49.8842, S 0.03795, L 1; weight M 3.3464. A girl: length M 49.1477, S 0.0379."""
    assert z("haz", BOY, 0, length=49.8842) == 0 and z("waz", BOY, 0, 3.3464) == 0
    assert z("haz", BOY, 0, length=49.8842 * 1.03795, digits=None) == near(1)
    assert z("haz", GIRL, 0, length=49.1477 * (1 - 2 * 0.0379), digits=None) == near(-2)


def test_weight_follows_its_skewed_distribution():
    """Boy at birth: L 0.3487, M 3.3464, S 0.14602. At 2.5 kg: ln(2.5/3.3464) = -0.29160, times L -0.10168; e to that is
    0.90332; less 1, by L*S = 0.050917: -1.8988."""
    assert z("waz", BOY, 0, 2.5, digits=None) == near(-1.8988, 2e-4)
    assert z("waz", BOY, 0, 2.5) == -1.90


@pytest.mark.parametrize("index", INDICES)
@pytest.mark.parametrize("line", [-5, -4, -3, -2, -0.5, 0, 1, 3, 4.5])
def test_a_child_on_a_line_of_the_chart_has_that_z(index, line):
    x, y = growth.curve(INDICES[index], GIRL, line)
    age = 400 if index == "whz" else x[200]
    given = measured(index, y[200], length=x[200] if index == "whz" else 100.0)
    assert z(index, GIRL, age, position=LYING if index == "whz" else UNKNOWN, digits=None, **given) == near(line, 1e-8)


@pytest.mark.parametrize("index", ["waz", "acz", "baz"])
@pytest.mark.parametrize("side", [1, -1])
def test_beyond_three_weights_go_on_in_steps_of_the_last_one(index, side):
    (x, third), (_x, second) = (growth.curve(INDICES[index], BOY, k * side) for k in (3, 2))
    step = abs(third[300] - second[300])
    for steps in (0.25, 1, 2.5):
        given = measured(index, third[300] + side * steps * step)
        assert z(index, BOY, x[300], **given, digits=None) == near(side * (3 + steps), 1e-8)


def test_length_and_head_keep_their_even_steps_beyond_three():
    assert z("haz", BOY, 0, length=49.8842 * (1 - 5 * 0.03795), digits=None) == near(-5)
    assert z("hcz", BOY, 0, head=34.4618 * (1 + 4.5 * 0.03686), digits=None) == near(4.5)


def test_between_two_millimetres_the_table_is_interpolated():
    """Boys: M is 2.441 kg at 45.0 cm and 2.4577 at 45.1, so 2.44935 at 45.05."""
    assert z("whz", BOY, 10, 2.441, 45.0, digits=None) == near(0)
    assert z("whz", BOY, 10, 2.44935, 45.05, digits=None) == near(0)


def test_a_length_is_looked_up_in_whole_hundredths():
    """103.1 cm lying is 102.4 standing; as floats the row of 102.3 would be taken, and -3.18 said."""
    assert z("whz", GIRL, 1702, 12.1, 103.1, LYING) == -3.16 == z("whz", GIRL, 1702, 12.1, 102.4, STANDING)


@pytest.mark.parametrize(
    ("age", "lying", "standing"),
    [(274, 70.7, 70.0), (730, 81.7, 81.0), (731, 81.7, 81.0), (1826, 100.7, 100.0)],
)
def test_lying_is_seven_millimetres_more_than_standing(age, lying, standing):
    one, other = (zscores(BOY, age, 9.0, cm, how, digits=None) for cm, how in ((lying, LYING), (standing, STANDING)))
    assert [float(one.z[i]) for i in ("haz", "whz", "baz")] == near([float(other.z[i]) for i in ("haz", "whz", "baz")])
    assert float(one.length) == near(lying if age < 731 else standing)


def test_below_nine_months_nobody_is_believed_to_stand():
    found = zscores([BOY, BOY, BOY], [273, 273, 274], 8.0, 70.0, [LYING, STANDING, STANDING])
    assert found.disbelieved.tolist() == [False, True, False] and found.length.tolist() == near([70.0, 70.0, 70.7])
    assert found.z["haz"][0] == found.z["haz"][1] < found.z["haz"][2]


def test_an_unknown_position_is_the_one_of_the_age():
    for age, how in ((730, LYING), (731, STANDING)):
        supposed, said = (zscores(GIRL, age, 10.0, 82.0, known).z for known in (UNKNOWN, how))
        assert [float(supposed[index]) for index in ("haz", "whz", "baz")] == [
            float(said[i]) for i in ("haz", "whz", "baz")
        ]


def test_without_an_age_weight_is_judged_by_position_or_below_87_cm_by_length():
    by_length, by_height = (z("whz", BOY, np.nan, 12.0, 87.0, how) for how in (LYING, STANDING))
    assert by_length > by_height == z("whz", BOY, np.nan, 12.0, 87.0)
    assert z("whz", BOY, np.nan, 12.0, 86.99) == z("whz", BOY, np.nan, 12.0, 86.99, LYING)
    assert all(nothing(index, BOY, np.nan, 12.0, 86.0, head=46, arm=15) for index in INDICES if index != "whz")


@pytest.mark.parametrize("age", [-1, 1827, 1e9, -np.inf, np.inf])
def test_out_of_range_there_is_no_z_at_all(age):
    assert all(nothing(index, BOY, age, 12.0, 86.0, head=46, arm=15) for index in INDICES)


def test_the_first_and_the_last_day_have_one():
    for age in (0, 1826):
        assert not any(nothing(index, BOY, age, 12.0, 86.0, head=46) for index in ("haz", "waz", "baz", "hcz"))
    assert nothing("acz", GIRL, 90, arm=13) and not nothing("acz", GIRL, 91, arm=13)


@pytest.mark.parametrize(
    ("age", "cm", "there"),
    [(300, 44.99, False), (300, 45.0, True), (300, 110.0, True), (300, 110.01, False),
     (900, 64.99, False), (900, 65.0, True), (900, 120.0, True), (900, 120.01, False)],
)  # fmt: skip
def test_weight_is_judged_within_the_lengths_of_its_table(age, cm, there):
    assert nothing("whz", GIRL, age, 9.0, cm) is not there


def test_oedema_leaves_weight_unjudged_and_the_rest_as_it_is():
    swollen, dry = (zscores(BOY, 500, 9.0, 75.0, head=46, arm=14, oedema=wet) for wet in (True, False))
    assert [index for index in INDICES if np.isnan(swollen.z[index])] == ["waz", "whz", "baz"]
    assert all(swollen.z[index] == dry.z[index] for index in ("haz", "hcz", "acz"))


@pytest.mark.parametrize("figure", [0, -3.5, np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("index", INDICES)
def test_what_is_no_measure_has_no_z(index, figure):
    assert nothing(index, BOY, 500, **measured(index, figure))


@pytest.mark.parametrize("sex", [0, 3, np.nan])
def test_a_child_neither_boy_nor_girl_has_no_z(sex):
    assert all(nothing(index, sex, 500, 9.0, 75.0, head=46, arm=14) for index in INDICES)


@pytest.mark.parametrize(
    ("index", "low", "high"),
    [("haz", -6, 6), ("waz", -6, 5), ("whz", -5, 5), ("baz", -5, 5), ("hcz", -5, 5), ("acz", -5, 5)],
)
def test_what_is_flagged_is_the_rounded_z(index, low, high):
    """-6.004 is -6.00 and possible, -6.006 is -6.01 and not; the same above."""
    age = 700
    for bound, outward in ((low, -1), (high, 1)):
        for beyond, flag in ((0.004, False), (0.006, True)):
            line = bound + outward * beyond
            x, y = growth.curve(INDICES[index], BOY, line)
            at = np.searchsorted(x, 90 if index == "whz" else age)
            found = zscores(BOY, age, **measured(index, y[at], length=x[at] if index == "whz" else 100.0))
            assert bool(found.flagged[index]) is flag, line
            assert found.z[index] == near(bound + outward * (0.01 if flag else 0))


def test_rounding_goes_to_two_decimals_without_minus_nought():
    assert growth.rounded(np.array([-1.994, -1.996, 0.125, -0.004])).tolist() == [-1.99, -2.0, 0.12, 0.0]
    assert not np.signbit(growth.rounded(np.array([-0.004])))[0]
    assert np.isnan(growth.rounded(np.array([1e308]))[0])


@quick
@given(
    st.sampled_from(list(INDICES)),
    st.sampled_from([BOY, GIRL]),
    st.integers(91, 1826),
    st.floats(1, 120),
    st.floats(1e-6, 5),
)
def test_more_is_never_less(index, sex, age, figure, more):
    cm = 80.0 if index == "whz" else 100.0
    less, greater = (z(index, sex, age, **measured(index, y, cm), digits=None) for y in (figure, figure + more))
    assert less < greater or (np.isnan(less) and np.isnan(greater))


@quick
@given(st.sampled_from([BOY, GIRL]), st.integers(731, 1826), st.integers(6500, 11999), st.floats(5, 25))
def test_the_taller_of_two_equally_heavy_children_is_the_thinner(sex, age, hundredths, kg):
    shorter, taller = (z("whz", sex, age, kg, (hundredths + more) / 100, digits=None) for more in (0, 1))
    assert taller < shorter


figures = st.floats(allow_nan=True, allow_infinity=True)


@quick
@given(st.lists(st.tuples(*[figures] * 4, st.integers(-1, 3), st.booleans(), figures, figures), min_size=1, max_size=5))
def test_any_figures_at_all_give_finite_z_or_none(rows):
    found = zscores(*(np.array(column) for column in zip(*rows, strict=True)))
    for index in INDICES:
        assert not np.isinf(found.z[index]).any()
        assert not (found.flagged[index] & np.isnan(found.z[index])).any()


def test_many_children_are_judged_as_each_alone_in_any_shape():
    """20,000 pass the size of a block twice."""
    draw = np.random.default_rng(5)
    count = 20_000
    sex, age, how = draw.integers(1, 3, count), draw.integers(0, 1900, count), draw.integers(0, 3, count)
    kg, cm, head, arm = (draw.uniform(*span, count) for span in ((2, 25), (40, 125), (30, 55), (8, 22)))
    together = zscores(sex, age, kg, cm, how, False, head, arm)
    square = zscores(
        *(one.reshape(200, 100) for one in (sex, age, kg, cm, how)),
        False,
        *(head.reshape(200, 100), arm.reshape(200, 100)),
    )
    for one in (0, 8191, 8192, 16384, 19999):
        alone = zscores(sex[one], age[one], kg[one], cm[one], how[one], False, head[one], arm[one])
        assert all(np.array_equal(alone.z[i], together.z[i][one], equal_nan=True) for i in INDICES)
    assert all(np.array_equal(square.z[i].ravel(), together.z[i], equal_nan=True) for i in INDICES)
    assert zscores([], []).z["haz"].shape == (0,)


def test_it_is_a_package_of_its_own_without_django():
    text = """import sys, growth
loaded = {name.partition(".")[0] for name in sys.modules}
print(growth.zscores(1, 0, 3.3464).z["waz"], loaded & {"django", "geoportal", "layers"})"""
    command = [sys.executable, "-c", text]
    done = subprocess.run(command, cwd=ROOT / "layers/children", capture_output=True, text=True)
    assert done.stdout.split() == ["0.0", "set()"], done.stderr


def column(rows, name):
    """One column of a file as floats, nan where it is empty."""
    return np.array([float(row[name]) if row[name] else np.nan for row in rows])


@oracle
def test_every_child_of_the_oracle_has_the_z_and_the_flag_of_whos_program():
    """But one: id 1870, where WHO's program takes the wrong row."""
    asked, told, exact = (
        list(csv.DictReader((ORACLE / f"children_{name}.csv").read_text().splitlines()))
        for name in ("input", "expected_anthro_r_1_1_0", "expected_anthro_r_1_1_0_unrounded")
    )
    numbers = [column(asked, name) for name in ("sex", "age_days", "weight", "lenhei")]
    how = growth.position([row["measure"] for row in asked])
    rest = ([row["oedema"] == "y" for row in asked], column(asked, "headc"), column(asked, "armc"))
    found, unrounded = (zscores(*numbers, how, *rest, digits=digits) for digits in (2, None))
    known = np.array([row["id"] == "1870" for row in asked])
    assert len(asked) == len(told) == len(exact) == 3595 and known.sum() == 1
    assert found.z["whz"][known] == -3.16
    for index, (theirs, flag) in THEIRS.items():
        compared = ~known if index == "whz" else np.ones(3595, bool)
        assert np.array_equal(found.z[index][compared], column(told, theirs)[compared], equal_nan=True), index
        assert np.array_equal(
            np.where(np.isnan(found.z[index]), np.nan, found.flagged[index]), column(told, flag), equal_nan=True
        )
        apart = np.abs(unrounded.z[index] - column(exact, theirs))[compared]
        assert np.nanmax(apart) < 1e-9 and np.array_equal(np.isnan(apart), np.isnan(column(told, theirs)[compared]))
    assert np.abs(found.length - column(told, "clenhei")).max() < 1e-9
    assert found.disbelieved.tolist() == [row["c9mo_flag"] == "1" for row in told]
