"""What waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from belowline.domain.moderating import ABOUT_DISCUSSIONS, DECISIONS, UNDO_FOR, ActKind, Queue
from belowline.domain.readers import Standing, in_force
from belowline.moderation.models import Act, ReaderStanding
from belowline.storage.reading import aware

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class Waiting:
    """`codes` are the reasons of those who reported it, or the ground of the last decision; what screening found stands
    with the comment (discussion.queries.own)."""

    comment_id: int
    place: int
    codes: tuple[str, ...] = ()
    reports: int = 0
    notes: tuple[str, ...] = ()
    is_following: bool = False  # somebody says that its author follows and attacks them
    code: str = ""  # what was found or reported first
    author_id: int = 0
    thread_id: int = 0
    in_hand_of: int | None = None
    in_hand_until: datetime | None = None


NOTES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A queue narrowed down by one thing; none: the whole. Each has an index of its own (models.Case)."""

    thread_id: int | None = None
    author_id: int | None = None
    language: str = ""
    code: str = ""


EVERYTHING = Narrowed()
# What waits because of a report that could not wait.
URGENT = "urgent_report"


def waiting_cases(
    cursor: CursorWrapper, *queues: Queue, narrowed: Narrowed = EVERYTHING, after: int = 0, at_most: int = 25
) -> list[Waiting]:
    """What waits in these queues, the urgent before the others, the longest waiting first; `after` is the place of the
    last one seen. One query for each queue, and one for reports."""
    found: list[Waiting] = []
    for queue in queues:  # an index gives one queue in order, not two
        where, values = _where(queue, narrowed)
        cursor.execute(
            "SELECT comment_id, place, code, author_id, thread_id, in_hand_of_id, in_hand_until FROM moderation_case "
            f"WHERE {where} AND place > %s ORDER BY place LIMIT %s",
            [*values, after, at_most],
        )
        rows = [
            Waiting(
                comment_id,
                place,
                code=code,
                author_id=author_id,
                thread_id=thread_id,
                in_hand_of=of,
                in_hand_until=None if until is None else aware(until),
            )
            for comment_id, place, code, author_id, thread_id, of, until in cursor.fetchall()
        ]
        if queue is Queue.REPORTED or any(row.code == URGENT for row in rows):
            rows = _with_reports(cursor, rows)
        found += rows
    return sorted(found, key=lambda one: one.place)[:at_most]


def _where(queue: Queue, narrowed: Narrowed) -> tuple[str, list[str | int]]:
    by = {
        "queue": queue.value,
        "thread_id": narrowed.thread_id,
        "author_id": narrowed.author_id,
        "language": narrowed.language or None,
        "code": narrowed.code or None,
    }
    given = {column: value for column, value in by.items() if value is not None}
    return " AND ".join(f"{column} = %s" for column in given), list(given.values())


def _with_reports(cursor: CursorWrapper, cases: Sequence[Waiting]) -> list[Waiting]:
    """Why these are reported, by how many, and with which words."""
    if not cases:
        return []
    comment_ids = [one.comment_id for one in cases]
    marks = ", ".join(["%s"] * len(comment_ids))
    cursor.execute(
        "SELECT comment_id, reason, concern, note FROM discussion_report "
        f"WHERE settled_at IS NULL AND comment_id IN ({marks}) ORDER BY id",
        list(comment_ids),
    )
    found: dict[int, list[tuple[str, str, str]]] = {}
    for comment_id, reason, concern, note in cursor.fetchall():
        found.setdefault(comment_id, []).append((reason, concern, note))
    return [_reported(case, found[case.comment_id]) if case.comment_id in found else case for case in cases]


def _reported(case: Waiting, rows: Sequence[tuple[str, str, str]]) -> Waiting:
    return replace(
        case,
        codes=tuple(dict.fromkeys(code for reason, concern, _note in rows for code in (concern, reason) if code)),
        reports=len(rows),
        notes=tuple(note for *_codes, note in rows if note)[:NOTES_SHOWN],
        is_following=any(reason == "follows" for reason, *_more in rows),
    )


def replies_to_who_reported(cursor: CursorWrapper, comment_id: int, *, at_most: int = 100) -> list[Waiting]:
    """All replies, in every discussion, of this comment's author to those who said that they are followed, newest
    first."""
    cursor.execute(
        "SELECT c.id, c.time_key FROM discussion_comment c JOIN discussion_comment p ON p.id = c.parent_id "
        "WHERE c.author_id = (SELECT author_id FROM discussion_comment WHERE id = %s) AND c.state IN "
        "('published', 'held') AND p.author_id IN (SELECT reporter_id FROM discussion_report "
        "WHERE comment_id = %s AND reason = 'follows' AND reporter_id IS NOT NULL) "
        "ORDER BY c.time_key DESC LIMIT %s",
        [comment_id, comment_id, at_most],
    )
    return [Waiting(row[0], row[1], ("follows",)) for row in cursor.fetchall()]


def removed_cases(cursor: CursorWrapper, *, at_most: int = 25) -> list[Waiting]:
    """The newest removed comments: a removal can be undone."""
    cursor.execute(
        "SELECT c.id, c.time_key, (SELECT s.reason FROM discussion_statechange s WHERE s.comment_id = c.id "
        "ORDER BY s.id DESC LIMIT 1) FROM discussion_comment c WHERE c.state = 'removed' ORDER BY c.time_key DESC LIMIT %s",
        [at_most],
    )
    return [Waiting(row[0], row[1], (row[2],) if row[2] else ()) for row in cursor.fetchall()]


def cases_waiting(cursor: CursorWrapper, *queues: Queue, narrowed: Narrowed = EVERYTHING, at_most: int = 1000) -> int:
    """How many wait in these queues, counted up to `at_most`."""
    count = 0
    for queue in queues:
        where, values = _where(queue, narrowed)
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM moderation_case WHERE {where} LIMIT %s) AS waiting",
            [*values, at_most - count],
        )
        count += cursor.fetchone()[0]
    return count


@dataclass(frozen=True, slots=True)
class History:
    """What the newsroom knows of an author: how many of their comments are in which state (counted over the newest
    `HISTORY_COMMENTS`), and what was decided about them."""

    name: str
    published: int
    refused: int
    standing: str


HISTORY_COMMENTS = 500


def histories(cursor: CursorWrapper, author_ids: Sequence[int]) -> dict[int, History]:
    """One query for each author on a page."""
    found = {}
    for author_id in dict.fromkeys(author_ids):
        cursor.execute(
            "SELECT r.name, (SELECT s.standing FROM moderation_readerstanding s WHERE s.reader_id = r.id), "
            "count(CASE WHEN c.state = 'published' THEN 1 END), "
            "count(CASE WHEN c.state IN ('rejected', 'removed') THEN 1 END) FROM accounts_reader r LEFT JOIN "
            "(SELECT state, author_id FROM discussion_comment WHERE author_id = %s ORDER BY time_key DESC LIMIT %s) c "
            "ON c.author_id = r.id WHERE r.id = %s GROUP BY r.id, r.name",
            [author_id, HISTORY_COMMENTS, author_id],
        )
        row = cursor.fetchone()
        if row is not None:
            found[author_id] = History(row[0], row[2], row[3], row[1] or "")
    return found


@dataclass(frozen=True, slots=True)
class Done:
    """A decision of a moderator's, as long as it can be undone: `count` comments with one press."""

    act_id: int
    kind: ActKind
    count: int


def done_lately(act_id: int, *, moderator_id: int, now: datetime) -> Done | None:
    """None for what somebody else did, what is undone, and what is too old."""
    act = Act.objects.filter(
        pk=act_id, actor=moderator_id, kind__in=DECISIONS, at__gte=now - UNDO_FOR, undone_by=None
    ).first()
    if act is None:
        return None
    count = 1 if act.batch is None else Act.objects.filter(batch=act.batch, actor=moderator_id).count()
    return Done(act.pk, ActKind(act.kind), count)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One act about a reader. `standing` is what was decided about them, empty for acts about their comments."""

    kind: ActKind
    at: datetime
    by: str  # empty: a rule, or somebody who is not here any more
    rule: str
    cause: str
    standing: str
    thread_id: int | None
    comment_id: int | None


ACTS_SHOWN = 50


def acts_about(reader_id: int) -> list[Recorded]:
    """What staff and rules decided about this reader and their comments, newest first."""
    found = Act.objects.filter(reader=reader_id).select_related("actor").order_by("-pk")[:ACTS_SHOWN]
    return [_recorded(act) for act in found]


def _recorded(act: Act) -> Recorded:
    return Recorded(
        ActKind(act.kind),
        act.at,
        act.actor.name if act.actor is not None else "",
        act.rule,
        act.cause,
        str(act.detail.get("after", "")) if act.kind == ActKind.STANDING else "",
        act.thread_id,
        act.comment_id,
    )


def acts_in(thread_id: int | None) -> list[Recorded]:
    """What was decided about a discussion as such, or about all of them (none), newest first."""
    found = Act.objects.filter(thread=thread_id, comment=None, kind__in=ABOUT_DISCUSSIONS).select_related("actor")
    return [_recorded(act) for act in found.order_by("-pk")[:ACTS_SHOWN]]


@dataclass(frozen=True, slots=True)
class Holding:
    """What holds about a reader now."""

    standing: Standing
    since: datetime
    until: datetime | None


def standing_of(reader_id: int, *, now: datetime) -> Holding | None:
    found = ReaderStanding.objects.filter(reader=reader_id).first()
    if found is None:
        return None
    standing = in_force(Standing(found.standing), until=found.until, now=now)
    return None if standing is None else Holding(standing, found.since, found.until)
