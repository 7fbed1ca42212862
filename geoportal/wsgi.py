"""The WSGI application: Django behind the shelf of immutable tiles. It does not start over missing or stale policies."""

import logging
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geoportal.settings")
django = get_wsgi_application()

from . import policies, tilecache  # noqa: E402  needs the apps

if wrong := policies.stale():
    raise SystemExit(wrong)
if slow := policies.slow():
    logging.getLogger(__name__).warning(slow)
application = tilecache.keeping(django)
