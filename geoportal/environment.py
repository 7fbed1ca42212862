"""Reads the environment and refuses nonsense with one sentence that names the variable, the value and the remedy."""

import base64
import binascii
import os
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SECRET = ("DATABASE_URL", "DATABASE_OWNER_URL", "SECRET_KEY", "FIELD_KEY", "DEMO_PASSWORD", "EMAIL_URL")


def text(name: str, default: str = "") -> str:
    """The variable, stripped; the default when unset or blank."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off; anything else stops the start."""
    value = text(name)
    if not value:
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}: write 1 or 0.")


def words(name: str, default: list[str]) -> list[str]:
    """The comma-separated variable as a list."""
    value = text(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else default


def keys(name: str, value: str) -> list[bytes]:
    """The keys of 32 bytes in the comma-separated value, in its order."""
    found = []
    for position, word in enumerate(value.split(","), start=1):
        try:
            key = base64.b64decode(word.strip(), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != 32:
            which = f"key {position} of " if "," in value else ""
            raise ImproperlyConfigured(
                f"{which}{name} is not 32 bytes in URL-safe base64: make one with "
                'python3 -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())".'
            )
        found.append(key)
    return found


def number(name: str, default: int, low: int, high: int) -> int:
    """The variable as a whole number between low and high."""
    value = text(name)
    if not value:
        return default
    if not value.isdigit() or not low <= int(value) <= high:
        raise ImproperlyConfigured(f"{name} is {value!r}: write a whole number from {low} to {high}.")
    return int(value)


def database(name: str, url: str) -> dict:
    """Django's settings of the database behind a postgresql:// URL; the URL's host may be a socket folder in ?host=."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres", "postgis"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name} is not a PostgreSQL address: write postgresql://USER:PASSWORD@HOST:PORT/DATABASE."
        )
    try:
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{name} has a port that is no number: write …@HOST:5432/DATABASE.") from None
    query = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": query.pop("port", "") or str(port or ""),
        "OPTIONS": query,
    }


def mail(name: str) -> dict:
    """Django's EMAIL_ settings of the server behind an smtp:// or smtps:// URL; none when unset."""
    if not (url := text(name)):
        return {}
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in {"smtp", "smtps"}:
        raise ImproperlyConfigured(f"{name} is no mail server: write smtp://USER:PASSWORD@HOST:587 or smtps://…:465.")
    user = unquote(parts.username or "")
    return {
        "EMAIL_HOST": host,
        "EMAIL_PORT": port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(user),
    }
