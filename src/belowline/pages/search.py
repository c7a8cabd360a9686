"""The search page: a form that works by itself, and what it found. Nothing that a reader types is stored or logged."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from belowline.domain.search_query import CHARACTERS_MAX, TERMS_MAX, Query, Unclear, read_query
from belowline.domain.search_snippets import marked, snippet
from belowline.newsroom.languages import direction_of
from belowline.newsroom.models import ArticleKind
from belowline.newsroom.queries import articles as newsroom
from belowline.pages import alternates, links
from belowline.pages.answer import Answer, Ask, NotHere, as_number
from belowline.pages.articles import kind_name
from belowline.pages.model import Choice, FieldView, HeadView, Link, PagerView, ResultView, SearchPage
from belowline.pages.render import render
from belowline.pages.site import site_view
from belowline.search import queries as found

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from belowline.domain.search_query import Term
    from belowline.newsroom.queries.articles import Topic

RESULTS_ON_A_PAGE = 20
_ENTRY = re.compile(r"/a/(?P<slug>[^/]+)/e/\d+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Before the first year no newsroom published; behind the last one the zones of moments overflow.
YEAR_MIN, YEAR_MAX = 1800, 2200


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was asked for, read. `errors` has a sentence for each field that means nothing."""

    query: Query
    filters: found.Filters
    errors: dict[str, str]
    page: int


def search(cursor: CursorWrapper, ask: Ask) -> Answer:
    """The form, and what was found when something was asked for. Five queries, one more for the names
    of coverages, two more when filters let nothing through."""
    topics = newsroom.nav_topics(cursor, language=ask.language)
    languages = found.languages(cursor)
    wish = _read(ask, topics, languages)
    page = _form(ask, wish, topics, languages)
    if page.is_asked and not wish.errors:
        page = _with_results(cursor, ask, page, wish, topics)
    return Answer(
        render("search.html", site=site_view(cursor, ask), page=page),
        status=400 if wish.errors else 200,
        # Anybody can make up questions without end: kept only when asked twice, and a wrong one never.
        tags=() if wish.errors else ("front", "site"),
        is_admitted_late=bool(ask.query),
        is_indexed=not ask.query,
    )


# --- reading what was asked ------------------------------------------------------------------------------------------


def _read(ask: Ask, topics: tuple[Topic, ...], languages: tuple[str, ...]) -> _Wish:
    errors: dict[str, str] = {}
    language = ask.query.get("lang", "")
    if language and language not in _language_codes(languages):
        errors["lang"] = _("Nothing is written in “%(value)s” here. Choose one of the languages.") % {"value": language}
    query = read_query(ask.query.get("q", ""), languages=[language] if language and not errors else languages)
    if isinstance(query, Unclear):
        errors["q"] = _unclear(query.code, ask.query.get("q", ""))
        query = Query()
    kind = ask.query.get("kind", "")
    if kind and kind not in ArticleKind.values:
        errors["kind"] = _("There is no kind “%(value)s”. Choose one of the list.") % {"value": kind}
    slug = ask.query.get("topic", "")
    topic = next((one for one in topics if one.slug == slug), None)
    if slug and topic is None:
        errors["topic"] = _("There is no topic “%(value)s”. Choose one of the list.") % {"value": slug}
    since, until = _day(ask, "from", errors), _day(ask, "to", errors)
    if since and until and since > until:
        errors["to"] = _("The last day lies before the first one. Change one of the two.")
    number = as_number(ask.query.get("page", "1"))
    if not number:
        errors["page"] = _("This page number does not exist.")
    filters = found.Filters(
        kind=kind,
        topic_id=topic.topic_id if topic else None,
        language=language,
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
    )
    return _Wish(query, filters, errors, number or 1)


def _unclear(code: str, text: str) -> str:
    if code == "too_long":
        return ngettext(
            "This is too long: at most %(n)s character can be searched for. Leave some words out.",
            "This is too long: at most %(n)s characters can be searched for. Leave some words out.",
            CHARACTERS_MAX,
        ) % {"n": CHARACTERS_MAX}
    if code == "too_many_terms":
        return ngettext(
            "At most %(n)s word or phrase can be searched for at once. Leave some out.",
            "At most %(n)s words and phrases can be searched for at once. Leave some out.",
            TERMS_MAX,
        ) % {"n": TERMS_MAX}
    if code == "only_excluded":
        return _("Say also what to look for: “%(value)s” only says what must not be there.") % {"value": text}
    return _("There is no word in “%(value)s”. Write a word or a name.") % {"value": text}


def _day(ask: Ask, name: str, errors: dict[str, str]) -> date | None:
    value = ask.query.get(name, "")
    if not value:
        return None
    try:
        day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or not YEAR_MIN <= day.year <= YEAR_MAX:
        errors[name] = _("“%(value)s” is no day. Write it as 2026-03-14: year, month, day.") % {"value": value}
        return None
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), settings.CONFIG.zone).astimezone(UTC)


def _language_codes(languages: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(code for code, _name in settings.LANGUAGES), *languages]))


# --- the form --------------------------------------------------------------------------------------------------------


def _form(ask: Ask, wish: _Wish, topics: tuple[Topic, ...], languages: tuple[str, ...]) -> SearchPage:
    errors, given = wish.errors, ask.query
    kinds = [Choice(_("Every kind"), value="")]
    kinds += [Choice(str(label), value=value) for value, label in ArticleKind.choices]
    places = [Choice(_("Every topic"), value=""), *(Choice(one.title, value=one.slug) for one in topics)]
    tongues = [Choice(_("Every language"), value="")]
    tongues += [Choice(language_name(code), value=code) for code in _language_codes(languages)]
    question = given.get("q", "")
    return SearchPage(
        head=HeadView(
            title=_("Search: %(query)s") % {"query": question} if question else _("Search"),
            # What somebody asked for is listed nowhere, and stands for nothing else.
            canonical_url=links.absolute(links.search(ask.language)) if not given else "",
            is_indexed=not given,
            alternates=alternates.in_every_language(links.search) if not given else (),
            styles=("search.css",),
        ),
        url=links.search(ask.language),
        q=FieldView("q", question, errors.get("q", "")),
        kind=_chooser("kind", kinds, given.get("kind", ""), errors),
        topic=_chooser("topic", places, given.get("topic", ""), errors),
        since=FieldView("from", given.get("from", ""), errors.get("from", "")),
        until=FieldView("to", given.get("to", ""), errors.get("to", "")),
        language=_chooser("lang", tongues, given.get("lang", ""), errors),
        characters_max=CHARACTERS_MAX,
        is_asked=any(given.get(name) for name in ("q", "kind", "topic", "from", "to", "lang")),
        is_filtered=any(given.get(name) for name in ("kind", "topic", "from", "to", "lang")),
        summary=errors.get("page", ""),
    )


def _chooser(name: str, choices: list[Choice], value: str, errors: dict[str, str]) -> FieldView:
    shown = tuple(replace(one, is_current=one.value == value) for one in choices)
    return FieldView(name, value, errors.get(name, ""), shown)


def language_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


# --- what was found --------------------------------------------------------------------------------------------------


def _with_results(
    cursor: CursorWrapper, ask: Ask, page: SearchPage, wish: _Wish, topics: tuple[Topic, ...]
) -> SearchPage:
    first = (wish.page - 1) * RESULTS_ON_A_PAGE
    got = found.matches(cursor, wish.query, wish.filters, offset=first, limit=RESULTS_ON_A_PAGE)
    if wish.page > 1 and not got.shown:
        raise NotHere
    if not got.count:
        page = replace(page, summary=_("Nothing was found."), hints=_hints(wish))
        if not (page.is_filtered and page.q.value):
            return page
        query = read_query(page.q.value, languages=found.languages(cursor))
        everywhere = found.matches(cursor, query, found.Filters(), limit=0) if isinstance(query, Query) else None
        return replace(page, unfiltered_count=everywhere.count if everywhere else 0)
    by_id = {one.topic_id: one for one in topics}
    coverages = newsroom.headlines(cursor, slugs=[slug for one in got.shown if (slug := _entry_of(one))])
    return replace(
        page,
        count=got.count,
        is_cut=got.is_cut,
        results=tuple(_result(one, wish.query.wanted, by_id, coverages, ask) for one in got.shown),
        pager=PagerView(
            previous_url=_address(ask, page=wish.page - 1 if wish.page > 2 else None) if wish.page > 1 else "",
            next_url=_address(ask, page=wish.page + 1) if got.count > first + RESULTS_ON_A_PAGE else "",
        ),
    )


def _hints(wish: _Wish) -> tuple[str, ...]:
    """What to try, the most promising first."""
    hints = []
    if any(len(sequence) > 1 for term in wish.query.wanted for sequence in term.alternatives):
        hints.append(_("Leave the quotation marks out: then the words need not follow one another."))
    if len(wish.query.wanted) > 1:
        hints.append(_("Use fewer words: all of them have to be in one text."))
    if len(wish.query.wanted) < len(wish.query.terms):
        hints.append(_("A minus in front of a word leaves out every text that has it."))
    hints.append(_("Try another spelling, or a name that must be there."))
    hints.append(_("Comments are not searched, only articles and live updates."))
    return tuple(hints)


def _entry_of(one: found.Found) -> str:
    """The slug of the coverage that an update belongs to; empty for an article."""
    match = _ENTRY.fullmatch(one.path)
    return match["slug"] if match else ""


def _result(
    one: found.Found, terms: tuple[Term, ...], topics: dict[int, Topic], coverages: dict[str, str], ask: Ask
) -> ResultView:
    topic = topics.get(one.topic_id or 0)
    coverage = coverages.get(slug := _entry_of(one), "")
    passage = snippet(one.body, terms, language=one.language)
    if not any(piece.is_marked for piece in passage) and one.standfirst:
        passage = marked(one.standfirst, terms, language=one.language)
    names = (marked(name, terms, language=one.language) for name in one.names.splitlines())
    return ResultView(
        url=f"{links.prefix(one.language)}{one.path}" if one.language in dict(settings.LANGUAGES) else one.path,
        title=marked(one.title, terms, language=one.language),
        snippet=passage,
        published_at=one.published_at,
        language=one.language,
        direction=direction_of(one.language),
        names=tuple(names),
        topic=Link(links.topic(topic.slug, ask.language), topic.title) if topic else None,
        kind=_("Update") if coverage else kind_name(one.kind),
        part_of=Link(links.article(slug, one.language), coverage) if coverage else None,
    )


def _address(ask: Ask, *, page: int | None) -> str:
    """The same question, another page of what it found."""
    kept = {name: value for name, value in ask.query.items() if name != "page"}
    return links.search(ask.language, **kept, page=page)
