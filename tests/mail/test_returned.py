"""What a mail that came back says, whoever wrote it: the shapes of Postfix, Exim, Exchange, Gmail and qmail."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.domain.returned import MOST_BYTES, NOTHING, Returned, ReturnedKind, read_returned

pytestmark = pytest.mark.once

FOLDER = Path(__file__).parent / "returned"
TOKEN = "0123456789abcdef0123456789abcdef"
MESSAGE_ID = "<notice-7-12.0123456789abcdef@news.example>"
# What the file is taken for, its code, whether the letter can be found by its token, and by its Message-ID.
CASES = {
    "postfix_no_such_user": ("failed", "5.1.1", True, True),
    "postfix_gave_up_after_five_days": ("failed", "4.4.1", True, True),
    "postfix_still_trying": ("delayed", "", True, True),
    "postfix_has_delivered": ("other", "", True, True),
    "exim_says_only_5_0_0": ("failed", "5.1.1", True, True),
    "exim_without_report_parts": ("failed", "5.0.0", True, True),
    "exim_warns_without_report_parts": ("delayed", "", True, False),
    "exchange_recipient_not_found": ("failed", "5.1.10", True, True),
    "exchange_policy_in_german": ("failed", "5.7.1", True, True),
    "gmail_mailbox_full": ("failed", "4.2.2", True, True),
    "gmail_no_such_user": ("failed", "5.1.1", True, True),
    "internationalised_report_rfc6533": ("failed", "5.1.3", True, True),
    "without_verp_to_the_sender": ("failed", "5.1.1", False, True),
    "qmail_without_report_parts": ("failed", "5.1.1", True, True),
    "qmail_with_a_remote_answer": ("failed", "5.0.0", True, True),
    "report_without_the_original": ("failed", "5.1.1", True, False),
    "complaint_abuse": ("complaint", "", True, True),
    "complaint_redacted": ("complaint", "", True, True),
    "complaint_taken_back": ("other", "", True, True),
    "holiday_answer": ("auto_reply", "", True, False),
    "holiday_answer_of_exchange": ("auto_reply", "", True, False),
    "unsubscribe_by_mail": ("unsubscribe", "", True, False),
    "unsubscribe_delivered_to_another_name": ("unsubscribe", "", True, False),
    "somebody_writes_by_hand": ("other", "", True, False),
}


def read(raw: bytes, *recipients: str) -> Returned:
    return read_returned(raw, recipients=recipients, bounces="bounce@news.example", unsubscribes="unsub@news.example")


def of_file(name: str) -> bytes:
    return (FOLDER / f"{name}.eml").read_bytes()


def test_every_shape_of_returned_mail_is_read_for_what_it_is() -> None:
    assert {one.stem for one in FOLDER.glob("*.eml")} == set(CASES)
    for name, (kind, code, has_token, has_id) in CASES.items():
        for raw in (of_file(name), of_file(name).replace(b"\n", b"\r\n")):
            found = read(raw)
            assert (found.kind, found.code) == (kind, code), name
            assert (TOKEN in [one.lower() for one in found.tokens]) == has_token, name
            assert found.message_ids == ((MESSAGE_ID,) if has_id else ()), name


def test_the_envelope_names_the_letter_when_no_header_does() -> None:
    raw = of_file("report_without_the_original").replace(f"bounce+{TOKEN}".encode(), b"postmaster")
    assert read(raw).tokens == ()
    assert read(raw, f"Bounce+{TOKEN}@NEWS.example").tokens == (TOKEN,)
    assert read(raw, f"bounce+{TOKEN}@elsewhere.example", f"x-bounce+{TOKEN}@news.example").tokens == ()


def test_a_report_that_somebody_forwards_as_a_mail_is_no_report() -> None:
    inner = of_file("postfix_no_such_user")
    raw = b"From: ann@example.org\nTo: desk@news.example\nContent-Type: message/rfc822\n\n" + inner
    assert read(raw).kind is ReturnedKind.OTHER


PIECES = [part for one in sorted(FOLDER.glob("*.eml")) for part in one.read_bytes().split(b"\n\n")]


@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=60)), max_size=8),
    st.sampled_from([b"\n\n", b"\n", b"\r"]),
)
def test_garbage_is_read_without_a_fault(parts: list[bytes], between: bytes) -> None:
    found = read(between.join(parts))
    assert found.kind is not ReturnedKind.FAILED or found.code[0] in "45"


@given(st.sampled_from(sorted(CASES)), st.data())
def test_a_report_that_was_broken_on_the_way_is_read_without_a_fault(name: str, data: st.DataObject) -> None:
    raw = of_file(name)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(raw))] * 2)))
    read(raw[:start] + data.draw(st.binary(max_size=12)) + raw[end:])


HOSTILE = {
    "nested": b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3_000)),
    "mails in mails": b"Content-Type: message/rfc822\n\n" * 9_000,
    "parts": b"Content-Type: multipart/report; boundary=x\n\n" + b"--x\nContent-Type: text/plain\n\nA\n" * 7_000,
    "one header": b"To: " + b"a@b.example, " * 20_000 + b"\n\n",
    "headers": b"To: a@b.example\n" * 15_000,
    "folded": b"Subject: " + b"x\n " * 80_000,
    "long": of_file("postfix_no_such_user") + b"A" * 20_000_000,
    "comments": b"From: " + b"(" * 200_000 + b"\nTo: " + b'"' * 50_000 + b"\n\n",
    "codes": b"From: MAILER-DAEMON@x.example\n\n" + b"5.1." * 60_000,
    "charset": b"From: MAILER-DAEMON@x.example\nContent-Type: text/plain; charset=\xff\nContent-Transfer-Encoding: base64\n\n!!!",
    "nothing": b"",
    "noise": os.urandom(MOST_BYTES),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_what_is_made_to_cost_costs_little(name: str) -> None:
    begun = time.thread_time()
    found = read(HOSTILE[name])
    assert time.thread_time() - begun < 1.0
    assert found.kind in {ReturnedKind.OTHER, ReturnedKind.FAILED}
    if name in {"nested", "mails in mails", "nothing"}:
        assert found == NOTHING
