"""Readers ask, join others, and leave again. Every change of a request is made with the row of its passage locked."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from django.db import connection

from belowline.accounts.models import Reader
from belowline.discussion import ports
from belowline.discussion.actions.facts import microseconds, moment
from belowline.discussion.models import Comment, StateChange, Thread
from belowline.domain.commenting import (
    PostingFacts,
    ReaderKind,
    Refused,
    ThreadMode,
    decide_posting,
)
from belowline.domain.feedback import WAITING, AskFacts, Kind, State, decide_asking
from belowline.domain.rates import Limit, unlimited
from belowline.feedback.events import FeedbackChanged
from belowline.feedback.models import Asker, Offer, Question, Request
from belowline.newsroom.models import ArticleRendering
from belowline.outbox.events import record
from belowline.passages.actions.choosing import keep_passage, locked_text_of, note_beside
from belowline.passages.models import Passage
from belowline.storage.turns import one_at_a_time
from belowline.storage.writer import write

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper
    from django.db.models import QuerySet

    from belowline.discussion.actions import OnPassage
    from belowline.passages.actions.choosing import Wanted


class Asks(StrEnum):
    """How somebody asks: with words that stand there, or that wait, or without."""

    WITH_WORDS = "words"
    WITHOUT_WORDS = "plain"


def asks(reader_id: int, request_id: int) -> Asks | None:
    """None for who does not ask for it."""
    found = Asker.objects.filter(request_id=request_id, reader_id=reader_id).select_related("comment").first()
    if found is None:
        return None
    if found.comment is None:
        return Asks.WITHOUT_WORDS
    return Asks.WITH_WORDS if _has_living_words(found) else None


def waiting_request(passage_id: int, kind: Kind) -> Request | None:
    return Request.objects.filter(passage_id=passage_id, kind=kind, state__in=WAITING).first()


def may_ask(reader_id: int | None, passage: Wanted | None, kind: Kind | None) -> Refused | None:
    """For `Submission.objection`: why somebody may not ask with words of theirs, which would be lost in a comment that
    nobody counts. `kind` is None for who asks for nothing."""
    if reader_id is None or passage is None or kind is None:
        return None
    known = _own(reader_id, passage, kind).filter(comment__isnull=False, comment__state__in=["published", "held"])
    return Refused("asked_already", status=409) if known.exists() else None


def _own(reader_id: int, passage: Wanted, kind: Kind) -> QuerySet[Asker]:
    """That this reader asks for this at this very passage, and waits."""
    return Asker.objects.filter(
        reader_id=reader_id,
        request__kind=kind,
        request__state__in=WAITING,
        request__passage__text_id=passage.text_id,
        request__passage__now_block=passage.place.block,
        request__passage__now_start=passage.place.start,
        request__passage__now_end=passage.place.end,
    )


def with_words(kind: Kind, *, now: datetime) -> Callable[[CursorWrapper, OnPassage], None]:
    """For `Submission.beside`: whoever posted the comment asks by it. Counted when the comment is public."""

    def store(cursor: CursorWrapper, posted: OnPassage) -> None:
        article_id = _article_of(posted.passage_id)
        if article_id is None:
            return
        text_id = locked_text_of(cursor, posted.passage_id)
        request = _open(posted.passage_id, kind, article_id=article_id, thread_id=posted.thread_id, now=now)
        asker, is_new = Asker.objects.get_or_create(
            request=request, reader_id=posted.reader_id, defaults={"comment_id": posted.comment_id, "at": now}
        )
        if not is_new and not _has_living_words(asker):
            asker.comment_id = posted.comment_id
            asker.save(update_fields=["comment"])
        if posted.is_published:
            _count(cursor, asker, change=1, text_id=text_id, now=now)

    return store


def _has_living_words(asker: Asker) -> bool:
    return asker.comment is not None and asker.comment.state in {"published", "held"}


def ask(
    reader_id: int, passage: Wanted, kind: Kind, *, thread_id: int, now: datetime, limit: Limit = unlimited
) -> Request | Refused:
    """Ask for it without a word, at a passage that was checked. The same press again changes nothing, and `limit`, which
    counts, is not asked."""
    return write(partial(_ask, reader_id, passage, kind, thread_id=thread_id, limit=limit, now=now))


def _ask(
    reader_id: int, passage: Wanted, kind: Kind, *, thread_id: int, limit: Limit, now: datetime
) -> Request | Refused:
    one_at_a_time(f"asks {reader_id}")
    own = _own(reader_id, passage, kind).filter(comment=None).select_related("request").first()
    if own is not None:
        return own.request
    refused = _may_write(reader_id, thread_id, now=now) or limit()
    if refused is not None:
        return refused
    with connection.cursor() as cursor:
        passage_id = keep_passage(cursor, passage, now=now)
        return _ask_at(cursor, reader_id, passage_id, kind, thread_id=thread_id, now=now)


def join(reader_id: int, request_id: int, *, now: datetime, limit: Limit = unlimited) -> Request | Refused:
    """ "I ask for this, too": without a word, while it waits. The same press again changes nothing, and `limit`, which
    counts, is not asked."""

    def change() -> Request | Refused:
        one_at_a_time(f"asks {reader_id}")
        found = Request.objects.filter(pk=request_id).first()
        if found is None or found.asker_count < 1:
            return Refused("request_missing", status=404)
        if asks(reader_id, request_id) is Asks.WITHOUT_WORDS:
            return found
        refused = _may_write(reader_id, found.thread_id, now=now) or limit()
        if refused is not None:
            return refused
        with connection.cursor() as cursor:
            locked_text_of(cursor, found.passage_id)
            found.refresh_from_db()
            if State(found.state) not in WAITING:
                return Refused("request_closed", status=409)
            kind = Kind(found.kind)
            return _ask_at(cursor, reader_id, found.passage_id, kind, thread_id=found.thread_id, now=now)

    return write(change)


def leave(reader_id: int, request_id: int, *, now: datetime) -> Request | Refused:
    """ "I do not ask any more". Who asked with words deletes these."""

    def change() -> Request | Refused:
        found = Request.objects.filter(pk=request_id).first()
        if found is None:
            return Refused("request_missing", status=404)
        with connection.cursor() as cursor:
            text_id = locked_text_of(cursor, found.passage_id)
            asker = Asker.objects.filter(request=found, reader_id=reader_id, comment=None).first()
            if asker is not None:
                _count(cursor, asker, change=-1, text_id=text_id, now=now)
                asker.delete()
        return Request.objects.get(pk=request_id)

    return write(change)


def _may_write(reader_id: int, thread_id: int, *, now: datetime) -> Refused | None:
    """The same rules as for a comment."""
    reader = Reader.objects.filter(pk=reader_id).first()
    thread = Thread.objects.filter(pk=thread_id, is_hidden=False, merged_into=None).first()
    if reader is None or thread is None:
        return Refused("reader_missing", status=403) if reader is None else Refused("thread_missing", status=404)
    decision = decide_posting(
        PostingFacts(
            thread_id=thread_id,
            mode=ThreadMode(thread.mode),
            reader_kind=ReaderKind(reader.kind),
            are_guests_accepted=True,
            parent=None,
        )
    )
    if isinstance(decision, Refused):
        return decision
    with connection.cursor() as cursor:
        return ports.objection_to_act(cursor, reader_id, microseconds(now))


def _ask_at(
    cursor: CursorWrapper, reader_id: int, passage_id: int, kind: Kind, *, thread_id: int, now: datetime
) -> Request | Refused:
    article_id = _article_of(passage_id)
    if article_id is None:
        return Refused("passage_missing", status=409)
    text_id = locked_text_of(cursor, passage_id)
    reader = Reader.objects.get(pk=reader_id)
    waiting = waiting_request(passage_id, kind)
    refused = decide_asking(
        AskFacts(
            kind=kind,
            # One that nobody sees is none that could be joined.
            waiting=State(waiting.state) if waiting is not None and waiting.asker_count else None,
            was_settled=Request.objects.filter(
                passage_id=passage_id, kind=kind, state__in=[State.ANSWERED, State.DECLINED], asker_count__gt=0
            ).exists(),
            has_asked=waiting is not None and asks(reader_id, waiting.pk) is not None,
            is_known=reader.kind == ReaderKind.MEMBER or reader.confirmed_at is not None,
        )
    )
    if refused is not None:
        return refused
    request = _open(passage_id, kind, article_id=article_id, thread_id=thread_id, now=now)
    asker, _is_new = Asker.objects.update_or_create(
        request=request, reader_id=reader_id, defaults={"comment": None}, create_defaults={"at": now}
    )
    _count(cursor, asker, change=1, text_id=text_id, now=now)
    return Request.objects.get(pk=request.pk)


def _article_of(passage_id: int) -> int | None:
    """The public article whose words these are."""
    key = Passage.objects.values_list("text__subject_key", flat=True).get(pk=passage_id)
    return ArticleRendering.objects.filter(subject_key=key).values_list("article_id", flat=True).first()


def _open(passage_id: int, kind: Kind, *, article_id: int, thread_id: int, now: datetime) -> Request:
    """The one that waits, or a new one. With the passage locked."""
    return waiting_request(passage_id, kind) or Request.objects.create(
        passage_id=passage_id, article_id=article_id, thread_id=thread_id, kind=kind, made_at=now
    )


def _count(cursor: CursorWrapper, asker: Asker, *, change: int, text_id: int, now: datetime) -> None:
    """Somebody counts now, or does not any more. With the passage locked; nothing is counted twice."""
    is_counted = change > 0
    changed = Asker.objects.filter(pk=asker.pk, is_counted=not is_counted).update(is_counted=is_counted)
    if not changed:
        return
    request = Request.objects.get(pk=asker.request_id)
    request.asker_count += change
    if request.opened_at is None:
        request.opened_at = now
    request.save(update_fields=["asker_count", "opened_at"])
    renew_counts(cursor, request.passage_id)
    record(FeedbackChanged(request.thread_id, text_id), cursor=cursor)


def renew_counts(cursor: CursorWrapper, passage_id: int) -> None:
    """What marks say of a passage. With its row locked."""
    requests = Request.objects.filter(passage_id=passage_id, asker_count__gt=0)
    waiting = requests.filter(state__in=WAITING).count()
    questions = Question.objects.filter(passage_id=passage_id, closed_at=None).count()
    offers = Offer.objects.filter(passage_id=passage_id, state="published").count()
    note_beside(cursor, passage_id, beside=requests.count() + questions + offers, waiting=waiting)


def count_words(cursor: CursorWrapper, comment_id: int, change: int) -> None:
    """The words by which somebody asks became public, or are not any more: told by the discussion, in its transaction."""
    asker = Asker.objects.select_related("request").filter(comment_id=comment_id).first()
    if asker is None:
        return
    text_id = locked_text_of(cursor, asker.request.passage_id)
    at = Comment.objects.values_list("time_key", flat=True).get(pk=comment_id)
    _count(cursor, asker, change=change, text_id=text_id, now=_published_at(comment_id) or moment(at))


def _published_at(comment_id: int) -> datetime | None:
    """When somebody let it through; None for what was public at once."""
    changes = StateChange.objects.filter(comment_id=comment_id, after="published").order_by("-pk")
    return changes.values_list("changed_at", flat=True).first()


def merge_askers(reader_id: int, *, into: int) -> None:
    """Two readers are one: each request is asked for once, with words where there are any."""

    def move() -> None:
        with connection.cursor() as cursor:
            for asker in Asker.objects.filter(reader_id=reader_id).select_related("request"):
                other = Asker.objects.filter(request=asker.request, reader_id=into).first()
                if other is None:
                    Asker.objects.filter(pk=asker.pk).update(reader_id=into)
                    continue
                text_id = locked_text_of(cursor, asker.request.passage_id)
                now = asker.at
                was_counted = asker.is_counted
                _count(cursor, asker, change=-1, text_id=text_id, now=now)
                comment_id = asker.comment_id
                asker.delete()
                if other.comment_id is None and comment_id is not None:
                    Asker.objects.filter(pk=other.pk).update(comment_id=comment_id)
                if was_counted:
                    _count(cursor, other, change=1, text_id=text_id, now=now)
        Offer.objects.filter(reader_id=reader_id).update(reader_id=into)

    if Reader.objects.filter(pk=into).exists():
        write(move)


def forget_reader(reader_id: int) -> None:
    """Their account is erased. Without words nothing of their asking is left; where their words stay, so does that they
    ask, without a name. Call in the transaction that does it."""
    with connection.cursor() as cursor:
        for asker in Asker.objects.filter(reader_id=reader_id, comment=None).select_related("request"):
            text_id = locked_text_of(cursor, asker.request.passage_id)
            _count(cursor, asker, change=-1, text_id=text_id, now=asker.at)
            asker.delete()
