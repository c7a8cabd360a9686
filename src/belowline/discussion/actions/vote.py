"""Voting. One row per reader and comment; the comment's totals change in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection

from belowline.discussion import ports, rows
from belowline.discussion.actions import facts
from belowline.discussion.events import VoteCast
from belowline.domain.commenting import ReaderKind, Refused, VotingFacts, decide_voting
from belowline.outbox.events import record
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper

FULL_WEIGHT = 1000


@dataclass(frozen=True, slots=True)
class Voted:
    """up and down are votes as cast, the imported base included."""

    thread_id: int
    value: int
    up: int
    down: int


def cast_vote(reader_id: int, *, comment_id: int, value: int, now: datetime) -> Voted | Refused:
    """Set the reader's vote: 1, -1, or 0 to take it back. The same vote again changes nothing."""
    return write(lambda: _cast(reader_id, comment_id=comment_id, value=value, now_us=facts.microseconds(now)))


def _cast(reader_id: int, *, comment_id: int, value: int, now_us: int) -> Voted | Refused:
    with connection.cursor() as cursor:
        # The comment's row is the lock: every vote on it passes here one by one.
        comment = facts.stored_comment(cursor, comment_id)
        if comment is None:
            return Refused("comment_missing", status=404)
        decision = decide_voting(
            VotingFacts(
                state=comment.state,
                is_author=comment.author_id == reader_id,
                reader_kind=facts.reader_kind(cursor, reader_id) or ReaderKind.ERASED,
                are_guest_votes_accepted=settings.CONFIG.discussion.guest_votes,
                mode=comment.mode,
                # Where guests are published at once nobody asks whose an address is.
                is_confirmed=settings.CONFIG.discussion.guests == "publish" or facts.is_confirmed(cursor, reader_id),
            ),
            value=value,
        )
        if isinstance(decision, Refused):
            return decision
        objection = ports.objection_to_act(cursor, reader_id, now_us)
        if objection is not None:
            return objection
        before, weight = _vote_before(cursor, comment_id=comment_id, reader_id=reader_id)
        up, down = comment.up, comment.down
        if value != before:
            up, down = count_vote(cursor, comment, before=(before, weight), after=(value, weight))
            cursor.execute(
                "INSERT INTO discussion_vote (comment_id, reader_id, value, weight_milli, reason, epoch, cast_us) "
                "VALUES (%s, %s, %s, %s, '', 0, %s) "
                "ON CONFLICT (comment_id, reader_id) DO UPDATE SET value = excluded.value, cast_us = excluded.cast_us",
                [comment_id, reader_id, value, weight, now_us],
            )
            record(VoteCast(comment.thread_id, comment_id), cursor=cursor)
        return Voted(comment.thread_id, value, up + comment.imported_up, down + comment.imported_down)


def _vote_before(cursor: CursorWrapper, *, comment_id: int, reader_id: int) -> tuple[int, int]:
    """The reader's vote so far and its weight in thousandths; (0, full weight) when there is none."""
    cursor.execute(
        "SELECT value, weight_milli FROM discussion_vote WHERE comment_id = %s AND reader_id = %s",
        [comment_id, reader_id],
    )
    return cursor.fetchone() or (0, FULL_WEIGHT)


def count_vote(
    cursor: CursorWrapper, comment: facts.StoredComment, *, before: tuple[int, int], after: tuple[int, int]
) -> tuple[int, int]:
    """Move the totals and the keys from one (value, weight in thousandths) to another; the totals as cast."""

    def moved(value: int) -> tuple[int, int]:
        was, becomes = before[0] == value, after[0] == value
        return becomes - was, becomes * after[1] - was * before[1]

    change_up, change_up_milli = moved(1)
    change_down, change_down_milli = moved(-1)
    up, down = comment.up + change_up, comment.down + change_down
    up_milli, down_milli = comment.up_milli + change_up_milli, comment.down_milli + change_down_milli
    keys = rows.keys(
        comment_id=comment.id,
        up_milli=up_milli,
        down_milli=down_milli,
        imported_up=comment.imported_up,
        imported_down=comment.imported_down,
    )
    cursor.execute(
        "UPDATE discussion_comment SET up = %s, down = %s, up_milli = %s, down_milli = %s, "
        "best_key = %s, net_key = %s, controversial_key = %s WHERE id = %s",
        [up, down, up_milli, down_milli, keys.best, keys.net, keys.controversial, comment.id],
    )
    return up, down
