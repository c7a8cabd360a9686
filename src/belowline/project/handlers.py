"""The one table: which event wakes whom. A handler may see an event twice and must not mind.

The page caches need no line here: each front reads the tags of every event itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from belowline.discussion import actions
from belowline.discussion.events import CommentHidden, CommentPublished, ThreadImported
from belowline.newsroom import publication
from belowline.newsroom import queries as newsroom
from belowline.newsroom.events import ArticlePublished, ArticleUnpublished
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from belowline.outbox.delivery import Delivered, Handlers

NO_DISCUSSION = "none"


def open_discussions(events: Sequence[Delivered]) -> None:
    """Every public article that may be discussed has a thread with its title, address and language."""
    now = datetime.now(UTC)
    for article_id in {one.event.article_id for one in events if isinstance(one.event, ArticlePublished)}:
        with snapshot() as cursor:
            subject = newsroom.subject(cursor, article_id=article_id)
        if subject is None or subject.discussion_mode == NO_DISCUSSION:
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
            is_hidden=False,
            staff_reader_id=next(iter(subject.author_reader_ids), None),
        )


def hide_discussions(events: Sequence[Delivered]) -> None:
    """What was said of an article that was withdrawn or restricted is not public either."""
    for one in events:
        if isinstance(one.event, ArticleUnpublished) and one.event.subject_key:
            actions.hide_thread(one.event.subject_key)


def fold_counts(events: Sequence[Delivered]) -> None:
    """Bring the delta rows of the comments into their threads' counts."""
    while actions.fold_counts():
        pass


def renew_maps(now: datetime) -> int:
    """Maps of which a place may now be shown, or shown more exactly."""
    return publication.wake_maps(now=now)


# What nobody writes and the clock does. Called about once a second, so each must know at once that nothing is due;
# the answer is how much was done.
CLOCKS: Sequence[Callable[[datetime], int]] = (renew_maps,)

HANDLERS: Handlers = {
    ArticlePublished: [open_discussions],
    ArticleUnpublished: [hide_discussions],
    CommentPublished: [fold_counts],
    CommentHidden: [fold_counts],
    ThreadImported: [fold_counts],
}
