"""The reader's language: the one chosen on the page (a cookie), else the city's own. The browser's wish does not count:
an office computer set to English must not decide what a kader reads."""

import subprocess
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation


def middleware(get_response):
    """Every request in its reader's language."""
    known = dict(settings.LANGUAGES)

    def handle(request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        code = chosen if chosen in known else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = code
        with translation.override(code):
            response = get_response(request)
            if hasattr(response, "render") and not response.is_rendered:
                response = response.render()
        response.headers.setdefault("Content-Language", code)
        return response

    return handle


def compiled(folder: Path) -> int:
    """Number of catalogues below the folder that were compiled because they are newer than what was made of them."""
    count = 0
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            made = subprocess.run(["msgfmt", "-o", target, source], capture_output=True, text=True)
            if made.returncode:
                raise ImproperlyConfigured(f"{source} cannot be compiled: {made.stderr.strip()}")
            count += 1
    return count
