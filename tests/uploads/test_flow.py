"""From a file to rows on the map and back: read, named, tried, stored, undone."""

import pytest

from geoportal.models import Load
from tests.posyandu import HEADER, POSYANDU, ROWS, text

pytestmark = pytest.mark.django_db


def stored(owner):
    with owner():
        return sorted(POSYANDU.model.objects.filter(deleted_at=None).values_list("code", "name"))


def said(page) -> str:
    assert page.status_code in {200, 422}, page.status_code
    return " ".join(page.content.decode().split())


def test_a_file_becomes_rows_only_when_it_is_said(sender, owner):
    at = sender()
    page = at.send(text([HEADER, *ROWS]))
    assert "CSV, utf-8, separator comma" in said(page) and "2 rows" in said(page)
    assert at.columns(page) == {
        "column-0": "code", "column-1": "name", "column-2": "strata", "column-3": "day", "column-4": "lon", "column-5": "lat",
    }  # fmt: skip
    assert '"coordinates": [97.01, 5.01]' in said(page)
    page = at.check(page)
    assert (at.kept.state, at.kept.stored, at.kept.rejected) == ("checked", 2, 0) and stored(owner) == []
    page = at.do("store")
    assert at.kept.state == "stored" and stored(owner) == [("P1", "Mawar"), ("P2", "Melati")]
    assert f"/table/posyandu?upload={at.kept.uid}" in said(page)
    with owner():
        assert Load.objects.get().user == at.user
    rows = at.client.get(f"/table/posyandu.json?upload={at.kept.uid}").json()
    assert sorted(row["code"] for row in rows["rows"]) == ["P1", "P2"]
    page = at.do("undo")
    assert at.kept.state == "undone" and "2 rows were taken away" in said(page) and stored(owner) == []
