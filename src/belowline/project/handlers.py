"""The one table: which event wakes whom. A handler may see an event twice and must not mind.

The page caches need no line here: each front reads the tags of every event itself.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_noop as _

from belowline.accounts import networks, sent_forms, sessions
from belowline.accounts.actions import forget_unproved
from belowline.discussion import actions
from belowline.discussion.events import (
    CommentEdited,
    CommentHidden,
    CommentPublished,
    ReadersMerged,
    SourceAsked,
    SourceGiven,
    ThreadImported,
)
from belowline.domain.ledger import EntryKind
from belowline.feedback.actions import asking, offers
from belowline.feedback.events import RequestDecided
from belowline.mail import actions as letters
from belowline.moderation import alarms, keeping, receipts, screener
from belowline.newsroom.actions import error_reports
from belowline.newsroom.events import ArticlePublished, ArticleUnpublished
from belowline.newsroom.models import ArticleKind
from belowline.newsroom.publishing import cards, publication, related
from belowline.newsroom.publishing.schedule import publish_due
from belowline.newsroom.queries import articles as newsroom
from belowline.notifications import telling
from belowline.notifications.sending import queue_due
from belowline.pages import links
from belowline.passages.actions import placing
from belowline.passages.events import TextRevised
from belowline.storage.reading import snapshot
from belowline.storage.whole_files import remove_unfinished
from belowline.support.events import EntryRecorded
from belowline.support.receipts import queue_receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from belowline.outbox.delivery import Delivered, Handlers

log = logging.getLogger(__name__)

NO_DISCUSSION = "none"
# While things happen, what was said last is read first.
LIVE_SORT = "newest"
SCHEDULE_AGAIN = timedelta(minutes=5)
# What was withdrawn and comes back, or was imported with its old date, is no news.
STILL_NEW = timedelta(days=2)


def open_discussions(events: Sequence[Delivered]) -> None:
    """Every public article that may be discussed has a thread with its title, address and language; the others have
    none that anybody sees."""
    now = datetime.now(UTC)
    for article_id in {one.event.article_id for one in events if isinstance(one.event, ArticlePublished)}:
        with snapshot() as cursor:
            subject = newsroom.subject(cursor, article_id=article_id)
        if subject is None:
            continue
        if subject.discussion_mode == NO_DISCUSSION:
            # From the first minute there is none; turned off later, what was said is hidden (or "closed" was chosen).
            actions.hide_thread(subject.subject_key)
            continue
        site_id = actions.ensure_site(actions.OWN_SITE, now=now)
        actions.ensure_thread(
            site_id,
            subject_key=subject.subject_key,
            now=now,
            title=subject.title,
            url=subject.path,
            language=subject.language,
            mode=subject.discussion_mode,
            default_sort=LIVE_SORT if subject.kind == ArticleKind.LIVE else "",
            is_hidden=False,
            staff_reader_id=next(iter(subject.author_reader_ids), None),
        )


def draw_cards(events: Sequence[Delivered]) -> None:
    """Every public article has a picture for those who share it. Many at once are left to the clock: other events
    wait behind this handler."""
    articles = {one.event.article_id for one in events if isinstance(one.event, ArticlePublished)}
    for article_id in articles if len(articles) <= cards.AT_ONCE else ():
        cards.draw_card(article_id)


def hide_discussions(events: Sequence[Delivered]) -> None:
    """What was said of an article that was withdrawn or restricted is not public either, unless the newsroom chose to
    keep it under the notice."""
    for one in events:
        if not isinstance(one.event, ArticleUnpublished) or not one.event.subject_key:
            continue
        if one.event.keeps_discussion:
            actions.close_discussion(one.event.subject_key, reason=_("The article was withdrawn."))
        else:
            actions.hide_thread(one.event.subject_key)


def relate_articles(events: Sequence[Delivered]) -> None:
    """What stands under an article, and under its neighbours, follows what is public."""
    related.relate(
        one.event.article_id for one in events if isinstance(one.event, ArticlePublished | ArticleUnpublished)
    )


def tell_of_comments(events: Sequence[Delivered]) -> None:
    """Whoever wants to know of a comment gets a notice; mails about it wait for their time."""
    for one in events:
        if isinstance(one.event, CommentPublished):
            telling.tell_comment(one.event.comment_id, now=datetime.now(UTC))


def tell_of_edits(events: Sequence[Delivered]) -> None:
    """Whoever is named by an edited comment, and was not before."""
    for one in events:
        if isinstance(one.event, CommentEdited):
            telling.tell_named(one.event.comment_id, now=datetime.now(UTC))


def tell_of_sources(events: Sequence[Delivered]) -> None:
    """The author hears that somebody asks for a source; those who asked hear that there is one."""
    for one in events:
        if isinstance(one.event, SourceAsked):
            telling.tell_of_request(one.event.comment_id, reader_id=one.event.reader_id, now=datetime.now(UTC))
        elif isinstance(one.event, SourceGiven):
            telling.tell_of_source(one.event.comment_id, now=datetime.now(UTC))


def tell_of_articles(events: Sequence[Delivered]) -> None:
    """New articles of a topic or by somebody; not what was published again."""
    for one in events:
        if isinstance(one.event, ArticlePublished) and one.event.is_new:
            with snapshot() as cursor:
                subject = newsroom.subject(cursor, article_id=one.event.article_id)
            if subject is not None and one.recorded_at - subject.published_at < STILL_NEW:
                telling.tell_article(subject, now=datetime.now(UTC))


def tell_of_decisions(events: Sequence[Delivered]) -> None:
    """Whoever asked hears what the newsroom answered, or why it does not."""
    for one in events:
        if isinstance(one.event, RequestDecided):
            telling.tell_decision(one.event.request_id, one.event.decision_id, now=datetime.now(UTC))


def merge_subscriptions(events: Sequence[Delivered]) -> None:
    """Two readers turned out to be one."""
    for one in events:
        if isinstance(one.event, ReadersMerged):
            asking.merge_askers(one.event.reader_id, into=one.event.into)
            telling.merge_subscriptions(one.event.reader_id, into=one.event.into)


def place_passages(events: Sequence[Delivered]) -> None:
    """What readers spoke of is found again in the newest version, or said to be gone. A long article is compared by a
    process of its own."""
    for text_id in {one.event.text_id for one in events if isinstance(one.event, TextRevised)}:
        placing.place_passages(text_id)


def fold_counts(events: Sequence[Delivered]) -> None:
    """Bring the delta rows of the comments into their threads' counts."""
    while actions.fold_counts():
        pass


def queue_receipts(events: Sequence[Delivered]) -> None:
    """Whoever gave an address gets a letter about the payment."""
    for one in events:
        if isinstance(one.event, EntryRecorded) and one.event.kind == EntryKind.PAYMENT:
            queue_receipt(one.event.entry_id, gift_url=_gift_url)


def _gift_url(token: str, language: str) -> str:
    return links.absolute(links.gift(token, language))


class Schedule:
    """Publishes what is due. What failed is tried again after a while, and holds up nothing else."""

    def __init__(self) -> None:
        self._failed: dict[int, datetime] = {}

    def __call__(self, now: datetime) -> None:
        self._failed = {one: at for one, at in self._failed.items() if now - at < SCHEDULE_AGAIN}
        _done, failed = publish_due(now=now, without=frozenset(self._failed))
        self._failed |= dict.fromkeys(failed, now)


def renew_maps(now: datetime) -> None:
    """Maps of which a place may now be shown, or shown more exactly."""
    publication.wake_maps(now=now)


def remove_unfinished_files(now: datetime) -> None:
    """What a process that was killed left half written. A day: nothing is written for so long."""
    folders = [Path(settings.MEDIA_ROOT), Path(settings.DATA) / "private"]
    count = remove_unfinished(folders, before=now - timedelta(days=1))
    if count:
        log.info("unfinished_files_removed", extra={"count": count})


HANDLERS: Handlers = {
    ArticlePublished: [open_discussions, relate_articles, draw_cards, tell_of_articles],
    ArticleUnpublished: [hide_discussions, relate_articles],
    CommentPublished: [fold_counts, tell_of_comments],
    CommentEdited: [tell_of_edits],
    SourceAsked: [tell_of_sources],
    SourceGiven: [tell_of_sources],
    ReadersMerged: [merge_subscriptions],
    CommentHidden: [fold_counts],
    ThreadImported: [fold_counts],
    EntryRecorded: [queue_receipts],
    TextRevised: [place_passages],
    RequestDecided: [tell_of_decisions],
}

# What the clock wakes: every so many seconds, with the time. Articles go live to the minute.
CLOCK: list[tuple[float, Callable[[datetime], object]]] = [
    (10.0, Schedule()),
    (1.0, renew_maps),
    (10.0, cards.draw_due),
    (1.0, queue_due),
    (3600.0, error_reports.forget_old_reports),
    (3600.0, offers.forget_old),
    (3600.0, networks.forget_old),
    (3600.0, sent_forms.forget_old),
    (3600.0, sessions.forget_expired),
    (3600.0, forget_unproved),
    (3600.0, letters.forget_old),
    (3600.0, actions.forget_unconfirmed),
    (3600.0, actions.forget_submissions),
    (3600.0, screener.forget_old),
    (3600.0, receipts.forget),
    (30.0, keeping.end_due),
    (60.0, alarms.look),
    (86_400.0, remove_unfinished_files),
]
