"""Whom a device token in the Authorization header speaks for. Never in an address, which logs and histories keep."""

from allauth.core.internal import ratelimit
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from . import identity, signedin
from .errors import NoToken, TooMany
from .tokens import DeviceToken, digest

# What a phone asks for; a token opens nothing else, so that a lost phone is no way into accounts or exports.
OPENS = ("/layers.json", "/tiles/", "/submissions/", "/photos/", "/field/pack")

LIVING = "SELECT id, user_id, noted FROM geoportal_device(%s, %s)"


def shown(request) -> str | None:
    """The token in the request's Authorization header, None without one."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def owner(request, token: str):
    """The person a token speaks for. Raises NoToken for one that is unknown, revoked, expired, of a suspended person, or shown
    where it opens nothing; TooMany when an address shows many of them."""
    today = timezone.localdate()
    found = connection.planned(LIVING, [digest(token), today]) if request.path.startswith(OPENS) else None
    user = signedin.Accounts().get_user(found[1]) if found else None
    if user is None:
        request.user = AnonymousUser()
        if not ratelimit.consume(request, app="allauth.account", action="device_token", limit_get=True):
            raise TooMany(60)
        raise NoToken()
    if not found[2]:
        with identity.acting(identity.DOOR):
            DeviceToken.objects.filter(pk=found[0]).update(used=today)
    return user
