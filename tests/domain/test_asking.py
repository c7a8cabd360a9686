"""Who asks for a source and who answers, as decisions on facts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from belowline.domain.asking import (
    CHANGES_MAX,
    AskingFacts,
    GivingFacts,
    decide_asking,
    decide_giving,
    source_address,
    source_host,
)
from belowline.domain.commenting import CommentState, ReaderKind, Refused, ThreadMode

ASKING = AskingFacts(CommentState.PUBLISHED, ThreadMode.OPEN, False, ReaderKind.MEMBER, True)
GIVING = GivingFacts(CommentState.PUBLISHED, ThreadMode.OPEN, True, asks=1, changes=0, has_source=False)


def code(answer: Refused | None) -> str:
    return answer.code if answer else ""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ""),
        ({"mode": ThreadMode.MEMBERS}, ""),
        ({"mode": ThreadMode.CLOSED}, "thread_closed"),
        ({"is_author": True}, "ask_own"),
        ({"reader_kind": ReaderKind.GUEST}, ""),
        ({"reader_kind": ReaderKind.GUEST, "is_confirmed": False}, "ask_unconfirmed"),
        ({"reader_kind": ReaderKind.IMPORTED}, "reader_cannot_write"),
        ({"reader_kind": ReaderKind.ERASED}, "reader_cannot_write"),
        ({"state": CommentState.HELD}, "comment_missing"),
        ({"state": CommentState.REJECTED}, "comment_missing"),
        ({"state": CommentState.DELETED}, "comment_gone"),
        ({"state": CommentState.REMOVED}, "comment_gone"),
    ],
)
def test_who_may_ask(change: dict[str, object], expected: str) -> None:
    assert code(decide_asking(replace(ASKING, **change))) == expected  # type: ignore[arg-type]


def test_what_was_asked_is_taken_back_in_a_closed_discussion_too() -> None:
    assert decide_asking(replace(ASKING, mode=ThreadMode.CLOSED), is_taking_back=True) is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ""),
        ({"mode": ThreadMode.CLOSED}, ""),
        ({"asks": 0}, "source_not_asked"),
        ({"asks": 0, "has_source": True}, ""),
        ({"is_author": False}, "not_yours"),
        ({"state": CommentState.REMOVED}, "comment_gone"),
        ({"mode": ThreadMode.PREMODERATED}, "source_premoderated"),
        ({"changes": CHANGES_MAX}, "source_changes"),
    ],
)
def test_who_may_give(change: dict[str, object], expected: str) -> None:
    assert code(decide_giving(replace(GIVING, **change))) == expected  # type: ignore[arg-type]


def test_a_source_is_withdrawn_wherever_its_comment_stands() -> None:
    facts = replace(GIVING, mode=ThreadMode.PREMODERATED, changes=CHANGES_MAX, asks=0)
    assert decide_giving(facts, is_withdrawing=True) is None


@pytest.mark.parametrize(
    ("typed", "address", "host"),
    [
        ("https://example.org/report.pdf", "https://example.org/report.pdf", "example.org"),
        (" HTTP://Example.org ", "http://example.org", "example.org"),
        ("https://مثال.إختبار/ورقة", None, "مثال.إختبار"),
        # A Cyrillic a among Latin letters is shown as what it is.
        ("https://ex\u0430mple.org/", None, "xn--exmple-4nf.org"),
    ],
)
def test_the_host_of_a_source_is_shown_as_what_it_is(typed: str, address: str | None, host: str) -> None:
    found = source_address(typed)
    assert isinstance(found, str)
    assert address in {None, found}
    assert source_host(found) == host


@pytest.mark.parametrize(
    "typed",
    ["", "example.org", "//example.org", "/report", "ftp://example.org", "mailto:a@example.org", "javascript:alert(1)",
     "https://", "https://user@example.org/", "https://example.org\\@evil.example", "https://exa mple.org",
     "https://example.org/\r\nx", f"https://example.org/{'a' * 2_048}"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_at_its_field(typed: str) -> None:
    assert source_address(typed) == Refused("source_address", status=422)
