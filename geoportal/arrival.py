"""The page behind an invitation: whoever holds the link takes over the account, with a password of their own, and is signed in."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from . import invitations, people, peoplelist, secondfactor
from .invitations import Invitation


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request, token: str):
    """The form of the password; once it is right the account is open and its person signed in, on the way to the second step
    where the work asks for it."""
    if request.user.is_authenticated:  # of the computer's last person, or of who invited
        return render(request, "account/invitation_other.html", {"here": request.path}, status=409)
    invitation = invitations.found(token)
    if invitation is None:
        return render(request, "account/invitation_over.html", status=404)
    form = SetPasswordForm(invitation.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = people.accept(invitation, form.cleaned_data["new_password1"])
        return perform_password_login(request, {"username": user.username}, Login(user=user))
    return greeted(request, invitation, form)


def greeted(request, invitation: Invitation, form):
    """The page of an invitation, in its language unless another was chosen with this browser, which keeps it."""
    user, chosen = invitation.user, settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    words = {"form": form, "invitation": invitation, "person": user, "second": secondfactor.needed(user)}
    with translation.override(get_language() if chosen else invitation.language):
        words |= {"work": peoplelist.work_words(user), "places": peoplelist.places_of(user)}
        answer = render(request, "account/invitation.html", words, status=422 if form.errors else 200)
    if not chosen:
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, invitation.language, samesite="Lax")
    return answer
