"""The front page, topics and articles: the newsroom's stored renderings, joined with the discussions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _
from markupsafe import Markup

from belowline.discussion.queries import threads
from belowline.newsroom.body.figures import facts_of
from belowline.newsroom.licences import name_in_words
from belowline.newsroom.publishing import cards
from belowline.newsroom.queries import articles as newsroom
from belowline.newsroom.queries.standing import furniture
from belowline.pages import alternates, links, series, structured, withdrawn
from belowline.pages.answer import Answer, Ask, NotHere, earliest
from belowline.pages.comments import Context
from belowline.pages.feed_links import feed_links
from belowline.pages.front_layout import Top, composed, led
from belowline.pages.live import LIVE, live_view
from belowline.pages.model import (
    ArticlePage,
    ArticleView,
    CorrectionView,
    DiscussionLine,
    FrontView,
    HeadView,
    LanguageLink,
    Link,
    PictureView,
    SourceView,
    TeaserView,
    TopicBlock,
    TopicView,
)
from belowline.pages.passages import marks_of, with_marks, words_of
from belowline.pages.render import render
from belowline.pages.site import site_view
from belowline.pages.support import meter
from belowline.pages.thread import context_of, conversation_view, read_wish
from belowline.passages.queries import marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.db.backends.utils import CursorWrapper

    from belowline.discussion.queries.threads import ThreadRow
    from belowline.newsroom.pictures.public import PublicPicture
    from belowline.newsroom.queries.standing import Furniture
    from belowline.pages.model import FeedLink, MeterView, ThreadView
    from belowline.passages.queries import Marks

# Lists show comment counts. They may be this old: a front page that every comment made stale would never be fresh.
COUNTS_FRESH = timedelta(seconds=60)
ARTICLES_ON_A_PAGE = 20
# Two rows of three, or three of two.
LIVELY_DISCUSSIONS = 6
TOP_ARTICLES = 6
BLOCK_ARTICLES = 4
RELATED = 4
# With fewer the list says what it is: the newest of the topic.
RELATED_LEAST = 3
JPEG = "image/jpeg"
# The lead of the front page is 52rem wide, at twice the density of old screens.
CARD_WIDTH = 1920


def front(cursor: CursorWrapper, ask: Ask) -> Answer:
    """The lead, the second row, the topics, and where people talk."""
    found = newsroom.front_page(cursor, per_topic=BLOCK_ARTICLES, secondary=TOP_ARTICLES, language=ask.language)
    shown = [
        *([found.lead] if found.lead else []),
        *found.secondary,
        *(one for b in found.blocks for one in b.articles),
    ]
    talk = threads.threads_of_subjects(cursor, [one.subject_key for one in shown])
    furnished = furniture(cursor, language=ask.language)
    site = site_view(cursor, ask, found=furnished)
    top = composed(
        teaser_view(found.lead, talk, ask) if found.lead else None,
        [teaser_view(one, talk, ask) for one in found.secondary],
        topics={links.topic(block.topic.slug, ask.language) for block in found.blocks},
    )
    page = FrontView(
        head=HeadView(
            title="",
            description=settings.CONFIG.site.strap,
            canonical_url=links.absolute(site.home_url),
            feeds=feed_links("/", ask.language, title=site.name),
            alternates=alternates.in_every_language(links.home),
            json_ld=structured.front(furnished, language=ask.language),
        ),
        lead=top.lead,
        beside=top.beside,
        row=top.row,
        blocks=tuple(_blocks(found, top, talk, ask)),
        discussions=_lively(talk.values(), ask),
    )
    return Answer(
        render("front.html", site=site, page=page), tags=("front", "site"), fresh_until=ask.now + COUNTS_FRESH
    )


def _blocks(found: newsroom.Front, top: Top, talk: Mapping[str, ThreadRow], ask: Ask) -> Iterator[TopicBlock]:
    """Each topic with its newest; what found no place at the top is among them."""
    shown = {one.picture.url for one in (top.lead, *top.beside, *top.row) if one and one.picture}
    left = {one.url for one in top.left}
    homeless = [one for one in found.secondary if links.article(one.slug, one.language) in left]
    for block in found.blocks:
        own = [one for one in homeless if one.topic and one.topic.topic_id == block.topic.topic_id]
        newest = sorted([*own, *block.articles], key=lambda one: (one.published_at, one.article_id), reverse=True)
        yield TopicBlock(
            Link(links.topic(block.topic.slug, ask.language), block.topic.title),
            led([teaser_view(one, talk, ask) for one in newest], shown=shown, most=BLOCK_ARTICLES),
        )


def _lively(found: Iterable[ThreadRow], ask: Ask) -> tuple[DiscussionLine, ...]:
    busiest = sorted((row for row in found if row.count), key=lambda row: (-row.count, row.id))[:LIVELY_DISCUSSIONS]
    return tuple(
        DiscussionLine(links.thread(row.id, row.language), row.title, row.count, row.language, _direction(row.language))
        for row in busiest
    )


def _direction(language: str) -> str:
    from belowline.pages.site import direction

    return direction(language)


def topic(cursor: CursorWrapper, ask: Ask, *, slug: str) -> Answer:
    """A topic's articles, the newest first."""
    found = newsroom.topic(cursor, slug=slug, language=ask.language)
    if found is None:
        raise NotHere
    if isinstance(found, newsroom.Moved):
        return moved(found.path, ask)
    articles = newsroom.latest(cursor, topic_id=found.topic_id, limit=100)
    number = series.page_number(ask)
    first = (number - 1) * ARTICLES_ON_A_PAGE
    shown = articles[first : first + ARTICLES_ON_A_PAGE]
    if number > 1 and not shown:
        raise NotHere
    talk = threads.threads_of_subjects(cursor, [one.subject_key for one in shown])
    address = links.topic(slug, ask.language)
    page = TopicView(
        head=HeadView(
            title=series.page_title(found.title, number),
            description=found.description,
            canonical_url=links.absolute(series.page_address(address, number)),
            feeds=feed_links(f"/t/{slug}", ask.language, title=found.title),
            alternates=series.page_alternates(
                number, lambda: alternates.in_every_language(lambda language: links.topic(slug, language))
            ),
            json_ld=structured.topic(found, shown, path=series.page_address(address, number)),
        ),
        name=found.title,
        notify_url=links.follow("topic", found.topic_id, ask.language),
        description=found.description,
        teasers=tuple(teaser_view(one, talk, ask) for one in shown),
        pager=series.pager(address, number, has_more=first + ARTICLES_ON_A_PAGE < len(articles)),
    )
    return Answer(
        render("topic.html", site=site_view(cursor, ask), page=page),
        tags=(f"topic:{found.topic_id}", "site"),
        fresh_until=ask.now + COUNTS_FRESH,
    )


def article(cursor: CursorWrapper, ask: Ask, *, slug: str) -> Answer:
    """An article in its own language, with the first page of its discussion."""
    found = newsroom.article(cursor, slug=slug)
    if found is None:
        notice = withdrawn.notice(cursor, ask, slug=slug)
        if notice is None:
            raise NotHere
        return notice
    if isinstance(found, newsroom.Moved):
        return moved(found.path, ask)
    if found.language != ask.language and found.language in dict(settings.LANGUAGES):
        return replace(moved("", ask), location=links.article(slug, found.language, **ask.query))
    address = links.article(slug, ask.language)
    thread = threads.threads_of_subjects(cursor, [found.subject_key]).get(found.subject_key)
    context = None
    discussion = None
    if thread is not None and found.discussion_mode != "none":
        discussion, context = _discussion(cursor, ask, thread, address)
    # A discussion is opened moments after its article was published.
    awaited = ask.now + timedelta(seconds=1) if thread is None and found.discussion_mode != "none" else None
    shown = meter(cursor, ask)
    beside = beside_article(cursor, found)
    page = article_page(cursor, ask, found, beside=beside, discussion=discussion, meter=shown.view)
    said = marks(cursor, found.subject_key) if thread is not None and context is not None else None
    if thread is not None and context is not None:
        page = _with_marks(page, found, said, thread, context)
    furnished = furniture(cursor, language=ask.language)
    page = _furnished(cursor, page, found, furnished, thread if discussion is not None else None)
    return Answer(
        render("article.html", site=site_view(cursor, ask, found=furnished), page=page),
        tags=(
            f"article:{found.article_id}",
            *([f"topic:{found.topic.topic_id}"] if found.topic else []),
            *(f"article:{one.article_id}" for one in beside.articles),
            *([f"thread:{thread.id}"] if thread else []),
            *([said.tag] if said is not None and said.is_spoken_of else []),
            "support",
            "site",
        ),
        fresh_until=earliest(context.fresh_until if context else awaited, shown.changes_at),
        is_indexed=not ask.query,
    )


def _with_marks(
    page: ArticlePage, found: newsroom.Article, said: Marks | None, thread: ThreadRow, context: Context
) -> ArticlePage:
    """With what readers say beside its words, and the ways to say something. Without a word said, not a byte."""
    beside = marks_of(said, thread, context.language)
    shown = replace(
        page.article,
        body_html=with_marks(found, beside) if beside else page.article.body_html,
        marks=beside,
        words=words_of(said) if beside or context.is_open else "",
        choose_url=links.choose_passage(thread.id, context.language) if said is not None and context.is_open else "",
    )
    discussion = page.thread
    if discussion is not None and said is not None and said.is_spoken_of:
        discussion = replace(discussion, inline_url=links.inline(thread.id, context.language))
    return replace(page, article=shown, thread=discussion)


def _furnished(
    cursor: CursorWrapper,
    page: ArticlePage,
    found: newsroom.Article,
    furnished: Furniture,
    thread: ThreadRow | None,
) -> ArticlePage:
    """With its card, what it says of itself to programs, and the way to report an error. One query."""
    name = cards.card_name(cursor, article_id=found.article_id)
    card_url = links.absolute(f"{settings.MEDIA_URL}{name}") if name else ""
    json_ld = structured.article(
        found,
        furniture=furnished,
        card_url=card_url,
        thread_url=links.thread(thread.id, thread.language) if thread is not None else "",
        comment_count=thread.count if thread is not None else None,
        coverage=page.live.facts if page.live is not None else None,
    )
    report_error_url = links.error_form(found.article_id, found.language)
    return replace(
        page,
        head=replace(page.head, image_url=card_url, json_ld=json_ld),
        article=replace(
            page.article,
            report_error_url=report_error_url,
            offer_source_url=links.offer_form(found.article_id, found.language),
        ),
    )


def _discussion(cursor: CursorWrapper, ask: Ask, thread: ThreadRow, address: str) -> tuple[ThreadView, Context]:
    wish = read_wish(ask, thread, size=settings.CONFIG.discussion.page_size)
    context = context_of(ask, thread, wish)
    return conversation_view(cursor, thread, context, wish, under_article=address), context


@dataclass(frozen=True, slots=True)
class Beside:
    """The list under an article, under a title that says what it is."""

    title: str
    articles: tuple[newsroom.Teaser, ...]


def beside_article(cursor: CursorWrapper, found: newsroom.Article) -> Beside:
    """What the worker chose when it was published; else the newest of its topic, or of the paper. One to three queries."""
    chosen, never = newsroom.related(cursor, article_id=found.article_id)
    if len(chosen) >= RELATED_LEAST:
        return Beside(_("More on this topic"), chosen)

    def newest(topic_id: int | None) -> tuple[newsroom.Teaser, ...]:
        rows = newsroom.latest(cursor, topic_id=topic_id, limit=RELATED + len(never), without=found.article_id)
        return tuple(one for one in rows if one.article_id not in never)[:RELATED]

    if found.topic and (articles := newest(found.topic.topic_id)):
        return Beside(_("Latest in %(topic)s") % {"topic": found.topic.title}, articles)
    return Beside(_("Latest"), newest(None))


def _feeds(found: newsroom.Article) -> tuple[FeedLink, ...]:
    """The site's, and of a live coverage its own in front."""
    site = feed_links("/", found.language, title=settings.CONFIG.site.name, forms=("atom",))
    if found.kind != LIVE:
        return site
    return (*feed_links(f"/a/{found.slug}", found.language, title=found.headline), *site)


def article_page(
    cursor: CursorWrapper,
    ask: Ask,
    found: newsroom.Article,
    *,
    beside: Beside,
    discussion: ThreadView | None,
    meter: MeterView | None = None,
) -> ArticlePage:
    """The article as readers see it; also what the desk previews."""
    address = links.article(found.slug, found.language)
    topic_link = Link(links.topic(found.topic.slug, ask.language), found.topic.title) if found.topic else None
    page = ArticlePage(
        head=HeadView(
            title=found.headline,
            description=found.standfirst,
            canonical_url=links.absolute(address),
            kind="article",
            feeds=_feeds(found),
            alternates=alternates.of_article(found.slug, found.language, found.translations),
            styles=_styles(found),
        ),
        article=ArticleView(
            url=address,
            headline=found.headline,
            standfirst=found.standfirst,
            body_html=Markup(found.body_html),  # noqa: S704 - the newsroom's rendering is sanitised when stored
            published_at=found.published_at,
            updated_at=found.updated_at,
            language=found.language,
            direction=found.direction,
            topic=topic_link,
            kind=kind_name(found.kind),
            bylines=tuple(Link(links.author(one.slug, ask.language), one.name) for one in found.bylines),
            picture=picture_view(found.opening_picture, language=found.language) if found.opening_picture else None,
            share=share_links(found.headline, links.absolute(address)),
            notes=tuple(correction_view(one) for one in found.corrections if one.place == "top"),
            corrections=tuple(correction_view(one) for one in found.corrections if one.place != "top"),
            versions_url=links.versions(found.slug, found.language),
            translations=tuple(_translation(code, slug) for code, slug in found.translations),
            related_title=beside.title,
            related=tuple(teaser_view(one, {}, ask) for one in beside.articles),
        ),
        thread=discussion,
        meter=meter,
    )
    return replace(page, live=live_view(cursor, found))


def _styles(found: newsroom.Article) -> tuple[str, ...]:
    """The sheets that few articles need."""
    return (
        *(["map.css"] if '<figure class="map"' in found.body_html else []),
        *(["live.css"] if found.kind == LIVE else []),
    )


def _translation(language: str, slug: str) -> LanguageLink:
    name = get_language_info(language)["name_local"] if language in dict(settings.LANGUAGES) else language
    return LanguageLink(links.article(slug, language), str(name), language, _direction(language))


def share_links(headline: str, address: str) -> tuple[Link, ...]:
    """Plain links: nobody is asked anything until a reader follows one. The forms are those that each service documents
    for its own share links."""
    text, url, both = quote(headline), quote(address, safe=""), quote(f"{headline} {address}")
    return (
        Link(f"mailto:?subject={text}&body={url}", _("E-mail")),
        Link(f"https://wa.me/?text={both}", "WhatsApp"),
        Link(f"https://t.me/share/url?url={url}&text={text}", "Telegram"),
        Link(f"https://bsky.app/intent/compose?text={both}", "Bluesky"),
    )


def correction_view(one: newsroom.PublishedCorrection) -> CorrectionView:
    kinds = {
        "correction": _("Correction"),
        "clarification": _("Clarification"),
        "update": _("Update"),
        "note": _("Editor’s note"),
        "removal": _("Removal"),
    }
    return CorrectionView(kinds[one.kind], one.at, one.text, one.was, one.now)


def kind_name(kind: str) -> str:
    """The label of an article's kind; a plain report needs none."""
    names = {
        "analysis": _("Analysis"),
        "opinion": _("Opinion"),
        "fact_check": _("Fact check"),
        "interview": _("Interview"),
        "brief": _("In brief"),
        "live": _("Live"),
    }
    return names.get(kind, "")


def moved(path: str, ask: Ask) -> Answer:
    """A former address. Cached like a page, because anybody may still link there."""
    return Answer("", status=301, location=links.prefix(ask.language) + path, tags=("site", "front"))


def teaser_view(found: newsroom.Teaser, talk: Mapping[str, ThreadRow], ask: Ask) -> TeaserView:
    thread = talk.get(found.subject_key) if found.discussion_mode != "none" else None
    address = links.article(found.slug, found.language)
    with override(found.language if found.language in dict(settings.LANGUAGES) else ask.language):
        kind = kind_name(found.kind)
    return TeaserView(
        url=address,
        headline=found.headline,
        standfirst=found.standfirst,
        published_at=found.published_at,
        language=found.language,
        direction=found.direction,
        topic=Link(links.topic(found.topic.slug, ask.language), found.topic.title) if found.topic else None,
        kind=kind,
        authors=tuple(one.name for one in found.bylines),
        picture=card_view(found.picture) if found.picture else None,
        comment_count=thread.count if thread else None,
        comments_url=f"{address}#discussion" if thread else "",
    )


def picture_view(picture: PublicPicture, *, language: str) -> PictureView:
    """With all that stands around it, as the picture that opens an article in that language."""
    with override(language):
        facts = Markup(facts_of(picture, language=language))  # noqa: S704 - escaped where it is made
        licence = Link(picture.licence_url, name_in_words(picture.licence)) if picture.licence else None
    return replace(
        card_view(picture),
        sources=tuple(SourceView(name, picture.srcset(name)) for name in picture.mime_types if name != JPEG),
        srcset=picture.srcset(JPEG),
        full_url=picture.full_url,
        caption=picture.caption,
        credit=picture.credit,
        licence=licence,
        facts=facts,
    )


def card_view(picture: PublicPicture) -> PictureView:
    """In a list: without words, and without the widths that no list has room for."""
    return PictureView(
        url=picture.url,
        width=picture.width,
        height=picture.height,
        alt=picture.alt,
        sources=tuple(
            SourceView(name, picture.srcset(name, widest=CARD_WIDTH)) for name in picture.mime_types if name != JPEG
        ),
    )
