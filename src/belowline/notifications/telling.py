"""From a comment or an article that became public to a notice for each reader who wants one.

May be run again for the same event, also when it was broken off: a notice is unique.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.models import Q

from belowline.accounts.models import Badge, Reader
from belowline.discussion.models import Comment, Mention, SourceAsk
from belowline.discussion.queries.choices import turned_away
from belowline.discussion.queries.comments import ancestor_ids, spot
from belowline.domain.commenting import CommentState, ReaderKind
from belowline.domain.notifying import About, Often, Rhythm, due_at
from belowline.feedback.models import Asker, Decision, Request
from belowline.newsroom.models import Author
from belowline.notifications.matrix import Line, like_replies
from belowline.notifications.models import Notice, Preferences, Subscription
from belowline.storage.writer import write

if TYPE_CHECKING:
    from belowline.newsroom.queries.articles import Subject

# One insert holds the one writer for about 15 ms.
CHUNK = 500
# A subscription to a branch holds for what is said this deep below it.
LEVELS = 500
_ORDER = {about: place for place, about in enumerate(About)}


@dataclass(frozen=True, slots=True)
class Wish:
    """A line of somebody's matrix that fits."""

    reader_id: int
    about: About
    subscription_id: int | None
    by_mail: Often
    on_site: bool


def tell_comment(comment_id: int, *, now: datetime) -> int:
    """Notices about a comment that became public; how many readers it concerns."""
    found = _public(comment_id)
    if found is None:
        return 0
    comment, above, language = found
    answered = _of_the_answered(comment, language=language, now=now)
    named = _of_the_named(comment, language=language, now=now)
    wishes = _by_reader([*answered, *named, *_of_subscribers(comment, above)])
    return _tell_of(comment, wishes, above=above, now=now)


def _tell_of(comment: Comment, wishes: dict[int, Wish], *, above: list[int], now: datetime) -> int:
    """Not the author, nor whoever ignores the author or has muted the branch."""
    wishes.pop(comment.author_id, None)
    with connection.cursor() as cursor:
        unwanted = turned_away(cursor, author_id=comment.author_id, branch=[*above, comment.pk])
    wishes = {reader_id: wish for reader_id, wish in wishes.items() if reader_id not in unwanted}
    _store(Notice(thread_id=comment.thread_id, comment_id=comment.pk, made_at=now), wishes, now=now)
    return len(wishes)


def tell_named(comment_id: int, *, now: datetime) -> int:
    """A comment was edited: whom it names now and did not before is told; who is named no more need not know."""
    found = _public(comment_id)
    if found is None:
        return 0
    comment, above, language = found
    former = Mention.objects.filter(comment_id=comment_id, is_current=False).values("reader_id")
    stale = Notice.objects.filter(comment_id=comment_id, about=About.MENTION, reader_id__in=former, mailed_at=None)
    write(stale.delete)
    named = _of_the_named(comment, language=language, now=now)
    return _tell_of(comment, _by_reader(named), above=above, now=now)


def tell_of_request(comment_id: int, *, reader_id: int, now: datetime) -> int:
    """Somebody asks the author for a source. The author is told once, however many join, and of nobody whom they ignore.
    Who asks will hear of the answer."""
    found = _public(comment_id)
    asker = Reader.objects.filter(pk=reader_id, merged_into=None).first()
    if found is None or asker is None:
        return 0
    comment, above, language = found
    own_line(asker, About.SOURCE, language=language, now=now)
    with connection.cursor() as cursor:
        unwanted = turned_away(cursor, author_id=reader_id, branch=[*above, comment_id])
    line = own_line(comment.author, About.SOURCE, language=language, now=now)
    if line is None or comment.author_id in unwanted:
        return 0
    base = Notice(thread_id=comment.thread_id, comment_id=comment_id, made_at=now)
    _store(base, _by_reader(_wishes(Subscription.objects.filter(pk=line.pk))), now=now)
    return 1


def tell_of_source(comment_id: int, *, now: datetime) -> int:
    """The author has given a source: whoever asked is told, once, whatever becomes of it later."""
    found = _public(comment_id)
    if found is None or not found[0].source_url:
        return 0
    comment, above, _language = found
    asked = SourceAsk.objects.filter(comment_id=comment_id).values("reader_id")
    lines = Subscription.objects.filter(about=About.SOURCE, target=0, reader_id__in=asked)
    return _tell_of(comment, _by_reader(_wishes(lines)), above=above, now=now)


def _public(comment_id: int) -> tuple[Comment, list[int], str] | None:
    """The comment, if it is public, the ids of those above it, and the language of its discussion."""
    comment = (
        Comment.objects.filter(pk=comment_id, state=CommentState.PUBLISHED).select_related("author", "thread").first()
    )
    if comment is None:
        return None
    with connection.cursor() as cursor:
        place = spot(cursor, comment_id)
        assert place is not None
        return comment, ancestor_ids(cursor, place, at_most=LEVELS), comment.thread.language


def tell_article(subject: Subject, *, now: datetime) -> int:
    """Notices about an article that became public for the first time."""
    authors = Author.objects.filter(slug__in=subject.author_slugs).values("pk")
    targets = Q(about=About.TOPIC, target=subject.topic_id or 0) | Q(about=About.AUTHOR, target__in=authors)
    wishes = _by_reader(_wishes(Subscription.objects.filter(targets)))
    for reader_id in subject.author_reader_ids:
        wishes.pop(reader_id, None)
    _store(Notice(article_id=subject.article_id, made_at=now), wishes, now=now)
    return len(wishes)


def tell_decision(request_id: int, decision_id: int, *, now: datetime) -> int:
    """Notices about an answer or a refusal: to whoever asked here, or in a request that repeats this one, and to whoever
    follows the passage; how many readers it concerns."""
    request = Request.objects.filter(pk=request_id).select_related("thread").first()
    decision = Decision.objects.filter(pk=decision_id, is_told=True).first()
    if request is None or decision is None:
        return 0
    asked = Asker.objects.filter(Q(request=request) | Q(request__duplicate_of=request), is_counted=True)
    readers = Reader.objects.filter(pk__in=asked.values("reader_id"), merged_into=None)
    _ensure_answer_lines(list(readers.values_list("pk", flat=True)), language=request.thread.language, now=now)
    lines = Subscription.objects.filter(
        Q(about=About.ANSWERS, target=0, reader__in=readers) | Q(about=About.PASSAGE, target=request.passage_id)
    )
    wishes = _by_reader(_wishes(lines))
    for reader_id in Reader.objects.filter(user_id=decision.by_id or 0).values_list("pk", flat=True):
        wishes.pop(reader_id, None)
    _store(Notice(thread_id=request.thread_id, decision_id=decision_id, made_at=now), wishes, now=now)
    return len(wishes)


def _ensure_answer_lines(readers: list[int], *, language: str, now: datetime) -> None:
    """Whoever asks wants to hear the answer: everybody has that line, and can switch it off."""
    for start in range(0, len(readers), CHUNK):
        rows = [
            Subscription(reader_id=reader_id, about=About.ANSWERS, target=0, language=language, made_at=now)
            for reader_id in readers[start : start + CHUNK]
        ]
        write(partial(Subscription.objects.bulk_create, rows, ignore_conflicts=True))


def _of_the_answered(comment: Comment, *, language: str, now: datetime) -> Iterator[Wish]:
    """Members hear of replies to them unless they said otherwise; guests when they asked for it."""
    if comment.parent_id is None:
        return
    parent = Comment.objects.select_related("author").get(pk=comment.parent_id)
    author = parent.author
    if author.pk == comment.author_id or parent.state != CommentState.PUBLISHED:
        return
    line = Subscription.objects.filter(reader=author, about=About.REPLIES, target=0).first()
    if line is None and author.kind == ReaderKind.MEMBER:
        line = ensure_replies_line(author.pk, language=language, now=now)
    if line is not None and (author.kind == ReaderKind.MEMBER or author.confirmed_at is not None):
        yield _wish(line)


def _of_the_named(comment: Comment, *, language: str, now: datetime) -> Iterator[Wish]:
    for one in Mention.objects.filter(comment_id=comment.pk, is_current=True).select_related("reader"):
        line = own_line(one.reader, About.MENTION, language=language, now=now)
        if line is not None:
            yield from _wishes(Subscription.objects.filter(pk=line.pk))


def own_line(reader: Reader, about: About, *, language: str, now: datetime) -> Subscription | None:
    """The line for what concerns the reader alone, made when it is needed first. Guests have one if they asked to be told
    of answers, or said so since."""
    found = Subscription.objects.filter(reader=reader, about=about, target=0).first()
    if found is not None:
        return found
    replies = Subscription.objects.filter(reader=reader, about=About.REPLIES, target=0).first()
    if replies is None and reader.kind == ReaderKind.MEMBER:
        replies = ensure_replies_line(reader.pk, language=language, now=now)
    if replies is None:
        return None
    like = like_replies(about, Line(About.REPLIES, 0, Often(replies.by_mail), replies.on_site))
    values = {"by_mail": like.by_mail, "on_site": like.on_site, "language": replies.language, "made_at": now}
    return write(lambda: Subscription.objects.get_or_create(reader=reader, about=about, target=0, defaults=values)[0])


def ensure_replies_line(reader_id: int, *, language: str, now: datetime) -> Subscription:
    """The line that every member has from the beginning."""
    return write(
        lambda: Subscription.objects.get_or_create(
            reader_id=reader_id, about=About.REPLIES, target=0, defaults={"language": language, "made_at": now}
        )[0]
    )


def _of_subscribers(comment: Comment, above: list[int]) -> Iterator[Wish]:
    targets = Q(about=About.THREAD, target=comment.thread_id) | Q(about=About.BRANCH, target__in=above)
    if comment.author.badge != Badge.NONE:
        targets |= Q(about=About.STAFF, target=comment.thread_id)
    if comment.passage_id is not None:
        targets |= Q(about=About.PASSAGE, target=comment.passage_id)
    yield from _wishes(Subscription.objects.filter(targets))


def _wishes(lines: Iterable[Subscription]) -> Iterator[Wish]:
    is_reached = Q(reader__kind=ReaderKind.MEMBER) | Q(
        reader__kind=ReaderKind.GUEST, reader__confirmed_at__isnull=False
    )
    found = lines.filter(is_reached, reader__merged_into=None)  # type: ignore[attr-defined]
    for line in found.iterator(chunk_size=2000):
        yield _wish(line)


def _wish(line: Subscription) -> Wish:
    return Wish(line.reader_id, About(line.about), line.pk, Often(line.by_mail), line.on_site)


def _by_reader(wishes: Iterable[Wish]) -> dict[int, Wish]:
    """One for each reader: the first in the order of `About`. What one line switches off, another may still tell."""
    found: dict[int, Wish] = {}
    for wish in sorted(wishes, key=lambda one: _ORDER[one.about]):
        if wish.reader_id not in found and (wish.on_site or wish.by_mail is not Often.OFF):
            found[wish.reader_id] = wish
    return found


def _store(base: Notice, wishes: dict[int, Wish], *, now: datetime) -> None:
    readers = list(wishes)
    for start in range(0, len(readers), CHUNK):
        part = readers[start : start + CHUNK]
        rhythms = _rhythms(part)
        when = cache(partial(due_at, now=now))
        rows = [
            Notice(
                reader_id=reader_id,
                about=wish.about,
                subscription_id=wish.subscription_id,
                thread_id=base.thread_id,
                comment_id=base.comment_id,
                article_id=base.article_id,
                decision_id=base.decision_id,
                made_at=now,
                on_site=wish.on_site,
                due_at=when(_rhythm(rhythms.get(reader_id), wish.by_mail)),
            )
            for reader_id in part
            for wish in (wishes[reader_id],)
        ]
        write(partial(Notice.objects.bulk_create, rows, ignore_conflicts=True))


def _rhythms(readers: list[int]) -> dict[int, Preferences]:
    return {one.reader_id: one for one in Preferences.objects.filter(reader_id__in=readers)}


def _rhythm(known: Preferences | None, often: Often) -> Rhythm:
    if known is None:
        return Rhythm(often, settings.TIME_ZONE)
    if known.no_mail:
        return Rhythm(Often.OFF)
    return Rhythm(often, known.zone, known.quiet_from, known.quiet_until)


def rhythm_of(reader_id: int, often: Often) -> Rhythm:
    return _rhythm(Preferences.objects.filter(reader_id=reader_id).first(), often)


def merge_subscriptions(reader_id: int, *, into: int) -> None:
    """Two readers are one: the lines and notices of the first become the other's, where it has none of its own."""

    def move() -> None:
        for model, fields in (
            (Subscription, ("about", "target")),
            (Notice, ("comment_id", "article_id", "decision_id")),
        ):
            for row in model.objects.filter(reader_id=reader_id):
                same = {name: getattr(row, name) for name in fields}
                if model is Notice:
                    # One of a comment may stand beside one of the source that was asked for there.
                    same["about__in"] = [About.SOURCE] if row.about == About.SOURCE else set(About) - {About.SOURCE}
                if model.objects.filter(reader_id=into, **same).exists():
                    row.delete()
                else:
                    model.objects.filter(pk=row.pk).update(reader_id=into)
        Preferences.objects.filter(reader_id=reader_id).delete()

    if Reader.objects.filter(pk=into).exists():
        write(move)
