"""Mail to the owner of an account about the account itself: another password, another way in, a browser never seen before.

It is queued with what it tells of and sent by the worker, again and again while the mail server is away: no act waits for a
server of mail, and none is undone by one. A notice holds what happened, when and with which browser; nothing that opens anything.
"""

from django.conf import settings
from django.core import signing
from django.utils import timezone

from . import browsers, identity, jobs

# What allauth tells of, by the templates it would take.
OF_ALLAUTH = {
    "account/email/password_changed": "password",
    "account/email/password_reset": "password",
    "mfa/email/totp_activated": "second_step",
    "mfa/email/totp_deactivated": "second_step_gone",
    "mfa/email/recovery_codes_generated": "codes",
}
COOKIE, SALT = "browser", "geoportal.notices.browser"
MOST, KEPT = 10, 400 * 86_400  # accounts a browser is known to; seconds, the longest browsers allow


def tell(user, kind: str, request=None, name: str = "") -> None:
    """Nothing; the owner will be told, once what it is about is stored. kind: one of post.NOTICES. name: of the phone."""
    if not (settings.MAIL and user.email):
        return
    with identity.acting(identity.DOOR):  # whoever acts: the owner, an administrator, or nobody yet
        jobs.send_notice.defer(
            user=user.pk,
            kind=kind,
            at=timezone.now().isoformat(),
            browser=browsers.called(request.headers.get("User-Agent", "")) if request else "",
            site=request.build_absolute_uri("/") if request else "",
            name=name,
        )


def arrived(request, user, answer) -> None:
    """Nothing; the answer of a sign-in makes this browser known, and the owner is told when it was not."""
    # Another after each change of the password, which ends what a browser knew.
    mark = user.get_session_auth_hash()[:16]
    marks = known(request)
    if mark not in marks:
        tell(user, "browser", request)
    value = signing.dumps(([mark] + [one for one in marks if one != mark])[:MOST], salt=SALT)
    secure = settings.SESSION_COOKIE_SECURE
    answer.set_cookie(COOKIE, value, KEPT, path="/accounts/", secure=secure, httponly=True, samesite="Lax")


def known(request) -> list[str]:
    """The marks of accounts that signed in with this browser before; none where the cookie is not one of ours."""
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return []
