"""Whoever takes files, in English; `taken(path)` is what the product sends."""

import pytest

from geoportal import catalogue


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def taken(client):
    """taken(path) -> the bytes of a file."""

    def take(path: str) -> bytes:
        answer = client.get(f"/export/{path}")
        assert answer.status_code == 200, answer.content
        return answer.getvalue()

    return take


@pytest.fixture
def market(row):
    return row(
        catalogue.layer("markets"), name="=Pasar, “Inpres”", market_class="2", traders=540, daily=True, condition="good"
    )
