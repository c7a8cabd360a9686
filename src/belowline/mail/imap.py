"""The mailbox in which returned mail is looked for (RFC 3501), read by `imaplib`. Passwords travel encrypted, or not at
all; what was taken in is moved or marked, and only then."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from belowline.domain.returned import MOST_BYTES

TIMEOUT_SECONDS = 30
# Of one look; the rest waits for the next one.
AT_ONCE = 200
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class MailboxAway(Exception):
    """It cannot be reached, or does not let us in. The message is for the operator: never the server's own words, which
    repeat names."""


class ReturnMailbox:
    """A connection to one folder. Raises MailboxAway when it cannot be made, and from every method when it breaks."""

    def __init__(self, url: str, *, done: str = "") -> None:
        parts = urlsplit(url)
        host, is_tls = parts.hostname or "localhost", parts.scheme == "imaps"
        port = parts.port or (993 if is_tls else 143)
        self._done = done
        try:
            self._talk: imaplib.IMAP4 = (
                imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT_SECONDS)
                if is_tls
                else imaplib.IMAP4(host, port, timeout=TIMEOUT_SECONDS)
            )
        except (OSError, imaplib.IMAP4.error, ValueError) as error:
            raise MailboxAway(_said(error)) from error
        try:
            if not is_tls and host not in LOOPBACK:
                self._talk.starttls(ssl_context=ssl.create_default_context())
            self._talk.login(unquote(parts.username or ""), unquote(parts.password or ""))
            _ok(self._talk.select(_quoted(unquote(parts.path.strip("/")) or "INBOX")))
            if done:
                self._talk.create(_quoted(done))  # says no when it is there
        except (OSError, imaplib.IMAP4.error, ValueError) as error:
            self.close()
            raise MailboxAway(_said(error)) from error

    def close(self) -> None:
        with suppress(OSError, imaplib.IMAP4.error, ValueError):
            self._talk.logout()

    def waiting(self) -> Iterator[tuple[str, bytes]]:
        """What has not been taken in, the oldest first, with its first 256 KiB. Reading marks nothing."""
        try:
            found = _ok(self._talk.uid("SEARCH", "UNDELETED" if self._done else "UNSEEN"))
            ids = found[0].split() if found and found[0] else []
            for uid in [one.decode() for one in ids if one.isdigit()][:AT_ONCE]:
                answer = _ok(self._talk.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)"))
                raw = next((one[1] for one in answer if isinstance(one, tuple)), None)
                if raw is not None:  # somebody else may have moved it
                    yield uid, raw
        except (OSError, imaplib.IMAP4.error, ValueError) as error:
            raise MailboxAway(_said(error)) from error

    def finish(self, uid: str) -> None:
        """It was taken in: out of the way, so that it is not read again."""
        try:
            if not self._done:
                _ok(self._talk.uid("STORE", uid, "+FLAGS", r"(\Seen)"))
            elif "MOVE" in self._talk.capabilities:
                _ok(self._talk.uid("MOVE", uid, _quoted(self._done)))
            else:
                _ok(self._talk.uid("COPY", uid, _quoted(self._done)))
                _ok(self._talk.uid("STORE", uid, "+FLAGS", r"(\Seen \Deleted)"))
                if "UIDPLUS" in self._talk.capabilities:
                    _ok(self._talk.uid("EXPUNGE", uid))
        except (OSError, imaplib.IMAP4.error, ValueError) as error:
            raise MailboxAway(_said(error)) from error


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error
    return answer[1]


def _quoted(name: str) -> str:
    """RFC 3501, 9: what would end the quoted string, or the line, has no place in a folder's name."""
    if not name.isascii() or not name.isprintable():
        raise ValueError("a folder's name")
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _said(error: Exception) -> str:
    return "refused" if type(error) is imaplib.IMAP4.error else type(error).__name__
