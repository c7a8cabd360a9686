"""A reader takes another name, or leaves for good. Names are joined when a page is built: what changes is one row, and the
pages of every thread where they wrote."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q

from belowline.accounts import leaving
from belowline.discussion import ports
from belowline.discussion.actions.comment_delete import delete_comment
from belowline.discussion.events import THREADS_EACH, AuthorErased, AuthorRenamed
from belowline.discussion.models import (
    Comment,
    GivenSource,
    IgnoredReader,
    Mention,
    MutedBranch,
    Report,
    Revision,
    StateChange,
)
from belowline.domain.commenting import CommentState
from belowline.outbox.events import record
from belowline.storage.writer import write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from belowline.domain.commenting import Refused

CHUNK = 100


class Texts(StrEnum):
    """What becomes of what somebody wrote."""

    KEEP = "keep"
    DELETE = "delete"


def rename_reader(reader_id: int, name: str, *, now: datetime) -> Refused | None:
    """Refused with `name_…` codes, or `rename_often`."""
    threads = _threads_of(reader_id)

    def store() -> Refused | None:
        refused = leaving.rename(reader_id, name, now=now)
        if refused is None:
            tell_threads(threads, AuthorRenamed)
        return refused

    return write(store)


def erase_reader(reader_id: int, *, texts: Texts, now: datetime) -> None:
    """The account, the name and the address are gone for good; what was never public is gone with them. Broken off, it
    goes on where it was: the account goes last."""
    states = [CommentState.HELD.value]
    if texts is Texts.DELETE:
        states.append(CommentState.PUBLISHED.value)
    # Each is deleted as by its author's own hand, with the counts, the lists and the tombstone that belong to it.
    while found := list(
        Comment.objects.filter(author_id=reader_id, state__in=states).values_list("pk", flat=True)[:CHUNK]
    ):
        for comment_id in found:
            delete_comment(reader_id, comment_id=comment_id, now=now)
    write(lambda: _blank_refused(reader_id))
    write(lambda: _forget_choices(reader_id))
    threads = _threads_of(reader_id)

    def end() -> None:
        for forget in ports.erased:
            forget(reader_id)
        leaving.erase(reader_id, now=now)
        # Together: a process that dies between the two would leave the name in every cache, and nobody to tell them.
        tell_threads(threads, AuthorErased)

    write(end)


def _forget_choices(reader_id: int) -> None:
    """Whom they ignored and who ignored them, what they muted, where they were named; what they asked counts on like
    their votes, for nobody. Their reports stay with the moderators, nameless and
    without their words."""
    IgnoredReader.objects.filter(Q(reader_id=reader_id) | Q(ignored_id=reader_id)).delete()
    MutedBranch.objects.filter(reader_id=reader_id).delete()
    Mention.objects.filter(reader_id=reader_id).delete()
    Report.objects.filter(reporter_id=reader_id).update(reporter=None, note="")


def _blank_refused(reader_id: int) -> None:
    """What moderators refused or removed keeps its place and its reasons, and loses its words."""
    gone = Comment.objects.filter(
        author_id=reader_id, state__in=[CommentState.REJECTED.value, CommentState.REMOVED.value]
    )
    Revision.objects.filter(comment_id__in=gone.values("pk")).update(
        source="", html="", excerpt="", digest=b"", is_public=False
    )
    StateChange.objects.filter(comment_id__in=gone.values("pk")).update(note="")
    GivenSource.objects.filter(comment_id__in=gone.values("pk")).update(url="")
    gone.update(source_url="")


def _threads_of(reader_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT thread_id FROM discussion_comment WHERE author_id = %s", [reader_id])
        return sorted(row[0] for row in cursor.fetchall())


def tell_threads(threads: Sequence[int], event: type[AuthorRenamed] | type[AuthorErased]) -> None:
    """Make the pages of these discussions stale, or drop them. Call in the transaction that changes the name."""
    with connection.cursor() as cursor:
        for start in range(0, len(threads), THREADS_EACH):
            record(event(tuple(threads[start : start + THREADS_EACH])), cursor=cursor)
