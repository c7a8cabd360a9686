"""The meter, the page that asks for money, and the accounts: what everybody may know of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from django.utils.translation import gettext as _

from belowline.domain.money import currency_name, plain_text, shown, shown_percent, spoken
from belowline.pages import alternates, links
from belowline.pages.answer import Answer, Ask
from belowline.pages.environment import locale_of
from belowline.pages.model import (
    AccountLine,
    AccountsPage,
    Choice,
    DonorView,
    GoalView,
    HeadView,
    MeterView,
    SupportPage,
)
from belowline.pages.render import render
from belowline.pages.site import direction, site_view
from belowline.support import queries
from belowline.support.models import Every, Show
from belowline.support.providers import hosted_provider

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from belowline.support.queries import GoalLine, NamedDonor, PeriodLine, Standing


@dataclass(frozen=True, slots=True)
class ShownMeter:
    """The meter for a page, if there is one now, and the moment at which the clock changes that."""

    view: MeterView | None
    changes_at: datetime | None


def meter(cursor: CursorWrapper, ask: Ask) -> ShownMeter:
    """One query. The page needs the tag `support`, also when there is no meter yet."""
    now = queries.standing_now(cursor, now=ask.now, language=ask.language)
    view = meter_view(now.standing, language=ask.language) if now.standing is not None else None
    return ShownMeter(view, now.changes_at)


@lru_cache(maxsize=64)
def meter_view(standing: Standing, *, language: str) -> MeterView:
    """Remembered by the whole standing: it is on every article and changes with the money."""

    def money(minor: int) -> str:
        return shown(minor, standing.currency, language)

    raised, goal = standing.raised_minor, standing.goal_minor
    percent = shown_percent(raised, goal, language)
    number, _name = spoken(raised, standing.currency, language)
    of, currency = spoken(goal, standing.currency, language)
    has_amount = standing.show in {Show.AMOUNT, Show.BOTH}
    is_converted = standing.rate_on is not None
    return MeterView(
        title=standing.title,
        language=standing.language,
        direction=direction(standing.language),
        url=links.support(language),
        value=max(0, min(raised, goal)),
        most=goal,
        spoken=_("%(raised)s of %(goal)s %(currency)s, %(percent)s")
        % {"raised": number, "goal": of, "currency": currency, "percent": percent}
        if has_amount
        else percent,
        raised=(f"≈\u00a0{money(raised)}" if is_converted else money(raised)) if has_amount else percent,
        ticks=("0", money(goal // 2), money(goal))
        if has_amount
        else tuple(shown_percent(one, 100, language) for one in (0, 50, 100)),
        period=_key_name(standing.period.key, language) if standing.period else "",
        percent=percent if standing.show == Show.BOTH else "",
        is_converted=is_converted,
        notes=tuple(_notes(standing, language=language)),
    )


def _percents(language: str) -> tuple[str, ...]:
    return tuple(shown_percent(one, 100, language) for one in (0, 50, 100))


def _notes(standing: Standing, *, language: str) -> list[str]:
    """Small print: what is not what it seems."""
    notes = []
    if standing.is_test:
        notes.append(_("This is a test: no money moves."))
    if standing.rate_on is not None:
        day = _day(standing.rate_on, language)
        notes.append(
            _("≈ Some of it came in another currency, at the rate of the day; the latest of %(day)s.") % {"day": day}
        )
    if standing.offline_minor:
        sum_by_hand = shown(standing.offline_minor, standing.currency, language)
        notes.append(_("Includes %(amount)s received by bank or in cash.") % {"amount": sum_by_hand})
    if standing.held_minor:
        held = shown(standing.held_minor, standing.currency, language)
        notes.append(_("%(amount)s are held out while a bank decides about them.") % {"amount": held})
    return notes


def _day(on: date, language: str) -> str:
    return format_date(on, format="long", locale=locale_of(language))


@lru_cache(maxsize=512)
def _key_name(key: str, language: str) -> str:
    """ "March 2026", "2026"; nothing for the only period of a campaign that does not repeat."""
    year, _dash, month = key.partition("-")
    if not month:
        return year if year.isdigit() else ""
    name: str = format_skeleton("yMMMM", date(int(year), int(month), 1), locale=locale_of(language))
    return name


def support(cursor: CursorWrapper, ask: Ask) -> Answer:
    """What the money is for, how far it is, and the ways to give."""
    now = queries.standing_now(cursor, now=ask.now, language=ask.language)
    standing, language = now.standing, ask.language
    site = site_view(cursor, ask)
    title = standing.title if standing else _("Support us")
    head = HeadView(
        title=title,
        description=standing.purpose[:200] if standing else "",
        canonical_url=links.absolute(links.support(language)),
        alternates=alternates.in_every_language(links.support),
    )
    page = SupportPage(head=head, meter=None, accounts_url=links.accounts(language))
    if standing is not None:
        page = SupportPage(
            head=head,
            meter=meter_view(standing, language=language),
            purpose=_paragraphs(standing.purpose),
            ways=_paragraphs(standing.other_ways),
            give_url=links.give(language) if hosted_provider() else "",
            amounts=tuple(
                Choice(
                    shown(one, standing.currency, language),
                    value=plain_text(one, standing.currency),
                    is_current=place == min(1, len(standing.amounts) - 1),
                )
                for place, one in enumerate(standing.amounts)
            ),
            every=every_choices(Every.ONCE),
            currency=standing.currency,
            currency_name=currency_name(standing.currency, language),
            accounts_url=links.accounts(language),
        )
    return Answer(render("support.html", site=site, page=page), tags=("support", "site"), fresh_until=now.changes_at)


def every_choices(chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(str(one.label), value=one.value, is_current=one.value == chosen) for one in Every)


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip())


def accounts(cursor: CursorWrapper, ask: Ask) -> Answer:
    """The sums of every period, how the goal came about, and who agreed to be named. Never an address."""
    now = queries.standing_now(cursor, now=ask.now, language=ask.language)
    standing, language = now.standing, ask.language
    site = site_view(cursor, ask)
    page = AccountsPage(
        head=HeadView(
            title=_("Our accounts"),
            canonical_url=links.absolute(links.accounts(language)),
            alternates=alternates.in_every_language(links.accounts),
        ),
        meter=None,
        support_url=links.support(language),
    )
    if standing is not None:
        campaign = standing.campaign_id
        page = AccountsPage(
            head=page.head,
            meter=meter_view(standing, language=language),
            lines=tuple(_line(one, standing, language) for one in queries.period_lines(cursor, campaign)),
            goals=tuple(_goal(one, standing, language) for one in queries.goal_lines(cursor, campaign)),
            donors=tuple(_donor(one, standing, language) for one in queries.named_donors(cursor, campaign)),
            support_url=links.support(language),
        )
    return Answer(render("accounts.html", site=site, page=page), tags=("support", "site"), fresh_until=now.changes_at)


def _line(line: PeriodLine, standing: Standing, language: str) -> AccountLine:
    def money(minor: int) -> str:
        return shown(minor, standing.currency, language)

    return AccountLine(
        period=_key_name(line.key, language) or _("The whole time"),
        paid=money(line.paid_minor),
        by_hand=money(line.by_hand_minor),
        taken=money(line.taken_minor),
        held=money(-line.held_minor) if line.held_minor else "",
        raised=money(line.raised_minor),
        gifts=line.gifts,
        people=line.people,
    )


def _goal(line: GoalLine, standing: Standing, language: str) -> GoalView:
    before, after = (shown(one, standing.currency, language) for one in (line.before_minor, line.after_minor))
    if line.before_minor == 0:
        text = _("Goal set: %(after)s") % {"after": after}
    elif line.after_minor > line.before_minor:
        text = _("Goal raised from %(before)s to %(after)s") % {"before": before, "after": after}
    else:
        text = _("Goal lowered from %(before)s to %(after)s") % {"before": before, "after": after}
    return GoalView(line.at.astimezone(ZoneInfo(standing.zone)), text, line.reason)


def _donor(donor: NamedDonor, standing: Standing, language: str) -> DonorView:
    if donor.amount_minor is None:
        return DonorView(donor.name)
    amount = shown(donor.amount_minor, standing.currency, language)
    return DonorView(donor.name, _("%(amount)s a month") % {"amount": amount} if donor.is_monthly else amount)
