"""Readers of the catalogue and of metadata: what each says there is of a layer, and where it may be taken from."""

import json

from tests.matrix.asking import Asking, said, url
from tests.matrix.readers import READERS, reads


def offered(text: str, layer: str) -> str:
    """What a piece of a page or file offers of a layer: files of rows, figures by area, or no more than that there is such a layer."""
    words = ["files"] if f"/export/{layer}.csv" in text else []
    words += ["figures"] if f"/indicators/{layer}/" in text else []
    return " ".join(words) or "listed"


@reads("catalogue")
def listed(asking: Asking, layer: str) -> str:
    answer = asking(url("catalogue"))
    if barred := asking.barred(answer):
        return barred
    card = next((c for c in said(answer).split('<li class="card">') if f'"/metadata/{layer}"' in c), None)
    return "absent" if card is None else offered(card, layer)


@reads("catalogue-json")
def listed_for_programs(asking: Asking, layer: str) -> str:
    answer = asking(url("catalogue-json"))
    if barred := asking.barred(answer):
        return barred
    found = [one for one in answer.json()["dcat:dataset"] if one["@id"].endswith(f"/metadata/{layer}")]
    return offered(json.dumps(found), layer) if found else "absent"


def metadata(key: str):
    def read(asking: Asking, layer: str) -> str:
        answer = asking(url(key, name=layer))
        return asking.barred(answer, layer) or offered(said(answer), layer)

    return read


for key in ("metadata", "metadata-xml"):
    READERS[key] = metadata(key)
