"""Immutable tiles kept in memory before Django, one shelf for all web processes: what any shared HTTP cache may do, done
next to the source.

Only answers marked `public … immutable` are kept, under their whole URL, which names layer, tile and revision. A new revision
has new URLs, so nothing is ever invalidated; the newest tiles take the room of the oldest.
"""

import fcntl
import hashlib
import marshal
import mmap
import os
import struct
import threading
import zlib

from .packing import coding

LIMIT = 64 * 2**20  # bytes of answers, in all processes together
PREFIX = "/tiles/"
HEAD = struct.Struct("=16sII")  # of a record: digest of the URL, bytes of the answer, their checksum
GRAIN = 16  # records start at multiples of this, so that four bytes name a place


class Shelf:
    """A ring of answers in memory that processes share from the moment they are forked, and a table of where they begin.

    Writers take turns by a lock that the kernel takes back from a process that dies; readers take none. What they find is
    theirs only if digest and checksum agree: a record half overwritten is as good as none.
    """

    def __init__(self, limit: int = LIMIT):
        self.limit = limit // GRAIN * GRAIN
        self.slots = max(1, self.limit // 256)
        self.file = os.memfd_create("tiles")
        os.ftruncate(self.file, GRAIN + 4 * self.slots + self.limit)
        memory = memoryview(mmap.mmap(self.file, 0))
        self.next = memory[:8].cast("Q")  # where the next record goes
        self.table = memory[GRAIN : GRAIN + 4 * self.slots].cast("I")  # place of a record in grains, from 1; 0 is none
        self.ring = memory[GRAIN + 4 * self.slots :]
        self.turn = threading.Lock()

    def take(self, url: str) -> tuple[str, list, bytes] | None:
        """The kept (status line, headers, body) of this URL."""
        digest, slot = self.named(url)
        place = (self.table[slot] - 1) * GRAIN
        if place < 0:
            return None
        found, length, checksum = HEAD.unpack_from(self.ring, place)
        if found != digest or place + HEAD.size + length > self.limit:
            return None
        answer = bytes(self.ring[place + HEAD.size : place + HEAD.size + length])
        return marshal.loads(answer) if zlib.crc32(answer) == checksum else None

    def put(self, url: str, status: str, headers: list, body: bytes) -> None:
        """Keep an answer; one that would fill an eighth of the shelf is not worth what it would push out."""
        digest, slot = self.named(url)
        answer = marshal.dumps((status, headers, body))
        room = -(-(HEAD.size + len(answer)) // GRAIN) * GRAIN
        if room > self.limit // 8:
            return
        with self.turn:
            fcntl.lockf(self.file, fcntl.LOCK_EX)
            try:
                place = self.next[0] if self.next[0] + room <= self.limit else 0
                self.next[0] = place + room
                HEAD.pack_into(self.ring, place, digest, len(answer), zlib.crc32(answer))
                self.ring[place + HEAD.size : place + HEAD.size + len(answer)] = answer
                self.table[slot] = place // GRAIN + 1
            finally:
                fcntl.lockf(self.file, fcntl.LOCK_UN)

    def named(self, url: str) -> tuple[bytes, int]:
        """The digest of a URL and its slot in the table; of two URLs with one slot the later is kept."""
        digest = hashlib.blake2b(url.encode(), digest_size=16).digest()
        return digest, int.from_bytes(digest[:8], "little") % self.slots


def keeping(application, shelf: Shelf | None = None):
    """The WSGI application with a shelf in front of its tiles."""
    shelf = shelf or Shelf()

    def handle(environ, start_response):
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        if environ["REQUEST_METHOD"] != "GET" or not path.startswith(PREFIX) or "v=" not in query:
            return application(environ, start_response)
        # The answer's form depends on the coding only (Vary).
        accepted = coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        url = f"{environ.get('HTTP_HOST', '')}{path}?{query}#{accepted}"
        found = shelf.take(url)
        if found:
            return repeated(found, environ, start_response)
        told = {}

        def note(status, headers, exc_info=None):
            told.update(status=status, headers=headers)
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        answer = application(environ, note)
        if told.get("status", "").startswith(("200", "204")) and lasting(told["headers"]):
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
    words = named.get("cache-control", "").split(", ")
    return "public" in words and "immutable" in words and "set-cookie" not in named


def repeated(found, environ, start_response):
    """The kept answer, or 304 when the caller has it already."""
    status, headers, body = found
    if ("ETag", environ.get("HTTP_IF_NONE_MATCH")) in headers:
        start_response("304 Not Modified", [pair for pair in headers if not pair[0].startswith("Content-")])
        return []
    start_response(status, headers)
    return [body]
