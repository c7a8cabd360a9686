"""A live coverage as schema.org's LiveBlogPosting (https://schema.org/LiveBlogPosting)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from belowline.newsroom.body.rendering import plain_words
from belowline.pages import links

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from belowline.live.queries import Run
    from belowline.newsroom.queries.values import Article
    from belowline.pages.model import EntryView, Link

HEADLINE_CHARACTERS = 110
BODY_CHARACTERS = 1_000


def coverage_facts(found: Article, run: Run, entries: Iterable[EntryView]) -> dict[str, Any]:
    """What a live coverage adds to the facts of its article (structured.py); `entries` are those that the page shows, the
    newest first. Nothing empty is said."""
    shown = [one for one in entries if one.deleted_at is None]
    changes = [at for one in shown for at in (one.at, one.edited_at) if at is not None]
    return _said(
        {
            "dateModified": _time(max([found.published_at, *changes, *_given(found.updated_at)])),
            "coverageStartTime": _time(run.started_at or found.published_at),
            "coverageEndTime": _time(run.ended_at),
            "liveBlogUpdate": [_update(one) for one in shown],
        }
    )


def _update(entry: EntryView) -> dict[str, object]:
    words = plain_words(str(entry.body_html))
    return _said(
        {
            "@type": "BlogPosting",
            "@id": links.absolute(entry.url),
            "url": links.absolute(entry.url),
            "headline": (entry.headline or words.partition("\n")[0])[:HEADLINE_CHARACTERS],
            "articleBody": words[:BODY_CHARACTERS],
            "datePublished": _time(entry.at),
            "dateModified": _time(entry.edited_at),
            "author": _people(entry.bylines) or {"@type": "NewsMediaOrganization", "name": settings.CONFIG.site.name},
        }
    )


def _people(bylines: Iterable[Link]) -> list[dict[str, object]]:
    return [
        _said({"@type": "Person", "name": one.text, "url": links.absolute(one.url) if one.url else ""})
        for one in bylines
    ]


def _given(at: datetime | None) -> list[datetime]:
    return [] if at is None else [at]


def _time(at: datetime | None) -> str:
    return "" if at is None else at.isoformat(timespec="seconds")


def _said(facts: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in facts.items() if value not in ("", None, [])}
