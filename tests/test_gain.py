"""Classes, cases, and weight from one weighing to the next."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from layers.children import growth

BOY, GIRL = 1, 2


@pytest.mark.parametrize(
    ("index", "z", "name"),
    [
        ("haz", -3.01, "sangat_pendek"), ("haz", -3, "pendek"), ("haz", -2.01, "pendek"), ("haz", -2, "normal"),
        ("haz", 3, "normal"), ("haz", 3.01, "tinggi"),
        ("waz", -3.01, "bb_sangat_kurang"), ("waz", -3, "bb_kurang"), ("waz", -2, "bb_normal"), ("waz", 1, "bb_normal"),
        ("waz", 1.01, "risiko_bb_lebih"),
        ("whz", -3.01, "gizi_buruk"), ("whz", -3, "gizi_kurang"), ("whz", -2, "gizi_baik"), ("whz", 1, "gizi_baik"),
        ("whz", 1.01, "berisiko_gizi_lebih"), ("whz", 2, "berisiko_gizi_lebih"), ("whz", 2.01, "gizi_lebih"),
        ("baz", 3, "gizi_lebih"), ("baz", 3.01, "obesitas"), ("baz", np.nan, ""),
    ],
)  # fmt: skip
def test_a_class_begins_and_ends_where_the_regulation_says(index, z, name):
    assert growth.classified(index, z) == name


def test_oedema_is_the_lowest_class_of_weight_and_says_nothing_of_height():
    found = {index: str(growth.classified(index, np.nan, True)) for index in ("haz", "waz", "whz", "baz")}
    assert found == {"haz": "", "waz": "bb_sangat_kurang", "whz": "gizi_buruk", "baz": "gizi_buruk"}


def test_a_prevalence_counts_valid_children_and_those_with_oedema():
    """Six children: -3.5, -2.01, -2.00, flagged -7, no z, no z with oedema."""
    z = [-3.5, -2.01, -2.0, -7.0, np.nan, np.nan]
    flagged, oedema = [False] * 3 + [True] + [False] * 2, [False] * 5 + [True]
    cases, valid = growth.counted("whz", z, flagged, oedema)
    assert cases.tolist() == [True, True, False, False, False, True]
    assert valid.tolist() == [True, True, True, False, False, True]
    assert growth.counted("whz", z, flagged, oedema, below=-3)[0].tolist() == [True] + [False] * 4 + [True]
    assert growth.counted("haz", z, flagged, oedema)[0].tolist() == [True, True] + [False] * 4


@pytest.mark.parametrize(
    ("kind", "percent", "word"),
    [
        ("stunting", 0, "very_low"), ("stunting", 2.49, "very_low"), ("stunting", 2.5, "low"), ("stunting", 10, "medium"),
        ("stunting", 20, "high"), ("stunting", 29.99, "high"), ("stunting", 30, "very_high"), ("stunting", np.nan, ""),
        ("wasting", 5, "medium"), ("wasting", 15, "very_high"), ("overweight", 9.9, "medium"), ("overweight", 10, "high"),
    ],
)  # fmt: skip
def test_the_gravity_of_a_share_begins_with_its_threshold(kind, percent, word):
    assert growth.level(kind, percent) == word


@pytest.mark.parametrize(
    ("sex", "age", "grams"),
    [(BOY, 31, 800), (BOY, 61, 900), (BOY, 214, 400), (GIRL, 214, 300), (GIRL, 335, 200), (BOY, 335, 300), (BOY, 366, 200),
     (GIRL, 1800, 200), (BOY, 25, 800)],
)  # fmt: skip
def test_the_least_gain_of_a_month_is_the_cards(sex, age, grams):
    """31 days are 1 completed month, 61 two, 214 seven, 335 eleven, 366 twelve."""
    assert [float(growth.minimum(sex, age, days)) for days in (28, 30, 31)] == [grams] * 3


def test_other_intervals_need_their_share_of_it():
    """200 g a month of 30.4375 days: 45 days need 295.7 g, 20 days 131.4 g."""
    assert float(growth.minimum(BOY, 700, 45)) == pytest.approx(200 * 45 / 30.4375)
    assert [str(growth.judged(BOY, 700, kg, 655, 10.0)) for kg in (10.29, 10.3)] == ["T", "N"]
    assert [str(growth.judged(BOY, 700, kg, 680, 10.0)) for kg in (10.13, 10.14)] == ["T", "N"]


@pytest.mark.parametrize(("interval", "told"), [(19, "O"), (20, "N"), (45, "N"), (46, "O"), (0, "O"), (-30, "O")])
def test_only_twenty_to_forty_five_days_tell(interval, told):
    assert growth.judged(BOY, 700, 12.0, 700 - interval, 10.0) == told


def test_a_gain_of_exactly_the_least_is_enough():
    """8.2 - 8.0 is 0.1999999999999993 in floats and 200 g on the scale."""
    assert growth.judged(GIRL, 400, 8.2, 370, 8.0) == "N" and growth.judged(GIRL, 400, 8.19, 370, 8.0) == "T"


def test_the_first_weighing_is_b_and_none_is_nothing():
    assert growth.judged(BOY, 200, 7.0, np.nan, np.nan) == "B"
    assert growth.judged(BOY, 200, np.nan, 170, 6.0) == ""
    assert growth.judged(BOY, 1827, 17.0, 1797, 16.0) == ""
    assert growth.judged(0, 200, 7.0, 170, 6.0) == "O"


def test_a_childs_history_is_read_whatever_the_order_of_its_rows():
    """Child 7: first, two months without gain, then gain; a month without weight between two of child 8."""
    rows = [
        (7, 490, 9.0),
        (8, 430, 9.4),
        (7, 400, 9.0),
        (7, 430, 9.1),
        (8, 400, 9.0),
        (7, 460, 9.1),
        (8, 415, np.nan),
        (7, 520, 9.3),
    ]
    child, age, kg = zip(*rows, strict=True)
    told, second = growth.gains(child, [BOY] * 8, age, kg)
    assert dict(zip(zip(child, age, strict=True), told.tolist(), strict=True)) == {
        (7, 400): "B", (7, 430): "T", (7, 460): "T", (7, 490): "T", (7, 520): "N",
        (8, 400): "B", (8, 415): "", (8, 430): "N",
    }  # fmt: skip
    assert [(child[i], age[i]) for i in np.flatnonzero(second)] == [(7, 490), (7, 460)]


def test_no_rows_have_no_history():
    told, second = growth.gains([], [], [], [])
    assert told.size == second.size == 0


def test_two_t_with_another_letter_between_are_no_two_in_a_row():
    assert growth.twice(["T", "T", "T", "N"], ["T", "O", "N", "T"]).tolist() == [True, False, False, False]


def test_below_the_red_line_is_below_minus_three():
    assert growth.below_red_line([-3.01, -3.0, np.nan]).tolist() == [True, False, False]


@hypothesis_settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(0, 1826), st.floats(2, 25)),
        min_size=1,
        max_size=12,
        unique_by=lambda r: r[:2],
    )
)
def test_a_history_at_once_is_the_same_as_weighing_by_weighing(rows):
    child, age, kg = map(np.array, zip(*rows, strict=True))
    told, _second = growth.gains(child, np.full(child.shape, BOY), age, kg)
    for one, days, weight, word in zip(child, age, kg, told, strict=True):
        earlier = [(d, w) for c, d, w in rows if c == one and d < days]
        assert word == growth.judged(BOY, days, weight, *max(earlier, default=(np.nan, np.nan)))


def test_age_in_days():
    born = np.array(["2024-02-28", "2024-02-29", "NaT", "2024-03-05"], "datetime64[D]")
    assert np.array_equal(growth.days_between(born, "2024-03-01"), [2, 1, np.nan, -4], equal_nan=True)


def test_an_age_in_months_becomes_days_with_halves_rounded_up():
    """1 month 30.4375, 8 months 243.5, 24 months 730.5; 60 are no age below 60 months."""
    assert growth.days_of_months([0, 1, 8, 24, 59.9]).tolist() == [0, 30, 244, 731, 1823]
    assert not growth.in_range(growth.days_of_months([60, 61, -0.01, np.nan])).any()
    assert growth.completed_months([30, 31, 1826]).tolist() == [0, 1, 59]


def test_positions_are_read_in_three_languages():
    words = ["l", "H", " Telentang", "Terlentang", "Berdiri", "standing", "lying", "", None, "?"]
    assert growth.position(words).tolist() == [1, 2, 1, 1, 2, 2, 1, 0, 0, 0]
