"""The bytes of a tile -> status, headers and body of its answer. Free of Django: three places answer with tiles."""

import hashlib

from isal import isal_zlib

MVT, PNG = "application/vnd.mapbox-vector-tile", "image/png"  # the latter is packed by itself
FOR_EVER = "public, max-age=31536000, immutable"
WORTH = 500  # bytes from which zipping saves more than it costs
GZIP = 31  # the window and the format, as zlib numbers them


def etag(*parts) -> str:
    """A strong entity tag of these parts."""
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        digest.update(part if isinstance(part, bytes) else str(part).encode())
    return f'"{digest.hexdigest()}"'


def coding(accepted: str) -> str:
    """The way to zip a tile for a client that accepts this: gzip or none. An answer depends on nothing else of it."""
    return "gzip" if "gzip" in accepted else ""


def packed(body: bytes, content_type: str, held: str | None, accepted: str) -> tuple[int, dict[str, str], bytes]:
    """(status, headers, bytes) of a tile: with its tag, zipped when that is worth it; 204 for none, 304 for those held.

    Half of a tile are random identifiers, so more than a quick pass saves nothing: ISA-L takes a third of the time of zlib
    at its quickest or of brotli at 3, and of small tiles all three make the same number of bytes.
    """
    if not body:
        return 204, {}, b""
    headers = {"ETag": etag(body), "Vary": "Accept-Encoding"}
    if held == headers["ETag"]:
        return 304, headers, b""
    headers["Content-Type"] = content_type
    if len(body) > WORTH and content_type != PNG and coding(accepted):
        headers["Content-Encoding"] = "gzip"
        body = isal_zlib.compress(body, 1, GZIP)
    return 200, headers, body
