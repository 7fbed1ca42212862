"""Forms for the codes of the second step: each code opens once."""

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from django.core.cache import cache


def once(user, code: str) -> str:
    """The code, the first time; a validation error afterwards. With a tolerance of one step a code is valid for three, and
    allauth remembers a used one only for one."""
    name = f"code:{user.pk}:{''.join(code.split())}"
    if not cache.add(name, "used", timeout=3 * app_settings.TOTP_PERIOD):
        raise get_adapter().validation_error("incorrect_code")
    return code


class Authenticate(forms.AuthenticateForm):
    """The code at sign-in."""

    def clean_code(self) -> str:
        return once(self.user, super().clean_code())


class Reauthenticate(forms.ReauthenticateForm):
    """The code before something that needs the person anew."""

    def clean_code(self) -> str:
        return once(self.user, super().clean_code())
