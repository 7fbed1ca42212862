"""What makes a password too easy, beyond Django's rules: a well-known word with something hung on it, or a few signs repeated."""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .places import Area

FEW = 5  # different signs a password must have at least


def letters(text: str) -> str:
    """The letters of a text in small type, without what stands between, before and after them."""
    return re.sub(r"[\W\d_]", "", text.lower())


class WellKnown(CommonPasswordValidator):
    """Refuses the 20,000 passwords that leaked most often, also with digits and signs hung on, and names of places of the city
    so dressed: `Password2026!` and `merdeka-1945` are the first that are tried."""

    def validate(self, password, user=None):
        super().validate(password, user)
        word = letters(password)
        known = word in self.passwords or word == "geoportal"
        if len(set(password)) < FEW:
            raise ValidationError(
                _("This password repeats a few signs. Take several words that do not belong together.")
            )
        if word and (known or word in {letters(name) for name in Area.objects.values_list("name", flat=True)}):
            raise ValidationError(
                _(
                    "This password is a well-known word with signs hung on. Take several words that do not belong together."
                )
            )

    def get_help_text(self):
        return _("Several words that do not belong together are strong and easy to keep in mind.")
