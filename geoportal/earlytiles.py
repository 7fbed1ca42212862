"""Unfiltered tiles, answered before Django's middleware: those that are the same for everybody, and those of a person whose
session is known (known.py).

Only what cannot fail is answered here. Everything else, each refusal and its sentence too, is Django's.
"""

import contextlib
import re
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import parse_qsl

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import Error, connection
from django.http import parse_cookie
from django.http.request import split_domain_port, validate_host

from . import access, audit, catalogue, identity, known, packing, tiles
from .errors import Problem
from .layer import Layer

PATH = re.compile(r"/tiles/([\w-]+)/(\d{1,2})/(\d{1,7})/(\d{1,7})\.mvt", re.ASCII)
WORDS = {"v", "s", "level"}  # the parameters of a tile without filters
ANYONE = AnonymousUser()


@dataclass(frozen=True)
class Asked:
    """A tile that can be answered here; `session` and `proof` are of the person it is for, empty for anyone."""

    layer: Layer
    place: tuple[int, int, int]
    params: dict[str, str]
    user: object = ANYONE
    session: str = ""
    proof: tuple[str, list, bool] | None = None


def answering(application):
    """The WSGI application with these tiles answered in front of it."""

    def handle(environ, start_response):
        try:
            asked = question(environ)
            if asked is None:
                return application(environ, start_response)
            with proven(asked):
                made = tiles.tile(asked.layer, asked.user, *asked.place, asked.params)
        except (Problem, Error):  # Django words it, or fails in its own way
            return application(environ, start_response)
        except identity.Changed:
            known.forget(asked.session)
            return application(environ, start_response)
        status, headers, body = answer(asked, made, environ)
        start_response(f"{status} {HTTPStatus(status).phrase}", list(headers.items()))
        return [body]

    return handle


def answer(asked: Asked, made: tiles.Tile, environ) -> tuple[int, dict[str, str], bytes]:
    """(status, headers, body): kept for ever under the revision it was made from, and by nobody when it is one person's."""
    held, zips = environ.get("HTTP_IF_NONE_MATCH"), environ.get("HTTP_ACCEPT_ENCODING", "")
    status, headers, body = packing.packed(made.data, packing.MVT, held, zips)
    headers["X-Content-Type-Options"] = "nosniff"
    if asked.session:
        headers |= {"Cache-Control": "private, no-store", "Vary": "Accept-Encoding, Cookie"}
    else:
        fresh = made.current and asked.params.get("v") == str(made.revision)
        headers["Cache-Control"] = packing.FOR_EVER if fresh else "no-store"
    if status == HTTPStatus.OK:
        headers["Content-Length"] = str(len(body))
    return status, headers, body


def question(environ) -> Asked | None:
    """What a request asks for that is answered here; None for all others."""
    if environ["REQUEST_METHOD"] != "GET" or not (found := PATH.fullmatch(environ.get("PATH_INFO", ""))):
        return None
    layer, params = catalogue.layer(found[1]), words(environ.get("QUERY_STRING", ""))
    if not isinstance(layer, Layer) or not params.keys() <= WORDS:
        return None
    if not welcome(environ.get("HTTP_HOST", ""), environ["wsgi.url_scheme"]):
        return None
    place = int(found[2]), int(found[3]), int(found[4])
    if access.key(layer, ANYONE) == "public":
        return Asked(layer, place, params)
    # A token is the door's, and in an open transaction somebody acts already.
    if "HTTP_AUTHORIZATION" in environ or connection.connection is not None:
        return None
    session = parse_cookie(environ.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
    person = known.person(session) if session else None
    if person is None or not access.can(person.user, layer, "records"):
        return None
    if place[0] >= layer.min_zoom and audit.undrawn(person.user, layer, params):
        return None  # the first of a minute is noted on its way through Django
    return Asked(layer, place, params, person.user, session, person.proof)


@contextlib.contextmanager
def proven(asked: Asked):
    """Inside, the database acts for the person the tile is for, once it has made sure of them."""
    token = identity.proof.set(asked.proof)
    try:
        yield
    finally:
        identity.proof.reset(token)


@lru_cache(maxsize=1000)
def words(query: str) -> dict[str, str]:
    """The parameters of a query string, not to be changed: those of a map's tiles are all the same."""
    return dict(parse_qsl(query, keep_blank_values=True))


@lru_cache(maxsize=100)
def welcome(host: str, scheme: str) -> bool:
    """Whether Django would serve a request that came to this host this way, neither refusing nor redirecting it."""
    domain, _port = split_domain_port(host)
    return validate_host(domain, settings.ALLOWED_HOSTS) and (scheme == "https" or not settings.SECURE_SSL_REDIRECT)
