"""The addresses below /accounts/: those of allauth's pages that the product uses. Nobody signs up here, addresses of mail are the
administrator's, so their pages do not exist."""

from allauth.account import views as account
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.conf import settings
from django.urls import path, re_path
from django.utils.translation import gettext as _

from . import arrival, devices, secondfactor
from .errors import Invalid


class Activate(totp.ActivateTOTPView):
    """Setting up the second step. Sessions opened by the password alone end with it, so that none grows rights it never
    proved; then to the recovery codes, and from there to the page that was wanted."""

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**kwargs) | {"owed": secondfactor.owed(self.request.user)}

    def get(self, request, *args, **kwargs):
        wanted = get_next_redirect_url(request)
        if wanted:
            request.session["wanted"] = wanted
        return super().get(request, *args, **kwargs)

    def form_valid(self, form):
        answer = super().form_valid(form)
        end_other_sessions(self.request, self.request.user)
        return answer


class Reset(account.PasswordResetView):
    """Asking for a new password, where the product can send mail at all."""

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**kwargs) | {"mail": settings.MAIL}

    def form_valid(self, form):
        if not settings.MAIL:
            raise Invalid(_("This server sends no mail. Ask your administrator for a new password."))
        return super().form_valid(form)


class Deactivate(totp.DeactivateTOTPView):
    """Taking the app away, for another phone."""

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**kwargs) | {"needed": secondfactor.needed(self.request.user)}


urlpatterns = [
    # Anyone.
    path("login/", account.login, name="account_login"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("invitation/<str:token>/", arrival.accept, name="invitation"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("password/reset/", Reset.as_view(), name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("logout/", account.logout, name="account_logout"),
    # Whoever is signed in.
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", Activate.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", Deactivate.as_view(), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("sessions/", devices.page, name="usersessions_list"),
    path("sessions/end/", devices.end_all, name="session_end_all"),
    path("sessions/<int:pk>/end/", devices.end, name="session_end"),
    path("devices/add/", devices.add, name="device_add"),
    path("devices/<int:pk>/revoke/", devices.revoke, name="device_revoke"),
]
