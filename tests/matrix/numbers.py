"""Readers of the two URLs that tell of numbers of people."""

from geoportal import catalogue
from tests.matrix.asking import Asking, Missing, said, url
from tests.matrix.readers import of_rows, reads
from tests.matrix.world import NAMES, NOWHERE, NUMBERS


@reads("number-find")
def number_find(asking: Asking, layer: str) -> str:
    """Rows found by their whole number; nothing else tells one elsewhere from one nowhere."""
    with asking.undone():
        nothing = asking.sent(url("number-find"), {"q": NOWHERE})
    found, text = [], ""
    numbered = of_rows(layer) and catalogue.layer(layer).numbers
    for name in asking.world.rows[layer] if numbered else ():
        with asking.undone():
            answer = asking.sent(url("number-find"), {"q": NUMBERS[name]})
        if str(asking.world.items[layer][name].uid) in said(answer):
            found.append(name)
            text += said(answer)
        elif stripped_alike(answer, nothing):
            continue
        else:
            return f"{name} IS ANSWERED OTHERWISE THAN NOTHING"
    return asking.barred(nothing) or (asking.told(found, text, layer) if numbered else "none")


def stripped_alike(one, other) -> bool:
    return (one.status_code, dict(one.items()), one.content) == (other.status_code, dict(other.items()), other.content)


@reads("number-reveal")
def number_reveal(asking: Asking, layer: str) -> str:
    """Rows whose number is shown for a reason."""
    if not of_rows(layer):
        return asking.barred(asking.sent(url("number-reveal", name=layer, uid=Missing.uid), {}), layer)

    def asked(row):
        with asking.undone():
            return asking.sent(
                url("number-reveal", name=layer, uid=row.uid), {"name": "names__no_kk", "reason": "correct"}
            )

    shown = []

    def number(answer):
        if answer.status_code != 200:
            return False
        shown.append(answer.json()["value"].replace(" ", ""))
        return True

    told = asking.one_by_one(layer, asked, number).removesuffix(" named")
    wanted = [NUMBERS[name] for name in NAMES if name in told.split()]
    return told if shown == wanted else f"{told} {shown}"
