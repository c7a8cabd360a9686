"""Making the newsroom's pages from code: the first page of a new site, and what a seed or an importer brings.

Everything is found again by its slug, a picture by its content: what is there already is returned as it is.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.files import File
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Site

from belowline.imaging import jobs
from belowline.newsroom import publication, review
from belowline.newsroom.licences import Licence
from belowline.newsroom.models import (
    ArticleAuthor,
    ArticleKind,
    ArticlePage,
    ArticleRendering,
    Author,
    Correction,
    DiscussionMode,
    FrontPage,
    Picture,
    TopicName,
    TopicPage,
)
from belowline.newsroom.rendering import RENDERER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from belowline.accounts.models import User

# Ids of blocks made from code are derived from the article's slug and the block's place: the same seed, the same links.
_BLOCK_NAMES = uuid.UUID("6f0c6c1e-8a2f-4a77-9b1d-0d5a2f6f3c11")


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`html` holds inline markup (b, i, a, sup, sub), with or without its `<p>`. Plain text must be escaped before."""

    html: str


@dataclass(frozen=True, slots=True)
class Quote:
    text: str
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class ItemList:
    """`items` hold inline markup like a paragraph."""

    items: tuple[str, ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """Empty words: the picture's own."""

    picture: Picture
    caption: str = ""
    credit: str = ""

    @property
    def value(self) -> dict[str, Any]:
        return {"picture": self.picture.pk, "caption": self.caption, "credit": self.credit}


@dataclass(frozen=True, slots=True)
class Gallery:
    """At least two figures that stand beside each other."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """A drawn map. `places` are (gazetteer's id, what this map does with it: label, coarsen_to, withhold_until …)."""

    places: tuple[tuple[int, Mapping[str, Any]], ...]
    title: str = ""
    caption: str = ""
    credit: str = ""
    source_url: str = ""
    base_id: int | None = None
    areas: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stored:
    """A block of any other kind, with its value as the desk stores it (blocks.py)."""

    kind: str
    value: Mapping[str, Any]


Block = Heading | Paragraph | Quote | ItemList | Figure | Gallery | Map | Stored


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


def stream_of(blocks: Iterable[Block], *, slug: str) -> Iterable[dict[str, Any]]:
    """As the desk stores them. The same `slug` gives the blocks the same ids."""
    for place, block in enumerate(blocks):
        kind, value = _value(block)
        yield {"type": kind, "value": value, "id": str(uuid.uuid5(_BLOCK_NAMES, f"{slug}/{place}"))}


def _value(block: Block) -> tuple[str, Any]:
    match block:
        case Heading(text):
            return "heading", text
        case Paragraph(html):
            return "paragraph", _in_paragraph(html)
        case Quote(text, attribution):
            return "quote", {"text": text, "attribution": attribution}
        case ItemList(items, is_numbered):
            return "list", {"items": [_in_paragraph(item) for item in items], "is_numbered": is_numbered}
        case Figure():
            return "figure", block.value
        case Gallery(figures):
            return "gallery", [one.value for one in figures]
        case Map():
            return "map", _map_value(block)
        case Stored(kind, value):
            return kind, dict(value)


def _map_value(map_: Map) -> dict[str, Any]:
    return {
        "title": map_.title,
        "places": [{"place": place_id, **words} for place_id, words in map_.places],
        "areas": map_.areas,
        "caption": map_.caption,
        "credit": map_.credit,
        "source_url": map_.source_url,
        "base": map_.base_id,
        **map_.options,
    }


def _in_paragraph(html: str) -> str:
    return html if html.lstrip().startswith("<p") else f"<p>{html}</p>"


def rebuild_public() -> int:
    """Render every public article anew and drop what should not be public; how many are. All of it is derived."""
    for topic in TopicPage.objects.all():
        publication.update_topic(topic)
    for article in ArticlePage.objects.iterator():
        publication.prepare(article)
        publication.update_article(article)
    return ArticleRendering.objects.count()


def outdated_articles() -> list[int]:
    """Public articles that an older version of this program rendered: `publication.update_articles` renews them."""
    return list(ArticleRendering.objects.exclude(renderer=RENDERER).values_list("pk", flat=True))


# What a role may do to pages, in Wagtail's words: with add_page alone one's own drafts, with change_page everybody's.
_DESK = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
_PAGE_RIGHTS = {
    "contributor": ("add_page",),
    "author": ("add_page", "change_page"),
    "editor": _DESK,
    "publisher": _DESK,
    "administrator": _DESK,
}
# Taking published words back is a publisher's: an article (withdrawal.py), words of former versions (history.py).
_RECORD_RIGHTS = ("withdraw_articlepage", "withhold_articlepage")
_RECORD_ROLES = ("publisher", "administrator")
# What readers say is wrong: whoever may write in the desk under a name of their own.
_ERROR_ROLES = ("author", "editor", "publisher", "administrator")
# Wagtail asks for these under the name of its own model, whatever model the site uses.
_FILE_RIGHTS = ("add_image", "change_image", "choose_image")
# What a role may do to the gazetteer and the ground of maps. Two persons must agree on the exact place of a home.
_GROUND = ("add_place", "change_place", "delete_place", "approve_place", "add_baselayer", "change_baselayer")
_MAP_RIGHTS = {
    "contributor": ("add_place",),
    "author": ("add_place", "change_place"),
    "editor": _GROUND,
    "publisher": _GROUND,
    "administrator": _GROUND,
}


@transaction.atomic
def ensure_desk_rights() -> None:
    """Give the groups of staff their rights to pages and pictures; run again, it changes nothing."""
    front = ensure_front_page()
    collection = Collection.get_first_root_node()
    for role, rights in _PAGE_RIGHTS.items():
        group = Group.objects.get_or_create(name=role)[0]
        for codename in rights:
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
            GroupPagePermission.objects.get_or_create(group=group, page=front, permission=permission)
        for codename in _MAP_RIGHTS[role]:
            group.permissions.add(Permission.objects.get(content_type__app_label="maps", codename=codename))
        for codename in _FILE_RIGHTS:
            permission = Permission.objects.get(content_type__app_label="wagtailimages", codename=codename)
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
    for role in _RECORD_ROLES:
        permissions = Permission.objects.filter(content_type__app_label="newsroom", codename__in=_RECORD_RIGHTS)
        Group.objects.get(name=role).permissions.add(*permissions)
    review.ensure_review(front)
    for role in _ERROR_ROLES:
        settles = Permission.objects.get(content_type__app_label="newsroom", codename="settle_errorreport")
        Group.objects.get(name=role).permissions.add(settles)
