"""What only moderation knows of a text that is about to be stored: the standing of its author, how much they write, the
rules of the place, raids, and which texts it is like."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from belowline.discussion.actions.facts import moment
from belowline.domain.commenting import ReaderKind
from belowline.domain.moderating import opens_at
from belowline.domain.rates import Pace as PaceRule
from belowline.domain.rates import may_write_from
from belowline.domain.readers import Standing, in_force
from belowline.moderation.models import Origin
from belowline.storage.reading import aware

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper

    from belowline.discussion.ports import Draft, Stored
    from belowline.domain.screening import Author, Pace, Place, ScreeningFacts, Wording

# mail-and-spam.md, "Rate limits".
TEN_MINUTES, DAY = timedelta(minutes=10), timedelta(days=1)


def complete_facts(cursor: CursorWrapper, draft: Draft, facts: ScreeningFacts) -> ScreeningFacts:
    """One query for all who write, and one for how much this author wrote."""
    now = moment(draft.now_us)
    cursor.execute(
        "SELECT s.standing, s.until, r.slow_seconds, r.opens, r.closes, r.is_premoderated, "
        "EXISTS (SELECT 1 FROM moderation_raid WHERE ended_at IS NULL AND until > %s "
        "AND (thread_id IS NULL OR thread_id = %s)) "
        "FROM (SELECT 1 AS one) AS always LEFT JOIN moderation_readerstanding s ON s.reader_id = %s "
        "LEFT JOIN moderation_threadrules r ON r.thread_id = %s",
        [cursor.db.ops.adapt_datetimefield_value(now), draft.thread_id, draft.reader_id or 0, draft.thread_id],
    )
    standing, until, slow_seconds, opens, closes, is_premoderated, is_raided = cursor.fetchone()
    author = _author(facts.author, standing, None if until is None else aware(until), now=now)
    rules = settings.CONFIG.moderation
    slow_us = (slow_seconds or 0) * 1_000_000
    return replace(
        facts,
        place=_place(facts.place, opens, closes, is_raided=bool(is_raided), now=now),
        author=author,
        rules=replace(facts.rules, hold_first=rules.hold_first, is_premoderated=bool(is_premoderated)),
        pace=_pace(cursor, draft, author, facts.pace, slow_us=slow_us),
    )


def keep_wording(_cursor: CursorWrapper, stored: Stored, draft: Draft, _wording: Wording) -> None:
    """From where it came, for as long as that helps against a raid."""
    if draft.network:
        Origin.objects.create(comment_id=stored.comment_id, network=draft.network, at=moment(draft.now_us))


def _author(author: Author, standing: str | None, until: datetime | None, *, now: datetime) -> Author:
    known = in_force(None if standing is None else Standing(standing), until=until, now=now)
    return replace(author, standing=known, until=until if known is not None else None)


def _place(place: Place, opens: int | None, closes: int | None, *, is_raided: bool, now: datetime) -> Place:
    at = opens_at(opens=opens, closes=closes, now=now, zone=settings.CONFIG.zone)
    return replace(place, opens_at=at, is_raided=is_raided)


def _pace(cursor: CursorWrapper, draft: Draft, author: Author, pace: Pace, *, slow_us: int) -> Pace:
    """From when on they may write again. Whoever changes what they wrote writes no more than before."""
    if draft.reader_id is None or draft.comment_id is not None or author.is_staff:
        return pace
    rule = _rule(author)
    cursor.execute(
        "SELECT time_key, thread_id FROM discussion_comment WHERE author_id = %s AND time_key > %s "
        "ORDER BY time_key DESC LIMIT %s",
        [draft.reader_id, draft.now_us - DAY // timedelta(microseconds=1), rule.most],
    )
    times = cursor.fetchall()
    again = may_write_from([row[0] for row in times], rule, now_us=draft.now_us)
    here = next((row[0] for row in times if row[1] == draft.thread_id), 0) if slow_us else 0
    return replace(
        pace,
        author_until=None if again is None else moment(again),
        slow_until=moment(here + slow_us) if here + slow_us > draft.now_us else None,
    )


def _rule(author: Author) -> PaceRule:
    rules = settings.CONFIG.moderation
    if author.kind is ReaderKind.GUEST:
        return PaceRule(((rules.guest_comments, TEN_MINUTES),))
    if author.standing is Standing.TRUSTED or not author.is_new:
        return PaceRule(((rules.comments, TEN_MINUTES),))
    return PaceRule(((rules.new_comments, TEN_MINUTES), (rules.new_comments_daily, DAY)))


def forget_origins(now: datetime) -> None:
    """The worker's clock: from where a comment came is known for seven days."""
    Origin.objects.filter(at__lt=now - timedelta(days=7)).delete()
