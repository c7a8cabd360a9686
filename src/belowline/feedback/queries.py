"""What pages and letters ask about requests, questions and sources. Plain rows; the cursor says which snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from belowline.domain.feedback import AnswerRate, Spell, State, answer_rate, rate_since
from belowline.storage.reading import aware

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.backends.utils import CursorWrapper

# Of one passage; the newest. Five kinds wait at most, what is settled adds up over years.
REQUESTS_EACH = 20
# What one page looks through; whoever asks more often in a month is a crowd, and the rate is that of so many.
SPELLS_MAX = 10_000
ANSWERS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A public request. `by` is who answered, by the name that readers see; `target_…` what it repeats."""

    id: int
    passage_id: int
    thread_id: int
    kind: str
    state: str
    askers: int
    opened_at: datetime
    reason: str
    html: str
    answered_at: datetime | None
    by: str
    badge: str
    target_id: int | None
    target_block: str
    version: int


_SELECT = """
SELECT q.id, q.passage_id, q.thread_id, q.kind, q.state, q.asker_count, q.opened_at, q.reason, q.answer_html,
  q.answered_at, COALESCE(r.name, ''), COALESCE(r.badge, ''), q.duplicate_of_id,
  CASE WHEN tp.state = 'orphaned' THEN '' ELSE COALESCE(tp.now_block, '') END, q.version
FROM feedback_request q
LEFT JOIN accounts_reader r ON r.user_id = q.answered_by_id
LEFT JOIN feedback_request t ON t.id = q.duplicate_of_id
LEFT JOIN passages_passage tp ON tp.id = t.passage_id
"""


def requests_at(cursor: CursorWrapper, passage_ids: Sequence[int]) -> dict[int, list[RequestRow]]:
    """The public requests at these passages: those that wait first, then the newest. One query."""
    if not passage_ids:
        return {}
    cursor.execute(
        f"{_SELECT} WHERE q.passage_id IN ({_marks(passage_ids)}) AND q.asker_count > 0 "
        "ORDER BY q.passage_id, CASE WHEN q.state IN ('open', 'acknowledged') THEN 0 ELSE 1 END, q.id DESC",
        list(passage_ids),
    )
    found: dict[int, list[RequestRow]] = {}
    for values in cursor.fetchall():
        one = _request(values)
        if len(found.setdefault(one.passage_id, [])) < REQUESTS_EACH:
            found[one.passage_id].append(one)
    return found


def request(cursor: CursorWrapper, request_id: int) -> RequestRow | None:
    """A public request. One query."""
    cursor.execute(f"{_SELECT} WHERE q.id = %s AND q.asker_count > 0", [request_id])
    values = cursor.fetchone()
    return None if values is None else _request(values)


def kinds_of(cursor: CursorWrapper, comment_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Which of these comments are words by which somebody asks: the request's id and its kind. One query."""
    if not comment_ids:
        return {}
    cursor.execute(
        "SELECT a.comment_id, a.request_id, q.kind FROM feedback_asker a JOIN feedback_request q ON q.id = a.request_id "
        f"WHERE a.comment_id IN ({_marks(comment_ids)})",
        list(comment_ids),
    )
    return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class QuestionRow:
    id: int
    passage_id: int
    html: str
    asked_at: datetime
    by: str
    answers: int


def questions_at(cursor: CursorWrapper, passage_ids: Sequence[int]) -> dict[int, QuestionRow]:
    """What editors ask at these passages, with the number of comments there since. One query, and one for each question."""
    if not passage_ids:
        return {}
    cursor.execute(
        "SELECT q.id, q.passage_id, q.html, q.asked_at, COALESCE(r.name, '') FROM feedback_question q "
        "LEFT JOIN accounts_reader r ON r.user_id = q.asked_by_id "
        f"WHERE q.closed_at IS NULL AND q.passage_id IN ({_marks(passage_ids)})",
        list(passage_ids),
    )
    rows = [(*row[:3], aware(row[3]), row[4]) for row in cursor.fetchall()]
    found = {}
    for id_, passage_id, html, asked_at, by in rows:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM discussion_comment WHERE passage_id = %s AND state = 'published' "
            "AND time_key >= %s LIMIT %s) AS answers",
            [passage_id, _microseconds(asked_at), ANSWERS_MAX],
        )
        found[passage_id] = QuestionRow(id_, passage_id, html, asked_at, by, cursor.fetchone()[0])
    return found


@dataclass(frozen=True, slots=True)
class OfferRow:
    id: int
    passage_id: int | None
    url: str
    note: str
    name: str
    published_at: datetime


def offers_at(cursor: CursorWrapper, passage_ids: Sequence[int]) -> dict[int, list[OfferRow]]:
    """The published sources at these passages, the oldest first. One query."""
    if not passage_ids:
        return {}
    cursor.execute(
        "SELECT id, passage_id, url, note, name, settled_at FROM feedback_offer "
        f"WHERE state = 'published' AND consent <> 'none' AND passage_id IN ({_marks(passage_ids)}) ORDER BY id",
        list(passage_ids),
    )
    found: dict[int, list[OfferRow]] = {}
    for row in cursor.fetchall():
        found.setdefault(row[1], []).append(OfferRow(row[0], row[1], row[2], row[3], row[4], aware(row[5])))
    return found


def rate(cursor: CursorWrapper, *, now: datetime) -> AnswerRate:
    """How the newsroom answers, over all articles that are public. One query."""
    cursor.execute(
        "SELECT q.state, q.opened_at, q.answered_at FROM feedback_request q "
        "JOIN newsroom_articlerendering a ON a.article_id = q.article_id "
        "WHERE q.asker_count > 0 AND q.opened_at >= %s ORDER BY q.opened_at DESC LIMIT %s",
        [_stored(cursor, rate_since(now)), SPELLS_MAX],
    )
    spells = [
        Spell(State(state), aware(opened_at), None if answered_at is None else aware(answered_at))
        for state, opened_at, answered_at in cursor.fetchall()
    ]
    return answer_rate(spells, now=now)


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What was decided, as it is told."""

    id: int
    request_id: int
    thread_id: int
    passage_id: int
    kind: str
    state: str
    html: str
    reason: str
    by: str


def decision(cursor: CursorWrapper, decision_id: int) -> DecisionRow | None:
    """None when its request is not public any more, or something else was decided since. One query."""
    cursor.execute(
        "SELECT d.id, q.id, q.thread_id, q.passage_id, q.kind, q.state, q.answer_html, q.reason, COALESCE(r.name, '') "
        "FROM feedback_decision d JOIN feedback_request q ON q.id = d.request_id "
        "LEFT JOIN accounts_reader r ON r.user_id = d.by_id "
        "WHERE d.id = %s AND q.state = d.after AND d.is_told "
        # Those who asked for the same elsewhere are told as well.
        "AND (q.asker_count > 0 OR EXISTS (SELECT 1 FROM feedback_request o WHERE o.duplicate_of_id = q.id))",
        [decision_id],
    )
    row = cursor.fetchone()
    return None if row is None else DecisionRow(*row)


def _request(values: Iterable[Any]) -> RequestRow:
    row = list(values)
    row[6] = aware(row[6])
    row[9] = None if row[9] is None else aware(row[9])
    return RequestRow(*row)


def _marks(ids: Sequence[int]) -> str:
    return ", ".join(["%s"] * len(ids))


def _microseconds(at: datetime) -> int:
    delta = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def _stored(cursor: CursorWrapper, at: datetime) -> Any:
    return cursor.db.ops.adapt_datetimefield_value(at)
