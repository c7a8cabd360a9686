"""What only moderation knows of a text that is about to be stored: what lists and patterns find in it, the standing of its
author, how much they write, the rules of the place, raids, and which texts it is like."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from belowline.discussion.actions.facts import microseconds, moment
from belowline.domain.commenting import ReaderKind
from belowline.domain.match_view import match_view
from belowline.domain.moderating import opens_at
from belowline.domain.near_duplicates import ALIKE_FROM, bands, likeness, sketch
from belowline.domain.near_duplicates import Sketch as NearSketch
from belowline.domain.personal_data import find_personal
from belowline.domain.rates import Pace as PaceRule
from belowline.domain.rates import may_write_from
from belowline.domain.readers import Standing, in_force
from belowline.domain.screening import Likeness, Match, Wording
from belowline.moderation import lists
from belowline.moderation.models import Origin, Sketch, SketchBand
from belowline.storage.reading import aware
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper

    from belowline.discussion.ports import Draft, Stored
    from belowline.domain.markup import Text
    from belowline.domain.screening import Author, Pace, Place, ScreeningFacts

# mail-and-spam.md, "Rate limits".
TEN_MINUTES, DAY = timedelta(minutes=10), timedelta(days=1)
# architecture.md, invariant 9: keys of networks go after seven days. moderation.md, section 7: texts are alike for fourteen.
KNOWN_FOR, ALIKE_FOR = timedelta(days=7), timedelta(days=14)
# Of a text that hundreds send around the newest say enough.
CANDIDATES_MAX = 60
FORGET_ROWS = 500


def complete_facts(cursor: CursorWrapper, draft: Draft, facts: ScreeningFacts) -> ScreeningFacts:
    """One query for all who write, one for how much this author wrote, and one for what the text is like."""
    now = moment(draft.now_us)
    cursor.execute(
        "SELECT s.standing, s.until, r.slow_seconds, r.opens, r.closes, "
        "EXISTS (SELECT 1 FROM moderation_raid WHERE ended_at IS NULL AND until > %s "
        "AND (thread_id IS NULL OR thread_id = %s)) "
        "FROM (SELECT 1 AS one) AS always LEFT JOIN moderation_readerstanding s ON s.reader_id = %s "
        "LEFT JOIN moderation_threadrules r ON r.thread_id = %s",
        [cursor.db.ops.adapt_datetimefield_value(now), draft.thread_id, draft.reader_id or 0, draft.thread_id],
    )
    standing, until, slow_seconds, opens, closes, is_raided = cursor.fetchone()
    author = _author(facts.author, standing, None if until is None else aware(until), now=now)
    rules = settings.CONFIG.moderation
    slow_us = (slow_seconds or 0) * 1_000_000
    return replace(
        facts,
        place=_place(facts.place, opens, closes, is_raided=bool(is_raided), now=now),
        author=author,
        rules=replace(facts.rules, hold_first=rules.hold_first),
        pace=_pace(cursor, draft, author, facts.pace, slow_us=slow_us),
        likeness=_likeness(cursor, draft, replace(facts, author=author)),
    )


def read_wording(text: Text, language: str, now_us: int) -> Wording:
    """Of the list of that language alone: what is a slur in one may be a train that is late in another."""
    view = match_view(text.source)
    current = lists.current(language.partition("-")[0], now=moment(now_us))
    return Wording(
        characters=text.characters,
        links=text.links,
        invisible=view.had_invisible,
        words=tuple(
            Match(hit.start, hit.end, hit.entry.kind, hit.entry.term, hit.entry.severity)
            for hit in current.matcher.find(view)
        ),
        personal=tuple(Match(one.start, one.end, one.kind) for one in find_personal(text.source)),
        lists=current.version,
        sketch=sketch(text.source),
    )


def keep_wording(cursor: CursorWrapper, stored: Stored, draft: Draft, wording: Wording) -> None:
    """Where it came from, for as long as that helps against a raid, and what later texts are compared with."""
    if draft.network:
        Origin.objects.create(comment_id=stored.comment_id, network=draft.network, at=moment(draft.now_us))
    if draft.comment_id is not None:
        SketchBand.objects.filter(comment_id=stored.comment_id).delete()
        Sketch.objects.filter(comment_id=stored.comment_id).delete()
    if wording.sketch is None:
        return
    cursor.execute(
        "INSERT INTO moderation_sketch (comment_id, author_id, thread_id, sketch, at_us) VALUES (%s, %s, %s, %s, %s)",
        [stored.comment_id, stored.author_id, stored.thread_id, wording.sketch.to_bytes(), draft.now_us],
    )
    values = [value for band in bands(wording.sketch) for value in (band, stored.comment_id)]
    marks = ", ".join(["(%s, %s)"] * (len(values) // 2))
    cursor.execute(f"INSERT INTO moderation_sketchband (value, comment_id) VALUES {marks}", values)


def _likeness(cursor: CursorWrapper, draft: Draft, facts: ScreeningFacts) -> Likeness:
    """Near duplicates of the last days, by this author in other discussions and by others, each of them counted once."""
    mine = facts.wording.sketch
    if mine is None or facts.author.is_staff:
        return facts.likeness
    values = bands(mine)
    marks = ", ".join(["%s"] * len(values))
    cursor.execute(
        "SELECT s.comment_id, s.author_id, s.thread_id, s.sketch FROM moderation_sketch s WHERE s.comment_id IN "
        f"(SELECT comment_id FROM moderation_sketchband WHERE value IN ({marks})) AND s.at_us > %s "
        "AND s.comment_id <> %s ORDER BY s.comment_id DESC LIMIT %s",
        [*values, draft.now_us - ALIKE_FOR // timedelta(microseconds=1), draft.comment_id or 0, CANDIDATES_MAX],
    )
    alike = [
        (comment_id, author_id, thread_id)
        for comment_id, author_id, thread_id, found in cursor.fetchall()
        if likeness(mine, NearSketch.from_bytes(bytes(found))) >= ALIKE_FROM
    ]
    own = {thread_id for _pk, author_id, thread_id in alike if author_id == draft.reader_id} - {draft.thread_id}
    others = {author_id for _pk, author_id, _thread in alike} - {draft.reader_id}
    nearest = alike[0][0] if alike else 0
    return replace(facts.likeness, own=len(own), others=len(others), nearest=nearest)


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


def forget_old(now: datetime) -> None:
    """The worker's clock: where a comment came from, and what it is like, in chunks."""
    before_us = microseconds(now - ALIKE_FOR)

    def chunk() -> int:
        old = list(Sketch.objects.filter(at_us__lt=before_us).values_list("pk", flat=True)[:FORGET_ROWS])
        SketchBand.objects.filter(comment_id__in=old).delete()
        return Sketch.objects.filter(pk__in=old).delete()[0]

    write(lambda: Origin.objects.filter(at__lt=now - KNOWN_FOR).delete())
    while write(chunk) == FORGET_ROWS:
        pass
