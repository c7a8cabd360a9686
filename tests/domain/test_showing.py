"""Which pictures may be published."""

from __future__ import annotations

from dataclasses import replace

import pytest

from belowline.domain.showing import Shown, missing

GOOD = Shown(
    headline="The gauge that moved",
    alt="A staff with numbers stands in brown water",
    caption="The gauge on Friday",
    credit="Photograph: Ines Marrick",
    is_licence_known=True,
    needs_reason=False,
    reason="",
    is_sensitive=False,
    content="",
)


def check(*expected: str, **changed: object) -> None:
    assert missing(replace(GOOD, **changed)) == expected


def test_a_picture_with_its_rights_and_words_is_shown() -> None:
    check()


@pytest.mark.parametrize("empty", ["", "  ", "…"])
def test_a_picture_without_words_or_rights_is_not(empty: str) -> None:
    check("alt_missing", alt=empty)
    check("credit_missing", credit=empty)
    check("licence_unknown", is_licence_known=False)


def test_all_that_is_missing_is_said_at_once() -> None:
    check("alt_missing", "credit_missing", "licence_unknown", alt="", credit="", is_licence_known=False)


@pytest.mark.parametrize("alt", ["The gauge that moved", "the gauge  that moved.", "“The Gauge That Moved”"])
def test_the_headline_describes_no_picture(alt: str) -> None:
    check("alt_is_headline", alt=alt)


def test_the_caption_describes_no_picture_either() -> None:
    check("alt_is_caption", alt="The gauge, on Friday.")


def test_a_basis_that_needs_a_reason_has_one() -> None:
    check("reason_missing", needs_reason=True)
    check(needs_reason=True, reason="Quoted to criticise it")


def test_a_sensitive_picture_says_what_is_in_it() -> None:
    check("content_missing", is_sensitive=True)
    check(is_sensitive=True, content="A dead animal")


def test_words_in_other_scripts_are_words() -> None:
    check("alt_is_headline", headline="المقياس الذي تحرّك", alt="المقياس الذي تحرّك.")
