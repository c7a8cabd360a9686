"""Asking the author of a comment for a source, and the author's answer. No key of any order changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from belowline.discussion import ports
from belowline.discussion.actions import facts
from belowline.discussion.events import SourceAsked, SourceAskTakenBack, SourceGiven
from belowline.discussion.models import GivenSource, SourceAsk
from belowline.domain.asking import AskingFacts, GivingFacts, decide_asking, decide_giving, source_address
from belowline.domain.commenting import ReaderKind, Refused
from belowline.domain.rates import Limit, unlimited
from belowline.outbox.events import record
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class Asked:
    """How many readers ask now."""

    asks: int


def ask_for_source(
    reader_id: int, *, comment_id: int, is_asking: bool, now: datetime, limit: Limit = unlimited
) -> Asked | Refused:
    """Join those who ask, or leave them. The same press again changes nothing, and counts nothing."""
    return write(lambda: _ask(reader_id, comment_id=comment_id, is_asking=is_asking, limit=limit, now=now))


def _ask(reader_id: int, *, comment_id: int, is_asking: bool, limit: Limit, now: datetime) -> Asked | Refused:
    with connection.cursor() as cursor:
        # The comment's row is the lock: all who ask pass here one by one.
        comment = facts.stored_comment(cursor, comment_id)
        if comment is None:
            return Refused("comment_missing", status=404)
        refused = decide_asking(
            AskingFacts(
                state=comment.state,
                mode=comment.mode,
                is_author=comment.author_id == reader_id,
                reader_kind=facts.reader_kind(cursor, reader_id) or ReaderKind.ERASED,
                is_confirmed=facts.is_confirmed(cursor, reader_id),
            ),
            is_taking_back=not is_asking,
        )
        if refused is not None:
            return refused
        rows = SourceAsk.objects.filter(comment_id=comment_id, reader_id=reader_id)
        if rows.exists() is is_asking:
            return Asked(comment.source_asks)
        if is_asking and (objection := ports.objection_to_act(cursor, reader_id, facts.microseconds(now))) is not None:
            return objection
        if (often := limit()) is not None:
            return often
        change = 1 if is_asking else -1
        if is_asking:
            SourceAsk.objects.create(comment_id=comment_id, reader_id=reader_id, at=now)
            record(SourceAsked(comment.thread_id, comment_id, reader_id), cursor=cursor)
        else:
            rows.delete()
            record(SourceAskTakenBack(comment.thread_id, comment_id), cursor=cursor)
        count_asks(cursor, comment_id, change=change)
        return Asked(comment.source_asks + change)


def count_asks(cursor: CursorWrapper, comment_id: int, *, change: int) -> None:
    """The comment's row is locked already."""
    if change:
        cursor.execute(
            "UPDATE discussion_comment SET source_asks = source_asks + %s WHERE id = %s", [change, comment_id]
        )


def give_source(reader_id: int, *, comment_id: int, url: str, now: datetime, limit: Limit = unlimited) -> str | Refused:
    """The author gives this link, or another one than before; an empty one withdraws it. Returns what stands now. The same
    press again changes nothing, and counts nothing."""
    return write(lambda: _give(reader_id, comment_id=comment_id, url=url.strip(), limit=limit, now=now))


def _give(reader_id: int, *, comment_id: int, url: str, limit: Limit, now: datetime) -> str | Refused:
    with connection.cursor() as cursor:
        comment = facts.stored_comment(cursor, comment_id)
        if comment is None:
            return Refused("comment_missing", status=404)
        address = source_address(url) if url else ""
        if url and address == comment.source_url and comment.author_id == reader_id:
            return comment.source_url  # also where this was the last change that could be made
        before = GivenSource.objects.filter(comment_id=comment_id).count()
        refused = decide_giving(
            GivingFacts(
                state=comment.state,
                mode=comment.mode,
                is_author=comment.author_id == reader_id,
                asks=comment.source_asks,
                changes=before,
                has_source=bool(comment.source_url),
            ),
            is_withdrawing=not url,
        )
        if refused is not None or isinstance(address, Refused):
            return refused or address
        if address != comment.source_url:
            if (often := limit()) is not None:
                return often
            GivenSource.objects.create(
                comment_id=comment_id, number=before + 1, url=address, given_us=facts.microseconds(now)
            )
            cursor.execute("UPDATE discussion_comment SET source_url = %s WHERE id = %s", [address, comment_id])
            record(SourceGiven(comment.thread_id, comment_id), cursor=cursor)
        return address
