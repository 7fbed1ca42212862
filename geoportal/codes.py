"""Forms of signing in: the codes of the second step, of which each opens once; the address that asks for a new password."""

from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator
from django import forms as fields
from django.core.cache import cache
from django.utils.translation import get_language, gettext_lazy

from . import jobs, notices


def once(user, code: str) -> str:
    """The code, the first time; a validation error afterwards. With a tolerance of one step a code is valid for three, and
    allauth remembers a used one only for one."""
    name = f"code:{user.pk}:{''.join(code.split())}"
    if not cache.add(name, "used", timeout=3 * app_settings.TOTP_PERIOD):
        raise get_adapter().validation_error("incorrect_code")
    return code


def spent(form) -> None:
    """Nothing; the owner is told when the form was opened by a recovery code."""
    if form.authenticator.type == Authenticator.Type.RECOVERY_CODES:
        notices.tell(form.user, "code_used", context.request)


class Authenticate(forms.AuthenticateForm):
    """The code at sign-in."""

    def save(self) -> None:
        super().save()
        spent(self)

    def clean_code(self) -> str:
        return once(self.user, super().clean_code())


class Reauthenticate(forms.ReauthenticateForm):
    """The code before something that needs the person anew."""

    def save(self) -> None:
        super().save()
        spent(self)

    def clean_code(self) -> str:
        return once(self.user, super().clean_code())


class ResetPassword(fields.Form):
    """An address of mail. Whether it is known is looked up later, by the worker: the answer cannot tell, not by its time either."""

    email = fields.EmailField(
        label=gettext_lazy("E-mail address"), widget=fields.EmailInput(attrs={"autocomplete": "email"}), max_length=254
    )

    def save(self, request) -> None:
        site, language = request.build_absolute_uri("/"), get_language()
        jobs.send_reset.defer(email=self.cleaned_data["email"], site=site, language=language)
