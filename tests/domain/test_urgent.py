"""Whose report hides a comment at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from belowline.domain.commenting import REPORT_REASONS
from belowline.domain.readers import Standing
from belowline.domain.urgent import URGENT_REASONS, ReporterFacts, hides_at_once

KNOWN = ReporterFacts(is_proved=True, is_new=False, standing=None, wrong=0)


def test_only_four_reasons_cannot_wait() -> None:
    hiding = {reason for reason in REPORT_REASONS if hides_at_once(reason, KNOWN, was_upheld=False)}
    assert hiding == URGENT_REASONS == {"private", "threat", "child", "intimate"}


@pytest.mark.parametrize(
    ("reporter", "hides"),
    [
        (None, False),
        (replace(KNOWN, is_proved=False), False),
        (replace(KNOWN, is_new=True), False),
        (replace(KNOWN, standing=Standing.TRUSTED), True),
        (replace(KNOWN, standing=Standing.PREMODERATED), False),
        (replace(KNOWN, standing=Standing.TIMED_OUT), False),
        (replace(KNOWN, wrong=1), True),
        (replace(KNOWN, wrong=2), False),
    ],
)
def test_it_takes_somebody_whose_word_counts(reporter: ReporterFacts | None, hides: bool) -> None:
    assert hides_at_once("threat", reporter, was_upheld=False) == hides


def test_what_a_person_let_stand_is_not_hidden_again() -> None:
    assert not hides_at_once("threat", KNOWN, was_upheld=True)
