"""What may become of a request, who may ask, when it is late, and how the rate is counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from belowline.domain.commenting import Refused
from belowline.domain.feedback import (
    FOLLOWS,
    Act,
    ActFacts,
    AnswerRate,
    AskFacts,
    Consent,
    Impossible,
    Kind,
    OfferState,
    Spell,
    State,
    answer_rate,
    decide_act,
    decide_asking,
    decide_publishing_offer,
    is_amber,
    offer_refusal,
)

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


def act(what: Act, state: State, **facts: object) -> State | str:
    answer = decide_act(what, ActFacts(state, version=3, seen_version=3, **facts))  # type: ignore[arg-type]
    return answer.code if isinstance(answer, Impossible) else answer


def test_a_request_goes_from_open_to_seen_to_answered() -> None:
    assert act(Act.ACKNOWLEDGE, State.OPEN) is State.ACKNOWLEDGED
    assert act(Act.ANSWER, State.ACKNOWLEDGED, has_text=True) is State.ANSWERED
    assert act(Act.ANSWER, State.ANSWERED, has_text=True) is State.ANSWERED, "an answer can be made better"
    assert act(Act.DECLINE, State.ANSWERED, has_text=True) == "request_settled"


def test_what_is_declined_has_a_reason_and_what_is_answered_has_words() -> None:
    assert act(Act.ANSWER, State.OPEN) == "answer_empty"
    assert act(Act.DECLINE, State.OPEN) == "reason_empty"


def test_a_duplicate_is_not_answered_itself() -> None:
    assert act(Act.ANSWER, State.DUPLICATE, has_text=True) == "request_duplicate"
    assert act(Act.REOPEN, State.DUPLICATE) is State.OPEN
    assert act(Act.REOPEN, State.DUPLICATE, is_asked_elsewhere=True) == "request_asked_anew"


def test_a_duplicate_names_another_request_of_the_article_that_repeats_none() -> None:
    assert act(Act.DUPLICATE, State.OPEN) == "duplicate_unknown"
    assert act(Act.DUPLICATE, State.OPEN, target_state=State.OPEN) == "duplicate_unknown"
    assert act(Act.DUPLICATE, State.OPEN, target_state=State.ANSWERED, is_target_here=True) is State.DUPLICATE
    assert act(Act.DUPLICATE, State.OPEN, target_state=State.DUPLICATE, is_target_here=True) == "duplicate_of_duplicate"


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("what", list(Act))
def test_of_two_editors_one_acts_whatever_it_is(what: Act, state: State) -> None:
    facts = ActFacts(state, version=4, seen_version=3, has_text=True)
    assert decide_act(what, facts) == Impossible("request_changed")


def test_every_state_can_be_left_or_bettered() -> None:
    assert set(FOLLOWS) == set(State)
    assert all(FOLLOWS.values())


def asking(**facts: object) -> str:
    answer = decide_asking(AskFacts(**{"kind": Kind.SOURCE, "is_known": True} | facts))  # type: ignore[arg-type]
    return answer.code if isinstance(answer, Refused) else "yes"


def test_who_may_ask_without_a_word() -> None:
    assert asking() == "yes"
    assert asking(is_known=False) == "asking_unknown", "nothing would wait for the confirmation"
    assert asking(kind=Kind.DISPUTE) == "asking_empty"
    assert asking(kind=Kind.DISPUTE, waiting=State.OPEN) == "yes", "others said why"
    assert asking(was_settled=True) == "asking_again"
    assert asking(waiting=State.ACKNOWLEDGED, has_asked=True) == "asked_already"


def test_with_words_everybody_may_ask_because_words_wait_like_any_others() -> None:
    assert asking(is_known=False, has_words=True, kind=Kind.PLACE, was_settled=True) == "yes"


def test_amber_begins_after_48_hours_without_a_word() -> None:
    late = NOON - timedelta(hours=48)
    assert is_amber(State.OPEN, opened_at=late, now=NOON)
    assert not is_amber(State.OPEN, opened_at=late + timedelta(seconds=1), now=NOON)
    assert not is_amber(State.ACKNOWLEDGED, opened_at=late, now=NOON)


def spell(state: State, *, hours_ago: float, wait_hours: float | None = None) -> Spell:
    opened = NOON - timedelta(hours=hours_ago)
    return Spell(state, opened, None if wait_hours is None else opened + timedelta(hours=wait_hours))


def test_the_rate_counts_what_was_asked_in_thirty_days_and_half_of_the_waits() -> None:
    spells = [
        *[spell(State.ANSWERED, hours_ago=100, wait_hours=wait) for wait in (1, 5, 40)],
        spell(State.OPEN, hours_ago=1),
        spell(State.DECLINED, hours_ago=50),
        spell(State.DUPLICATE, hours_ago=50),
        spell(State.ANSWERED, hours_ago=24 * 31, wait_hours=1),
    ]
    assert answer_rate(spells, now=NOON) == AnswerRate(asked=5, answered=3, median_wait=timedelta(hours=5))


def test_the_rate_says_the_same_all_day() -> None:
    spells = [spell(State.OPEN, hours_ago=12 + 24 * 30), spell(State.OPEN, hours_ago=13 + 24 * 30)]
    rates = {answer_rate(spells, now=NOON.replace(hour=hour)).asked for hour in range(24)}
    assert rates == {1}
    assert answer_rate([], now=NOON) == AnswerRate(0, 0, None)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "//example.org", "ftp://example.org/a", "https://", "data:text/html,x",
        "https://user@example.org", "https://exa mple.org/", "https://example.org/\x00", "https://example.org/" + "a" * 1000,
        "https://example.org/" + "\u202e" * 200,
    ],
)  # fmt: skip
def test_a_source_links_to_a_page_of_the_web_or_to_nothing(url: str) -> None:
    assert offer_refusal(words="Look", url=url, name="", consents=False) == Refused("offer_link", status=422)


def test_a_name_needs_the_consent_it_is_for() -> None:
    page = "https://example.org/report?page=2#third"
    assert offer_refusal(words="Look", url=page, name="", consents=False) is None
    assert offer_refusal(words="Look", url="", name="Alma", consents=False) == Refused("offer_consent", status=422)
    assert offer_refusal(words="Look", url="", name="Alma", consents=True) is None
    assert offer_refusal(words="", url="", name="", consents=True) == Refused("text_empty", status=422)
    assert offer_refusal(words="x" * 2001, url="", name="", consents=True) == Refused("offer_long", status=422)


def publishing(consent: Consent, *, url: str = "https://example.org", note: str = "", seen: int = 1) -> object:
    return decide_publishing_offer(OfferState.OPEN, consent, version=1, seen_version=seen, url=url, note=note)


def test_nothing_of_an_offer_is_public_without_consent() -> None:
    assert publishing(Consent.NONE) == Impossible("offer_no_consent")
    assert publishing(Consent.NAMELESS) is OfferState.PUBLISHED
    assert publishing(Consent.NAMED, url="") == Impossible("offer_nothing_to_show")
    assert publishing(Consent.NAMED, url="", note="A letter.") is OfferState.PUBLISHED
    assert publishing(Consent.NAMED, seen=2) == Impossible("offer_changed")
