"""Making the newsroom's pages from code: the first page of a new site, and what a seed or an importer brings.

Everything is found again by its slug, a picture by its content: what is there already is returned as it is.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files import File
from django.db import transaction
from wagtail.models import Page, Site

from belowline.imaging import jobs
from belowline.newsroom.body.made import Block, stream_of
from belowline.newsroom.licences import Licence
from belowline.newsroom.models import (
    ArticleAuthor,
    ArticleKind,
    ArticlePage,
    Author,
    Correction,
    DiscussionMode,
    FrontPage,
    Picture,
    TopicName,
    TopicPage,
)
from belowline.newsroom.publishing import publication

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from belowline.accounts.models import User


@transaction.atomic
def ensure_front_page(*, name: str = "") -> FrontPage:
    """The front page; on a new site it takes the place of Wagtail's welcome page. `name` is the newsroom's."""
    front = FrontPage.objects.first()
    if front is None:
        title = name or settings.WAGTAIL_SITE_NAME
        front = Page.get_first_root_node().add_child(instance=FrontPage(title=title, slug="front", live=True))
        front.save_revision().publish()
        front.refresh_from_db()
    _serve_from(front)
    # Wagtail's first migration makes it: a plain page without a child.
    welcome = Page.objects.filter(depth=2, slug="home", content_type__app_label="wagtailcore", numchild=0)
    for page in welcome.filter(content_type__model="page"):
        page.delete()
    return front


def _serve_from(front: FrontPage) -> None:
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    address = urlsplit(settings.PUBLIC_URL)
    wanted = {
        "hostname": address.hostname or "localhost",
        "port": address.port or (443 if address.scheme == "https" else 80),
        "site_name": settings.WAGTAIL_SITE_NAME,
        "root_page_id": front.pk,
    }
    if site.pk is None or any(getattr(site, key) != value for key, value in wanted.items()):
        for key, value in wanted.items():
            setattr(site, key, value)
        site.save()


@transaction.atomic
def create_topic(
    *,
    slug: str,
    title: str,
    description: str = "",
    language: str = "en",
    discussion_mode: str = DiscussionMode.OPEN,
    names: Mapping[str, tuple[str, str]] | None = None,
) -> TopicPage:
    """A published topic. `names` is {language: (title, description)} for other languages."""
    found = TopicPage.objects.filter(slug=slug).first()
    if found is not None:
        return found
    topic = TopicPage(
        title=title, slug=slug, description=description, language=language, discussion_mode=discussion_mode, live=False
    )
    topic.names = [
        TopicName(language=code, title=words[0], description=words[1]) for code, words in (names or {}).items()
    ]
    ensure_front_page().add_child(instance=topic)
    topic.save_revision().publish()
    return TopicPage.objects.get(pk=topic.pk)


def create_author(*, slug: str, name: str, role: str = "", bio: str = "", reader_id: int | None = None) -> Author:
    """The author under this slug. An account given later is added to one that has none."""
    author, _ = Author.objects.get_or_create(
        slug=slug, defaults={"name": name, "role": role, "bio": bio, "reader_id": reader_id}
    )
    if reader_id is not None and author.reader_id is None:
        author.reader_id = reader_id
        author.save()
    return author


def create_picture(
    path: Path,
    *,
    title: str,
    alt: str = "",
    credit: str = "",
    caption: str = "",
    licence: str = Licence.UNKNOWN,
    **facts: Any,
) -> Picture:
    """A picture from a file; the same content twice is one picture. `facts` are other fields of Picture.

    Without description, credit and licence it lies in the library and cannot be published. Raises PictureRefused for a
    file that is no picture, ValidationError for a value that does not fit.
    """
    data = path.read_bytes()
    # The hash is Wagtail's own (images.models: SHA-1 of the content); nothing is protected by it.
    digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    found = Picture.objects.filter(file_hash=digest).first()
    if found is not None:
        return found
    picture = Picture(title=title, alt=alt, caption=caption, credit=credit, licence=licence, **facts)
    with path.open("rb") as opened:
        jobs.check(opened)
        picture.file = File(opened, name=path.name)  # type: ignore[assignment]
        picture._set_image_file_metadata()
        picture.full_clean(exclude=["width", "height", "collection"])
        picture.save()
    return picture


def publish_article(
    *,
    slug: str,
    topic: TopicPage,
    headline: str,
    blocks: Sequence[Block],
    published_at: datetime,
    standfirst: str = "",
    kicker: str = "",
    authors: Sequence[Author] = (),
    kind: str = ArticleKind.REPORT,
    language: str = "en",
    picture: Picture | None = None,
    updated_at: datetime | None = None,
    featured_rank: int | None = None,
    discussion_mode: str = "",
    corrections: Sequence[Correction] = (),
    translation_of: ArticlePage | None = None,
) -> ArticlePage:
    """A published article. One that has this slug already is returned unchanged, published or not.

    `published_at` is the shown date. Encodes the pictures first: seconds for each new one.
    """
    found = ArticlePage.objects.filter(slug=slug).first()
    if found is not None:
        return found
    article = _unpublished(
        ArticlePage(
            title=headline,
            slug=slug,
            standfirst=standfirst,
            kicker=kicker,
            kind=kind,
            language=language,
            picture=picture,
            body=json.dumps(list(stream_of(blocks, slug=slug))),
            published_at=published_at,
            updated_at=updated_at,
            featured_rank=featured_rank,
            discussion_mode=discussion_mode,
            translation_of=translation_of,
        ),
        authors=authors,
    )
    article.corrections = list(corrections)
    publication.require_ready(article)
    publication.prepare_new(article)
    with transaction.atomic():
        topic.add_child(instance=article)
        article.save_revision().publish()
    return ArticlePage.objects.get(pk=article.pk)


def draft_article(
    *,
    slug: str,
    topic: TopicPage,
    headline: str,
    standfirst: str,
    blocks: Sequence[Block],
    authors: Sequence[Author],
    editor: User,
) -> ArticlePage:
    """An article that `editor` has begun. One that has this slug already is returned unchanged, published or not."""
    found = ArticlePage.objects.filter(slug=slug).first()
    if found is not None:
        return found
    body = json.dumps(list(stream_of(blocks, slug=slug)))
    article = _unpublished(
        ArticlePage(title=headline, slug=slug, standfirst=standfirst, body=body, owner=editor), authors=authors
    )
    with transaction.atomic():
        topic.add_child(instance=article)
        article.save_revision(user=editor, log_action=True)  # the desk's first page lists it
    return article


def _unpublished(article: ArticlePage, *, authors: Sequence[Author]) -> ArticlePage:
    article.live = False
    article.bylines = [ArticleAuthor(author=author, sort_order=place) for place, author in enumerate(authors)]
    article.full_clean(
        exclude=["path", "depth", "url_path", "content_type", "translation_key", "locale", "subject_key"]
    )
    return article
