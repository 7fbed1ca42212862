"""The little city of world.py, in the database of the tests."""

import pytest

from geoportal.writing import apart
from tests import written
from tests.matrix import world as worlds


@pytest.fixture
def world(owner, settings, tmp_path, monkeypatch):
    """The planted city and its people; the demo's accounts are exempt from the second step, as in the demo."""
    settings.DEMO, settings.RASTER_ROOT = True, tmp_path
    monkeypatch.setattr(apart, "written", written.here)
    worlds.write_raster(tmp_path)
    return worlds.World(owner)
