"""Public entries as documents of the search. An entry is found by its own words and leads to its own address.

Not by the names of its authors or of its coverage: whoever looks for those wants the article, and not a thousand lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from belowline.live.models import EntryState, LiveEntry
from belowline.live.names import name_of
from belowline.newsroom.models import ArticleKind, ArticleRendering
from belowline.newsroom.publishing.search_documents import below, words_in
from belowline.search import actions as search

if TYPE_CHECKING:
    from collections.abc import Iterator


def keep(entry: LiveEntry) -> None:
    """Readers find the entry as it is public now. Nothing happens while its article is not."""
    rendering = ArticleRendering.objects.filter(pk=entry.coverage_id, kind=ArticleKind.LIVE).first()
    if rendering is not None:
        search.put_document(_document(entry, rendering))


def drop(entry: LiveEntry) -> None:
    """Nobody finds it any more."""
    search.drop_document(_key(entry))


def documents_of(rendering: ArticleRendering) -> list[search.Document]:
    """Those of every public entry of the article."""
    if rendering.kind != ArticleKind.LIVE:
        return []
    return [_document(entry, rendering) for entry in _public_entries(rendering.article_id)]


def _public_entries(article_id: int) -> Iterator[LiveEntry]:
    found = LiveEntry.objects.filter(coverage_id=article_id, state=EntryState.PUBLISHED)
    return found.only("coverage_id", "number", "headline", "body_html", "at").iterator()


def _key(entry: LiveEntry) -> str:
    return f"{below(entry.coverage_id)}e/{entry.number}"


def _document(entry: LiveEntry, rendering: ArticleRendering) -> search.Document:
    assert entry.at is not None  # the database says so of a public entry
    return search.Document(
        key=_key(entry),
        path=f"/a/{rendering.slug}/e/{entry.number}",
        language=rendering.language,
        title=name_of(entry.headline, entry.body_html) or rendering.headline,
        standfirst="",
        names="",
        body=words_in(entry.body_html),
        kind=rendering.kind,
        topic_id=rendering.topic_id,
        published_at=entry.at,
    )
