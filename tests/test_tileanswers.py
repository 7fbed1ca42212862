"""How long a tile may be kept and in which form it travels, before the middleware as behind it."""

import gzip

import pytest

from geoportal import catalogue, earlytiles

from .decoded import FOR_EVER, LON, ask, lattice, settle, tile_of

pytestmark = pytest.mark.django_db
POSYANDU, HOUSES = catalogue.layer("posyandu"), catalogue.layer("households")


# --- How long


def test_a_tile_is_immutable_only_under_the_revision_it_was_made_from(row, client):
    row(POSYANDU, LON)
    now = settle()
    words = (f"v={now}", f"v={now - 1}", f"v={now + 1}", "v=", "")
    assert [ask(client, query=query)["Cache-Control"] for query in words] == [FOR_EVER, *["no-store"] * 4]
    row(POSYANDU, LON)
    assert settle() == now + 1
    assert [ask(client, query=f"v={now + more}")["Cache-Control"] for more in (0, 1)] == ["no-store", FOR_EVER]


def test_an_empty_tile_is_kept_like_any_other(row, client):
    row(POSYANDU)
    answer = ask(client, lon=10, query=f"v={settle()}")
    assert (answer.status_code, answer["Cache-Control"]) == (204, FOR_EVER)


def test_a_tile_about_persons_is_kept_by_nobody_whatever_its_url_says(row, client, person):
    row(HOUSES, LON)
    client.force_login(person("validator", "health", "11.73"))
    answer = ask(client, "households", query=f"v={settle('households')}")
    assert answer.status_code == 200 and answer["Cache-Control"] == "private, no-store"


def test_a_tile_that_depends_on_another_layer_is_kept_by_nobody(row, client):
    row(POSYANDU, LON)
    assert ask(client, query=f"v={settle()}&beyond=markets:500")["Cache-Control"] == "no-store"


def test_who_holds_the_tile_gets_304_and_who_holds_an_older_one_gets_the_tile(row, client):
    row(POSYANDU, LON)
    first = ask(client)
    again = ask(client, if_none_match=first["ETag"])
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"") and again["ETag"] == first["ETag"]
    row(POSYANDU, LON + 0.001)
    assert ask(client, if_none_match=first["ETag"]).status_code == 200


# --- In which form


def test_a_large_tile_is_zipped_as_the_client_likes(owner, areas, client):
    lattice(owner, 100, 15)
    plain, zipped, modern = (ask(client, accept_encoding=words) for words in ("br", "gzip", "gzip, deflate, br, zstd"))
    assert [answer.get("Content-Encoding") for answer in (plain, zipped, modern)] == [None, "gzip", "gzip"]
    assert plain.content == gzip.decompress(zipped.content) and zipped.content == modern.content
    assert len(zipped.content) < len(plain.content) * 2 / 3
    assert {answer["Vary"].split(", ")[0] for answer in (plain, zipped, modern)} == {"Accept-Encoding"}


def test_a_small_tile_is_not_zipped(row, client):
    row(POSYANDU, LON)
    answer = ask(client, accept_encoding="gzip, br")
    assert answer.get("Content-Encoding") is None and len(answer.content) < 500


# --- Before the middleware


def public(path: str, query: str = "", method: str = "GET", **environ):
    """(status, headers, body) of what is answered before Django; None when it is left to Django."""
    left, told = [], {}
    application = earlytiles.answering(lambda environ, start: left.append(environ) or [])
    request = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "testserver"}
    request |= {"wsgi.url_scheme": "http"} | environ
    body = b"".join(application(request, lambda status, headers: told.update(status=status, headers=dict(headers))))
    return None if left else (told["status"], told["headers"], body)


@pytest.mark.parametrize("z", [8, 15])
@pytest.mark.parametrize("accepted", ["", "gzip", "gzip, br"])
def test_a_public_tile_is_the_same_before_the_middleware_as_behind_it(owner, areas, client, z, accepted):
    lattice(owner, 100, 15)
    x, y = tile_of(z)
    url, query = f"/tiles/posyandu/{z}/{x}/{y}.mvt", f"v={settle()}&s=public"
    status, headers, body = public(url, query, HTTP_ACCEPT_ENCODING=accepted)
    behind = client.get(f"{url}?{query}", headers={"accept-encoding": accepted})
    assert (status, body) == ("200 OK", behind.content)
    names = ("ETag", "Cache-Control", "Content-Type", "Content-Encoding", "Content-Length", "X-Content-Type-Options")
    assert {name: headers.get(name) for name in names} == {name: behind.get(name) for name in names}
    assert headers["Cache-Control"] == FOR_EVER and headers["Vary"] == "Accept-Encoding"
    assert public(url, query, HTTP_IF_NONE_MATCH=headers["ETag"])[::2] == ("304 Not Modified", b"")
    assert public(url, "v=0")[1]["Cache-Control"] == "no-store"


def test_an_empty_public_tile_has_no_body(areas):
    assert public("/tiles/posyandu/15/0/0.mvt")[::2] == ("204 No Content", b"")


@pytest.mark.parametrize(
    "request_",
    [
        {"path": "/tiles/households/15/25216/15929.mvt"},
        {"path": "/tiles/nonsense/15/25216/15929.mvt"},
        {"path": "/tiles/population/15/25216/15929.mvt"},
        {"path": "/tiles/posyandu/15/99999/15929.mvt"},
        {"path": "/tiles/posyandu/23/1/1.mvt"},
        {"path": "/table/posyandu.json"},
        {"query": "strata=madya"},
        {"query": "nonsense=1"},
        {"path": "/tiles/areas/10/788/497.mvt", "query": "level=street"},
        {"method": "HEAD"},
        {"method": "POST"},
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": ""},
    ],
)
def test_persons_filters_faults_and_other_hosts_are_left_to_django(areas, request_):
    assert public(**({"path": "/tiles/posyandu/15/25216/15929.mvt"} | request_)) is None


def test_a_public_layer_that_holds_names_differs_by_person_and_is_left_to_django(areas, monkeypatch):
    import dataclasses

    from geoportal.layer import Access, anyone

    opened = dataclasses.replace(HOUSES, access=Access(records=anyone))
    monkeypatch.setattr(catalogue, "layer", lambda name: opened)
    assert public("/tiles/households/15/25216/15929.mvt") is None


def test_where_https_is_asked_for_plain_http_is_left_to_django(areas, settings):
    earlytiles.welcome.cache_clear()
    settings.SECURE_SSL_REDIRECT = True
    try:
        assert public("/tiles/posyandu/15/0/0.mvt") is None
        assert public("/tiles/posyandu/15/0/0.mvt", **{"wsgi.url_scheme": "https"}) is not None
    finally:
        earlytiles.welcome.cache_clear()
