"""The WSGI application: Django behind the tiles that are everybody's and the shelf that keeps them.

It does not start over missing or stale policies, nor with a FIELD_KEY that does not open what the database holds.
"""

import logging
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geoportal.settings")
django = get_wsgi_application()

from django.db import connection  # noqa: E402

from . import earlytiles, guard, keys, tilecache  # noqa: E402

if wrong := guard.wrong() or keys.wrong():
    raise SystemExit(wrong)
for advice in filter(None, (guard.slow(), guard.overheard())):
    logging.getLogger(__name__).warning(advice)
connection.close()
connection.close_pool()  # the web processes are forked from this one: each opens its own
application = tilecache.keeping(earlytiles.answering(django))
