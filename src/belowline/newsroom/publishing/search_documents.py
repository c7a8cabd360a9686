"""Public articles as documents of the search: written by publication.py where the public row is, and nowhere else."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

from django.db import transaction

from belowline.newsroom.models import ArticleRendering
from belowline.search import actions as search

if TYPE_CHECKING:
    from collections.abc import Iterable

_PREFIX = "article:"
# What is furniture of the page and no word of the story: buttons, covers, drawings, the sharp file behind a cover.
_SKIPPED = frozenset({"button", "form", "nav", "script", "style", "svg", "template"})
_SKIPPED_BY = frozenset({"data-full", "data-reveal", "hidden"})
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_LINES = frozenset({
    "aside", "blockquote", "br", "caption", "dd", "div", "dt", "figcaption", "figure", "footer", "h2", "h3", "li", "ol",
    "p", "section", "table", "td", "th", "tr", "ul",
})  # fmt: skip


def keep(rendering: ArticleRendering) -> None:
    """Readers find the article as it is public now."""
    search.put_document(_document(rendering))


def rename(renderings: Iterable[ArticleRendering]) -> None:
    """Readers find these articles by the names that their bylines have now. A prolific author has thousands."""
    for one in renderings:
        if not search.rename_document(f"{_PREFIX}{one.article_id}", names=_names(one)):
            refresh([one.article_id])


def drop(article_id: int) -> None:
    """Nobody finds it any more."""
    search.drop_document(f"{_PREFIX}{article_id}")


def due_articles() -> list[int]:
    """Public articles that the index has not, or has from an older version of this program; the oldest first."""
    known, outdated = search.known_keys(), set(search.outdated_keys())
    public = ArticleRendering.objects.order_by("published_at", "article_id").values_list("article_id", flat=True)
    return [one for one in public if (key := f"{_PREFIX}{one}") not in known or key in outdated]


def public_articles() -> list[int]:
    """All of them, the oldest first: so the index is written."""
    return list(ArticleRendering.objects.order_by("published_at", "article_id").values_list("article_id", flat=True))


def refresh(article_ids: Iterable[int]) -> None:
    """Write these documents from the public rows, in one transaction. What is not public any more is dropped."""
    with transaction.atomic():
        for article_id in article_ids:
            # Locked: it may be published at this moment.
            rendering = ArticleRendering.objects.select_for_update().filter(pk=article_id).first()
            if rendering is None:
                drop(article_id)
            else:
                keep(rendering)


def drop_strays() -> int:
    """Take away documents of articles that are not public; how many there were."""
    public = {f"{_PREFIX}{one}" for one in ArticleRendering.objects.values_list("article_id", flat=True)}
    strays = [key for key in search.known_keys() if key.startswith(_PREFIX) and key not in public]
    for key in strays:
        search.drop_document(key)
    return len(strays)


def words_in(html: str) -> str:
    """The words of a rendered body without its furniture, a line for each paragraph, item, cell or caption."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).splitlines())
    return "\n".join(line for line in lines if line)


def _document(rendering: ArticleRendering) -> search.Document:
    return search.Document(
        key=f"{_PREFIX}{rendering.article_id}",
        path=f"/a/{rendering.slug}",
        language=rendering.language,
        title=rendering.headline,
        standfirst=rendering.standfirst,
        names=_names(rendering),
        body=words_in(rendering.body_html),
        kind=rendering.kind,
        topic_id=rendering.topic_id,
        published_at=rendering.published_at,
    )


def _names(rendering: ArticleRendering) -> str:
    return "\n".join(one["name"] for one in rendering.bylines)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LINES:
            self.parts.append("\n")
        if tag in _VOID:
            return
        if self._skipping or tag in _SKIPPED or any(name in _SKIPPED_BY for name, _value in attrs):
            self._skipping += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _LINES:
            self.parts.append("\n")
        if self._skipping and tag not in _VOID:
            self._skipping -= 1

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.parts.append(data)
