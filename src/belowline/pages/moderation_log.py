"""The public pages of moderation: what was done and why, and a year of it in numbers (Digital Services Act, article 15)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from belowline.domain.moderating import ActKind
from belowline.moderation import public_log
from belowline.pages import alternates, links
from belowline.pages.answer import Answer, Ask, BadQuestion, NotHere, as_number
from belowline.pages.model import (
    Choice,
    CountLine,
    CountTable,
    HeadView,
    Link,
    LoggedLine,
    ModerationLogPage,
    ModerationYearPage,
    PagerView,
)
from belowline.pages.moderating import DONE, GROUNDS, STANDINGS, act_said, hours_long
from belowline.pages.render import render
from belowline.pages.site import site_view
from belowline.pages.views.reports import reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.backends.utils import CursorWrapper

    from belowline.moderation.public_log import Logged, YearReport

LINES_ON_A_PAGE = 50
# What was done a quarter of an hour ago stands here: it cannot be undone after ten minutes.
FRESH = timedelta(minutes=5)
FRESH_YEAR = timedelta(hours=1)
# In the order of the report. Lists of words and raid mode are the newsroom's own matters.
COUNTED = (
    ActKind.APPROVE, ActKind.REJECT, ActKind.REMOVE, ActKind.RESTORE, ActKind.LEAVE, ActKind.URGENT_HIDE, ActKind.STANDING,
    ActKind.RAID_BEGIN, ActKind.THREAD_RULES, ActKind.THREAD_END,
)  # fmt: skip


def log(cursor: CursorWrapper, ask: Ask) -> Answer:
    """What moderators and rules did, the newest first."""
    before = as_number(ask.query["after"]) if "after" in ask.query else None
    if "after" in ask.query and before is None:
        raise BadQuestion("cursor_unknown")
    found = public_log.logged(before=before, at_most=LINES_ON_A_PAGE + 1, now=ask.now)
    shown = found[:LINES_ON_A_PAGE]
    page = ModerationLogPage(
        head=HeadView(
            title=_("What moderators did"),
            canonical_url=links.absolute(links.moderation_log(ask.language)),
            alternates=alternates.in_every_language(links.moderation_log) if before is None else (),
            is_indexed=before is None,
        ),
        lines=tuple(_line(one, ask.language) for one in shown),
        years=tuple(Choice(str(year), links.moderation_year(year, ask.language)) for year in public_log.years(ask.now)),
        rules=Link(links.standing("house-rules", ask.language), _("The house rules")),
        pager=PagerView(
            next_url=links.moderation_log(ask.language, after=shown[-1].id) if len(found) > len(shown) else ""
        ),
    )
    return Answer(
        render("moderation_log.html", site=site_view(cursor, ask), page=page),
        tags=("site",),
        fresh_until=ask.now + FRESH,
        is_admitted_late=before is not None,
        is_indexed=before is None,
    )


def _line(one: Logged, language: str) -> LoggedLine:
    said = act_said(one.kind, standing=one.standing, rule=one.rule)
    if one.kind is ActKind.STANDING:
        said = _("A reader: %(what)s") % {"what": said}
    by = _("a person") if one.is_person else _("a rule")
    if one.is_alone:
        by = _("a person, without a second one")
    discussion = None
    if one.thread_id is not None:
        discussion = Link(links.thread(one.thread_id, language), one.thread_title, lang=one.thread_language)
    return LoggedLine(said, one.at, by, discussion)


def year(cursor: CursorWrapper, ask: Ask, *, number: str) -> Answer:
    """A year in numbers; 404 for one in which nothing was done."""
    wanted, known = int(number), public_log.years(ask.now)
    if wanted not in known:
        raise NotHere
    report = public_log.year_report(wanted, now=ask.now)
    page = ModerationYearPage(
        head=HeadView(
            title=_("Moderation in %(year)s") % {"year": wanted},
            canonical_url=links.absolute(links.moderation_year(wanted, ask.language)),
            alternates=alternates.in_every_language(lambda language: links.moderation_year(wanted, language)),
        ),
        tables=_tables(report),
        is_running=wanted == ask.now.year,
        log=Link(links.moderation_log(ask.language), _("What moderators did")),
        years=tuple(
            Choice(str(one), links.moderation_year(one, ask.language), is_current=one == wanted) for one in known
        ),
    )
    return Answer(
        render("moderation_year.html", site=site_view(cursor, ask), page=page),
        tags=("site",),
        fresh_until=ask.now + FRESH_YEAR,
        is_admitted_late=True,
    )


def _tables(report: YearReport) -> tuple[CountTable, ...]:
    said = {choice.value: choice.text for choice in reasons()}
    done = {kind: _("Decided about a reader") if kind is ActKind.STANDING else str(DONE[kind]) for kind in COUNTED}
    tables = (
        CountTable(
            _("What was done"),
            tuple(
                CountLine(text, (report.people[kind], report.rules[kind]))
                for kind, text in done.items()
                if report.people[kind] + report.rules[kind]
            ),
            (_("By people"), _("By rules")),
        ),
        CountTable(_("Rejected or removed, by rule"), _counts(GROUNDS, report.by_rule)),
        CountTable(
            _("Decided about readers"), _counts({"": _("taken back")} | dict(STANDINGS.items()), report.standings)
        ),
        CountTable(
            _("What readers reported"),
            _counts(said, report.reports),
            note=_median(_("Half of them were settled within %(time)s."), report.hours_to_settle),
        ),
        CountTable(
            _("Hidden at once by an urgent report"),
            tuple(
                CountLine(text, (report.urgent[was_right],))
                for was_right, text in (
                    (True, _("A person agreed")),
                    (False, _("A person let it stand")),
                    (None, _("Not decided yet")),
                )
                if report.urgent[was_right]
            ),
        ),
        CountTable(
            _("Appeals"),
            _counts(
                {"upheld": _("The decision stands"), "overturned": _("Taken back"), "open": _("Not answered yet")},
                report.appeals,
            ),
            note=" ".join(
                one
                for one in (
                    _median(_("Half of them were answered within %(time)s."), report.hours_to_answer),
                    _("Without a second person: %(n)s.") % {"n": report.appeals_alone} if report.appeals_alone else "",
                )
                if one
            ),
        ),
    )
    return tuple(table for table in tables if table.lines)


def _counts(words: Mapping[str, object], counted: Mapping[str, int]) -> tuple[CountLine, ...]:
    return tuple(CountLine(str(text), (counted[code],)) for code, text in words.items() if counted.get(code))


def _median(sentence: str, hours: float | None) -> str:
    return "" if hours is None else sentence % {"time": hours_long(max(round(hours), 1))}
