"""An unpublished article as readers would see it: for the desk, and for whoever has a link to the draft.

Never cached, never public. Every link that opens nothing gets the same answer, whatever the reason.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from belowline.imaging import jobs
from belowline.newsroom.actions import preview_links
from belowline.newsroom.pictures import files as picture_files
from belowline.pages import links
from belowline.pages.answer import Ask
from belowline.pages.articles import article_page, beside_article
from belowline.pages.render import render
from belowline.pages.site import site_view
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from belowline.newsroom.queries.articles import Article


# What the desk's middleware adds to every answer is "private, no-store"; the rest is for this page alone.
_QUIET = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer"}


def article_preview(article: Article, request: HttpRequest) -> HttpResponse:
    return HttpResponse(_page(article))


def _page(article: Article, *, is_handed_out: bool = False) -> str:
    language = article.language if article.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    ask = Ask(path=f"/a/{article.slug}", language=language, now=datetime.now(UTC))
    with translation.override(language), snapshot() as cursor:
        page = article_page(cursor, ask, article, beside=beside_article(cursor, article), discussion=None)
        # No address of its own is told to anybody, and no link leads to where it is not yet.
        page = replace(
            page,
            # The card of whoever is sent the address shows no picture: its address has the token in it.
            head=replace(page.head, is_indexed=False, canonical_url="", image_url=""),
            article=replace(page.article, share=(), versions_url="") if is_handed_out else page.article,
            is_handed_out=is_handed_out,
        )
        return render("article.html", site=site_view(cursor, ask), page=page)


@require_safe
def draft(request: HttpRequest, token: str) -> HttpResponse:
    """The newest draft, for whoever has the link. Writes nothing."""
    page = preview_links.draft_of(token, now=datetime.now(UTC))
    if page is None:
        raise Http404
    article = preview_links.shown_draft(page, picture_url=lambda number: links.draft_picture(token, number))
    return HttpResponse(_page(article, is_handed_out=True), headers=_QUIET)


@require_safe
def draft_picture(request: HttpRequest, token: str, picture_id: int) -> HttpResponse:
    """A picture of that draft, and of no other. Writes nothing: what the desk has drawn is sent, the rest drawn anew."""
    page = preview_links.draft_of(token, now=datetime.now(UTC))
    picture = preview_links.picture_of(page, picture_id) if page is not None else None
    if picture is None:
        raise Http404
    try:
        data = picture_files.desk_bytes(picture, is_blurred="cover" in request.GET)
    except (jobs.PictureRefused, OSError):
        raise Http404 from None
    return HttpResponse(data, content_type="image/jpeg", headers=_QUIET)
