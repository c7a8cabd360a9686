"""Texts in several revisions, and passages that somebody speaks of, for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from belowline.discussion import actions
from belowline.domain.anchoring.blocks import Block, text_block
from belowline.domain.anchoring.choosing import address_of
from belowline.domain.commenting import Refused
from belowline.domain.feedback import Kind
from belowline.feedback.actions import asking
from belowline.feedback.models import Request
from belowline.newsroom.body import made
from belowline.newsroom.models import ArticlePage
from belowline.passages import queries
from belowline.passages.actions import placing
from belowline.passages.actions.choosing import Wanted, wanted_passage
from belowline.passages.actions.texts import revise
from belowline.passages.models import Passage, Text
from belowline.storage.reading import snapshot
from tests.support.cast import NOON
from tests.support.desk import Story


def blocks_of(*paragraphs: str) -> list[Block]:
    """`b-0`, `b-1` … in order."""
    return [text_block(f"b-{place}", words) for place, words in enumerate(paragraphs)]


def write_text(key: str, *paragraphs: str, minutes: float = 0) -> Text:
    """Publish these paragraphs, and let the worker do its part."""
    revise(key, blocks_of(*paragraphs), now=NOON + timedelta(minutes=minutes))
    text = Text.objects.get(subject_key=key)
    placing.place_passages(text.pk)
    return Text.objects.get(pk=text.pk)


def address(key: str, words: str, *, number: int | None = None) -> str:
    """The address of these words in that revision of the text."""
    with snapshot() as cursor:
        found = queries.revision(cursor, key, number=number)
    assert found is not None
    start = found.canonical.text.index(words)
    block = next(one for one in found.canonical.blocks if one.start <= start < one.end)
    return address_of(found.number, block.id, start - block.start, start - block.start + len(words))


def wanted(key: str, words: str, *, number: int | None = None) -> Wanted | Refused:
    with snapshot() as cursor:
        return wanted_passage(cursor, key, address(key, words, number=number), exact=words)


def comment_on(
    words: str, *, key: str, thread: int, reader: int, text: str = "Is that so?", minutes: float = 0
) -> tuple[int, Passage]:
    """A published comment on these words of the newest revision, and its passage."""
    passage = wanted(key, words)
    assert isinstance(passage, Wanted), passage
    answer = actions.post_comment(
        actions.Submission(reader=reader, thread_id=thread, parent_id=None, passage=passage),
        markdown=text,
        now=NOON + timedelta(minutes=minutes),
    )
    assert not isinstance(answer, Refused), answer
    from belowline.discussion.models import Comment

    found = Comment.objects.select_related("passage").get(pk=answer.comment_id).passage
    assert found is not None
    return answer.comment_id, found


def published_anew(article: ArticlePage, *blocks: made.Block | str, **words: Any) -> ArticlePage:
    """Published with these blocks; a plain text is a paragraph. Each keeps the id of the block at its place."""
    whole = [made.Paragraph(one) if isinstance(one, str) else one for one in blocks]
    article.body = type(article.body)(
        article.body.stream_block, list(made.stream_of(whole, slug=article.slug)), is_lazy=True
    )
    for name, value in words.items():
        setattr(article, name, value)
    article.save_revision().publish()
    text = Text.objects.get(subject_key=str(article.subject_key))
    placing.place_passages(text.pk)
    return ArticlePage.objects.get(pk=article.pk)


def a_request(story: Story, reader: int) -> int:
    """Somebody asks for a source at words of the story; the id of that."""
    passage = wanted(str(story.article.subject_key), "two holes")
    assert isinstance(passage, Wanted), passage
    found = asking.ask(reader, passage, Kind.SOURCE, thread_id=story.thread, now=datetime.now(UTC))
    assert isinstance(found, Request), found
    return found.pk
