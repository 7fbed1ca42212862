"""Devices and sessions: where a person is signed in, which phones have access, and the ends of both."""

import datetime
from dataclasses import dataclass

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from . import access, browsers, notices, sessions, tokens
from .errors import Invalid, SecondStep, SignIn


@dataclass(frozen=True)
class Sitting:
    """A session as its person sees it."""

    pk: int
    browser: str
    address: str
    began: datetime.datetime
    active: datetime.datetime  # within a minute
    here: bool


def sittings(request) -> list[Sitting]:
    """The person's living sessions, the latest first."""
    living = UserSession.objects.purge_and_list(request.user)
    ends = dict(
        Session.objects.filter(session_key__in=[s.session_key for s in living]).values_list(
            "session_key", "expire_date"
        )
    )
    idle = datetime.timedelta(seconds=sessions.limits(request.user).idle)
    made = [
        Sitting(
            s.pk,
            browsers.called(s.user_agent),
            s.ip,
            s.created_at,
            max(s.created_at, ends[s.session_key] - idle),
            s.is_current(),
        )
        for s in living
        if s.session_key in ends
    ]
    return sorted(made, key=lambda one: (one.here, one.active), reverse=True)


def signed_in(view):
    """The view, for whoever is signed in; never kept by a browser."""

    def asked(request, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            raise SignIn()
        return view(request, *args, **kwargs)

    return never_cache(asked)


@require_safe
@signed_in
def page(request):
    """Devices and sessions of the person."""
    return shown(request)


def shown(request, **words) -> HttpResponse:
    phones = request.user.devices.order_by("-created")
    words |= {"sittings": sittings(request), "phones": phones, "acts": access.acts(request.user)}
    return render(request, "account/devices.html", words)


@require_POST
@signed_in
def end(request, pk: int):
    """One session ends."""
    get_object_or_404(UserSession, pk=pk, user=request.user).end()
    messages.success(request, _("That session has ended."))
    return redirect("usersessions_list")


@require_POST
@signed_in
def end_all(request):
    """Everything ends, this session too; the next page is the one to sign in."""
    sessions.end_all(request.user)
    request.session.flush()
    return redirect("account_login")


@require_POST
@signed_in
@reauthentication_required(app="geoportal")
def add(request):
    """A phone gets access: its token is on this answer and nowhere else."""
    if not access.acts(request.user):
        raise SecondStep()
    name = " ".join(request.POST.get("name", "").split())
    if not name or len(name) > 60:
        raise Invalid(_("Write a name of the phone by which you know it again, in at most 60 letters."))
    device, token = tokens.made(request.user, name)
    notices.tell(request.user, "phone", request, name=name)
    return shown(request, device=device, token=token)


@require_POST
@signed_in
def revoke(request, pk: int):
    """A phone's access ends."""
    device = get_object_or_404(request.user.devices, pk=pk)
    tokens.revoke(request.user.devices.filter(pk=pk))
    messages.success(request, _("“%(phone)s” has no access any more.") % {"phone": device.name})
    return redirect("usersessions_list")
