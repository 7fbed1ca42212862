"""Tiles that are the same for everybody, answered before Django's middleware: no session, no person, no transaction.

Only what can neither fail nor differ by person is answered here: an unfiltered tile of a layer whose records anyone sees and
which holds no names. Everything else, each refusal and its sentence too, is Django's.
"""

import re
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import parse_qsl

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import Error
from django.http.request import split_domain_port, validate_host

from . import access, catalogue, packing, tiles
from .errors import Problem
from .layer import Layer

PATH = re.compile(r"/tiles/([\w-]+)/(\d{1,2})/(\d{1,7})/(\d{1,7})\.mvt", re.ASCII)
WORDS = {"v", "s", "level"}  # the parameters of a tile without filters
ANYONE = AnonymousUser()


def answering(application):
    """The WSGI application with public tiles answered in front of it."""

    def handle(environ, start_response):
        asked = question(environ)
        if asked is None:
            return application(environ, start_response)
        layer, place, params = asked
        try:
            made = tiles.tile(layer, ANYONE, *place, params)
        except (Problem, Error):  # Django words it, or fails in its own way
            return application(environ, start_response)
        held, zips = environ.get("HTTP_IF_NONE_MATCH"), environ.get("HTTP_ACCEPT_ENCODING", "")
        status, headers, body = packing.packed(made.data, packing.MVT, held, zips)
        fresh = made.current and params.get("v") == str(made.revision)
        headers |= {"Cache-Control": packing.FOR_EVER if fresh else "no-store", "X-Content-Type-Options": "nosniff"}
        if status == HTTPStatus.OK:
            headers["Content-Length"] = str(len(body))
        start_response(f"{status} {HTTPStatus(status).phrase}", list(headers.items()))
        return [body]

    return handle


def question(environ) -> tuple[Layer, tuple[int, int, int], dict[str, str]] | None:
    """(layer, (z, x, y), parameters) of a request that is answered here; None for all others."""
    if environ["REQUEST_METHOD"] != "GET" or not (found := PATH.fullmatch(environ.get("PATH_INFO", ""))):
        return None
    layer = catalogue.layer(found[1])
    params = words(environ.get("QUERY_STRING", ""))
    same = isinstance(layer, Layer) and access.key(layer, ANYONE) == "public"
    if not same or not params.keys() <= WORDS or not welcome(environ.get("HTTP_HOST", ""), environ["wsgi.url_scheme"]):
        return None
    return layer, (int(found[2]), int(found[3]), int(found[4])), params


@lru_cache(maxsize=1000)
def words(query: str) -> dict[str, str]:
    """The parameters of a query string, not to be changed: those of a map's tiles are all the same."""
    return dict(parse_qsl(query, keep_blank_values=True))


@lru_cache(maxsize=100)
def welcome(host: str, scheme: str) -> bool:
    """Whether Django would serve a request that came to this host this way, neither refusing nor redirecting it."""
    domain, _port = split_domain_port(host)
    return validate_host(domain, settings.ALLOWED_HOSTS) and (scheme == "https" or not settings.SECURE_SSL_REDIRECT)
