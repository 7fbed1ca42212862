"""Immutable tiles kept in the process, before Django: what any shared HTTP cache may do, done next to the source.

Only answers the tile view itself marked `public … immutable` are kept, under their whole URL, which names layer, tile,
filters and revision. A new revision has new URLs, so nothing is ever invalidated; the oldest unused tiles make room.
"""

import threading
from collections import OrderedDict

LIMIT = 64 * 2**20  # bytes of bodies in one process
PREFIX = "/tiles/"


class Shelf:
    """Least-recently-used map of URL -> (status line, headers, body), bounded by the bytes of the bodies."""

    def __init__(self, limit: int = LIMIT):
        self.limit, self.size = limit, 0
        self.kept: OrderedDict[str, tuple[str, list, bytes]] = OrderedDict()
        self.lock = threading.Lock()

    def take(self, url: str):
        with self.lock:
            found = self.kept.get(url)
            if found:
                self.kept.move_to_end(url)
            return found

    def put(self, url: str, status: str, headers: list, body: bytes) -> None:
        with self.lock:
            old = self.kept.pop(url, None)
            self.size += len(body) - (len(old[2]) if old else 0)
            self.kept[url] = (status, headers, body)
            while self.size > self.limit:
                _url, (_status, _headers, gone) = self.kept.popitem(last=False)
                self.size -= len(gone)


def keeping(application, shelf: Shelf | None = None):
    """The WSGI application with a shelf in front of its tiles."""
    shelf = shelf or Shelf()

    def handle(environ, start_response):
        path = environ.get("PATH_INFO", "")
        if (
            not path.startswith(PREFIX)
            or environ["REQUEST_METHOD"] != "GET"
            or "v=" not in environ.get("QUERY_STRING", "")
        ):
            return application(environ, start_response)
        # The answer's form depends on these two only (Vary).
        zipped = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        url = f"{environ.get('HTTP_HOST', '')}{path}?{environ['QUERY_STRING']}#{zipped}"
        found = shelf.take(url)
        if found:
            return repeated(found, environ, start_response)
        told = {}

        def note(status, headers, exc_info=None):
            told.update(status=status, headers=headers)
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        answer = application(environ, note)
        if told.get("status", "").startswith("200") and lasting(told["headers"]):
            body = b"".join(answer)
            shelf.put(url, told["status"], told["headers"], body)
            if hasattr(answer, "close"):
                answer.close()
            return [body]
        return answer

    return handle


def lasting(headers: list) -> bool:
    """Whether an answer may be kept for everybody: public, immutable, and no cookie in it."""
    named = {name.lower(): value for name, value in headers}
    return (
        "immutable" in named.get("cache-control", "")
        and named["cache-control"].startswith("public")
        and "set-cookie" not in named
    )


def repeated(found, environ, start_response):
    """The kept answer, or 304 when the caller has it already."""
    status, headers, body = found
    tag = next(value for name, value in headers if name == "ETag")
    if environ.get("HTTP_IF_NONE_MATCH") == tag:
        start_response(
            "304 Not Modified",
            [(n, v) for n, v in headers if n not in {"Content-Length", "Content-Type", "Content-Encoding"}],
        )
        return []
    start_response(status, headers)
    return [body]
