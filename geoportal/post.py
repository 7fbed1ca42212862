"""Mail the product sends: the link to a new password, the invitation to an account, notices about an account."""

from urllib.parse import urljoin

from allauth.account import app_settings
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import identity, invitations, language
from .invitations import Invitation
from .models import User


def link(user, site: str) -> str:
    """The address, below the site's own, where this person takes a new password: once, and within an hour."""
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return urljoin(site, reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key]))


def accounts(email: str) -> list:
    """The open accounts that have this address; to be asked at the door."""
    return list(filter_users_by_email(email, is_active=True))


def account(pk: int) -> User:
    """One account, for the worker, who serves nobody."""
    with identity.acting(identity.DOOR):
        return User.objects.get(pk=pk)


def send_link(pk: int, site: str, asked: str) -> None:
    """Nothing; the link to a new password goes to the address as the account has it, made now: its hour begins when it is sent.
    In the language it was asked for in, unless the owner has chosen one."""
    user = account(pk)
    with identity.acting(identity.DOOR):
        address = link(user, site)
    with translation.override(user.language or asked):
        text = render_to_string("account/email/reset.txt", {"user": user, "link": address, "site": site})
        send_mail(_("A new password for Geoportal"), text, None, [user.email])


# Kind of notice -> subject, sentence.
NOTICES = {
    "password": (
        gettext_lazy("Your password was changed"),
        gettext_lazy("The password of your account was changed."),
    ),
    "second_step": (
        gettext_lazy("The second step was set up"),
        gettext_lazy("The second step of signing in, an app on a phone, was set up for your account."),
    ),
    "second_step_gone": (
        gettext_lazy("The second step was taken away"),
        gettext_lazy("The second step of signing in was taken away from your account."),
    ),
    "codes": (
        gettext_lazy("New recovery codes"),
        gettext_lazy("New recovery codes were made for your account. The old ones open nothing any more."),
    ),
    "code_used": (
        gettext_lazy("A recovery code was used"),
        gettext_lazy(
            "One of the recovery codes of your account was used in place of the phone. It opens nothing any more."
        ),
    ),
    "phone": (
        gettext_lazy("A phone got access"),
        gettext_lazy("The phone “%(name)s” got access to your account. You can end it under Devices and sessions."),
    ),
    "browser": (
        gettext_lazy("Signed in from a new browser"),
        gettext_lazy("Somebody signed in to your account with a browser that was not used for it before."),
    ),
}


def send_notice(pk: int, kind: str, at, browser: str, site: str, name: str) -> None:
    """Nothing; the notice goes to the owner of the account, in the owner's language and the city's time."""
    user = account(pk)
    with translation.override(language.of(user)):
        subject, sentence = NOTICES[kind]
        local = timezone.localtime(at)
        words = {
            "user": user,
            "sentence": sentence % {"name": name},
            "when": f"{formats.date_format(local, 'DATETIME_FORMAT')} {local.tzname()}",
            "browser": browser,
            "site": site,
            "link": urljoin(site, reverse("account_reset_password")),
        }
        send_mail(str(subject), render_to_string("account/email/notice.txt", words), None, [user.email])


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
