"""From an entry to what readers get, and the pictures that the entries of an article show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from belowline.live.models import Coverage, EntryState, LiveEntry
from belowline.maps.publishing import TextMaps
from belowline.newsroom.body.rendering import render_body, sanitised
from belowline.newsroom.models import ArticleKind, ArticlePage, Picture
from belowline.newsroom.pictures.shown import public_picture

if TYPE_CHECKING:
    from belowline.newsroom.body.rendering import Body

EXCERPT_CHARACTERS = 200
_TAG = re.compile(r"<[^>]*>")


def rendered(body: Any, *, language: str) -> Body:
    """The public rendering; its pictures have been encoded. No picture of an entry is the first one of a page, and no
    entry has a map (blocks.py)."""
    maps = TextMaps(language=language, now=timezone.now())
    return render_body(body, maps=maps, files_of=public_picture, has_opening_picture=True)


def take_over(entry: LiveEntry, body: Body) -> None:
    """Give a public entry its rendering; not saved."""
    entry.body_html = body.html
    entry.picture = body.first.as_json() if body.first is not None else None
    entry.picture_ids = list(body.pictures)


def excerpt_of(body: Any) -> str:
    """The first words, for the desk's list: of drafts, too, whose pictures are not drawn yet."""
    words: list[str] = []
    for block in body:
        if block.block_type == "paragraph":
            words += _TAG.sub(" ", sanitised(block.value.source)).split()
        elif block.block_type == "quote":
            words += block.value["text"].split()
    text = " ".join(words)
    return text if len(text) <= EXCERPT_CHARACTERS else text[: EXCERPT_CHARACTERS - 1].rstrip() + "…"


def pictures_of(page: ArticlePage) -> list[Picture]:
    """What the public entries of the article show."""
    if page.kind != ArticleKind.LIVE or page.pk is None:
        return []
    shown = LiveEntry.objects.filter(coverage_id=page.pk, state=EntryState.PUBLISHED)
    wanted = {one for ids in shown.values_list("picture_ids", flat=True) for one in ids}
    return list(Picture.objects.filter(pk__in=wanted)) if wanted else []


def render_all(page: ArticlePage) -> None:
    """Render the public entries anew: a picture's words or files, the language or the renderer may have changed.

    Within the transaction that publishes the article, which records the event. An entry that comes out as it was is not
    touched.
    """
    if page.kind != ArticleKind.LIVE:
        return
    coverage = Coverage.objects.select_for_update().filter(pk=page.pk).first()
    if coverage is None:
        return
    changed = False
    for entry in coverage.entries.filter(state=EntryState.PUBLISHED):
        before = (entry.body_html, entry.picture, entry.picture_ids)
        take_over(entry, rendered(entry.body, language=page.language))
        if (entry.body_html, entry.picture, entry.picture_ids) != before:
            coverage.changes += 1
            entry.change = coverage.changes
            entry.save(update_fields=["body_html", "picture", "picture_ids", "change"])
            changed = True
    if changed:
        coverage.save(update_fields=["changes"])
