"""Where an article stands on its way to the reader."""

from __future__ import annotations

import pytest

from belowline.domain.publishing import Facts, Stage, State, stage_of


@pytest.mark.parametrize(
    ("facts", "public", "draft"),
    [
        (Facts(False), None, State.DRAFT),
        (Facts(False, review="in_progress"), None, State.REVIEW),
        (Facts(False, review="needs_changes"), None, State.CHANGES_ASKED),
        (Facts(False, review="approved", is_approved_still=True), None, State.APPROVED),
        (Facts(False, review="approved"), None, State.DRAFT),
        (Facts(False, is_scheduled=True, review="approved", is_approved_still=True), None, State.SCHEDULED),
        (Facts(True), State.PUBLISHED, None),
        (Facts(True, is_updated=True), State.UPDATED, None),
        (Facts(True, has_newer_draft=True), State.PUBLISHED, State.DRAFT),
        (Facts(True, has_newer_draft=True, review="in_progress"), State.PUBLISHED, State.REVIEW),
        (Facts(False, is_withdrawn=True), State.WITHDRAWN, None),
        (Facts(False, is_withdrawn=True, is_retracted=True), State.RETRACTED, None),
        (Facts(False, is_withdrawn=True, is_retracted=True, review="in_progress"), State.RETRACTED, State.REVIEW),
    ],
)
def test_what_readers_see_and_how_far_the_draft_is(facts: Facts, public: State | None, draft: State | None) -> None:
    assert stage_of(facts) == Stage(public, draft)
