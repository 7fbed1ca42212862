"""Model fields of the field: Quantity (a number with its unit and believable range), Secret (encrypted, found by keyed hash)."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .keys import decrypt, digest, encrypt

MASK = "••••"  # the same for every number: last digits would tell members of a family apart


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


class Sealed:
    """A stored number, still encrypted: whatever prints it prints a mask; `reveal()` alone opens it."""

    __slots__ = ("blob", "bound")
    __hash__ = None

    def __init__(self, blob: bytes, bound: str):
        self.blob, self.bound = blob, bound

    def reveal(self) -> str:
        """The number; Unreadable when FIELD_KEY holds another key, or the bytes are not those that were stored."""
        return decrypt(self.blob, self.bound)

    def __eq__(self, other):
        if not isinstance(other, Sealed):
            return NotImplemented
        return self.blob == other.blob or self.reveal() == other.reveal()

    def __str__(self):
        return MASK

    __repr__ = __str__


class Hash(models.CharField):
    """The companion by which a Secret is found; a dump by `dumpdata` leaves it empty."""

    def value_to_string(self, obj):
        return ""


class Secret(models.BinaryField):
    """A number kept encrypted (keys.py); its companion `<name>_hash` finds it again, without a unique constraint: that
    would tell anybody who may write that a number exists elsewhere. Set it to a text; read, it is Sealed, or empty.

    bound: what a blob is bound to, its first table and column; told to migrations and history, so that a name that
    changes does not make numbers unreadable.
    """

    def __init__(self, *args, digits: int | None = None, bound: str = "", companion: bool = True, **kwargs):
        self.digits, self.bound, self.companion = digits, bound, companion
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        # Copies of the model (migrations, history) list the companion themselves.
        more = {"digits": self.digits, "bound": self.bound, "editable": self.editable, "companion": False}
        return name, path, args, kwargs | more

    def contribute_to_class(self, cls, name, **kwargs):
        super().contribute_to_class(cls, name, **kwargs)
        if cls._meta.abstract:
            return
        self.bound = self.bound or f"{cls._meta.label_lower}.{name}"
        if self.companion:
            cls.add_to_class(f"{name}_hash", Hash(max_length=64, blank=True, default="", editable=False, db_index=True))

    def pre_save(self, instance, add):
        value = getattr(instance, self.attname) or ""
        setattr(instance, f"{self.name}_hash", digest(value.reveal() if isinstance(value, Sealed) else value))
        return value  # what was read and not touched keeps its bytes

    def get_prep_value(self, value):
        if isinstance(value, Sealed):
            return value.blob
        return self.blob(value) if isinstance(value, str) and value else super().get_prep_value(value or None)

    def blob(self, text: str) -> bytes:
        """The text as the column keeps it; for the bulk path, which goes past the model."""
        return encrypt(text, self.bound)

    def from_db_value(self, value, expression, connection):
        return Sealed(bytes(value), self.bound) if value else ""

    def to_python(self, value):
        return value

    def clean(self, value, model_instance):
        if isinstance(value, Sealed):
            return value
        text = "".join((value or "").split())
        if not text and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")
        if text and self.digits and not (text.isascii() and text.isdigit() and len(text) == self.digits):
            raise ValidationError(_("Write %(n)s digits; this has %(m)s."), params={"n": self.digits, "m": len(text)})
        return text

    def formfield(self, **kwargs):
        from .forms import SecretField

        return SecretField(label=self.verbose_name, help_text=self.help_text)

    def value_to_string(self, obj):
        return ""  # a dump made by `dumpdata` carries no number
