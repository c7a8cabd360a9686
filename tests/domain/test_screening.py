"""The pipeline: which phase says what, and that the strictest answer wins with every reason kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from belowline.domain.commenting import ReaderKind, ThreadMode
from belowline.domain.readers import Standing
from belowline.domain.screening import (
    PHASES,
    Author,
    Finding,
    Guests,
    Match,
    Opinion,
    Outcome,
    Place,
    Rules,
    ScreeningFacts,
    Verdict,
    Wording,
    screen,
)

PLAIN = ScreeningFacts(
    wording=Wording(characters=100, links=0),
    place=Place(ThreadMode.OPEN),
    author=Author(ReaderKind.MEMBER, published_before=0),
    rules=Rules(Guests.HOLD),
)
LATER = datetime(2026, 3, 2, 8, tzinfo=UTC)


def but(facts: ScreeningFacts = PLAIN, **changes: object) -> ScreeningFacts:
    """Those facts with other values: each belongs to the one group that has a field of its name."""
    for name, value in changes.items():
        groups = [group for group in facts.__slots__ if name in getattr(facts, group).__slots__]
        assert len(groups) == 1, name
        facts = replace(facts, **{groups[0]: replace(getattr(facts, groups[0]), **{name: value})})
    return facts


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
    assert screen(but(links=links, published_before=published_before)).outcome is outcome


MEMBER_OF_OLD = {"published_before": 40, "is_new": False}
LISTED = Match(10, 14, "slur", name="entry", severity=2)
NUMBER = Match(20, 32, "phone")


@pytest.mark.parametrize(
    ("changes", "outcome", "code"),
    [
        ({"invisible": 21}, Outcome.HOLD, "invisible_signs"),
        ({"opens_at": LATER}, Outcome.HOLD, "outside_hours"),
        ({"slow_until": LATER}, Outcome.REFUSE, "thread_slow"),
        ({"standing": Standing.TIMED_OUT, "until": LATER}, Outcome.REFUSE, "reader_timed_out"),
        ({"standing": Standing.SUSPENDED, "until": LATER}, Outcome.REFUSE, "reader_suspended"),
        ({"standing": Standing.BANNED}, Outcome.REFUSE, "reader_banned"),
        ({"standing": Standing.PREMODERATED}, Outcome.HOLD, "reader_premoderated"),
        ({"author_until": LATER}, Outcome.REFUSE, "posts_often"),
        ({"is_network_busy": True}, Outcome.HOLD, "network_busy"),
        ({"is_honeypot_filled": True}, Outcome.HOLD, "hidden_field_filled"),
        ({"seconds": 2.9}, Outcome.HOLD, "sent_at_once"),
        ({"is_raided": True, "links": 1, "is_new": False, "standing": Standing.TRUSTED}, Outcome.PUBLISH, None),
        ({"same_text": 41}, Outcome.REFUSE, "same_text"),
        ({"own_here": 2}, Outcome.PUBLISH, "same_reply"),
        ({"own": 2, "nearest": 7}, Outcome.HOLD, "sent_around"),
        ({"others": 3, "nearest": 7}, Outcome.HOLD, "shared_text"),
        ({"words": (LISTED,)}, Outcome.HOLD, "listed_words"),
        ({"personal": (NUMBER,)}, Outcome.HOLD, "personal_data"),
        ({"opinion": Opinion(True, ("threat",), "m1")}, Outcome.HOLD, "assistant_holds"),
        ({"opinion": Opinion(False, ("threat",), "m1")}, Outcome.PUBLISH, "assistant_doubts"),
        ({"kind": ReaderKind.GUEST}, Outcome.HOLD, "guest_awaits_moderator"),
        ({"hold_first": 1}, Outcome.HOLD, "first_comments"),
        ({"mode": ThreadMode.PREMODERATED}, Outcome.HOLD, "thread_premoderated"),
        ({"is_raided": True}, Outcome.HOLD, "raid_newcomer"),
        ({"has_hook": True}, Outcome.HOLD, "awaits_service"),
    ],
)
def test_each_phase_gives_its_reason(changes: dict[str, object], outcome: Outcome, code: str | None) -> None:
    verdict = screen(but(**changes))
    assert (verdict.outcome, codes(verdict)) == (outcome, [code] if code else [])


def test_every_phase_says_something_in_these_tests() -> None:
    """The list above is complete: no phase is left that nothing here makes speak."""
    speaking = {
        finding.phase
        for mark in test_each_phase_gives_its_reason.pytestmark
        for changes, _outcome, _code in mark.args[1]
        for finding in screen(but(**changes)).findings
    } | {finding.phase for finding in screen(but(links=3)).findings}
    assert speaking == {phase.__name__ for phase in PHASES}


@pytest.mark.parametrize(
    "changes",
    [
        {"invisible": 20},
        {"seconds": 3.0},
        {"seconds": None},
        {"seconds": 0.5} | MEMBER_OF_OLD,
        {"own_here": 1},
        {"own": 1},
        {"others": 2},
        {"own": 9, "others": 9, "standing": Standing.TRUSTED},
        {"links": 30, "standing": Standing.TRUSTED},
        {"words": (replace(LISTED, severity=1),)},
        {"opinion": Opinion(True, (), "m1")},
        {"hold_first": 3, "published_before": 3},
        {"hold_first": 3, "standing": Standing.TRUSTED},
        {"is_raided": True} | MEMBER_OF_OLD,
        {"is_network_busy": True} | MEMBER_OF_OLD,
        {"is_raided": True, "links": 1} | MEMBER_OF_OLD,
        {"opens_at": LATER, "is_staff": True},
        {"slow_until": LATER, "author_until": LATER, "is_staff": True},
        {"has_hook": True, "is_raided": True, "hold_first": 9, "is_staff": True},
    ],
)
def test_what_is_nobodys_concern_is_published_without_findings(changes: dict[str, object]) -> None:
    assert screen(but(**changes)) == Verdict(Outcome.PUBLISH, ())


def test_in_a_raid_newcomers_post_no_links() -> None:
    verdict = screen(but(is_raided=True, links=1))
    assert (verdict.outcome, codes(verdict)) == (Outcome.REFUSE, ["raid_links", "raid_newcomer"])


def test_guests_are_newcomers_in_a_raid_however_much_they_wrote() -> None:
    guest = but(kind=ReaderKind.GUEST, guests=Guests.PUBLISH, is_raided=True, **MEMBER_OF_OLD)
    assert codes(screen(guest)) == ["raid_newcomer"]


def test_the_author_is_shown_passages_and_moderators_the_entries() -> None:
    found = screen(but(words=(LISTED, replace(LISTED, start=2, end=5)), lists="en 4", personal=(NUMBER,))).findings
    assert [(one.phase, one.passages) for one in found] == [
        ("word_lists", ((2, 5), (10, 14))),
        ("personal_data", ((20, 32),)),
    ]
    assert [one.evidence for one in found] == [{"entries": "entry", "lists": "en 4"}, {"kinds": "phone"}]


def test_a_refusal_says_from_when_on_it_would_be_allowed() -> None:
    refusal = screen(but(author_until=LATER)).refusal
    assert refusal is not None
    assert refusal.until == LATER


def test_guests_are_published_where_the_site_says_so() -> None:
    assert screen(but(kind=ReaderKind.GUEST, guests=Guests.PUBLISH)).outcome is Outcome.PUBLISH


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
    guest = but(kind=ReaderKind.GUEST, guests=Guests.CONFIRM)
    assert codes(screen(but(guest, is_confirmed=is_confirmed, can_be_asked=can_be_asked))) == found


def test_the_strictest_answer_wins_and_every_reason_is_kept() -> None:
    worst = but(links=5, same_text=41, mode=ThreadMode.PREMODERATED, is_honeypot_filled=True)
    verdict = screen(worst)
    assert verdict.outcome is Outcome.REFUSE
    assert codes(verdict) == ["hidden_field_filled", "many_links", "same_text", "thread_premoderated"]


def test_a_finding_tells_moderators_the_numbers() -> None:
    assert screen(but(links=5)).findings[0].evidence == {"links": 5, "limit": 2}


def test_the_phases_run_in_the_order_they_are_given() -> None:
    def first(facts: ScreeningFacts) -> Finding:
        return Finding("one", Outcome.HOLD, "first")

    def second(facts: ScreeningFacts) -> Finding:
        return Finding("two", Outcome.HOLD, "second")

    assert codes(screen(PLAIN, phases=[first, lambda facts: None, second])) == ["first", "second"]
    assert codes(screen(PLAIN, phases=[second, first])) == ["second", "first"]
