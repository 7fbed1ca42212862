"""Mail the product sends: the link to a new password, the invitation to an account."""

from urllib.parse import urljoin

from allauth.account import app_settings
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import identity, invitations
from .invitations import Invitation


def link(user, site: str) -> str:
    """The address, below the site's own, where this person takes a new password: once, and within an hour."""
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return urljoin(site, reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key]))


def send_reset(email: str, site: str, language: str) -> int:
    """Number of messages sent: one for each account that has this address, to the address as the account has it. None for
    suspended accounts."""
    with identity.acting(identity.DOOR):
        found = [(user, link(user, site)) for user in filter_users_by_email(email, is_active=True)]
    with translation.override(language):
        for user, address in found:
            text = render_to_string("account/email/reset.txt", {"user": user, "link": address, "site": site})
            send_mail(_("A new password for Geoportal"), text, None, [user.email])
    return len(found)


def serves() -> bool:
    """Whether there is a mail server."""
    return bool(settings.EMAIL)


def invitation_link(token: str, site: str) -> str:
    """The address, below the site's own, where this invitation is accepted."""
    return urljoin(site, reverse("invitation", args=[token]))


def send_invitation(pk: int, site: str) -> int:
    """Number of messages sent: one, or none for an invitation that was accepted or withdrawn meanwhile. The token is made
    here, so that it stands in the message and nowhere else."""
    with identity.acting(identity.DOOR):
        found = Invitation.objects.filter(pk=pk, accepted=None, withdrawn=None, mailed=True)
        found = found.select_related("user", "by").first()
        if found is None:
            return 0
        link = invitation_link(invitations.token(found), site)
        found.refresh_from_db(fields=["expires"])
    with translation.override(found.language):
        words = {"user": found.user, "by": found.by, "link": link, "site": site, "until": found.expires}
        text = render_to_string("account/email/invitation.txt", words)
        send_mail(_("Your account at Geoportal"), text, None, [found.user.email])
    with identity.acting(identity.DOOR):
        Invitation.objects.filter(pk=pk).update(sent=timezone.now())
    return 1
