"""Two readers turn out to be one person: a guest has confirmed an address again, or has made an account.

What was written, voted and asked moves to the reader who stays. One vote for each comment stays, the one of the reader
who stays; votes on what are now one's own comments count nothing, and nobody asks themselves for a source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from belowline.accounts.models import Reader
from belowline.discussion import ports
from belowline.discussion.actions import facts
from belowline.discussion.actions.comment_source import count_asks
from belowline.discussion.actions.reader_leave import tell_threads
from belowline.discussion.actions.vote import count_vote
from belowline.discussion.events import AuthorRenamed, ReadersMerged
from belowline.discussion.models import Comment, IgnoredReader, Mention, MutedBranch, SourceAsk, Vote
from belowline.outbox.events import record
from belowline.storage.writer import write

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

# Each row is locked and counted anew; a chunk takes some milliseconds of the one writer.
CHUNK = 50
OWN = "own_comment"


def merge_reader(reader_id: int, *, into: int) -> None:
    """Run again after it was broken off, it goes on where it was."""
    assert reader_id != into
    while write(lambda: _move_votes(reader_id, into=into)):
        pass
    while write(lambda: _move_comments(reader_id, into=into)):
        pass
    while write(lambda: _move_asks(reader_id, into=into)):
        pass
    write(lambda: _finish(reader_id, into=into))


def _move_comments(reader_id: int, *, into: int) -> int:
    found = list(Comment.objects.filter(author_id=reader_id).values_list("pk", "thread_id")[:CHUNK])
    with connection.cursor() as cursor:
        for comment_id, _thread in found:
            # Locked first: nobody votes on it between the two.
            facts.stored_comment(cursor, comment_id)
            Comment.objects.filter(pk=comment_id).update(author_id=into)
            own = Vote.objects.filter(comment_id=comment_id, reader_id=into).values_list("value", "weight_milli")
            for value, weight in own:
                _weigh_nothing(cursor, comment_id, reader_id=into, value=value, weight=weight)
            count_asks(
                cursor, comment_id, change=-SourceAsk.objects.filter(comment_id=comment_id, reader_id=into).delete()[0]
            )
        tell_threads(sorted({thread for _pk, thread in found}), AuthorRenamed)
    return len(found)


def _move_votes(reader_id: int, *, into: int) -> int:
    found = list(Vote.objects.filter(reader_id=reader_id).values_list("comment_id", "value", "weight_milli")[:CHUNK])
    with connection.cursor() as cursor:
        for comment_id, value, weight in found:
            comment = facts.stored_comment(cursor, comment_id)
            assert comment is not None
            if Vote.objects.filter(comment_id=comment_id, reader_id=into).exists():
                count_vote(cursor, comment, before=(value, weight), after=(0, 0))
                Vote.objects.filter(comment_id=comment_id, reader_id=reader_id).delete()
                continue
            Vote.objects.filter(comment_id=comment_id, reader_id=reader_id).update(reader_id=into)
            if comment.author_id == into:
                _weigh_nothing(cursor, comment_id, reader_id=into, value=value, weight=weight)
    return len(found)


def _move_asks(reader_id: int, *, into: int) -> int:
    found = list(SourceAsk.objects.filter(reader_id=reader_id).values_list("comment_id", flat=True)[:CHUNK])
    with connection.cursor() as cursor:
        for comment_id in found:
            comment = facts.stored_comment(cursor, comment_id)
            assert comment is not None
            rows = SourceAsk.objects.filter(comment_id=comment_id, reader_id=reader_id)
            if comment.author_id == into or SourceAsk.objects.filter(comment_id=comment_id, reader_id=into).exists():
                count_asks(cursor, comment_id, change=-rows.delete()[0])
            else:
                rows.update(reader_id=into)
    return len(found)


def _weigh_nothing(cursor: CursorWrapper, comment_id: int, *, reader_id: int, value: int, weight: int) -> None:
    comment = facts.stored_comment(cursor, comment_id)
    assert comment is not None
    count_vote(cursor, comment, before=(value, weight), after=(value, 0))
    Vote.objects.filter(comment_id=comment_id, reader_id=reader_id).update(weight_milli=0, reason=OWN)


def _move_choices(reader_id: int, *, into: int) -> None:
    """Whom they ignore, what they muted, where they are named, unless the other one has the same; nobody ignores
    themselves."""
    for model, own, other in (
        (IgnoredReader, "reader_id", "ignored_id"),
        (IgnoredReader, "ignored_id", "reader_id"),
        (MutedBranch, "reader_id", "comment_id"),
        (Mention, "reader_id", "comment_id"),
    ):
        known = set(model.objects.filter(**{own: into}).values_list(other, flat=True))
        theirs = model.objects.filter(**{own: reader_id})
        if model is IgnoredReader:
            known.add(into)
        theirs.filter(**{f"{other}__in": known}).delete()
        theirs.update(**{own: into})


def _finish(reader_id: int, *, into: int) -> None:
    _move_choices(reader_id, into=into)
    changed = Reader.objects.filter(pk=reader_id, merged_into=None).update(
        merged_into_id=into, name="", skeleton="", email=""
    )
    if changed:
        # Whoever was merged into this one before leads straight to the one who stays.
        Reader.objects.filter(merged_into_id=reader_id).update(merged_into_id=into)
        for follow in ports.merged:
            follow(reader_id, into)
        record(ReadersMerged(reader_id, into))
