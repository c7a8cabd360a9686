"""Objecting to what the newsroom did: by whom it was done to, once, in time; decided by somebody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from belowline.domain.appeals import (
    ANSWER_CHARACTERS,
    APPEAL_CHARACTERS,
    APPEAL_FOR,
    AppealFacts,
    DeciderFacts,
    decide_answering,
    decide_appealing,
)
from belowline.domain.moderating import RESTRICTIONS, ActKind

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ACT = AppealFacts(is_own=True, kind=ActKind.REMOVE, at=NOON, was_undone=False, is_asked=False)


@pytest.mark.parametrize(
    ("facts", "text", "code"),
    [
        (ACT, "It was a quotation.", None),
        (ACT, "x" * APPEAL_CHARACTERS, None),
        (replace(ACT, is_own=False), "It was not about me.", "appeal_unknown"),
        (replace(ACT, kind=ActKind.APPROVE), "Why?", "appeal_unknown"),
        (replace(ACT, is_asked=True), "Once more.", "appeal_once"),
        (replace(ACT, was_undone=True), "Too late for you.", "appeal_settled"),
        (ACT, " \n ", "appeal_text_missing"),
        (ACT, "x" * (APPEAL_CHARACTERS + 1), "appeal_text_long"),
    ],
)
def test_whoever_it_was_done_to_objects_once(facts: AppealFacts, text: str, code: str | None) -> None:
    refused = decide_appealing(facts, text, now=NOON + DAY)
    assert (refused and refused.code) == code


def test_six_months_are_left_for_it() -> None:
    assert timedelta(days=183) < APPEAL_FOR
    assert decide_appealing(ACT, "Now.", now=NOON + APPEAL_FOR) is None
    late = decide_appealing(ACT, "Now.", now=NOON + APPEAL_FOR + timedelta(seconds=1))
    assert late is not None
    assert late.code == "appeal_late"


def test_everything_that_takes_something_away_can_be_objected_to() -> None:
    for kind in ActKind:
        refused = decide_appealing(replace(ACT, kind=kind), "Please look again.", now=NOON)
        assert (refused is None) == (kind in RESTRICTIONS)


MONA, OSEI, ALMA = 1, 2, 3
ASKED = DeciderFacts(
    decider_id=OSEI, actor_id=MONA, reader_id=ALMA, asked_at=NOON, is_open=True, holder_ids=frozenset({MONA, OSEI})
)


@pytest.mark.parametrize(
    ("facts", "days", "code", "is_alone"),
    [
        (ASKED, 0, None, False),
        (replace(ASKED, decider_id=MONA), 9, "appeal_needs_another", False),
        (replace(ASKED, decider_id=MONA, holder_ids=frozenset({MONA})), 0.9, "second_person_wait", False),
        (replace(ASKED, decider_id=MONA, holder_ids=frozenset({MONA})), 1, None, True),
        (replace(ASKED, decider_id=9), 1, "second_person_no_right", False),
        (replace(ASKED, actor_id=None, decider_id=MONA), 0, None, False),
        (replace(ASKED, is_open=False), 0, "appeal_settled", False),
        # A moderator whose own comment was removed by the only colleague: that colleague is then alone.
        (replace(ASKED, decider_id=OSEI, reader_id=OSEI), 9, "own_matter", False),
        (replace(ASKED, decider_id=MONA, reader_id=OSEI), 0, "second_person_wait", False),
        (replace(ASKED, decider_id=MONA, reader_id=OSEI), 1, None, True),
    ],
)
def test_another_person_decides_or_the_only_one_a_day_later(
    facts: DeciderFacts, days: float, code: str | None, is_alone: bool
) -> None:
    refused, alone = decide_answering(facts, "We looked again.", now=NOON + days * DAY)
    assert ((refused and refused.code), alone) == (code, is_alone)


def test_an_answer_says_why() -> None:
    for answer, code in (("", "appeal_answer_missing"), ("x" * (ANSWER_CHARACTERS + 1), "appeal_answer_long")):
        refused, _alone = decide_answering(ASKED, answer, now=NOON)
        assert refused is not None
        assert refused.code == code
