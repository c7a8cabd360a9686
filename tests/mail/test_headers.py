"""No name, subject or address puts a header into a mail, or a second recipient (S23), in the eyes of three programs."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.utils import formataddr, parseaddr
from itertools import product

import pytest

from belowline.mail.message import Composed, ascii_address, message_bytes, one_line
from tests.support.mail_readers import READERS, by_python

pytestmark = pytest.mark.once

BREAKS = ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\0", "%0d%0a", "=0D=0A", "\r\n ", "\n\t"]
SMUGGLED = ["Bcc: eve@evil.example", "To: eve@evil.example", "\r\n\r\n<script>", "Content-Type: text/html", "x" * 500]
WRAPPED = ["{}", "=?utf-8?B?{}?=", '"{}"', "<{}>"]


def written(subject: str, *, name: str = "The Weir", recipient: str = "ann@example.org") -> bytes:
    sender = formataddr((name, "desk@weir.example"))
    raw = message_bytes(
        Composed(subject, "Words.\n", headers={"List-Id": f"<{one_line(name, most=40)}>"}),
        sender=sender if parseaddr(sender)[1] == "desk@weir.example" else "desk@weir.example",
        recipient=recipient,
        message_id="<1@weir.example>",
        language="en",
        now=datetime(2026, 3, 1, tzinfo=UTC),
    )
    assert raw.isascii()
    return raw


def sent(subject: str) -> email.message.EmailMessage:
    return email.message_from_bytes(written(subject), policy=email.policy.default)  # type: ignore[return-value]


HOSTILE = [
    wrapped.format(f"Hello{broken}{smuggled}") for wrapped, broken, smuggled in product(WRAPPED, BREAKS, SMUGGLED)
]


@pytest.mark.parametrize("program", READERS)
def test_no_text_from_outside_adds_a_header_or_a_recipient(program: str) -> None:
    assert len(HOSTILE) > 200
    read = READERS[program]
    plain = read(written("Hello"))
    for text in HOSTILE:
        mail = read(written(text, name=text))
        assert (mail.headers.keys(), mail.count) == (plain.headers.keys(), plain.count), text
        assert mail.to == ["ann@example.org"], text
        assert mail.text.splitlines() == ["Words."], text


def test_an_address_that_smuggles_something_gets_nothing() -> None:
    for text in HOSTILE:
        for address in (f"{text}@example.org", f"ann@example.org{text}"):
            try:
                mail = by_python(written("Hello", recipient=address))
            except ValueError:
                continue
            assert (mail.to, mail.count) == ([address], len(by_python(written("Hello")).headers)), address


def test_a_subject_of_any_script_arrives_as_it_was_and_in_one_line() -> None:
    assert sent("ردّت منى على تعليقك 👍🏽")["Subject"] == "ردّت منى على تعليقك 👍🏽"
    assert sent("a\u202eb\n c")["Subject"] == "ab c", "what reorders is left out"
    assert len(sent("word " * 100)["Subject"]) <= 150


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ann",
        "@example.org",
        "ann@",
        "ann@example.org\nBcc: x@y.example",
        "a b@example.org",
        "ännä@example.org",
        "a,eve@evil.example,b@example.org",
        "<eve@evil.example>ann@example.org",
        "=?utf-8?B?ZXZl?=@example.org",
        "ann@example.org(",
        "ann@[192.0.2.1]",
        'x"y@example.org',
        "a\x7fb@example.org",
        "ann@example.org,eve@evil.example",
    ],
)
def test_what_is_no_address_is_named_and_gets_nothing(address: str) -> None:
    with pytest.raises(ValueError, match="is not an address that mail can be sent to"):
        ascii_address(address)


def test_what_means_something_elsewhere_is_a_letter_like_others_in_an_address() -> None:
    for address in ("%@example.org", "_@example.org", "a%b_c'd+e@example.org", "a%0d%0ab@example.org"):
        mail = by_python(written("Hello", recipient=address))
        assert (mail.to, mail.headers["to"]) == ([address], address)


def test_a_domain_of_any_script_is_written_as_mail_writes_it() -> None:
    assert ascii_address("ann@bücher.example") == "ann@xn--bcher-kva.example"
