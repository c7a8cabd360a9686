"""Feeds: of the site, of a topic, of an author, of the corrections. Each holds one language, that of its address."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from belowline.newsroom.queries import articles as newsroom
from belowline.newsroom.queries import feeds as newest
from belowline.pages import alternates, feed_html, links
from belowline.pages.answer import Answer, Ask, NotHere
from belowline.pages.articles import correction_view, moved
from belowline.pages.feed_formats import TYPES, Feed, FeedItem, Image, written
from belowline.pages.feed_links import feed_links
from belowline.pages.model import FeedLine, FeedsPage, HeadView
from belowline.pages.render import render
from belowline.pages.site import site_view

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from belowline.newsroom.pictures.public import PublicPicture
    from belowline.newsroom.queries.feeds import CorrectionItem


def feeds(cursor: CursorWrapper, ask: Ask) -> Answer:
    """Every feed, and what a feed is."""
    name = settings.CONFIG.site.name
    topics = newsroom.nav_topics(cursor, language=ask.language)
    general = (
        FeedLine(_("All articles"), links.home(ask.language), feed_links("/", ask.language, title=name)),
        FeedLine(
            _("Corrections and updates"),
            links.corrections(ask.language),
            feed_links("/corrections", ask.language, title=_("Corrections and updates")),
        ),
    )
    page = FeedsPage(
        head=HeadView(
            title=_("Feeds"),
            description=_("Follow %(site)s in a feed reader, without an account.") % {"site": name},
            canonical_url=links.absolute(links.feeds(ask.language)),
            feeds=general[0].feeds,
            alternates=alternates.in_every_language(links.feeds),
            styles=("search.css",),
        ),
        general=general,
        topics=tuple(
            FeedLine(
                one.title,
                links.topic(one.slug, ask.language),
                feed_links(f"/t/{one.slug}", ask.language, title=one.title),
            )
            for one in topics
        ),
        has_full_text=settings.CONFIG.feeds.full_text,
    )
    return Answer(render("feeds.html", site=site_view(cursor, ask), page=page), tags=("site",))


def of_site(cursor: CursorWrapper, ask: Ask, *, form: str) -> Answer:
    """The newest articles."""
    items = _items(newest.newest(cursor, language=ask.language), ask)
    site = settings.CONFIG.site
    return _answer(
        ask, form, page="/", page_url=links.home(ask.language), title=site.name, about=site.strap, items=items
    )


def of_topic(cursor: CursorWrapper, ask: Ask, *, slug: str, form: str) -> Answer:
    """The newest articles of a topic."""
    found = newsroom.topic(cursor, slug=slug, language=ask.language)
    if found is None:
        raise NotHere
    if isinstance(found, newsroom.Moved):
        return moved(f"{found.path}/feed.{form}", ask)
    return _answer(
        ask,
        form,
        page=f"/t/{slug}",
        page_url=links.topic(slug, ask.language),
        title=found.title,
        about=found.description,
        items=_items(newest.newest(cursor, language=ask.language, topic_id=found.topic_id), ask),
        tag=f"topic:{found.topic_id}",
    )


def of_author(cursor: CursorWrapper, ask: Ask, *, slug: str, form: str) -> Answer:
    """The newest articles of an author."""
    found = newest.author_named(cursor, slug=slug)
    if found is None:
        raise NotHere
    return _answer(
        ask,
        form,
        page=f"/by/{slug}",
        page_url=links.author(slug, ask.language),
        title=found.name,
        about=_("What %(name)s wrote") % {"name": found.name},
        items=_items(newest.newest(cursor, language=ask.language, author_id=found.author_id), ask),
        tag=f"author:{found.author_id}",
    )


def of_corrections(cursor: CursorWrapper, ask: Ask, *, form: str) -> Answer:
    """Every correction, each an item of its own."""
    found = newest.newest_corrections(cursor, language=ask.language)
    return _answer(
        ask,
        form,
        page="/corrections",
        page_url=links.corrections(ask.language),
        title=_("Corrections and updates"),
        about=_("What had to be put right, and when."),
        items=tuple(_correction_item(one) for one in found),
    )


def _answer(
    ask: Ask,
    form: str,
    *,
    page: str,
    page_url: str,
    title: str,
    about: str,
    items: tuple[FeedItem, ...],
    tag: str = "",
) -> Answer:
    name = settings.CONFIG.site.name
    feed = Feed(
        title=title if title == name else f"{title} · {name}",
        description=about or name,
        page_url=links.absolute(page_url),
        feed_url=links.absolute(links.feed(page, form, ask.language)),
        language=ask.language,
        site_name=name,
        site_url=links.absolute(links.home(ask.language)),
        items=items,
    )
    return Answer(
        written(feed, form=form),
        tags=(*([tag] if tag else []), "front", "site"),
        content_type=f"{TYPES[form]}; charset=utf-8",
    )


def _items(articles: tuple[newsroom.Article, ...], ask: Ask) -> tuple[FeedItem, ...]:
    return tuple(_item(one, ask) for one in articles)


def _item(one: newsroom.Article, ask: Ask) -> FeedItem:
    url = links.absolute(links.article(one.slug, one.language))
    make = feed_html.whole_text if settings.CONFIG.feeds.full_text else feed_html.short_text
    return FeedItem(
        # The name of its discussion, which outlives every address.
        identity=f"urn:uuid:{one.subject_key}",
        url=url,
        title=one.headline,
        summary=one.standfirst,
        html=make(one, url=url),
        language=one.language,
        published_at=one.published_at,
        updated_at=newest.changed_at(one),
        authors=tuple((by.name, links.absolute(links.author(by.slug, ask.language))) for by in one.bylines),
        tags=(one.topic.title,) if one.topic else (),
        image=_image(one.picture) if one.picture and not one.picture.is_sensitive else None,
    )


def _image(picture: PublicPicture) -> Image:
    return Image(links.absolute(picture.url), picture.width, picture.height, picture.alt, picture.credit)


def _correction_item(one: CorrectionItem) -> FeedItem:
    view = correction_view(one.correction)
    url = links.absolute(f"{links.article(one.slug, one.language)}#corrections")
    # Stays the same when its words are put right, because an item that is new is read again.
    name = uuid.uuid5(uuid.UUID(one.subject_key), f"{one.correction.kind} {one.correction.at.isoformat()}")
    return FeedItem(
        identity=f"urn:uuid:{name}",
        url=url,
        title=f"{view.kind}: {one.headline}",
        summary=view.text,
        html=feed_html.correction_text(one.correction, language=one.language, url=url),
        language=one.language,
        published_at=view.at,
        updated_at=view.at,
    )
