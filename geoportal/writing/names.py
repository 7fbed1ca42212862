"""Column names of Shapefiles: at most ten letters, no two alike. Free of Django."""

import re

LETTERS = 10


def short(names: list[str]) -> dict[str, str]:
    """name -> its short one: itself where it fits, else its beginning, with a number where two would be alike."""
    found: dict[str, str] = {}
    taken = {name.lower() for name in names if fits(name)}
    for name in names:
        if fits(name):
            found[name] = name
            continue
        plain = re.sub(r"\W", "_", name, flags=re.ASCII) or "field"
        tries = [plain[:LETTERS], *(f"{plain[: LETTERS - len(str(n))]}{n}" for n in range(1, len(names) + 1))]
        found[name] = next(one for one in tries if one.lower() not in taken)
        taken.add(found[name].lower())
    return found


def fits(name: str) -> bool:
    return len(name) <= LETTERS and re.fullmatch(r"\w+", name, flags=re.ASCII) is not None
