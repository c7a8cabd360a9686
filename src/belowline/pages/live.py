"""Live coverage for readers: the entries under their article, older ones, one alone, and what changed since a cursor."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from markupsafe import Markup

from belowline.domain.differences import Passage, differences
from belowline.live import queries
from belowline.newsroom.body.rendering import plain_words
from belowline.newsroom.publishing import cards
from belowline.newsroom.queries import articles as newsroom
from belowline.pages import links, live_data, withdrawn
from belowline.pages.answer import Answer, Ask, BadQuestion, NotHere, as_number
from belowline.pages.model import (
    CARD_SIZE,
    ChangeView,
    EarlierPage,
    EntryPage,
    EntryView,
    HeadView,
    KeyEvent,
    Link,
    LiveView,
    PieceView,
    TopView,
    WordingsPage,
    WordingView,
)
from belowline.pages.render import render, render_part
from belowline.pages.site import site_view

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.backends.utils import CursorWrapper

    from belowline.live.queries import Entry, PublicWording

LIVE = "live"
ENTRIES_ON_A_PAGE = 20
# Whoever has missed more than this reads the page anew: it is smaller.
CHANGES_MAX = 30
# An entry without a headline is named by its first words.
NAME_CHARACTERS = 80
DESCRIPTION_CHARACTERS = 200


def live_view(cursor: CursorWrapper, found: newsroom.Article) -> LiveView | None:
    """The coverage under its article; None for an article of another kind. Five queries."""
    if found.kind != LIVE:
        return None
    run = queries.run(cursor, article_id=found.article_id)
    newest = queries.newest(cursor, article_id=found.article_id, limit=ENTRIES_ON_A_PAGE + 1)
    shown, has_more = newest[:ENTRIES_ON_A_PAGE], len(newest) > ENTRIES_ON_A_PAGE
    top = _top(cursor, found, shown={one.number for one in shown})
    pinned = {one.number for one in top.pinned}
    entries = tuple(_entry(one, found) for one in shown)
    told = sorted({*entries, *top.pinned}, key=lambda one: one.order, reverse=True)
    return LiveView(
        url=links.article(found.slug, found.language),
        updates_url=links.live_updates(found.slug, found.language),
        cursor=run.changes,
        state=run.state,
        top=top,
        entries=tuple(one for one in entries if one.number not in pinned),
        earlier_url=links.live_before(found.slug, shown[-1].number, found.language) if has_more else "",
        latest_at=max((one.at for one in entries if one.deleted_at is None), default=None),
        ended_at=run.ended_at,
        facts=live_data.coverage_facts(found, run, told),
    )


def earlier(cursor: CursorWrapper, ask: Ask, *, slug: str, number: str) -> Answer:
    """The entries behind one, the newest first. What is older never changes places, so neither does the page."""
    found = _article(cursor, ask, slug, f"/before/{number}")
    if isinstance(found, Answer):
        return found
    behind = queries.before(cursor, article_id=found.article_id, number=int(number), limit=ENTRIES_ON_A_PAGE + 1)
    if behind is None:
        raise NotHere
    shown = behind[:ENTRIES_ON_A_PAGE]
    page = EarlierPage(
        head=HeadView(
            title=_("Earlier updates: %(title)s") % {"title": found.headline},
            canonical_url=links.absolute(links.live_before(found.slug, int(number), found.language)),
            is_indexed=False,
            styles=("live.css",),
        ),
        article=_article_link(found),
        language=found.language,
        direction=found.direction,
        entries=tuple(_entry(one, found) for one in shown),
        earlier_url=links.live_before(found.slug, shown[-1].number, found.language)
        if len(behind) > ENTRIES_ON_A_PAGE
        else "",
    )
    return _answer(cursor, ask, "live_earlier.html", page, found, is_indexed=False)


def entry(cursor: CursorWrapper, ask: Ask, *, slug: str, number: str) -> Answer:
    """One entry at its permanent address. One that was deleted is gone: a mark with the time, and no word."""
    found = _article(cursor, ask, slug, f"/e/{number}")
    if isinstance(found, Answer):
        return found
    one = queries.entry(cursor, article_id=found.article_id, number=int(number))
    if one is None:
        raise NotHere
    view = _entry(one, found)
    is_gone = one.deleted_at is not None
    picture = one.picture
    card = "" if is_gone or picture else cards.card_name(cursor, article_id=found.article_id)
    page = EntryPage(
        head=HeadView(
            title=_("Deleted update") if is_gone else _name(one, found),
            description="" if is_gone else _shortened(plain_words(one.body_html), DESCRIPTION_CHARACTERS),
            canonical_url=links.absolute(view.url),
            image_url=links.absolute(picture.url if picture else f"{settings.MEDIA_URL}{card}")
            if picture or card
            else "",
            image_size=(picture.width, picture.height) if picture else CARD_SIZE,
            kind="article",
            is_indexed=not is_gone,
            styles=("live.css",),
        ),
        article=_article_link(found),
        language=found.language,
        direction=found.direction,
        entry=view,
        place=Link(_place(cursor, one, found), _("In the live coverage")),
        is_over=queries.run(cursor, article_id=found.article_id).state == "archived",
    )
    answer = _answer(cursor, ask, "live_entry.html", page, found, is_indexed=not is_gone)
    return replace(answer, status=410) if is_gone else answer


def wordings(cursor: CursorWrapper, ask: Ask, *, slug: str, number: str) -> Answer:
    """Every public wording of an entry, the newest first, each with what it changed."""
    found = _article(cursor, ask, slug, f"/e/{number}/history")
    if isinstance(found, Answer):
        return found
    said = queries.wordings(cursor, article_id=found.article_id, number=int(number))
    if not said:
        raise NotHere
    page = WordingsPage(
        head=HeadView(title=_("Edits of an update: %(title)s") % {"title": found.headline}, is_indexed=False),
        article=_article_link(found),
        language=found.language,
        direction=found.direction,
        entry=Link(links.live_entry(found.slug, int(number), found.language), _("Read the update")),
        wordings=tuple(
            _wording(one, before, is_current=place == 0)
            for place, (one, before) in enumerate(zip(said, [*said[1:], None], strict=True))
        ),
    )
    return _answer(cursor, ask, "live_wordings.html", page, found, is_indexed=False)


def updates(cursor: CursorWrapper, ask: Ask, *, slug: str) -> Answer:
    """What changed since a cursor, as JSON with the HTML of each entry; without a cursor only where it stands.

    `isBehind`: too much, or a cursor from elsewhere; the page has to be read anew.
    """
    found = _article(cursor, ask, slug, "/updates")
    if isinstance(found, Answer):
        return found
    since = as_number(ask.query["since"]) if "since" in ask.query else None
    if "since" in ask.query and since is None:
        raise BadQuestion("cursor_unknown")
    run = queries.run(cursor, article_id=found.article_id)
    facts: dict[str, object] = {"cursor": run.changes, "state": run.state}
    if since is not None and since != run.changes:
        changed = queries.changed(cursor, article_id=found.article_id, since=since, limit=CHANGES_MAX + 1)
        if since > run.changes or len(changed) > CHANGES_MAX:
            facts["isBehind"] = True
        else:
            newest = queries.newest_numbers(cursor, article_id=found.article_id, limit=ENTRIES_ON_A_PAGE)
            top = _top(cursor, found, shown=set(newest))
            facts["top"] = render_part("live_part_top.html", top, language=ask.language)
            facts["entries"] = [_delta(_entry(one, found), ask) for one in changed]
    return Answer(
        json.dumps(facts, ensure_ascii=False, separators=(",", ":")),
        tags=(f"article:{found.article_id}", "site"),
        content_type="application/json; charset=utf-8",
        # Everybody who reads along asks with the newest cursor or the one before; any other may be made up.
        is_admitted_late=since is None or since < run.changes - 1,
        is_indexed=False,
    )


def _delta(view: EntryView, ask: Ask) -> dict[str, object]:
    return {
        "key": view.key,
        "order": view.order,
        "isPinned": view.is_pinned,
        "isGone": view.deleted_at is not None,
        "html": render_part("live_part_entry.html", view, language=ask.language),
    }


def _article(cursor: CursorWrapper, ask: Ask, slug: str, rest: str) -> newsroom.Article | Answer:
    """The public live article; or the answer that sends elsewhere: its notice, another address, another language."""
    found = newsroom.article(cursor, slug=slug)
    if found is None:
        notice = withdrawn.notice(cursor, ask, slug=slug)
        if notice is None:
            raise NotHere
        return notice
    if isinstance(found, newsroom.Moved):
        return _moved(links.prefix(ask.language) + found.path + rest)
    if found.kind != LIVE:
        raise NotHere
    if found.language != ask.language and found.language in dict(settings.LANGUAGES):
        return _moved(links.article(found.slug, found.language) + rest)
    return found


def _moved(address: str) -> Answer:
    return Answer("", status=301, location=address, tags=("site", "front"), is_admitted_late=True)


def _article_link(found: newsroom.Article) -> Link:
    return Link(links.article(found.slug, found.language), found.headline)


def _place(cursor: CursorWrapper, one: Entry, found: newsroom.Article) -> str:
    """Where the entry stands in the coverage: on its first page, or first on a page of older ones."""
    key = f"#{_key(one.number)}"
    above = queries.next_newer(cursor, article_id=found.article_id, number=one.number, within=ENTRIES_ON_A_PAGE)
    if len(above) < ENTRIES_ON_A_PAGE or one.is_pinned:
        return links.article(found.slug, found.language) + key
    return links.live_before(found.slug, above[0], found.language) + key


def _key(number: int) -> str:
    return f"e-{number}"


def _top(cursor: CursorWrapper, article: newsroom.Article, *, shown: Collection[int]) -> TopView:
    """A key event that is `shown` in the list is a place on the page; one farther down is one click away."""
    found = queries.top(cursor, article_id=article.article_id)

    def url(one: Entry) -> str:
        is_here = one.is_pinned or one.number in shown
        return f"#{_key(one.number)}" if is_here else links.live_entry(article.slug, one.number, article.language)

    return TopView(
        key_events=tuple(KeyEvent(url(one), one.at, _name(one, article)) for one in found if one.is_key),
        pinned=tuple(_entry(one, article) for one in found if one.is_pinned),
    )


def _entry(one: Entry, article: newsroom.Article) -> EntryView:
    url = links.live_entry(article.slug, one.number, article.language)
    return EntryView(
        number=one.number,
        key=_key(one.number),
        url=url,
        at=one.at,
        # Compared as text, by scripts, too: as one number it would be beyond what JavaScript holds exactly.
        order=f"{int(one.at.timestamp() * 1_000):015d}.{one.number:06d}",
        headline=one.headline,
        body_html=Markup(one.body_html),  # noqa: S704 - the newsroom's rendering is sanitised when stored
        bylines=tuple(Link(links.author(by.slug, article.language) if by.slug else "", by.name) for by in one.authors),
        edited_at=one.edited_at,
        deleted_at=one.deleted_at,
        wordings_url=links.live_wordings(article.slug, one.number, article.language) if one.edited_at else "",
        story=Link(links.article(one.story.slug, one.story.language), one.story.headline) if one.story else None,
        is_pinned=one.is_pinned,
        is_key=one.is_key,
    )


def _name(one: Entry, article: newsroom.Article) -> str:
    if one.headline:
        return one.headline
    words = _shortened(plain_words(one.body_html).partition("\n")[0], NAME_CHARACTERS)
    return words or _("Update: %(title)s") % {"title": article.headline}


def _shortened(text: str, most: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rsplit(" ", 1)[0] + "…"


def _wording(one: PublicWording, before: PublicWording | None, *, is_current: bool) -> WordingView:
    if before is None:
        whole = tuple(ChangeView("", (PieceView("same", passage.text),)) for passage in _passages(one))
        return WordingView(one.at, whole, is_first=True, is_current=is_current)
    changes = differences(_passages(before), _passages(one))
    return WordingView(
        one.at,
        tuple(
            ChangeView("", tuple(PieceView(str(piece.mark), piece.text) for piece in change.pieces))
            for change in changes
        ),
        is_current=is_current,
    )


def _passages(one: PublicWording) -> list[Passage]:
    return [*([Passage("headline", "headline", one.headline)] if one.headline else []), *one.passages]


def _answer(
    cursor: CursorWrapper, ask: Ask, template: str, page: object, found: newsroom.Article, *, is_indexed: bool
) -> Answer:
    html = render(template, site=site_view(cursor, ask), page=page)
    return Answer(
        html,
        tags=(f"article:{found.article_id}", "site"),
        is_indexed=is_indexed and not ask.query,
        is_admitted_late=True,
    )
