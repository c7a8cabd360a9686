"""Speaking to the mail server (RFC 5321): STARTTLS wherever it is offered, a password never in the open, and the last
line of a mail only when we have written down that it is on its way."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

TIMEOUT_SECONDS = 20
# RFC 5321, 4.5.2: a line that begins with a dot is sent with two.
_LEADING_DOT = re.compile(rb"(?m)^\.")
_ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")


class ServerAway(Exception):
    """Nobody answers, or not to us: every mail has to wait."""


@dataclass(frozen=True, slots=True)
class NotTaken(Exception):
    """The server's no to this one mail. `code` is its reply with the enhanced code (RFC 3463), if it gave one;
    `is_address`: it was said about the recipient."""

    code: str
    is_address: bool

    @property
    def is_for_now(self) -> bool:
        return self.code.startswith("4")


class Abandoned(Exception):
    """`before_end` said no: the mail was broken off, the server has not taken it."""


class MailServer:
    """A connection. Raises ServerAway when it cannot be made."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host, is_tls = parts.hostname or "localhost", parts.scheme == "smtps"
        port = parts.port or (465 if is_tls else 587)
        try:
            kind: Callable[..., smtplib.SMTP] = smtplib.SMTP_SSL if is_tls else smtplib.SMTP
            self._talk = kind(host, port, timeout=TIMEOUT_SECONDS)
            encrypt_where_offered(self._talk)
            if parts.username:
                self._talk.login(unquote(parts.username), unquote(parts.password or ""))
        except (OSError, smtplib.SMTPException) as error:
            raise ServerAway(_said(error)) from error

    def close(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self._talk.quit()

    def deliver(self, message: bytes, *, sender: str, recipient: str, before_end: Callable[[], bool]) -> None:
        """Hand over one mail. `before_end` is asked when everything but the last line is there: until then a server
        forgets the mail when we are gone, afterwards it may have taken it.

        Raises NotTaken, ServerAway, or Abandoned. After the last two the connection is of no use.
        """
        talk = self._talk
        try:
            self._ask(talk.mail(sender), is_address=False)
            self._ask(talk.rcpt(recipient), is_address=True)
            talk.putcmd("data")
            self._ask(talk.getreply(), is_address=False, wanted=3)
            body = _LEADING_DOT.sub(b"..", message)
            talk.send(body if body.endswith(b"\r\n") else body + b"\r\n")
            if not before_end():
                talk.close()
                raise Abandoned
            talk.send(b".\r\n")
            self._ask(talk.getreply(), is_address=False)
        except (OSError, smtplib.SMTPException) as error:
            talk.close()
            raise ServerAway(_said(error)) from error

    def _ask(self, reply: tuple[int, bytes], *, is_address: bool, wanted: int = 2) -> None:
        code, said = reply
        if code // 100 == wanted:
            return
        if code == 421 or code < 400:  # it closes the line (RFC 5321, 3.8), or speaks something else
            raise smtplib.SMTPServerDisconnected(f"{code}")
        with suppress(OSError, smtplib.SMTPException):
            self._talk.rset()
        enhanced = _ENHANCED.match(said)
        raise NotTaken(f"{code} {enhanced[1].decode()}" if enhanced else f"{code}", is_address)


def encrypt_where_offered(server: smtplib.SMTP) -> None:
    """What a server offers is known only when it was greeted; without that, nothing would ever be encrypted."""
    server.ehlo_or_helo_if_needed()
    if not isinstance(server, smtplib.SMTP_SSL) and server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
        server.ehlo()


def _said(error: Exception) -> str:
    """For the operator: kind and code; never the server's own words, which repeat addresses."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
