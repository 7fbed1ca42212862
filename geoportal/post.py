"""Mail the product sends: the link to a new password."""

from urllib.parse import urljoin

from allauth.account import app_settings
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.utils import user_pk_to_url_str
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _


def link(user, site: str) -> str:
    """The address, below the site's own, where this person takes a new password: once, and within an hour."""
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return urljoin(site, reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key]))


def send_reset(email: str, site: str, language: str) -> int:
    """Number of messages sent: one for each account that has this address, to the address as the account has it. None for
    suspended accounts."""
    users = filter_users_by_email(email, is_active=True)
    with translation.override(language):
        for user in users:
            text = render_to_string("account/email/reset.txt", {"user": user, "link": link(user, site), "site": site})
            send_mail(_("A new password for Geoportal"), text, None, [user.email])
    return len(users)
