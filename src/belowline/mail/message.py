"""From what a letter says to the bytes that the mail server gets (RFC 5322). No header can be smuggled in by a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.utils import format_datetime, formataddr, parseaddr
from typing import TYPE_CHECKING

from django.core.mail import EmailMultiAlternatives

from belowline.domain.text import without_controls, without_surrogates

if TYPE_CHECKING:
    from datetime import datetime

SUBJECT_CHARACTERS = 150
# What is too long for one line is folded behind the colon, and some programs take the header for empty.
_EMPTY_FIRST_LINE = re.compile(rb"(?m)^([A-Za-z-]+): ?\r\n[ \t]+")
# RFC 5322, 3.2.3: what needs no quotes. Quoted ones are allowed, unused, and read in as many ways as there are programs.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
_DOMAIN = re.compile(r"(?:[^\W_]|[.-])+")
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


@dataclass(frozen=True, slots=True)
class Composed:
    """What a mail says. `headers` are our own (List-Id, In-Reply-To): one line each, without the line's end.
    `message_id` for one that others answer to; otherwise it is made from the letter's key."""

    subject: str
    text: str
    html: str = ""
    message_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def one_line(text: str, *, most: int) -> str:
    """A text from outside as part of a header: no control character, no line break of any script, at most `most`
    characters."""
    spaced = "".join(
        " " if character.isspace() or unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character
        for character in without_surrogates(text)
    )
    # RFC 2047: what looks like an encoded word would be decoded by whoever reads it.
    line = " ".join(without_controls(spaced).replace("=?", "= ?").split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def message_bytes(
    composed: Composed, *, sender: str, recipient: str, message_id: str, language: str, now: datetime
) -> bytes:
    """The whole mail. `sender` is `mail.sender`: an address, perhaps with a name. Raises ValueError for an address or a
    header that mail cannot carry."""
    name, address = parseaddr(sender)
    headers = {
        "Date": format_datetime(now),
        "Message-ID": message_id,
        # RFC 3834: so that nobody's holiday answers; the second one is Exchange's own.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": language,
        **composed.headers,
    }
    mail = EmailMultiAlternatives(
        "",
        without_surrogates(composed.text),
        formataddr((one_line(name, most=80), ascii_address(address))),
        [ascii_address(recipient)],
        headers=headers,
    )
    mail.encoding = _quoted_printable()
    if composed.html:
        direction = "rtl" if language.split("-")[0] in _RIGHT_TO_LEFT else "ltr"
        page = f'<!doctype html><html lang="{language}" dir="{direction}"><body>{composed.html}</body></html>'
        mail.attach_alternative(page, "text/html")
    message = mail.message()
    subject = one_line(composed.subject, most=SUBJECT_CHARACTERS)
    # Django knows no name of the header: a long word would stand alone on the second line, and some servers refuse that.
    del message["Subject"]
    written = Header(subject, "us-ascii" if subject.isascii() else "utf-8", header_name="Subject")
    Message.__setitem__(message, "Subject", written)
    # Django's own as_bytes, with the line ends of RFC 5322.
    written_out: bytes = message.as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    head, end, body = written_out.partition(b"\r\n\r\n")
    return _EMPTY_FIRST_LINE.sub(rb"\1: ", head) + end + body


def _quoted_printable() -> Charset:
    """Everything is sent as 7 bits: no server on the way can break what it does not understand."""
    charset = Charset("utf-8")
    charset.body_encoding = QP
    return charset


def ascii_address(address: str) -> str:
    """With the domain as the mail system writes it (RFC 5891). Raises ValueError for what is no address, or one that some
    program takes for something else."""
    local, _at, domain = address.rpartition("@")
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain) or "=?" in local:
        raise ValueError(f"{address!r} is not an address that mail can be sent to")
    return f"{local}@{domain.encode('idna').decode('ascii') if not domain.isascii() else domain}"
