"""What the shelf before Django keeps, and what it never does. Pure WSGI: no database, no Django."""

import os

import pytest

from geoportal.tilecache import Shelf, keeping

URL = "/tiles/posyandu/15/25216/15929.mvt"
FOR_EVER = "public, max-age=31536000, immutable"


class Source:
    """An application that answers with what it is given and counts how often it was asked."""

    def __init__(self, body=b"tile", status="200 OK", **headers):
        self.body, self.status, self.asked, self.closed = body, status, 0, 0
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self.headers = {"ETag": '"one"', "Cache-Control": FOR_EVER, "Content-Length": str(len(body))} | given

    def __call__(self, environ, start_response):
        self.asked += 1
        start_response(self.status, [(name, value) for name, value in self.headers.items() if value])
        return self

    def __iter__(self):
        return iter([self.body[:2], self.body[2:]])

    def close(self):
        self.closed += 1


def get(application, url=URL, query="v=7", method="GET", **environ):
    """(status, headers, body) of one request."""
    told = {}

    def start(status, headers, exc_info=None):
        told.update(status=status, headers=dict(headers))

    answer = application(
        {"REQUEST_METHOD": method, "PATH_INFO": url, "QUERY_STRING": query, "HTTP_HOST": "here", **environ}, start
    )
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return told["status"], told["headers"], body


def test_an_immutable_tile_is_asked_for_once_and_comes_back_as_it_was():
    source = Source()
    application = keeping(source)
    first, second = get(application), get(application)
    assert first == second == ("200 OK", source.headers, b"tile")
    assert (source.asked, source.closed) == (1, 1)


def test_an_empty_tile_is_kept_too():
    source = Source(b"", "204 No Content", ETag=None, Content_Length=None)
    application = keeping(source)
    assert get(application) == get(application) == ("204 No Content", {"Cache-Control": FOR_EVER}, b"")
    assert source.asked == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"Cache-Control": "private, no-store"},
        {"Cache-Control": "private, max-age=31536000, immutable"},
        {"Cache-Control": "no-store"},
        {"Cache-Control": "public, max-age=60"},
        {"Cache-Control": None},
        {"Set-Cookie": "sessionid=abc"},
        {"status": "304 Not Modified"},
        {"status": "404 Not Found"},
        {"status": "500 Internal Server Error"},
    ],
)
def test_what_is_not_everybodys_for_ever_is_never_kept(answer):
    source = Source(**answer)
    application = keeping(source)
    get(application), get(application)
    assert (source.asked, source.closed) == (2, 2)


@pytest.mark.parametrize(
    "request_",
    [
        {"method": "HEAD"},
        {"method": "POST"},
        {"method": "PUT"},
        {"method": "DELETE"},
        {"query": ""},
        {"query": "latrine=none"},
        {"url": "/table/posyandu.json"},
        {"url": "/layers.json"},
    ],
)
def test_other_methods_and_other_pages_go_past_the_shelf(request_):
    source = Source()
    application = keeping(source)
    get(application, **request_), get(application, **request_)
    assert source.asked == 2


def test_another_method_is_not_answered_from_what_a_get_left():
    source = Source()
    application = keeping(source)
    get(application)
    get(application, method="HEAD")
    assert source.asked == 2


@pytest.mark.parametrize(
    "other",
    [
        {"query": "v=8"},
        {"query": "v=7&strata=madya"},
        {"url": "/tiles/posyandu/15/25216/15930.mvt"},
        {"HTTP_HOST": "elsewhere"},
        {"HTTP_ACCEPT_ENCODING": "gzip"},
        {"HTTP_ACCEPT_ENCODING": "gzip, br"},
    ],
)
def test_another_url_revision_host_or_coding_is_another_tile(other):
    source = Source()
    application = keeping(source)
    get(application), get(application, **other)
    assert source.asked == 2


def test_clients_that_accept_the_same_coding_share_a_tile():
    source = Source()
    application = keeping(source)
    get(application, HTTP_ACCEPT_ENCODING="gzip, deflate")
    get(application, HTTP_ACCEPT_ENCODING="deflate, gzip;q=0.5", HTTP_COOKIE="sessionid=mine")
    assert source.asked == 1


def test_a_kept_tile_is_not_sent_to_who_holds_it():
    application = keeping(
        Source(Content_Encoding="gzip", Content_Type="application/vnd.mapbox-vector-tile", Vary="Accept-Encoding")
    )
    get(application)
    status, headers, body = get(application, HTTP_IF_NONE_MATCH='"one"')
    assert (status, body) == ("304 Not Modified", b"")
    assert headers == {"ETag": '"one"', "Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}


def test_an_older_tile_in_the_hands_of_the_client_is_replaced():
    application = keeping(Source())
    get(application)
    assert get(application, HTTP_IF_NONE_MATCH='"two"')[::2] == ("200 OK", b"tile")


def kept(shelf, urls):
    return [url for url in urls if shelf.take(url)]


def test_the_shelf_is_bound_by_bytes_and_the_newest_push_out_the_oldest():
    shelf = Shelf(limit=100_000)
    urls = [f"tile {number}" for number in range(50)]
    for url in urls:
        shelf.put(url, "200 OK", [], os.urandom(5000))
    held = kept(shelf, urls)
    # 100,000 bytes hold 19 bodies of 5,000 with their heads; two with one slot in the table hold one.
    assert 14 <= len(held) <= 19 and set(held) <= set(urls[-19:]) and urls[-1] in held


def test_a_body_that_would_push_out_an_eighth_of_the_shelf_is_not_kept():
    shelf = Shelf(limit=80_000)
    shelf.put("large", "200 OK", [], b"x" * 10_000)
    shelf.put("small", "200 OK", [], b"x" * 9_000)
    assert kept(shelf, ["large", "small"]) == ["small"]


def test_a_later_answer_takes_the_place_of_an_earlier_one():
    shelf = Shelf(limit=80_000)
    shelf.put("tile", "200 OK", [], b"one")
    shelf.put("tile", "200 OK", [("ETag", '"2"')], b"two")
    assert shelf.take("tile") == ("200 OK", [("ETag", '"2"')], b"two")


def test_a_record_that_was_overwritten_in_part_is_as_good_as_none():
    shelf = Shelf(limit=80_000)
    shelf.put("tile", "200 OK", [], b"x" * 1000)
    shelf.ring[500] ^= 1
    assert shelf.take("tile") is None


def test_processes_forked_later_share_the_shelf():
    shelf = Shelf(limit=80_000)
    child = os.fork()
    if child == 0:
        shelf.put("made by the child", "200 OK", [], b"tile")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert shelf.take("made by the child") == ("200 OK", [], b"tile")


def test_a_process_that_dies_while_it_writes_stops_nobody():
    import fcntl

    shelf = Shelf(limit=80_000)
    child = os.fork()
    if child == 0:
        fcntl.lockf(shelf.file, fcntl.LOCK_EX)
        os._exit(1)
    os.waitpid(child, 0)
    shelf.put("tile", "200 OK", [], b"tile")
    assert kept(shelf, ["tile"]) == ["tile"]
