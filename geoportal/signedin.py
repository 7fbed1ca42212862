"""Who is signed in: session and account by one statement each, planned once. Every request of a signed-in person begins here,
and a map asks for twenty tiles at a time.

What the answers mean stays with Django and allauth: whether the session is signed, the account active, the password still
the one of the session.
"""

import time
from functools import cache

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

from . import identity

SESSION = "SELECT data, until FROM geoportal_session(%s, %s)"


class SessionStore(db.SessionStore):
    """Django's sessions in the database, read by a planned statement; written and ended at the door, whoever is signed in:
    who may name a session's key owns it, and no policy knows more. `until`: when this one ends, as stored; `ended`: the
    caller showed one that is over."""

    until, ended = None, False

    def load(self) -> dict:
        """What the session holds; a session that is not there or over holds nothing and gets another key."""
        found = connection.planned(SESSION, [self.session_key, timezone.now()])
        if found is None:
            self._session_key, self.ended = None, True
            return {}
        self.until = found[1]
        return self.decode(found[0])

    def create_model_instance(self, data):
        """What is stored: of a signed-in person also when the session began (sessions.py)."""
        if SESSION_KEY in data:
            data.setdefault("began", int(time.time()))
        return super().create_model_instance(data)

    def exists(self, session_key: str) -> bool:
        """Whether there is such a session."""
        with identity.acting(identity.DOOR):
            return super().exists(session_key)

    def save(self, must_create: bool = False) -> None:
        """Nothing; the session is stored."""
        with identity.acting(identity.DOOR):
            super().save(must_create)

    def delete(self, session_key: str | None = None) -> None:
        """Nothing; the session is over."""
        with identity.acting(identity.DOOR):
            super().delete(session_key)

    @classmethod
    def clear_expired(cls) -> None:
        """Nothing; sessions that are over are gone."""
        with identity.acting(identity.DOOR):
            super().clear_expired()

    @classmethod
    def get_model_class(cls):
        """Django's own table."""
        return db.SessionStore.get_model_class()


class Accounts(AuthenticationBackend):
    """allauth's way to sign in; the account of a session is read by a planned statement."""

    def authenticate(self, request, **credentials):
        """The account that name and password open, or None."""
        with identity.acting(identity.DOOR):
            return super().authenticate(request, **credentials)

    def get_user(self, user_id):
        """The account of a signed-in person, or None when it is gone or suspended."""
        user_model, names, sql = account()
        found = connection.planned(sql, [user_model._meta.pk.to_python(user_id)])
        if not found:
            return None
        user = user_model.from_db(connection.alias, names, found[:-1])
        user.has_second_factor = found[-1]  # for secondfactor.held
        return user if self.user_can_authenticate(user) else None


@cache
def account():
    """(the model of accounts, names of its columns, the statement that reads one by its key)."""
    from django.contrib.auth import get_user_model

    model = get_user_model()
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    names = [field.attname for field in fields]
    return model, names, f'SELECT {columns}, geoportal_second("id") FROM geoportal_account(%s)'
