"""No name, subject or address puts a header into a mail, or a second recipient (S23)."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from itertools import product

import pytest

from belowline.mail.message import Composed, ascii_address, message_bytes, one_line

pytestmark = pytest.mark.once

BREAKS = ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\0", "%0d%0a", "=0D=0A", "\r\n ", "\n\t"]
SMUGGLED = ["Bcc: eve@evil.example", "To: eve@evil.example", "\r\n\r\n<script>", "Content-Type: text/html", "x" * 500]
WRAPPED = ["{}", "=?utf-8?B?{}?=", '"{}"', "<{}>"]


def sent(subject: str, *, name: str = "The Weir", language: str = "en") -> email.message.EmailMessage:
    raw = message_bytes(
        Composed(subject, "Words.\n", headers={"List-Id": f"<{one_line(name, most=40)}>"}),
        sender="desk@weir.example",
        recipient="ann@example.org",
        message_id="<1@weir.example>",
        language=language,
        now=datetime(2026, 3, 1, tzinfo=UTC),
    )
    assert raw.isascii()
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


PLAIN = sorted(sent("Hello").keys())


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_no_text_from_outside_adds_a_header_or_a_recipient(wrapped: str) -> None:
    for broken, smuggled in product(BREAKS, SMUGGLED):
        text = wrapped.format(f"Hello{broken}{smuggled}")
        mail = sent(text, name=text)
        assert sorted(mail.keys()) == PLAIN, text
        assert mail["To"] == "ann@example.org"
        assert mail.get_content().splitlines() == ["Words."]


def test_a_subject_of_any_script_arrives_as_it_was_and_in_one_line() -> None:
    assert sent("ردّت منى على تعليقك 👍🏽")["Subject"] == "ردّت منى على تعليقك 👍🏽"
    assert sent("a\u202eb\n c")["Subject"] == "ab c", "what reorders is left out"
    assert len(sent("word " * 100)["Subject"]) <= 150


@pytest.mark.parametrize(
    "address",
    ["", "ann", "@example.org", "ann@", "ann@example.org\nBcc: x@y.example", "a b@example.org", "ännä@example.org"],
)
def test_what_is_no_address_is_named_and_gets_nothing(address: str) -> None:
    with pytest.raises(ValueError, match="is not an address that mail can be sent to"):
        ascii_address(address)


def test_a_domain_of_any_script_is_written_as_mail_writes_it() -> None:
    assert ascii_address("ann@bücher.example") == "ann@xn--bcher-kva.example"
