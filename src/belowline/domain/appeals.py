"""Who may object to what the newsroom did to them, until when, and who decides about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from belowline.domain.commenting import Refused
from belowline.domain.moderating import RESTRICTIONS
from belowline.domain.second_person import Second, may_decide

# Digital Services Act, article 20(1): at least six months from the decision.
APPEAL_FOR = timedelta(days=184)
APPEAL_CHARACTERS = 1_000
ANSWER_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class AppealFacts:
    """`is_own`: it was done to who objects. `kind` and `at` are the act's; `was_undone`: it was taken back; `is_asked`: they
    have objected before."""

    is_own: bool
    kind: str
    at: datetime
    was_undone: bool
    is_asked: bool


def decide_appealing(facts: AppealFacts, text: str, *, now: datetime) -> Refused | None:
    """None: the appeal is taken. Once for each act."""
    if not facts.is_own or facts.kind not in RESTRICTIONS:
        return Refused("appeal_unknown", status=404)
    if facts.is_asked:
        return Refused("appeal_once", status=409)
    if facts.was_undone:
        return Refused("appeal_settled", status=409)
    if now > facts.at + APPEAL_FOR:
        return Refused("appeal_late", status=409)
    if not text.strip():
        return Refused("appeal_text_missing", status=422)
    return Refused("appeal_text_long", status=422) if len(text) > APPEAL_CHARACTERS else None


@dataclass(frozen=True, slots=True)
class DeciderFacts:
    """`actor_id` did what is objected to (None: a rule), `reader_id` objects, since `asked_at`; `holder_ids` may moderate."""

    decider_id: int
    actor_id: int | None
    reader_id: int | None
    asked_at: datetime
    is_open: bool
    holder_ids: frozenset[int]


def decide_answering(facts: DeciderFacts, answer: str, *, now: datetime) -> tuple[Refused | None, bool]:
    """Whether this moderator may decide about the appeal, and whether they decide alone: never about their own matter, and
    about their own act only where nobody else could, a day later."""
    if facts.decider_id == facts.reader_id:
        return Refused("own_matter", status=403), False
    if not facts.is_open:
        return Refused("appeal_settled", status=409), False
    if not answer.strip():
        return Refused("appeal_answer_missing", status=422), False
    if len(answer) > ANSWER_CHARACTERS:
        return Refused("appeal_answer_long", status=422), False
    second = may_decide(
        decider_id=facts.decider_id,
        asker_id=facts.actor_id,
        asked_at=facts.asked_at,
        now=now,
        holder_ids=facts.holder_ids - {facts.reader_id},
    )
    return _NOT_THIS_PERSON.get(second), second is Second.ALONE


_NOT_THIS_PERSON = {
    Second.NEEDS_ANOTHER: Refused("appeal_needs_another", status=409),
    Second.TOO_EARLY: Refused("second_person_wait", status=409),
    Second.NO_RIGHT: Refused("second_person_no_right", status=409),
}
