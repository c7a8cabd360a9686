"""Signed page cursors: a reader can follow them and share them, nobody can make one up."""

from __future__ import annotations

import base64
import hashlib
import hmac

# 8 bytes: a forger has one chance in 1.8e19 a try, and all a forged cursor buys is a page that starts elsewhere.
SIGNATURE_BYTES = 8
_KEY_BYTES = 8


def write_cursor(key: int, *, scope: str, secret: bytes) -> str:
    """The text of a cursor behind `key` (0 <= key < 2**63), bound to `scope` (thread, parent, order)."""
    body = key.to_bytes(_KEY_BYTES)
    return base64.urlsafe_b64encode(body + _signature(body, scope=scope, secret=secret)).decode().rstrip("=")


def read_cursor(text: str, *, scope: str, secret: bytes) -> int | None:
    """The key of a cursor, or None if it was tampered with or belongs to another list."""
    if len(text) != 22 or not text.isascii():
        return None
    try:
        key = int.from_bytes(base64.urlsafe_b64decode(text + "==")[:_KEY_BYTES])
    except ValueError:
        return None
    # Compared as text: base64 has several spellings of the same bytes, and a page should have one address.
    is_ours = hmac.compare_digest(text, write_cursor(key, scope=scope, secret=secret))
    return key if is_ours else None


def _signature(body: bytes, *, scope: str, secret: bytes) -> bytes:
    return hmac.new(secret, b"cursor:" + scope.encode() + b":" + body, hashlib.sha256).digest()[:SIGNATURE_BYTES]
