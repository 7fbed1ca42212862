"""Signing in by the page and by a token, as the tests of accounts do."""

from django.test import Client
from django.utils import translation

from geoportal.models import Scope, User
from tests.conftest import acting_owner

PASSWORD = "kopi-gayo-tiap-pagi"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


def made_camat() -> User:
    """A camat, who needs no second step, with a password."""
    with acting_owner():
        user = User.objects.create_user("camat", "camat@kota.example", PASSWORD, role="district", sector="health")
        Scope.objects.create(user=user, area_id="11.73")
    return user


def tried(client, name, password="salah-sama-sekali", **headers):
    """The answer to signing in."""
    return client.post("/accounts/login/", {"login": name, "password": password}, HTTP_ACCEPT="text/html", **headers)


def signed_in(name="camat", agent=PHONE) -> Client:
    """A browser of its own in which this person is signed in."""
    client = Client(HTTP_USER_AGENT=agent)
    assert tried(client, name, PASSWORD).status_code == 302
    return client


def by_token(token, path="/layers.json", **headers):
    """The answer to a phone that shows this token."""
    return Client().get(path, HTTP_AUTHORIZATION=f"Bearer {token}", **headers)


def translated():
    """Inside, the product speaks Indonesian."""
    return translation.override("id")
