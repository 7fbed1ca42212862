"""The reader's language: the one chosen on the page (a cookie), else the city's own. The browser's wish does not count:
an office computer set to English must not decide what a kader reads."""

import subprocess
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation
from django.views.i18n import set_language

from . import identity


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


def choose(request):
    """Django's answer to a choice of language; who is signed in gets mail in it, too."""
    answer = set_language(request)
    if request.method == "POST" and request.user.is_authenticated:
        keep(request.user, request.POST.get("language", ""))
    return answer


def keep(user, code: str) -> None:
    """Nothing; mail to this person is in this language from now on, where it is one of ours."""
    if code in dict(settings.LANGUAGES) and user.language != code:
        user.language = code
        with identity.acting(identity.DOOR):
            user.save(update_fields=["language"])


def of(user) -> str:
    """The language of mail to this person: the one chosen last, else the city's."""
    return user.language if user.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


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
