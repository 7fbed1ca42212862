"""The WSGI application: Django behind the shelf of immutable tiles."""

import os

from django.core.wsgi import get_wsgi_application

from .tilecache import keeping

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geoportal.settings")
application = keeping(get_wsgi_application())
