"""Feeds: of the site, of a topic, of an author, of the corrections, of a live coverage. Each holds one language, that of
its address.

A live coverage is one item of the first three, renewed with each update and naming the newest; its own feed has them
all. Whoever follows the site is told of the night once, whoever follows the night of everything.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from belowline.live import queries as entries
from belowline.newsroom.queries import articles as newsroom
from belowline.newsroom.queries import feeds as newest
from belowline.pages import alternates, feed_html, links, live
from belowline.pages.answer import Answer, Ask, NotHere
from belowline.pages.articles import correction_view, moved
from belowline.pages.feed_formats import TYPES, Feed, FeedItem, Image, written
from belowline.pages.feed_links import feed_links
from belowline.pages.model import FeedLine, FeedsPage, HeadView, Link
from belowline.pages.render import render
from belowline.pages.site import site_view

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from belowline.live.queries import Entry, Line
    from belowline.newsroom.pictures.public import PublicPicture
    from belowline.newsroom.queries.feeds import CorrectionItem


# Of a live coverage in a feed of articles.
UPDATES_MAX = 5


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
    items, tags = _items(cursor, newest.newest(cursor, language=ask.language), ask)
    site = settings.CONFIG.site
    return _answer(
        ask,
        form,
        page="/",
        page_url=links.home(ask.language),
        title=site.name,
        about=site.strap,
        items=items,
        tags=tags,
    )


def of_topic(cursor: CursorWrapper, ask: Ask, *, slug: str, form: str) -> Answer:
    """The newest articles of a topic."""
    found = newsroom.topic(cursor, slug=slug, language=ask.language)
    if found is None:
        raise NotHere
    if isinstance(found, newsroom.Moved):
        return moved(f"{found.path}/feed.{form}", ask)
    items, tags = _items(cursor, newest.newest(cursor, language=ask.language, topic_id=found.topic_id), ask)
    return _answer(
        ask,
        form,
        page=f"/t/{slug}",
        page_url=links.topic(slug, ask.language),
        title=found.title,
        about=found.description,
        items=items,
        tags=(f"topic:{found.topic_id}", *tags),
    )


def of_author(cursor: CursorWrapper, ask: Ask, *, slug: str, form: str) -> Answer:
    """The newest articles of an author."""
    found = newest.author_named(cursor, slug=slug)
    if found is None:
        raise NotHere
    items, tags = _items(cursor, newest.newest(cursor, language=ask.language, author_id=found.author_id), ask)
    return _answer(
        ask,
        form,
        page=f"/by/{slug}",
        page_url=links.author(slug, ask.language),
        title=found.name,
        about=_("What %(name)s wrote") % {"name": found.name},
        items=items,
        tags=(f"author:{found.author_id}", *tags),
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


def of_coverage(cursor: CursorWrapper, ask: Ask, *, slug: str, form: str) -> Answer:
    """The newest updates of a live coverage, each an item of its own: who follows the night wants all of them."""
    found = live.article_of(cursor, ask, slug, f"/feed.{form}")
    if isinstance(found, Answer):
        return found
    told = entries.last_published(cursor, article_id=found.article_id, limit=newest.FEED_ITEMS_MAX)
    return _answer(
        ask,
        form,
        page=f"/a/{slug}",
        page_url=links.article(slug, found.language),
        title=_("Live: %(title)s") % {"title": found.headline},
        about=found.standfirst,
        items=tuple(_entry_item(one, found, ask) for one in told),
        tags=(f"article:{found.article_id}",),
        is_late=True,
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
    tags: tuple[str, ...] = (),
    is_late: bool = False,
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
        tags=(*tags, "front", "site"),
        content_type=f"{TYPES[form]}; charset=utf-8",
        is_admitted_late=is_late,
    )


def _items(
    cursor: CursorWrapper, articles: tuple[newsroom.Article, ...], ask: Ask
) -> tuple[tuple[FeedItem, ...], tuple[str, ...]]:
    """The items, and the tags of those that change without being published: live coverages. At most one query."""
    coverages = [one.article_id for one in articles if one.kind == live.LIVE]
    updates = entries.last_of_each(cursor, article_ids=coverages, limit=UPDATES_MAX)
    items = tuple(_item(one, updates.get(one.article_id, ()), ask) for one in articles)
    return items, tuple(f"article:{one}" for one in coverages)


def _item(one: newsroom.Article, updates: tuple[Line, ...], ask: Ask) -> FeedItem:
    url = links.absolute(links.article(one.slug, one.language))
    make = feed_html.whole_text if settings.CONFIG.feeds.full_text else feed_html.short_text
    told = tuple(
        Link(links.live_entry(one.slug, line.number, one.language), live.entry_name(line, one)) for line in updates
    )
    return FeedItem(
        # The name of its discussion, which outlives every address.
        identity=f"urn:uuid:{one.subject_key}",
        url=url,
        title=one.headline,
        summary=one.standfirst,
        html=make(one, url=url, updates=told),
        language=one.language,
        published_at=one.published_at,
        # An update is one of substance; an edit of an old one may be a comma.
        updated_at=max([newest.changed_at(one), *(line.published_at for line in updates[:1])]),
        authors=tuple((by.name, links.absolute(links.author(by.slug, ask.language))) for by in one.bylines),
        tags=(one.topic.title,) if one.topic else (),
        image=_image(one.picture) if one.picture and not one.picture.is_sensitive else None,
    )


def _image(picture: PublicPicture) -> Image:
    return Image(links.absolute(picture.url), picture.width, picture.height, picture.alt, picture.credit)


def _entry_item(one: Entry, coverage: newsroom.Article, ask: Ask) -> FeedItem:
    url = links.absolute(links.live_entry(coverage.slug, one.number, coverage.language))
    has_text = settings.CONFIG.feeds.full_text
    return FeedItem(
        identity=f"urn:uuid:{uuid.uuid5(uuid.UUID(coverage.subject_key), f'entry {one.number}')}",
        url=url,
        title=live.entry_name(one, coverage),
        summary=live.entry_summary(one),
        html=feed_html.entry_text(one.body_html, language=coverage.language, url=url) if has_text else "",
        language=coverage.language,
        published_at=one.published_at,
        updated_at=max(one.published_at, one.edited_at or one.published_at),
        authors=tuple(
            (by.name, links.absolute(links.author(by.slug, ask.language)) if by.slug else "") for by in one.authors
        ),
        tags=(_("Key event"),) if one.is_key else (),
        image=_image(one.picture) if one.picture and not one.picture.is_sensitive else None,
    )


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
