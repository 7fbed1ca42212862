"""The one door in: whom a request comes from is settled here, before anything is asked of the database.

A session that rested too long has ended, a device token speaks for its person, and whoever owes the second step of signing in
is led to it: pages redirect, data answer 403, and no address escapes, the administration's neither.
"""

import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.cache import patch_vary_headers

from . import bearer, errors, language, notices, secondfactor, sessions, viewing
from .errors import Problem, SecondStep, TooMany

# Where whoever owes the second step may go all the same: to sign in, set it up and sign out, in their language.
FREE = ("/accounts/", "/i18n/setlang/", "/jsi18n/", "/healthz")


class Door(DefaultAccountAdapter):
    """Sign-in without sign-up: an administrator gives accounts. Too many tries are a 429 on a page of its own."""

    def is_open_for_signup(self, request):
        return False

    def validation_error(self, code, *args) -> ValidationError:
        """The form's error; TooMany is raised in its place when a limit is reached, by whichever form."""
        if code in {"too_many_login_attempts", "rate_limited"}:
            raise TooMany()
        return super().validation_error(code, *args)

    def post_login(self, request, user, **words):
        """The answer to a sign-in. The browser is known from now on, and a language chosen before is the person's."""
        answer = super().post_login(request, user, **words)
        language.keep(user, request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
        notices.arrived(request, user, answer)
        return answer

    def send_notification_mail(self, template_prefix: str, user, context=None, email=None) -> None:
        """Nothing; what allauth would send at once is queued, in the owner's language."""
        if kind := notices.OF_ALLAUTH.get(template_prefix):
            notices.tell(user, kind, self.request)

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Whether to ask for the password again: not within five minutes of giving it or a code."""
        request = self.request
        records = get_authentication_records(request, request.user)
        fresh = records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        return not fresh


def middleware(get_response):
    """Lets a request pass, or answers it: see the module."""

    def handle(request):
        try:
            admit(request)
        except Problem as problem:
            return errors.response(request, problem)
        response = get_response(request)
        if request.viewing:  # no page of another person comes back by the browser's way back
            response.headers.setdefault("Cache-Control", "private, no-store")
        if request.by_token:
            patch_vary_headers(response, ["Authorization"])
        return response

    return handle


def admit(request) -> None:
    """Nothing, when the request may go on: `request.user` is whom it comes from. Raises NoToken, TooMany,
    Viewed or SecondStep."""
    token, request.viewing = bearer.shown(request), None
    request.by_token = token is not None
    if request.by_token:  # whatever cookies come along
        request.user = bearer.owner(request, token)
        request._dont_enforce_csrf_checks = True  # no other site can make a browser send this header
    elif request.user.is_authenticated:
        sessions.keep(request)
        viewing.enter(request)
    user = request.user
    if user.is_authenticated and secondfactor.owed(user) and not request.path.startswith(FREE):
        raise SecondStep()


def too_many(request):
    """allauth's answer to too many requests (handler429 of urls.py): a minute is its longest window for these."""
    return errors.response(request, TooMany(60))
