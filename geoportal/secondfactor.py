"""The second step of signing in: the code of an app on one's phone, or a recovery code on paper.

Whoever sees names and numbers must have it, and whoever keeps the accounts, who could give such rights to anyone. Until it is
set up the account counts as nobody (access.acts).
"""

from collections.abc import Iterator
from functools import cache

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy

from . import catalogue, keys
from .layer import Grant

BOUND = "mfa.authenticator"  # what its keys are bound to, as numbers are to their column
ENCRYPTED = ("secret", "seed")  # of allauth's data of an app and of recovery codes


class Keys(DefaultMFAAdapter):
    """allauth's second step, with its keys encrypted as numbers are and the city's own name in the app."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is not right. Wait for the next one the app shows."),
    }

    def encrypt(self, text: str) -> str:
        return keys.encrypt(text, BOUND).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return keys.decrypt(bytes.fromhex(encrypted_text), BOUND)

    def get_totp_label(self, user) -> str:
        return user.get_username()

    def get_totp_issuer(self) -> str:
        """What the app lists the key under: product and the host it opens, for people who work for two cities."""
        return f"Geoportal {self._get_site_name()}"


def owed(user) -> bool:
    """Whether this signed-in person must have the second step and has not."""
    return needed(user) and not held(user)


def needed(user) -> bool:
    """Whether the work of this person asks for it. The demo's accounts, whose password everybody knows, are exempt."""
    return sensitive(user) and not (settings.DEMO and user.username in settings.DEMO_ACCOUNTS)


def sensitive(user) -> bool:
    """Whether this person has identity rights on some layer, or keeps the accounts."""
    if user.is_superuser or user.role == "admin":
        return True
    return any(grant.role == user.role and grant.sector in {"*", user.sector} for grant in guarded())


@cache
def guarded() -> frozenset[Grant]:
    """The grants by which somebody sees names and numbers, of all declarations."""
    grants = frozenset().union(*(layer.access.grants("identity") for layer in catalogue.layers()))
    return frozenset(grant for grant in grants if grant.role != "*")


def held(user) -> bool:
    """Whether the second step is set up. A session's account brings the answer along (signedin.py); others ask once."""
    if not hasattr(user, "has_second_factor"):
        user.has_second_factor = connection.planned("SELECT geoportal_second(%s)", [user.pk])[0]
    return user.has_second_factor


def forget(user) -> None:
    """Take the second step from somebody who lost phone and codes; they set it up anew at the next sign-in."""
    from allauth.mfa.models import Authenticator

    from . import notices

    held, _by_kind = Authenticator.objects.filter(user=user).delete()
    user.has_second_factor = False
    if held:
        notices.tell(user, "second_step_gone")


def rotate() -> Iterator[int]:
    """1 after each authenticator whose keys stood under another key than the first of FIELD_KEY and now stand under it."""
    from allauth.mfa.models import Authenticator

    head, keeper = keys.given()[0].head.hex(), Keys()

    def anew(value: str) -> str:
        return value if value.startswith(head) else keeper.encrypt(keeper.decrypt(value))

    for one in Authenticator.objects.filter(type__in=["totp", "recovery_codes"]).order_by("pk"):
        told = {name: anew(value) if name in ENCRYPTED else value for name, value in one.data.items()}
        if told != one.data:
            Authenticator.objects.filter(pk=one.pk).update(data=told)
            yield 1
