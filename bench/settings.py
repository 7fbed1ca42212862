"""The product's settings, with one more app: the bench's own public layer, which the product does not have."""

from geoportal.settings import *  # noqa: F403  all of them, as they are
from geoportal.settings import BASE_DIR, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "bench"]
MIGRATION_MODULES = {"bench": None}  # its table is made by `migrate --run-syncdb`
# What a run writes lies apart from what the product beside it reads.
RASTER_ROOT, STATIC_ROOT = BASE_DIR / "bench" / "data", BASE_DIR / "bench" / "data" / "static"
