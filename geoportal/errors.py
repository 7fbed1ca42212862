"""One class for each way to fail, one table from class to status. People get a page, programs application/problem+json."""

from http import HTTPStatus

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _


class Problem(Exception):
    """A way to fail, with a sentence for the reader and, for forms and queries, one sentence per field or parameter."""

    def __init__(self, sentence: str = "", errors: dict[str, str] | None = None):
        super().__init__(sentence)
        self.sentence, self.errors = sentence, errors or {}


class BadRequest(Problem):
    """A parameter that means nothing here."""


class SignIn(Problem):
    """Nobody is signed in, and this needs somebody."""

    def __init__(self, layer=None):
        super().__init__(_("Sign in to see “%(layer)s”.") % {"layer": layer.title} if layer else _("Sign in first."))


class Forbidden(Problem):
    """Signed in, without the right."""

    def __init__(self, layer=None):
        super().__init__(
            _("Your account has no right to “%(layer)s”. Ask your administrator for it.") % {"layer": layer.title}
            if layer
            else _("Your account has no right to this page. Ask your administrator for it.")
        )


class NotFound(Problem):
    """Nothing there, or nothing the person may know of."""


class Unusable(Problem):
    """A file that cannot be read at all."""


class Invalid(Problem):
    """Readable, but against the rules."""


STATUS = {
    BadRequest: HTTPStatus.BAD_REQUEST,
    SignIn: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Unusable: HTTPStatus.UNPROCESSABLE_ENTITY,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
}
DATA = (
    "/tiles/",
    "/rasters/",
    "/indicators/",
    "/ogc/",
    "/export/",
    "/submissions/",
    "/layers.json",
    "/search",
    "/legend/",
)


def wants_data(request) -> bool:
    """Whether the caller is a program: a data URL, or a client that asks for JSON."""
    return (
        request.path.startswith(DATA)
        or request.path.endswith(".json")
        or "text/html" not in request.headers.get("Accept", "")
    )


def response(request, problem: Problem) -> HttpResponse:
    """The answer to a problem in the caller's form: problem+json, a page, or the way to the sign-in page."""
    status = STATUS[type(problem)]
    if not wants_data(request):
        if isinstance(problem, SignIn):
            return redirect(f"/accounts/login/?{urlencode({'next': request.get_full_path()})}")
        return render(request, f"{status.value}.html", {"problem": problem}, status=status)
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": problem.sentence,
        "errors": problem.errors,
    }
    answer = JsonResponse(body, status=status, content_type="application/problem+json")
    answer["Cache-Control"] = "no-store"
    return answer


def middleware(get_response):
    """Turns the problems views raise into answers."""

    def handle(request):
        return get_response(request)

    def process_exception(request, exception):
        return response(request, exception) if isinstance(exception, Problem) else None

    handle.process_exception = process_exception
    return handle
