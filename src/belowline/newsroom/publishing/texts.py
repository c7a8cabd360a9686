"""The words of public articles, as passages are counted in: written by publication.py where the public row is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from belowline.domain.anchoring.blocks import Block, blocks_of, text_block
from belowline.newsroom.models import ArticlePage
from belowline.newsroom.pictures.public import PublicPicture
from belowline.passages.actions import texts

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from belowline.newsroom.models import ArticleRendering

# Blocks that stand in no body; pages/templates/article.html gives them the same ids.
HEADLINE, STANDFIRST, OPENING = "b-headline", "b-standfirst", "b-opening"


def keep(rendering: ArticleRendering) -> None:
    """The article's words from now on."""
    texts.revise(str(rendering.subject_key), _blocks(rendering), now=rendering.rendered_at)


def _blocks(rendering: ArticleRendering) -> Iterator[Block]:
    """From the very HTML that readers get, so that a place in one is a place in the other."""
    yield text_block(HEADLINE, rendering.headline)
    yield text_block(STANDFIRST, rendering.standfirst)
    if rendering.is_opening and rendering.picture:
        picture = PublicPicture.from_json(rendering.picture)
        yield Block(OPENING, text_block(OPENING, picture.caption).units, picture.full_url, is_figure=True)
    yield from blocks_of(rendering.body_html)


def hide(rendering: ArticleRendering) -> None:
    texts.hide(str(rendering.subject_key))


def forget(subject_key: UUID) -> None:
    texts.forget(str(subject_key))


def withhold_words(article_id: int, pattern: re.Pattern[str]) -> None:
    """They are quoted nowhere any more."""
    for key in _keys(article_id):
        texts.withhold_words(key, pattern)


def withhold_between(article_id: int, *, since: datetime, until: datetime) -> None:
    """What was public in that time and is not now is quoted nowhere any more."""
    for key in _keys(article_id):
        texts.withhold_revisions(key, since=since, until=until)


def _keys(article_id: int) -> list[str]:
    return [str(key) for key in ArticlePage.objects.filter(pk=article_id).values_list("subject_key", flat=True)]
