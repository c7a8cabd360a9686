"""An unpublished article as readers would see it, for the desk. Never cached, never public."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from belowline.pages.answer import Ask
from belowline.pages.articles import article_page, beside_article
from belowline.pages.render import render
from belowline.pages.site import site_view
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from belowline.newsroom.queries import Article


def article_preview(article: Article, request: HttpRequest) -> HttpResponse:
    language = article.language if article.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    ask = Ask(path=f"/a/{article.slug}", language=language, now=datetime.now(UTC))
    with translation.override(language), snapshot() as cursor:
        page = article_page(ask, article, beside=beside_article(cursor, article), discussion=None)
        page = replace(page, head=replace(page.head, is_indexed=False, canonical_url=""))
        return HttpResponse(render("article.html", site=site_view(cursor, ask), page=page))
