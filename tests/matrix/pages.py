"""Readers of URLs that belong to no layer: the frame, accounts, sessions and phones."""

import re

from allauth.usersessions.models import UserSession

from geoportal import tokens
from tests.matrix.asking import Asking, said, url
from tests.matrix.people import other
from tests.matrix.readers import READERS, reads


def plain(called: str, **words):
    """The reader of a page, asked for with these words in its address: page, or what bars the way to it."""

    def read(asking: Asking, _column: str) -> str:
        with asking.undone():
            answer = asking(url(called, **words))
        return asking.barred(answer) or "page"

    return read


for key in (
    "home", "start", "jsi18n", "account_login", "account_inactive", "mfa_authenticate", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key_done", "account_logout",
    "account_reauthenticate", "account_change_password", "mfa_index", "mfa_reauthenticate", "mfa_activate_totp",
    "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
    "usersessions_list",
):  # fmt: skip
    READERS[key] = plain(key)
READERS["account_reset_password_from_key"] = plain("account_reset_password_from_key", uidb36="1", key="set-password")


@reads("healthz")
def healthz(asking: Asking, _column: str) -> str:
    answer = asking(url("healthz"))
    return asking.barred(answer) or answer.json()["status"]


@reads("set_language")
def language(asking: Asking, _column: str) -> str:
    with asking.undone():
        return asking.barred(asking(url("set_language"), post={"language": "en"}))


@reads("accesslog", "accesslog-file")
def accesslog(asking: Asking, _column: str) -> str:
    """Whose entries are shown, of those of all the demo's people."""
    shown = set()
    for key in ("accesslog", "accesslog-file"):
        with asking.undone():
            answer = asking(url(key), {"layer": "households"})
        if barred := asking.barred(answer):
            return barred
        shown.add(frozenset(re.findall(r"looked-by-(\w+)", said(answer))))
    everybody = set(asking.world.people)
    words = {frozenset(everybody): "of all", frozenset({asking.user.username}): "own entries"}
    return " ".join(words.get(one, str(sorted(one))) for one in shown)


# --- What is somebody else's: a phone and a session of the administrator


def session_of_another(asking: Asking) -> UserSession:
    with asking.world.owner():
        return UserSession.objects.create(user=other(asking), ip="127.0.0.1", session_key="x", user_agent="", data={})


@reads("session_end")
def session_end(asking: Asking, _column: str) -> str:
    """Of somebody else's session."""
    with asking.undone():
        answer = asking(url("session_end", pk=session_of_another(asking).pk), post={})
        return asking.barred(answer) or "ended"


@reads("session_end_all")
def session_end_all(asking: Asking, _column: str) -> str:
    with asking.undone():
        session_of_another(asking)
        answer = asking(url("session_end_all"), post={})
        with asking.world.owner():
            left = UserSession.objects.filter(session_key="x").count()
        return f"{asking.barred(answer)}, others stay" if left else "all of all ended"


@reads("device_add")
def device_add(asking: Asking, _column: str) -> str:
    with asking.undone():
        return asking.barred(asking(url("device_add"), post={"name": "hp"})).partition("?")[0] or "page"


@reads("device_revoke")
def device_revoke(asking: Asking, _column: str) -> str:
    """Of somebody else's phone."""
    with asking.undone():
        with asking.world.owner():
            device, _token = tokens.made(other(asking), "hp")
        answer = asking(url("device_revoke", pk=device.pk), post={})
        with asking.world.owner():
            device.refresh_from_db()
        return (asking.barred(answer) or "page") + (", REVOKED" if device.revoked else "")
