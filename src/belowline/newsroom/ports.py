"""What the newsroom asks of floors above it. `project` plugs the answers in at start-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from belowline.newsroom.models import ArticlePage, Picture
    from belowline.newsroom.queries.articles import Article


def _bare_preview(article: Article, request: HttpRequest) -> HttpResponse:
    """The words without the site's frame: what the desk shows until somebody has plugged in the real page."""
    return HttpResponse(
        format_html(
            '<!doctype html><html lang="{}" dir="{}"><meta charset="utf-8"><title>{}</title>'
            "<h1>{}</h1><p>{}</p>{}</html>",
            article.language,
            article.direction,
            article.headline,
            article.headline,
            article.standfirst,
            mark_safe(article.body_html),  # noqa: S308  # made by body/rendering.py, which sanitises
        )
    )


render_preview: Callable[[Article, HttpRequest], HttpResponse] = _bare_preview
"""The page of an unpublished article as readers would see it, for the desk's preview. Never cached."""


def _no_address(token: str) -> str:
    return f"/_preview/{token}"


preview_address: Callable[[str], str] = _no_address
"""The path under which a draft is read by whoever has the token of a link (actions/preview_links.py)."""


def _nothing_beside(page: ArticlePage) -> list[Picture]:
    return []


pictures_beside: Callable[[ArticlePage], list[Picture]] = _nothing_beside
"""The pictures that the article's page shows beside its own text: those of the entries of a live coverage."""

render_beside: Callable[[ArticlePage], object] = _nothing_beside
"""Render anew what stands beside the article's text, in the transaction that publishes it."""
