"""Invitations: a link by which a person takes over the account made for them, once and for some days. Only its hash is kept."""

import datetime
import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .tokens import digest

PREFIX = "gi_"  # so that a token is known for one wherever it turns up


class Invitation(models.Model):
    """The invitation of one account; sent again it has another token, and the former opens nothing."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitation")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=5)
    # Empty: opens nothing, and of these there may be many.
    digest = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001
    made = models.DateTimeField(default=timezone.now)
    sent = models.DateTimeField(_("sent"), null=True)  # empty: on its way, or handed over
    mailed = models.BooleanField(default=False)  # whether it goes by mail
    expires = models.DateTimeField()
    accepted = models.DateTimeField(null=True)
    withdrawn = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("invitation"), _("invitations")

    def __str__(self):
        return str(self.user)

    @property
    def state(self) -> str:
        """accepted, withdrawn, expired or open."""
        if self.accepted:
            return "accepted"
        if self.withdrawn:
            return "withdrawn"
        return "expired" if self.expires <= timezone.now() else "open"


def until() -> datetime.datetime:
    """When an invitation made now ends."""
    return timezone.now() + datetime.timedelta(days=settings.INVITATION_DAYS)


def token(invitation: Invitation, **words) -> str:
    """A new token of this invitation, stored by its hash with the words given; no former one opens any more."""
    made = PREFIX + secrets.token_urlsafe(32)
    words |= {"digest": digest(made), "expires": until()}
    Invitation.objects.filter(pk=invitation.pk).update(**words)
    return made


def found(text: str) -> Invitation | None:
    """The open invitation of a token, locked until the transaction ends; None for any other token."""
    living = Invitation.objects.filter(accepted=None, withdrawn=None, expires__gt=timezone.now())
    return living.select_for_update(of=["self"]).select_related("user", "by").filter(digest=digest(text)).first()
