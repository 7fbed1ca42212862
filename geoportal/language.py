"""The reader's language: the one chosen on the page (a cookie), else the city's own. The browser's wish does not count:
an office computer set to English must not decide what a kader reads."""

from django.conf import settings
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
