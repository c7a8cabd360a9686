"""What a line of a reader's matrix is about, by name and address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from belowline.discussion.models import Comment
from belowline.discussion.queries import threads
from belowline.discussion.queries.comments import comment_rows
from belowline.domain.commenting import CommentState
from belowline.domain.notifying import About
from belowline.newsroom.models import Author, LiveTopic
from belowline.pages import links
from belowline.pages.comments import shortened, shown_name
from belowline.passages.queries import outer_block, passages
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from belowline.discussion.queries.threads import ThreadRow
    from belowline.passages.queries import PassageRow

Key = tuple[About, int]


@dataclass(frozen=True, slots=True)
class Subject:
    """`says` is the line's own name: what one is told. `text` and `url` are where it happens; both may be empty."""

    says: str
    text: str = ""
    url: str = ""


def named(keys: Iterable[Key], *, language: str) -> dict[Key, Subject]:
    """Those of the keys that still lead somewhere, in their order."""
    return {key: subject for key in keys if (subject := _named(*key, language=language)) is not None}


def _named(about: About, target: int, *, language: str) -> Subject | None:
    if about is About.REPLIES:
        return Subject(_("Answers to me, everywhere"))
    if about is About.ANSWERS:
        return Subject(_("What the newsroom answers when I ask, everywhere"))
    if about is About.MENTION:
        return Subject(_("Somebody names me, everywhere"))
    if about is About.SOURCE:
        return Subject(_("A source is asked of me, or given that I asked for"))
    return next(_found(about, target, language=language), None)


def _found(about: About, target: int, *, language: str) -> Iterator[Subject]:
    if about in {About.THREAD, About.STAFF}:
        with snapshot() as cursor:
            thread = threads.thread(cursor, target)
        if thread is not None:
            says = _("All comments") if about is About.THREAD else _("What the newsroom says there")
            yield Subject(says, thread.title, links.thread(target, language))
    elif about is About.BRANCH:
        with snapshot() as cursor:
            row = comment_rows(cursor, [target]).get(target)
            thread = threads.thread(cursor, _thread_of(target))
        if row is not None and thread is not None:
            name = shown_name(row.name, row.kind) if row.state == CommentState.PUBLISHED else "…"
            yield Subject(
                _("What is said below this comment"),
                f"#{row.position} {name}",
                links.comment(thread.id, target, language),
            )
    elif about is About.PASSAGE:
        with snapshot() as cursor:
            place = passage_place(cursor, target)
        if place is not None:
            words = shortened(place.row.wording or place.row.exact) or "…"
            yield Subject(_("What is said at this passage"), f"“{words}”", place.url(language))
    elif about is About.TOPIC:
        for topic in LiveTopic.objects.filter(pk=target):
            yield Subject(_("New articles on"), topic.title, links.topic(topic.slug, language))
    elif about is About.AUTHOR:
        for author in Author.objects.filter(pk=target):
            yield Subject(_("New articles by"), author.name, links.author(author.slug, language))


@dataclass(frozen=True, slots=True)
class PassagePlace:
    """A passage with the discussion in which it is spoken of."""

    row: PassageRow
    thread: ThreadRow

    def url(self, language: str) -> str:
        return links.inline(self.thread.id, language, outer_block(self.row.block))


def passage_place(cursor: CursorWrapper, passage_id: int) -> PassagePlace | None:
    """None for what is not public. Three queries at most."""
    row = passages(cursor, [passage_id]).get(passage_id)
    if row is None or row.is_withheld:
        return None
    cursor.execute("SELECT subject_key FROM passages_text WHERE id = %s", [row.text_id])
    key = cursor.fetchone()[0]
    thread = threads.threads_of_subjects(cursor, [key]).get(key)
    return None if thread is None or thread.is_hidden else PassagePlace(row, thread)


def _thread_of(comment_id: int) -> int:
    return Comment.objects.filter(pk=comment_id).values_list("thread_id", flat=True).first() or 0
