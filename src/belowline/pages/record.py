"""The public record of the newsroom: what changed in an article, what was corrected, who writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from belowline.discussion.queries import threads
from belowline.domain.differences import Passage, differences
from belowline.newsroom.languages import direction_of
from belowline.newsroom.queries import record
from belowline.pages import alternates, articles, feedback, links, series, structured
from belowline.pages.answer import Answer, Ask, NotHere
from belowline.pages.feed_links import feed_links
from belowline.pages.model import (
    AuthorView,
    ChangeView,
    CorrectionsPage,
    DifferencePage,
    HeadView,
    Link,
    PagerView,
    PieceView,
    VersionLine,
    VersionsPage,
)
from belowline.pages.render import render
from belowline.pages.site import site_view

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper

    from belowline.newsroom.queries.record import Cut, History, Version

LINES_ON_A_PAGE = 50


def versions(cursor: CursorWrapper, ask: Ask, *, slug: str) -> Answer:
    """Every publication of an article that changed its words, the newest first."""
    found = _history(cursor, slug)
    lines = tuple(_line(one, found, ask) for one in found.versions)
    page = VersionsPage(
        head=HeadView(title=_("Versions: %(title)s") % {"title": found.headline}, is_indexed=False),
        article=_article_link(found),
        language=found.language,
        direction=direction_of(found.language),
        versions=lines,
        cuts=tuple((cut.at, _cut_sentence(cut)) for cut in found.cuts),
    )
    return _answer(cursor, ask, "versions.html", page, tags=(f"article:{found.article_id}", "site"))


def difference(cursor: CursorWrapper, ask: Ask, *, slug: str, number: str) -> Answer:
    """What one publication changed, passage by passage."""
    found = _history(cursor, slug)
    before, after = record.versions_around(cursor, article_id=found.article_id, number=int(number))
    if after is None:
        raise NotHere
    is_comparable = not after.withheld_at and not (before and before.withheld_at)
    changes = differences(_passages(before), _passages(after)) if is_comparable and before else ()
    address = links.article(found.slug, found.language)
    standing = {passage.key for passage in after.passages} if after.number == found.versions[0].number else set()
    page = DifferencePage(
        head=HeadView(
            title=_("Version %(n)s: %(title)s") % {"n": after.number, "title": found.headline}, is_indexed=False
        ),
        article=_article_link(found),
        language=found.language,
        direction=direction_of(found.language),
        version=_line(after, found, ask),
        versions_url=links.versions(found.slug, found.language),
        changes=tuple(
            ChangeView(
                kind=_kind_name(one.kind),
                pieces=tuple(PieceView(str(piece.mark), piece.text) for piece in one.pieces),
                url=f"{address}#{one.key}" if one.key in standing else "",
                was_moved=one.was_moved,
            )
            for one in changes
        ),
        pager=PagerView(
            previous_url=links.version(found.slug, after.number - 1, found.language) if before else "",
            next_url=links.version(found.slug, after.number + 1, found.language)
            if after.number < found.versions[0].number
            else "",
        ),
        withheld=_withheld_sentence(after) or (_withheld_sentence(before) if before else ""),
    )
    return _answer(cursor, ask, "difference.html", page, tags=(f"article:{found.article_id}", "site"), is_late=True)


def corrections(cursor: CursorWrapper, ask: Ask) -> Answer:
    """Every correction of every public article, the newest first."""
    number = series.page_number(ask)
    found = record.corrections(cursor, limit=LINES_ON_A_PAGE + 1, offset=(number - 1) * LINES_ON_A_PAGE)
    if number > 1 and not found:
        raise NotHere
    page = CorrectionsPage(
        head=HeadView(
            title=series.page_title(_("Corrections and updates"), number),
            canonical_url=links.absolute(series.page_address(links.corrections(ask.language), number)),
            feeds=feed_links("/corrections", ask.language, title=_("Corrections and updates")),
            alternates=series.page_alternates(number, lambda: alternates.in_every_language(links.corrections)),
        ),
        lines=tuple(
            (
                articles.correction_view(one.correction),
                Link(f"{links.article(one.slug, one.language)}#corrections", one.headline),
            )
            for one in found[:LINES_ON_A_PAGE]
        ),
        rate=feedback.rate_sentence(cursor, now=ask.now, language=ask.language) if number == 1 else "",
        pager=series.pager(links.corrections(ask.language), number, has_more=len(found) > LINES_ON_A_PAGE),
    )
    return _answer(
        cursor,
        ask,
        "corrections.html",
        page,
        tags=("front", feedback.RATE_TAG, "site"),
        is_indexed=True,
        fresh_until=feedback.rate_ends(ask.now),
    )


def author(cursor: CursorWrapper, ask: Ask, *, slug: str) -> Answer:
    """Who somebody is and what they wrote, the newest first."""
    number = series.page_number(ask)
    size = articles.ARTICLES_ON_A_PAGE
    found = record.author(cursor, slug=slug, limit=size + 1, offset=(number - 1) * size)
    if found is None:
        raise NotHere
    shown = found.articles[:size]
    talk = threads.threads_of_subjects(cursor, [one.subject_key for one in shown])
    address = links.author(slug, ask.language)
    page = AuthorView(
        head=HeadView(
            title=series.page_title(found.name, number),
            description=found.role,
            canonical_url=links.absolute(series.page_address(address, number)),
            kind="profile",
            feeds=feed_links(f"/by/{slug}", ask.language, title=found.name),
            alternates=series.page_alternates(
                number, lambda: alternates.in_every_language(lambda language: links.author(slug, language))
            ),
            json_ld=structured.author(
                name=found.name, role=found.role, bio=found.bio, path=address, language=ask.language
            ),
        ),
        name=found.name,
        notify_url=links.follow("author", found.author_id, ask.language),
        role=found.role,
        paragraphs=tuple(part for part in found.bio.splitlines() if part.strip()),
        teasers=tuple(articles.teaser_view(one, talk, ask) for one in shown),
        pager=series.pager(address, number, has_more=len(found.articles) > size),
    )
    return _answer(
        cursor, ask, "author.html", page, tags=(f"author:{found.author_id}", "front", "site"), is_indexed=True
    )


def _history(cursor: CursorWrapper, slug: str) -> History:
    found = record.history(cursor, slug=slug)
    if found is None or not found.versions:
        raise NotHere
    return found


def _article_link(found: History) -> Link:
    return Link(links.article(found.slug, found.language), found.headline)


def _line(version: Version, found: History, ask: Ask) -> VersionLine:
    return VersionLine(
        number=version.number,
        at=version.published_at,
        url="" if version.withheld_at else links.version(found.slug, version.number, found.language),
        note=version.note,
        is_substantive=version.is_substantive,
        is_current=version.number == found.versions[0].number,
        withheld=_withheld_sentence(version),
        withheld_at=version.withheld_at,
    )


def _withheld_sentence(version: Version) -> str:
    if version.withheld_at is None:
        return ""
    return _("Version %(n)s is withheld because of %(ground)s.") % {
        "n": version.number,
        "ground": ground_name(version.ground),
    }


def _cut_sentence(cut: Cut) -> str:
    return _("Words are withheld in version %(numbers)s because of %(ground)s.") % {
        "numbers": _(", ").join(str(number) for number in cut.versions),
        "ground": ground_name(cut.ground),
    }


def ground_name(ground: str) -> str:
    names = {"law": _("a legal duty"), "safety": _("somebody’s safety"), "privacy": _("somebody’s privacy")}
    return names[ground]


def _passages(version: Version | None) -> list[Passage]:
    """A version's words, the headline and the standfirst among them."""
    if version is None:
        return []
    head = [Passage("headline", "headline", version.headline), Passage("standfirst", "standfirst", version.standfirst)]
    return [one for one in head if one.text] + list(version.passages)


def _kind_name(kind: str) -> str:
    """What kind of passage it is, where that is not plain: a paragraph needs no name."""
    names = {
        "headline": _("Headline"),
        "standfirst": _("Standfirst"),
        "heading": _("Heading"),
        "figure": _("Figure"),
        "quote": _("Quote"),
        "pull_quote": _("Pull quote"),
        "list": _("List"),
        "table": _("Table"),
        "timeline": _("Timeline"),
        "related": _("Related link"),
        "question": _("Question to readers"),
        "embed": _("Embed card"),
        "gallery": _("Gallery"),
        "map": _("Map"),
    }
    return names.get(kind, "")


def _answer(
    cursor: CursorWrapper,
    ask: Ask,
    template: str,
    page: object,
    *,
    tags: tuple[str, ...],
    is_indexed: bool = False,
    is_late: bool = False,
    fresh_until: datetime | None = None,
) -> Answer:
    html = render(template, site=site_view(cursor, ask), page=page)
    return Answer(
        html,
        tags=tags,
        is_indexed=is_indexed and series.is_page_alone(ask),
        is_admitted_late=is_late,
        fresh_until=fresh_until,
    )
