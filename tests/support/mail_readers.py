"""One mail as three programs read it: Python's own parser, mail-parser, and Rust's mailparse (fast-mail-parser)."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import getaddresses
from typing import cast

import fast_mail_parser
import mailparser


@dataclass(frozen=True)
class Read:
    """`headers` by their small names, each value on one line; `count` is how many lines of headers there are."""

    headers: dict[str, str]
    count: int
    to: list[str]
    text: str
    html: str

    @property
    def references(self) -> list[str]:
        return re.findall(r"<[^>]+>", self.headers.get("references", ""))


def by_python(raw: bytes) -> Read:
    mail = cast("EmailMessage", email.message_from_bytes(raw, policy=email.policy.default))
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    return Read(
        headers={name.lower(): _line(str(value)) for name, value in mail.items()},
        count=len(mail.keys()),
        to=[one.addr_spec for one in mail["To"].addresses],
        text=text.get_content() if text else "",
        html=html.get_content() if html else "",
    )


def by_mail_parser(raw: bytes) -> Read:
    mail = mailparser.parse_from_bytes(raw)
    return Read(
        headers={name.lower(): _line(value) for name, value in mail.headers.items() if isinstance(value, str)},
        count=len(mail.message.keys()),
        to=[address for _name, address in mail.to],
        text="".join(mail.text_plain),
        html="".join(mail.text_html),
    )


def by_mailparse(raw: bytes) -> Read:
    mail = fast_mail_parser.parse_email(raw)
    return Read(
        headers={name.lower(): _line(values[0]) for name, values in mail.headers.items()},
        count=sum(len(values) for values in mail.headers.values()),
        to=[address for _name, address in getaddresses(mail.headers["To"])],
        text="".join(mail.text_plain),
        html="".join(mail.text_html),
    )


READERS: dict[str, Callable[[bytes], Read]] = {
    "email": by_python,
    "mail-parser": by_mail_parser,
    "mailparse": by_mailparse,
}


def _line(value: str) -> str:
    return " ".join(value.split())
