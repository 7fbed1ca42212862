"""One class for each way to fail, one table from class to status. People get a page, programs application/problem+json."""

from http import HTTPStatus

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from psycopg.errors import InsufficientPrivilege, ReadOnlySqlTransaction


class Problem(Exception):
    """A way to fail, with a sentence for the reader and, for forms and queries, one sentence per field or parameter."""

    def __init__(self, sentence: str = "", errors: dict[str, str] | None = None):
        self.errors = errors or {}
        self.sentence = sentence or " ".join(self.errors.values())
        super().__init__(self.sentence)


class BadRequest(Problem):
    """A parameter that means nothing here."""


class SignIn(Problem):
    """Nobody is signed in, and this needs somebody."""

    def __init__(self, layer=None):
        super().__init__(_("Sign in to see “%(layer)s”.") % {"layer": layer.title} if layer else _("Sign in first."))


class NoToken(Problem):
    """A device token that opens nothing."""

    def __init__(self):
        super().__init__(
            _("This phone's access has ended, or does not reach here. Sign in on the web and give it new access there.")
        )


class Forbidden(Problem):
    """Signed in, without the right."""

    def __init__(self, layer=None, sentence: str = ""):
        of_layer = _("Your account has no right to “%(layer)s”. Ask your administrator for it.")
        of_page = _("Your account has no right to this page. Ask your administrator for it.")
        super().__init__(sentence or (of_layer % {"layer": layer.title} if layer else of_page))


class Viewed(Problem):
    """Done while viewing as another person, which only reads."""


class SecondStep(Problem):
    """Signed in, but without the second step of signing in that this account's work asks for."""

    def __init__(self):
        super().__init__(_("This account must set up the second step of signing in first. Until then it sees nothing."))


class TooMany(Problem):
    """Too many tries in a short time; `seconds` until the next makes sense."""

    def __init__(self, seconds: int = 300):
        self.seconds = seconds
        minutes = ngettext("Try again in %(n)s minute.", "Try again in %(n)s minutes.", -(-seconds // 60))
        wait = minutes % {"n": -(-seconds // 60)}
        super().__init__(_("Too many tries in a short time, to keep others from guessing.") + " " + wait)


class NotFound(Problem):
    """Nothing there, or nothing the person may know of."""


class Unmade(Problem):
    """A file for download that could not be written."""


class Unusable(Problem):
    """A file that cannot be read at all."""


class Invalid(Problem):
    """Readable, but against the rules."""


class Outside(Problem):
    """A row the database's policies do not let this person write."""

    def __init__(self):
        super().__init__(_("This lies outside the area your account may write to. Ask your administrator for it."))


class Unreadable(Problem):
    """A number that this server's key does not open, or whose bytes were changed."""

    def __init__(self):
        super().__init__(
            _("This number cannot be read here: it was stored under another key, or damaged. Tell your administrator.")
        )


class Broken(Problem):
    """The product's own fault."""

    def __init__(self):
        super().__init__(
            _("Something went wrong here, not with you. Try again; if it stays so, tell your administrator.")
        )


STATUS = {
    BadRequest: HTTPStatus.BAD_REQUEST,
    SignIn: HTTPStatus.UNAUTHORIZED,
    NoToken: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    SecondStep: HTTPStatus.FORBIDDEN,
    Viewed: HTTPStatus.FORBIDDEN,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    Outside: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Unusable: HTTPStatus.UNPROCESSABLE_ENTITY,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unreadable: HTTPStatus.SERVICE_UNAVAILABLE,
    Unmade: HTTPStatus.SERVICE_UNAVAILABLE,
    Broken: HTTPStatus.INTERNAL_SERVER_ERROR,
}
TITLES = {
    400: gettext_lazy("This address cannot be answered"),
    401: gettext_lazy("This phone's access has ended"),
    403: gettext_lazy("Not with this account"),
    404: gettext_lazy("Not here"),
    422: gettext_lazy("This cannot be accepted"),
    429: gettext_lazy("A moment, please"),
    503: gettext_lazy("This cannot be read"),
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
    accepts = request.headers.get("Accept", "")
    return request.path.startswith(DATA) or request.path.endswith(".json") or "text/html" not in accepts


def response(request, problem: Problem) -> HttpResponse:
    """The answer to a problem in the caller's form: problem+json, a page, or the way to the page that helps."""
    status = STATUS[type(problem)]
    if wants_data(request):
        answer = told(problem, status)
    elif isinstance(problem, SignIn):
        ended = {"ended": 1} if getattr(getattr(request, "session", None), "ended", False) else {}
        return redirect(f"/accounts/login/?{urlencode({'next': request.get_full_path()} | ended)}")
    elif isinstance(problem, SecondStep):
        return redirect(f"/accounts/2fa/totp/activate/?{urlencode({'next': request.get_full_path()})}")
    else:
        words = {"problem": problem, "title": TITLES[status.value]}
        answer = render(request, "problem.html", words, status=status)
    if isinstance(problem, TooMany):
        answer["Retry-After"] = str(problem.seconds)
    if isinstance(problem, NoToken):
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def told(problem: Problem, status: HTTPStatus) -> JsonResponse:
    """A problem for a program."""
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
    """Turns the problems views raise into answers.

    A view that may write, or be refused to (viewing.py), runs in a savepoint of its own: of a refused write nothing stays, and
    the page that says so can still ask the database.
    """

    def handle(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        # The pages of signing in write nothing a policy refuses, and what they count of failed tries must stay counted.
        reads = request.method in {"GET", "HEAD", "OPTIONS"} and not getattr(request, "viewing", None)
        if reads or request.path.startswith("/accounts/"):
            return None
        try:
            with transaction.atomic():
                return view(request, *args, **kwargs)
        except Exception as exception:
            answer = answered(request, exception)
            if answer is None:
                raise
            return answer

    handle.process_view, handle.process_exception = process_view, answered
    return handle


def answered(request, exception) -> HttpResponse | None:
    """The answer to a problem, or to a write that a policy or a reading transaction refused; None for a fault."""
    if isinstance(exception.__cause__, InsufficientPrivilege) and "row-level security" in str(exception):
        exception = Outside()
    if isinstance(exception.__cause__, ReadOnlySqlTransaction):
        exception = Viewed(_("While you view as another person nothing can be changed. Stop viewing first."))
    return response(request, exception) if isinstance(exception, Problem) else None


# What Django itself refuses, in the same form (handler400 … in urls.py, CSRF_FAILURE_VIEW).


def bad_request(request, exception=None):
    return response(request, BadRequest(_("The server cannot make sense of this request.")))


def forbidden(request, exception=None):
    return response(request, Forbidden())


def not_found(request, exception=None):
    return response(request, NotFound(_("There is nothing at %(path)s.") % {"path": request.path}))


def old_form(request, reason=""):
    """A form without its token: its page was open across a sign-in, or another site sent it."""
    return response(
        request, Forbidden(sentence=_("This page is out of date. Open it again and send the form once more."))
    )


def broken(request):
    """An answer that needs neither database nor session: one of them may be what broke."""
    if wants_data(request):
        return response(request, Broken())
    words = {"sentence": Broken().sentence, "home": _("To the map")}
    return HttpResponse(get_template("500.html").render(words), status=HTTPStatus.INTERNAL_SERVER_ERROR)
