"""What public pages and the treasurer ask about the money, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from belowline.domain.ledger import Repeat, keys_around, period_at
from belowline.support.models import Consent

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from belowline.domain.ledger import Period

# Campaigns that have not ended; a newsroom has one or two.
_CAMPAIGNS = 20
PERIODS_SHOWN = 36
NAMES_SHOWN = 200
GOALS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """How a campaign stands now. `raised_minor` has open disputes taken off. `rate_on` is the newest day of a rate that
    something was converted at, None where nothing was."""

    campaign_id: int
    title: str
    purpose: str
    other_ways: str
    language: str
    currency: str
    goal_minor: int
    raised_minor: int
    offline_minor: int
    held_minor: int
    payments: int
    rate_on: date | None
    period: Period | None
    repeat: Repeat
    show: str
    amounts: tuple[int, ...]
    is_test: bool
    zone: str


@dataclass(frozen=True, slots=True)
class Now:
    """The campaign that is shown now, if there is one, and the moment at which the clock itself changes the answer."""

    standing: Standing | None
    changes_at: datetime | None


_COLUMNS = (
    "c.id, coalesce(w.title, c.title), coalesce(w.purpose, c.purpose), coalesce(w.other_ways, c.other_ways), "
    "coalesce(w.language, c.language), c.currency, c.goal_minor, c.time_zone, c.repeat, c.show, c.amounts, c.is_test, "
    "c.counts_from, c.counts_to, c.shown_from, c.shown_to, "
    "t.period, t.counted_minor, t.held_minor, t.offline_minor, t.payments, t.rate_on"
)


def standing_now(cursor: CursorWrapper, *, now: datetime, language: str) -> Now:
    """One query, whatever the ledger's length."""
    keys = keys_around(now)
    marks = ", ".join(["%s"] * len(keys))
    cursor.execute(
        f"SELECT {_COLUMNS} FROM support_campaign c "
        "LEFT JOIN support_campaignwords w ON w.campaign_id = c.id AND w.language = %s "
        f"LEFT JOIN support_total t ON t.campaign_id = c.id AND t.period IN ({marks}) "
        "WHERE c.shown_to IS NULL OR c.shown_to > %s ORDER BY c.shown_from DESC, c.id DESC LIMIT %s",
        [language, *keys, _parameter(cursor, now), _CAMPAIGNS * len(keys)],
    )
    rows = cursor.fetchall()
    changes: list[datetime] = []
    chosen = None
    for row in rows:
        shown_from, shown_to = _moment(row[14]), _moment(row[15])
        assert shown_from is not None
        if shown_from > now:
            changes.append(shown_from)
        elif chosen is None or chosen == row[0]:
            chosen = row[0]
            changes += [shown_to] if shown_to else []
    mine = [row for row in rows if row[0] == chosen]
    if not mine:
        return Now(None, min(changes, default=None))
    standing, ends = _standing(mine, now=now)
    changes += ends
    return Now(standing, min((one for one in changes if one > now), default=None))


def _standing(rows: list[tuple[Any, ...]], *, now: datetime) -> tuple[Standing, list[datetime]]:
    row = rows[0]
    counts_from, counts_to = _moment(row[12]), _moment(row[13])
    assert counts_from is not None
    repeat = Repeat(row[8])
    # Before its beginning and after its end a campaign shows its first and its last period.
    at = max(now, counts_from) if counts_to is None else min(max(now, counts_from), counts_to - _INSTANT)
    period = period_at(at, repeat=repeat, zone=ZoneInfo(row[7]), counts_from=counts_from, counts_to=counts_to)
    assert period is not None
    counted, held, offline, payments, rate_on = next(
        (one[17:22] for one in rows if one[16] == period.key), (0, 0, 0, 0, None)
    )
    standing = Standing(
        campaign_id=row[0],
        title=row[1],
        purpose=row[2],
        other_ways=row[3],
        language=row[4],
        currency=row[5],
        goal_minor=row[6],
        raised_minor=counted - held,
        offline_minor=offline,
        held_minor=held,
        payments=payments,
        rate_on=_day(rate_on),
        period=period,
        repeat=repeat,
        show=row[9],
        amounts=_amounts(row[10]),
        is_test=bool(row[11]),
        zone=row[7],
    )
    return standing, [one for one in (period.ends_at, counts_from) if one is not None]


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """One period of the accounts. Sums are signed and in the campaign's currency; `taken_minor` are refunds, lost
    disputes and corrections."""

    key: str
    paid_minor: int
    by_hand_minor: int
    taken_minor: int
    held_minor: int
    gifts: int
    people: int

    @property
    def raised_minor(self) -> int:
        return self.paid_minor + self.by_hand_minor + self.taken_minor - self.held_minor


def period_lines(cursor: CursorWrapper, campaign_id: int) -> list[PeriodLine]:
    """The periods of a campaign that have entries, the newest first. Two queries."""
    cursor.execute(
        "SELECT e.period, "
        "sum(CASE WHEN e.kind = 'payment' THEN e.counted_minor ELSE 0 END), "
        "sum(CASE WHEN e.kind IN ('offline', 'matching', 'opening') THEN e.counted_minor ELSE 0 END), "
        "sum(CASE WHEN e.kind IN ('refund', 'dispute_lost', 'adjustment') THEN e.counted_minor ELSE 0 END), "
        "sum(CASE WHEN e.kind IN ('payment', 'offline', 'matching') THEN 1 ELSE 0 END), "
        "count(DISTINCT g.donor_key) "
        "FROM support_entry e LEFT JOIN support_gift g ON g.id = e.gift_id AND e.kind = 'payment' "
        "WHERE e.campaign_id = %s AND e.period <> '' GROUP BY e.period ORDER BY e.period DESC LIMIT %s",
        [campaign_id, PERIODS_SHOWN],
    )
    rows = cursor.fetchall()
    cursor.execute("SELECT period, held_minor FROM support_total WHERE campaign_id = %s", [campaign_id])
    held = dict(cursor.fetchall())
    return [
        PeriodLine(
            key=key,
            paid_minor=int(paid),
            by_hand_minor=int(by_hand),
            taken_minor=int(taken),
            held_minor=held.get(key, 0),
            gifts=int(gifts),
            people=people,
        )
        for key, paid, by_hand, taken, gifts, people in rows
    ]


@dataclass(frozen=True, slots=True)
class GoalLine:
    before_minor: int
    after_minor: int
    reason: str
    at: datetime


def goal_lines(cursor: CursorWrapper, campaign_id: int) -> list[GoalLine]:
    """How the goal came about, the newest first."""
    cursor.execute(
        "SELECT before_minor, after_minor, reason, changed_at FROM support_goalchange WHERE campaign_id = %s "
        "ORDER BY id DESC LIMIT %s",
        [campaign_id, GOALS_SHOWN],
    )
    return [GoalLine(row[0], row[1], row[2], _known(row[3])) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class NamedDonor:
    """`amount_minor` is None where only the name may be shown."""

    name: str
    amount_minor: int | None
    is_monthly: bool


def named_donors(cursor: CursorWrapper, campaign_id: int) -> list[NamedDonor]:
    """Who agreed, for this gift, to be named, and paid; the newest first."""
    cursor.execute(
        "SELECT name, amount_minor, consent, every FROM support_gift WHERE campaign_id = %s AND consent <> %s "
        "AND name <> '' AND state = 3 ORDER BY id DESC LIMIT %s",
        [campaign_id, Consent.NOTHING.value, NAMES_SHOWN],
    )
    return [
        NamedDonor(name, amount if consent == Consent.AMOUNT else None, every == "month")
        for name, amount, consent, every in cursor.fetchall()
    ]


def waiting_proposals(cursor: CursorWrapper) -> int:
    cursor.execute("SELECT count(*) FROM support_proposal WHERE decision = 'waiting'")
    return int(cursor.fetchone()[0])


# SQLite keeps microseconds.
_INSTANT = datetime.resolution


def _parameter(cursor: CursorWrapper, at: datetime) -> datetime | str:
    # As Django stores it on SQLite: in UTC, without an offset.
    return at if cursor.db.vendor == "postgresql" else str(at.astimezone(UTC).replace(tzinfo=None))


def _known(value: Any) -> datetime:
    found = _moment(value)
    assert found is not None
    return found


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value
    return None


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _amounts(value: Any) -> tuple[int, ...]:
    import json

    found = json.loads(value) if isinstance(value, str) else value
    return tuple(int(one) for one in found)
