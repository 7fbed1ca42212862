"""The words for where a layer's rows come from, as any reader gets them."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from geoportal import catalogue, origins
from geoportal.models import Load

pytestmark = pytest.mark.django_db
POSYANDU = catalogue.layer("posyandu")


@pytest.fixture
def loads(owner):
    """loads(source, …) notes a file of each, a day apart, the first the oldest."""

    def note(*sources, **words):
        for day, source in enumerate(sources):
            at = timezone.now() + timedelta(days=day)
            with owner():
                Load.objects.create(layer="posyandu", file="x.csv", source=source, at=at, **{"stored": 1} | words)

    return note


def test_the_demonstration_is_named_beside_what_was_loaded_over_it(loads):
    loads(origins.MADE_UP, "Dinkes 2026")
    with translation.override("en"):
        assert origins.source(POSYANDU) == "Dinkes 2026; made-up demo data"
    with translation.override("id"):
        assert origins.source(POSYANDU) == "Dinkes 2026; data demo rekaan"


def test_the_three_newest_sources_are_named_and_that_there_are_more(loads):
    loads("Januari", "Februari", "Maret", "April", "Februari")
    assert origins.source(POSYANDU) == "Februari; April; Maret; …"


def test_a_file_without_words_or_of_which_nothing_was_stored_is_no_source(loads, settings):
    settings.DEMO = False
    loads("Dinkes 2026", stored=0, rejected=9)
    loads("")
    assert origins.source(POSYANDU) == ""


def test_of_a_load_the_public_reads_the_source_alone(loads):
    loads("Dinkes 2026")
    assert origins.loaded() == {"posyandu": ["Dinkes 2026"]} and not Load.objects.exists()
