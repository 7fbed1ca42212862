"""Device tokens: what a phone shows in place of a session. Only their hash is kept; each can be revoked and ends by itself."""

import datetime
import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

PREFIX = "gp_"  # so that a token is known for one wherever it turns up


class DeviceToken(models.Model):
    """A phone of a person. `used` is a day: finer would be a write on each request, and a diary of the person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices", verbose_name=_("person"))
    name = models.CharField(_("name of the phone"), max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    used = models.DateField(null=True, editable=False)
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("device"), _("devices")

    def __str__(self):
        return self.name

    @property
    def state(self) -> str:
        """open, revoked or expired."""
        if self.revoked:
            return "revoked"
        return "expired" if self.expires <= timezone.now() else "open"


def digest(token: str) -> str:
    """SHA-256 of a token, hex: with 256 random bits inside it needs no salt and no slowness."""
    return hashlib.sha256(token.encode()).hexdigest()


def made(user, name: str) -> tuple[DeviceToken, str]:
    """(the stored device, its token, which is never to be had again)."""
    token = PREFIX + secrets.token_urlsafe(32)
    until = timezone.now() + datetime.timedelta(days=settings.DEVICE_DAYS)
    return DeviceToken.objects.create(user=user, name=name, digest=digest(token), expires=until), token


def revoke(devices) -> int:
    """Number of devices of the queryset that had access and have none now."""
    return devices.filter(revoked=None).update(revoked=timezone.now())
