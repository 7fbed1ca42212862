"""Files out and in again: what another program keeps of ours comes back as what it was."""

import pytest

from geoportal import catalogue, places, upload
from tests.written import FORMS

pytestmark = pytest.mark.django_db
HOUSES, MARKETS, AREAS = (catalogue.layer(name) for name in ("households", "markets", "areas"))
LOADED = [form for form in FORMS if form != "parquet"]  # which is none of the kinds that can be loaded


@pytest.fixture
def back(client, owner, tmp_path):
    """back(layer, form, query) -> the result of loading what was exported."""

    def load(layer, form, query="", source="") -> upload.Result:
        path = tmp_path / f"back.{form}"
        answer = client.get(f"/export/{layer.name}.{form}?{query}")
        assert answer.status_code == 200
        path.write_bytes(answer.getvalue())
        with owner():
            return upload.load(layer, path, {}, source=source)

    return load


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.soak), "id"])
def test_rows_come_back_as_identical_from_every_form_in_labels_and_codes(client, row, person, owner, back, language):
    """By their identifiers (households have no key) and by their keys; the areas of the boundary set in use by their codes."""
    for lon in (97.01, 97.0312345678, 97.05, None):
        row(HOUSES, lon=lon, latrine="own", pkh=True, desil=3, surveyed="2026-03-01")
    for name, market_class in (("=Pasar “Inpres”, lama", "2"), ("'-Pasar", "1"), ("Pasar Kota", "3")):
        row(MARKETS, name=name, market_class=market_class, traders=None if market_class == "1" else 540)
    client.force_login(person("validator", "health", "11.73"))
    client.cookies["django_language"] = language
    used = places.boundary().source
    for form in LOADED:
        for query in ("", "values=codes"):
            told = back(HOUSES, form, query)
            assert told.line() == "stored 0, updated 0, skipped 4, rejected 0", (form, query, told.mistakes)
            told = back(MARKETS, form, query)
            assert told.line() == "stored 0, updated 0, skipped 3, rejected 0", (form, query, told.mistakes)
        if form not in {"csv", "xlsx"}:
            told = back(AREAS, form, "level=village", source=used)
            assert told.line() == "stored 0, updated 0, skipped 4, rejected 0", (form, told.mistakes)


def test_a_changed_cell_comes_back_as_a_change(client, row, person, owner, back, tmp_path):
    made = row(MARKETS, code="M1", name="=Pasar", market_class="2")
    row(MARKETS, code="M2", market_class="3")
    client.cookies["django_language"] = "en"
    lines = client.get("/export/markets.csv?values=codes").getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].startswith("uid,code,name,area_code,market_class,") and lines[1].split(",")[4] == "2"
    path = tmp_path / "edited.csv"
    path.write_text("\n".join([lines[0], lines[1].replace("'=Pasar", "'=Pasar Baru"), lines[2]]))
    with owner():
        assert upload.load(MARKETS, path, {}).line() == "stored 0, updated 1, skipped 1, rejected 0"
        made.refresh_from_db()
    assert made.name == "=Pasar Baru"
