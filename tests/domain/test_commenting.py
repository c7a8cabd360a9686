"""Who may write, edit, delete and vote when. Each rule once refused and once allowed, from the same facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from belowline.domain.commenting import (
    ALLOWED,
    STAFF_ACTS,
    Allowed,
    CommentState,
    EditingFacts,
    EditRules,
    ParentFacts,
    PostingFacts,
    ReaderKind,
    Refused,
    ThreadMode,
    VotingFacts,
    counts_visible_us,
    decide_deleting,
    decide_editing,
    decide_posting,
    decide_staff_act,
    decide_voting,
    edit_deadline,
    is_quiet_edit,
)

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
HOUR_US = 3_600_000_000
RULES = EditRules()

POSTING = PostingFacts(thread_id=7, mode=ThreadMode.OPEN, reader_kind=ReaderKind.MEMBER, are_guests_accepted=True)
PARENT = ParentFacts(id=1, thread_id=7, state=CommentState.PUBLISHED)
EDITING = EditingFacts(
    is_author=True, state=CommentState.PUBLISHED, posted_at=NOON, first_reply_at=None, mode=ThreadMode.OPEN
)
VOTING = VotingFacts(
    state=CommentState.PUBLISHED,
    is_author=False,
    reader_kind=ReaderKind.MEMBER,
    are_guest_votes_accepted=False,
    mode=ThreadMode.OPEN,
)


def code(decision: object) -> str:
    return decision.code if isinstance(decision, Refused) else "allowed"


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "allowed"),
        ({"reader_kind": ReaderKind.GUEST}, "allowed"),
        ({"reader_kind": ReaderKind.GUEST, "are_guests_accepted": False}, "members_only"),
        ({"reader_kind": ReaderKind.GUEST, "mode": ThreadMode.MEMBERS}, "members_only"),
        ({"mode": ThreadMode.MEMBERS}, "allowed"),
        ({"mode": ThreadMode.PREMODERATED}, "allowed"),
        ({"mode": ThreadMode.CLOSED}, "thread_closed"),
        ({"reader_kind": ReaderKind.IMPORTED}, "reader_cannot_write"),
        ({"reader_kind": ReaderKind.ERASED}, "reader_cannot_write"),
        ({"is_parent_missing": True}, "parent_missing"),
        ({"parent": PARENT}, "allowed"),
        ({"parent": replace(PARENT, thread_id=8)}, "parent_elsewhere"),
        ({"parent": replace(PARENT, state=CommentState.DELETED)}, "parent_deleted"),
        ({"parent": replace(PARENT, state=CommentState.REMOVED)}, "parent_removed"),
        ({"parent": replace(PARENT, state=CommentState.REJECTED)}, "parent_removed"),
        ({"parent": replace(PARENT, state=CommentState.HELD)}, "parent_held"),
        ({"parent": replace(PARENT, is_branch_closed=True)}, "branch_closed"),
    ],
)
def test_who_may_comment_where(changes: dict[str, object], expected: str) -> None:
    assert code(decide_posting(replace(POSTING, **changes))) == expected


def test_the_state_of_a_parent_in_another_thread_is_not_told() -> None:
    elsewhere = replace(PARENT, thread_id=8, state=CommentState.REMOVED)
    assert code(decide_posting(replace(POSTING, parent=elsewhere))) == "parent_elsewhere"


@pytest.mark.parametrize(
    ("changes", "minute", "expected"),
    [
        ({}, 0, "allowed"),
        ({}, 15, "allowed"),
        ({}, 15.01, "edit_window_over"),
        ({"first_reply_at": minutes(1)}, 5, "allowed"),
        ({"first_reply_at": minutes(1)}, 5.01, "edit_window_over"),
        ({"first_reply_at": minutes(9)}, 9.01, "edit_window_over"),
        ({"is_author": False}, 0, "not_yours"),
        ({"state": CommentState.HELD}, 1, "allowed"),
        ({"state": CommentState.DELETED}, 1, "comment_gone"),
        ({"state": CommentState.REMOVED}, 1, "comment_gone"),
        ({"state": CommentState.REJECTED}, 1, "comment_gone"),
        ({"mode": ThreadMode.CLOSED}, 1, "thread_closed"),
    ],
)
def test_until_when_an_author_may_edit(changes: dict[str, object], minute: float, expected: str) -> None:
    assert code(decide_editing(replace(EDITING, **changes), rules=RULES, now=minutes(minute))) == expected


def test_an_edit_after_a_reply_says_so() -> None:
    answered = replace(EDITING, first_reply_at=minutes(2))
    assert decide_editing(answered, rules=RULES, now=minutes(3)) == Allowed(is_after_reply=True)
    assert decide_editing(EDITING, rules=RULES, now=minutes(3)) == Allowed(is_after_reply=False)


def test_a_refused_edit_tells_until_when_it_was_possible() -> None:
    answer = decide_editing(EDITING, rules=RULES, now=minutes(20))
    assert isinstance(answer, Refused)
    assert answer.until == minutes(15)


def test_a_reply_never_prolongs_a_short_edit_window() -> None:
    short = EditRules(edit_minutes=3, after_reply_minutes=5)
    assert edit_deadline(replace(EDITING, first_reply_at=minutes(1)), rules=short) == minutes(3)


@pytest.mark.parametrize(("minute", "is_quiet"), [(-1, False), (0, True), (2, True), (2.01, False)])
def test_the_first_two_minutes_are_quiet(minute: float, is_quiet: bool) -> None:
    assert is_quiet_edit(posted_at=NOON, now=minutes(minute), rules=RULES) is is_quiet


@pytest.mark.parametrize("state", CommentState)
def test_authors_delete_what_is_public_or_waiting(state: CommentState) -> None:
    expected = "allowed" if state in {CommentState.PUBLISHED, CommentState.HELD} else "comment_gone"
    assert code(decide_deleting(is_author=True, state=state)) == expected
    assert code(decide_deleting(is_author=False, state=state)) == "not_yours"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "allowed"),
        ({"is_author": True}, "own_comment"),
        *(({"state": state}, "comment_gone") for state in CommentState if state is not CommentState.PUBLISHED),
        ({"reader_kind": ReaderKind.GUEST}, "members_only"),
        ({"reader_kind": ReaderKind.GUEST, "are_guest_votes_accepted": True}, "address_unconfirmed"),
        ({"reader_kind": ReaderKind.GUEST, "are_guest_votes_accepted": True, "is_confirmed": True}, "allowed"),
        ({"reader_kind": ReaderKind.IMPORTED}, "reader_cannot_write"),
        ({"reader_kind": ReaderKind.ERASED, "are_guest_votes_accepted": True}, "reader_cannot_write"),
        ({"mode": ThreadMode.CLOSED}, "thread_closed"),
        ({"mode": ThreadMode.PREMODERATED}, "allowed"),
        ({"mode": ThreadMode.MEMBERS}, "allowed"),
    ],
)
def test_who_may_vote_on_what(changes: dict[str, object], expected: str) -> None:
    for value in (-1, 0, 1):
        assert code(decide_voting(replace(VOTING, **changes), value=value)) == expected


@pytest.mark.parametrize("value", [2, -2, 100])
def test_a_vote_is_one_of_three(value: int) -> None:
    assert decide_voting(VOTING, value=value) == Refused("vote_unknown", status=400)
    assert decide_voting(VOTING, value=1) is ALLOWED


@pytest.mark.parametrize("state", CommentState)
@pytest.mark.parametrize("act", STAFF_ACTS)
def test_a_staff_act_leads_from_known_states_only(act: str, state: CommentState) -> None:
    sources, after = STAFF_ACTS[act]
    answer = decide_staff_act(act, state=state)
    assert answer == (after if state in sources else Refused("state_changed", status=409))
    assert after not in sources


def test_staff_never_bring_back_what_its_author_deleted() -> None:
    answers = [decide_staff_act(act, state=CommentState.DELETED) for act in STAFF_ACTS]
    assert {code(answer) for answer in answers} == {"state_changed"}
    assert code(decide_staff_act("burn", state=CommentState.PUBLISHED)) == "act_unknown"


@pytest.mark.parametrize(("votes", "shows_at"), [(0, 7 + HOUR_US), (9, 7 + HOUR_US), (10, None), (500, None)])
def test_counts_show_after_an_hour_or_ten_votes(votes: int, shows_at: int | None) -> None:
    assert counts_visible_us(posted_us=7, votes=votes, hide_minutes=60, hide_votes=10) == shows_at
