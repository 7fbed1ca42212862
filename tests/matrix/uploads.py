"""Readers of the pages of uploads. Of every layer the head of village has sent a file, and nobody else."""

import re

from geoportal.models import Upload
from tests.matrix.asking import Asking, said, url
from tests.matrix.readers import of_rows, reads
from tests.matrix.world import sent


@reads("uploads")
def uploads(asking: Asking, _column: str) -> str:
    """How many uploads are listed: of the own and, for an administrator, of those within reach."""
    answer = asking(url("uploads"))
    files = len(set(re.findall(r"sent-\w+\.csv", said(answer))))
    return asking.barred(answer) or f"{files} uploads"


@reads("upload-start", "upload-template")
def beginning(asking: Asking, layer: str) -> str:
    """The page where a file is chosen, sending one (to which there is none), and the workbook; of the same answer."""
    found = [asking(url(name, name=layer)) for name in ("upload-start", "upload-template")]
    told = {asking.barred(one, layer) or "page" for one in found}
    with asking.undone():
        nothing = asking(url("upload-start", name=layer), post={})
        told.add("page" if nothing.status_code == 422 else asking.barred(nothing, layer) or "TAKEN")
    return " and ".join(sorted(told))


@reads("upload", "upload-state", "upload-wrong")
def of_another(asking: Asking, layer: str) -> str:
    """What somebody else sent: looked at, stored, undone, its workbook taken along."""
    words = {"name": layer, "uid": sent(layer)}
    told = {
        asking.barred(asking(url(name, **words)), layer) or "SHOWN"
        for name in ("upload", "upload-state", "upload-wrong")
    }
    for act in ("check", "store", "undo", "drop"):
        with asking.undone():
            told.add(asking.barred(asking(url("upload", **words), post={"do": act}), layer) or "DONE")
    with asking.world.owner():
        if of_rows(layer) and Upload.objects.get(uid=sent(layer)).state != "checked":
            told.add("MOVED")
    return " and ".join(sorted(told))
