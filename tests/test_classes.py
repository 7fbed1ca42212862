"""The browser's class breaks against mapclassify's, which planners know from QGIS-like tools and PySAL."""

import json
import subprocess
import warnings
from pathlib import Path

import mapclassify
import numpy as np
import pytest

ROOT = Path(__file__).parent.parent
FIXTURE = ROOT / "tests" / "js" / "breaks.json"
ORACLE = {
    "quantile": mapclassify.Quantiles,
    "equal": mapclassify.EqualInterval,
    "jenks": mapclassify.FisherJenks,
}
PROGRAM = """
import { breaks, classOf } from "./static/js/lib/classes.js";
let text = "";
for await (const part of process.stdin) text += part;
const answers = JSON.parse(text).map(({ values, method, k }) => {
  const bounds = breaks(values, method, k);
  return { bounds, classes: values.map((v) => classOf(v, bounds)) };
});
process.stdout.write(JSON.stringify(answers));
"""


def browser(cases):
    """What the browser's module answers for each case: its inner bounds and the class of each value."""
    done = subprocess.run(
        ["node", "--input-type=module", "-e", PROGRAM],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    return json.loads(done.stdout)


def oracle(case):
    """mapclassify's classification; its warnings on ties are of no interest here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ORACLE[case["method"]](np.array(case["values"]), k=case["k"])


def classes_of(case):
    """mapclassify's class of each value; classes it leaves empty (two quantiles between the same values) not counted."""
    return np.unique(oracle(case).yb, return_inverse=True)[1].tolist()


def squares(values, classes):
    """The sum of squared differences from class means: what Jenks makes least."""
    values, classes = np.array(values), np.array(classes)
    return sum(((v - v.mean()) ** 2).sum() for v in (values[classes == c] for c in set(classes.tolist())))


def random_cases(method):
    """Cases of 12 to 300 values: skewed amounts, percentages with one decimal (many ties), prices."""
    chance = np.random.default_rng(1173)
    draws = {
        "amounts": lambda n: chance.lognormal(3, 1, n),
        "percentages": lambda n: np.round(chance.beta(2, 8, n) * 100, 1),
        "prices": lambda n: 30_000.0 + 50 * chance.integers(0, 90, n),
    }
    return [
        {"name": name, "method": method, "k": k, "values": draw(size).tolist()}
        for name, draw in draws.items()
        for size in (12, 68, 300)
        for k in (2, 3, 5, 7)
    ]


@pytest.mark.parametrize("method", ["quantile", "jenks"])
def test_each_value_falls_into_the_class_mapclassify_gives_it(method):
    cases = random_cases(method)
    for case, ours in zip(cases, browser(cases), strict=True):
        theirs = classes_of(case)
        if method == "jenks":  # two cuts can cost the same; then either is right
            assert squares(case["values"], ours["classes"]) == pytest.approx(squares(case["values"], theirs), rel=1e-9)
            if case["name"] != "prices":
                assert ours["classes"] == theirs, (
                    case["name"],
                    case["k"],
                    len(case["values"]),
                )
        else:
            assert ours["classes"] == theirs, (
                case["name"],
                case["k"],
                len(case["values"]),
            )


def test_equal_intervals_have_mapclassify_bounds():
    cases = random_cases("equal")
    for case, ours in zip(cases, browser(cases), strict=True):
        assert ours["bounds"] == pytest.approx(oracle(case).bins[:-1].tolist(), rel=1e-12)


def test_the_fixture_of_the_node_tests_is_what_mapclassify_says():
    cases = json.loads(FIXTURE.read_text())
    assert {case["method"] for case in cases} == set(ORACLE)
    for case in cases:
        assert classes_of(case) == case["classes"], (
            case["name"],
            case["method"],
            case["k"],
        )
