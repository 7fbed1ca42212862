"""The import map: every module's plain URL -> its hashed one, so that modules import each other by relative paths.

It is the only inline script of a page. The policy (CSP) allows it by its hash, because a nonce breaks with 304 answers.
"""

import base64
import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

# Bare names that vendored modules import, and the file each stands for.
VENDORED = {
    "@mapbox/vector-tile": "vendor/vector-tile/vector-tile.js",
    "@mapbox/point-geometry": "vendor/point-geometry/point-geometry.js",
    "pbf": "vendor/pbf/pbf.js",
}


def modules():
    """Paths below static/ of all our modules, sorted (the text of the map, and so its hash, must not change by chance)."""
    root = Path(settings.BASE_DIR) / "static"
    return sorted(path.relative_to(root).as_posix() for path in (root / "js").rglob("*.js"))


def rendered():
    """(text of the import map, its CSP source `'sha256-…'`), read anew."""
    imports = {name: static(path) for name, path in VENDORED.items()}
    imports |= {settings.STATIC_URL + path: static(path) for path in modules()}
    text = json.dumps({"imports": imports}, separators=(",", ":"))
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return text, f"'sha256-{digest}'"


@cache
def kept():
    """The same, read once: with hashed names it cannot change while the process lives."""
    return rendered()


def importmap():
    """(text of the import map, its CSP source)."""
    return rendered() if settings.DEBUG else kept()


def allow(get_response):
    """Middleware that lets the import map through the page's Content-Security-Policy; it stands inside django-csp's."""

    def middleware(request):
        response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            update = getattr(response, "_csp_update", None) or {}
            response._csp_update = {**update, "script-src": [*update.get("script-src", []), importmap()[1]]}
        return response

    return middleware
