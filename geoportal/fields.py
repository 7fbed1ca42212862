"""Model fields of the field: Quantity (a number with its unit and believable range), Secret (encrypted, found by keyed hash)."""

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Quantity(models.FloatField):
    """A number with its unit and the range in which it is believed; both ends belong to it."""

    def __init__(self, *args, unit: str = "", low: float | None = None, high: float | None = None, **kwargs):
        self.unit, self.low, self.high = unit, low, high
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"unit": self.unit, "low": self.low, "high": self.high}

    @property
    def validators(self):
        bounds = [] if self.low is None else [MinValueValidator(self.low)]
        return [*super().validators, *bounds, *([] if self.high is None else [MaxValueValidator(self.high)])]


class Secret(models.BinaryField):
    """A number kept encrypted (AES-256-GCM under FIELD_KEY); its companion `<name>_hash` finds it again, without a unique
    constraint: that would tell anybody who may write that a number exists elsewhere."""

    def __init__(self, *args, digits: int | None = None, companion: bool = True, **kwargs):
        self.digits, self.companion = digits, companion
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        # Copies of the model (migrations, history) list the companion themselves.
        return name, path, args, kwargs | {"digits": self.digits, "editable": self.editable, "companion": False}

    def contribute_to_class(self, cls, name, **kwargs):
        super().contribute_to_class(cls, name, **kwargs)
        if self.companion and not cls._meta.abstract:
            companion = models.CharField(max_length=64, blank=True, default="", editable=False, db_index=True)
            cls.add_to_class(f"{name}_hash", companion)

    def pre_save(self, instance, add):
        text = getattr(instance, self.attname) or ""
        setattr(instance, f"{self.name}_hash", digest(text))
        return text

    def get_prep_value(self, value):
        return encrypt(value) if isinstance(value, str) and value else super().get_prep_value(value or None)

    def from_db_value(self, value, expression, connection):
        return decrypt(bytes(value)) if value else ""

    def to_python(self, value):
        return value

    def clean(self, value, model_instance):
        text = "".join((value or "").split())
        if text and self.digits and not (text.isdigit() and len(text) == self.digits):
            raise ValidationError(_("Write %(n)s digits; this has %(m)s."), params={"n": self.digits, "m": len(text)})
        return text

    def formfield(self, **kwargs):
        from django import forms

        return forms.CharField(required=not self.blank, label=self.verbose_name, help_text=self.help_text)

    def value_to_string(self, obj):
        return ""  # a dump made by `dumpdata` carries no number


def digest(text: str) -> str:
    """The keyed hash (HMAC-SHA-256, hex) by which a number is found; empty for no number."""
    return hmac.new(settings.FIELD_KEY_BYTES, text.encode(), hashlib.sha256).hexdigest() if text else ""


def encrypt(text: str) -> bytes:
    """Nonce (12 bytes) and AES-256-GCM ciphertext of the text."""
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(settings.FIELD_KEY_BYTES).encrypt(nonce, text.encode(), None)


def decrypt(blob: bytes) -> str:
    """The text back; cryptography's InvalidTag when the key is another or the bytes were changed."""
    return AESGCM(settings.FIELD_KEY_BYTES).decrypt(blob[:12], blob[12:], None).decode()
