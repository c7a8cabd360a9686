"""From a page of the desk's to what readers will see of it: the unsaved row of an article. Writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from django.utils import timezone

from belowline.maps import files as map_files
from belowline.maps.publishing import TextMaps
from belowline.newsroom import ports
from belowline.newsroom.body.rendering import RENDERER, Body, pictures_in, render_body
from belowline.newsroom.models import ArticlePage, ArticleRendering, Author, Correction, Picture
from belowline.newsroom.pictures.public import PublicPicture
from belowline.newsroom.pictures.shown import desk_picture, linked_picture
from belowline.newsroom.publishing import translations
from belowline.newsroom.publishing.topics import topic_row
from belowline.newsroom.queries import values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    FilesOf = Callable[[Picture], PublicPicture]


def preview_of(page: ArticlePage, *, picture_url: Callable[[int], str] | None = None) -> values.Article:
    """The article as readers would see it, drafts included, with the desk's own thumbnails. Writes no public row.

    With `picture_url`, which makes an address of a picture's id, no file is written; maps are drawn into the page.
    """

    def files_of(picture: Picture) -> PublicPicture:
        return desk_picture(picture) if picture_url is None else linked_picture(picture, picture_url(picture.pk))

    maps = TextMaps(language=page.language, now=timezone.now(), files_of=map_files.preview_files)
    rendering, _ = rendering_of(page, files_of=files_of, maps=maps)
    return values.article_of(rendering)


def pictures_of(page: ArticlePage) -> list[Picture]:
    opening = [page.picture] if page.picture is not None else []
    shown = [*opening, *pictures_in(page.body), *ports.pictures_beside(page)]
    return list({picture.pk: picture for picture in shown}.values())


def rendering_of(page: ArticlePage, *, files_of: FilesOf, maps: TextMaps) -> tuple[ArticleRendering, Body]:
    """The unsaved row, and what its body is made of."""
    # A sensitive picture opens nothing and is on no card: it stands behind its cover, first in the text.
    covered = page.picture if page.picture is not None and page.picture.is_sensitive else None
    opening = files_of(page.picture) if page.picture is not None and covered is None else None
    body = render_body(
        page.body,
        maps=maps,
        files_of=files_of,
        has_opening_picture=opening is not None,
        covered=covered,
    )
    topic_page = page.get_parent().specific
    lead = opening or body.first
    rendering = ArticleRendering(
        article_id=page.pk,
        slug=page.slug,
        subject_key=page.subject_key,
        topic=topic_row(topic_page),
        kind=page.kind,
        language=page.language,
        kicker=page.kicker,
        # One form of each letter, as in the body: places in the words are counted in NFC.
        headline=normalize("NFC", page.title),
        standfirst=normalize("NFC", page.standfirst),
        bylines=stored_bylines(one.author for one in page.bylines.all()),
        published_at=page.published_at or page.first_published_at or timezone.now(),
        updated_at=page.updated_at,
        featured_rank=page.featured_rank,
        group_id=translations.original_of(page),
        discussion_mode=page.discussion_mode or topic_page.discussion_mode,
        picture=lead.as_json() if lead is not None else None,
        is_opening=opening is not None,
        corrections=_stored_corrections(page.corrections.all()),
        places=[list(one) for one in maps.positions],
        word_count=body.word_count,
        body_html=body.html,
        block_ends=[list(one) for one in body.block_ends],
        renderer=RENDERER,
        rendered_at=timezone.now(),
    )
    return rendering, body


def _stored_corrections(corrections: Iterable[Correction]) -> list[dict[str, str]]:
    """As stored in a rendering: the newest first."""
    return [
        {
            "kind": one.kind,
            "text": one.text,
            "was": one.was,
            "now": one.now,
            "at": one.at.isoformat(),
            "place": one.place,
        }
        for one in sorted(corrections, key=lambda one: one.at, reverse=True)
    ]


def stored_bylines(authors: Iterable[Author]) -> list[dict[str, object]]:
    """As stored in a rendering: in order, each author once."""
    return [
        {"name": one.name, "slug": one.slug, "role": one.role, "reader": one.reader_id}
        for one in {author.pk: author for author in authors}.values()
    ]
