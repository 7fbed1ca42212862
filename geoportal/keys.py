"""The keys that numbers are kept under: encryption, keyed hash, and what to say when the key is another one.

FIELD_KEY may hold several keys, the new one first: everything is written under the first, read under any. Each key is
split (HKDF) into one for encryption, one for the hash and a tag; the tag stands in front of what was encrypted, so that
the right key is found without trying, and a wrong one is named.

A blob: version (1 byte), tag of the key (4), nonce (12), AES-256-GCM ciphertext with its seal (16). It is bound to the
field it was made for: moved to another column it does not open.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection

from .errors import Unreadable

VERSION = b"\x01"
HEAD = 5  # bytes of version and tag
NONCE = 12


@dataclass(frozen=True, repr=False)  # printed by nobody: it would be the key
class Key:
    """One key of FIELD_KEY, split by use."""

    tag: bytes
    cipher: AESGCM
    hashing: bytes

    @property
    def head(self) -> bytes:
        """What a blob under this key begins with."""
        return VERSION + self.tag


@lru_cache(maxsize=20)
def split(secret: bytes) -> Key:
    """The key's parts (HKDF-SHA-256, one info a use)."""

    def part(use: str, length: int) -> bytes:
        return HKDF(SHA256(), length, salt=None, info=f"geoportal {use}".encode()).derive(secret)

    return Key(part("tag", 4), AESGCM(part("encrypt", 32)), part("hash", 32))


def given() -> list[Key]:
    """The keys of FIELD_KEY, the one in use first."""
    return [split(secret) for secret in settings.FIELD_KEYS]


def encrypt(text: str, bound: str) -> bytes:
    """The blob of a text under the first key, for the field `bound`."""
    key, nonce = given()[0], secrets.token_bytes(NONCE)
    return key.head + nonce + key.cipher.encrypt(nonce, text.encode(), key.head + bound.encode())


def decrypt(blob: bytes, bound: str) -> str:
    """The text of a blob; Unreadable when no given key made it, it was changed, or made for another field."""
    for key in given():
        if blob[:HEAD] == key.head:
            try:
                nonce, sealed = blob[HEAD : HEAD + NONCE], blob[HEAD + NONCE :]
                return key.cipher.decrypt(nonce, sealed, key.head + bound.encode()).decode()
            except (InvalidTag, ValueError):  # ValueError: cut too short to be anything
                raise Unreadable from None
    raise Unreadable


def digest(text: str) -> str:
    """The keyed hash (HMAC-SHA-256, hex) by which a number is found, under the first key; empty for no number."""
    return hashed(given()[0], text) if text else ""


def digests(text: str) -> list[str]:
    """The keyed hashes of a number under every key: while keys are being changed a row stands under either."""
    return [hashed(key, text) for key in given()] if text else []


def hashed(key: Key, text: str) -> str:
    return hmac.new(key.hashing, text.encode(), hashlib.sha256).hexdigest()


def wrong() -> str:
    """A sentence when the database holds numbers that no given key opens; else empty.

    Asks for the first and the last number of each column (geoportal_key_heads() of policies.py, which answers the heads of
    blobs and nothing of people): a change of keys goes through a table from its first row to its last.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT head FROM geoportal_key_heads() AS head")
        held = {bytes(head) for (head,) in cursor.fetchall()}
    known = [key.head for key in given()]
    strange = sorted({head[1:].hex() if head[:1] == VERSION else "?" for head in held - set(known)})
    if not strange:
        return ""
    return (
        f"FIELD_KEY does not open numbers in this database: they were written under key {', '.join(strange)}, FIELD_KEY holds "
        f"{', '.join(head[1:].hex() for head in known)}. Start with the key they were written under; while keys are being "
        "changed with both, the new one first: FIELD_KEY=new,old."
    )
