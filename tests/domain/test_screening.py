"""The pipeline: which phase says what, and that the strictest answer wins with every reason kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from belowline.domain.commenting import ReaderKind, ThreadMode
from belowline.domain.screening import Finding, Guests, Outcome, ScreeningFacts, Verdict, screen

PLAIN = ScreeningFacts(
    links=0,
    characters=100,
    mode=ThreadMode.OPEN,
    reader_kind=ReaderKind.MEMBER,
    guests=Guests.HOLD,
    published_before=0,
    same_text_by_author=0,
)


def codes(verdict: Verdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


def test_an_ordinary_comment_is_published_without_findings() -> None:
    assert screen(PLAIN) == Verdict(Outcome.PUBLISH, ())


@pytest.mark.parametrize(
    ("links", "published_before", "outcome"),
    [
        (2, 0, Outcome.PUBLISH),
        (3, 0, Outcome.HOLD),
        (3, 2, Outcome.HOLD),
        (3, 3, Outcome.PUBLISH),
        (10, 3, Outcome.PUBLISH),
        (11, 3, Outcome.HOLD),
    ],
)
def test_many_links_wait_for_a_moderator(links: int, published_before: int, outcome: Outcome) -> None:
    assert screen(replace(PLAIN, links=links, published_before=published_before)).outcome is outcome


@pytest.mark.parametrize(
    ("changes", "outcome", "code"),
    [
        ({"is_honeypot_filled": True}, Outcome.HOLD, "hidden_field_filled"),
        ({"same_text_by_author": 41}, Outcome.REFUSE, "same_text"),
        ({"reader_kind": ReaderKind.GUEST}, Outcome.HOLD, "guest_awaits_moderator"),
        ({"mode": ThreadMode.PREMODERATED}, Outcome.HOLD, "thread_premoderated"),
    ],
)
def test_each_phase_gives_its_reason(changes: dict[str, object], outcome: Outcome, code: str) -> None:
    verdict = screen(replace(PLAIN, **changes))
    assert (verdict.outcome, codes(verdict)) == (outcome, [code])


def test_guests_are_published_where_the_site_says_so() -> None:
    assert screen(replace(PLAIN, reader_kind=ReaderKind.GUEST, guests=Guests.PUBLISH)).outcome is Outcome.PUBLISH


@pytest.mark.parametrize(
    ("is_confirmed", "can_be_asked", "found"),
    [
        (True, True, []),
        (True, False, []),
        (False, True, ["guest_unconfirmed"]),
        (False, False, ["guest_awaits_moderator"]),
    ],
)
def test_a_guest_confirms_an_address_once_and_whom_no_mail_reaches_waits_for_a_moderator(
    is_confirmed: bool, can_be_asked: bool, found: list[str]
) -> None:
    guest = replace(PLAIN, reader_kind=ReaderKind.GUEST, guests=Guests.CONFIRM)
    assert codes(screen(replace(guest, is_confirmed=is_confirmed, can_be_asked=can_be_asked))) == found


def test_the_strictest_answer_wins_and_every_reason_is_kept() -> None:
    worst = replace(PLAIN, links=5, same_text_by_author=41, mode=ThreadMode.PREMODERATED, is_honeypot_filled=True)
    verdict = screen(worst)
    assert verdict.outcome is Outcome.REFUSE
    assert codes(verdict) == ["hidden_field_filled", "many_links", "same_text", "thread_premoderated"]


def test_a_finding_tells_moderators_the_numbers() -> None:
    assert screen(replace(PLAIN, links=5)).findings[0].evidence == {"links": 5, "limit": 2}


def test_the_phases_run_in_the_order_they_are_given() -> None:
    def first(facts: ScreeningFacts) -> Finding:
        return Finding("one", Outcome.HOLD, "first")

    def second(facts: ScreeningFacts) -> Finding:
        return Finding("two", Outcome.HOLD, "second")

    assert codes(screen(PLAIN, phases=[first, lambda facts: None, second])) == ["first", "second"]
    assert codes(screen(PLAIN, phases=[second, first])) == ["second", "first"]
