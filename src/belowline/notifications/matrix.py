"""A reader's matrix: what is followed, how, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from belowline.accounts import confirming
from belowline.accounts.models import Reader
from belowline.discussion.models import Comment
from belowline.domain.commenting import CommentState, ReaderKind, Refused
from belowline.domain.notifying import About, Often
from belowline.notifications.models import Notice, Preferences, Subscription
from belowline.storage.writer import write

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

# Nobody reads more than this; a program would not stop.
LINES_MOST = 200
# What nobody takes out of the matrix: it is switched off instead, or it would come back by itself.
ALWAYS = frozenset({About.REPLIES, About.MENTION, About.SOURCE, About.ANSWERS})


@dataclass(frozen=True, slots=True)
class Line:
    about: About
    target: int
    by_mail: Often
    on_site: bool

    @property
    def is_off(self) -> bool:
        return self.by_mail is Often.OFF and not self.on_site


def lines(reader_id: int) -> dict[tuple[About, int], Line]:
    """Everything that the reader follows, the newest first. Members follow the answers to them, and what the newsroom
    answers when they ask, from the beginning."""
    found = Subscription.objects.filter(reader_id=reader_id).order_by("-pk")[:LINES_MOST]
    known = {
        (About(one.about), one.target): Line(About(one.about), one.target, Often(one.by_mail), one.on_site)
        for one in found
    }
    if Reader.objects.filter(pk=reader_id, kind=ReaderKind.MEMBER).exists():
        replies = known.setdefault((About.REPLIES, 0), Line(About.REPLIES, 0, Often.NOW, on_site=True))
        for about in (About.MENTION, About.SOURCE, About.ANSWERS):
            known.setdefault((about, 0), like_replies(about, replies))
    return known


def like_replies(about: About, replies: Line) -> Line:
    """How somebody is told of this who has not said: of sources and of the newsroom's answers in the rhythm of replies;
    whoever is named finds it under the bell, without a mail."""
    by_mail = Often.OFF if about is About.MENTION else replies.by_mail
    return Line(about, 0, by_mail, replies.on_site)


def follow(reader_id: int, wanted: Iterable[Line], *, language: str, now: datetime) -> Refused | None:
    """Set these lines of the matrix. Refused with `follows_enough` beyond 200 of them."""
    return write(partial(_follow, reader_id, list(wanted), language=language, now=now))


def _follow(reader_id: int, wanted: list[Line], *, language: str, now: datetime) -> Refused | None:
    for line in wanted:
        own = Subscription.objects.filter(reader_id=reader_id, about=line.about, target=line.target)
        if line.by_mail is Often.OFF:
            Notice.objects.filter(subscription__in=own, letter="").update(due_at=None)
        if line.is_off and line.about not in ALWAYS:
            own.delete()
            continue
        values = {"by_mail": line.by_mail, "on_site": line.on_site, "language": language}
        if own.update(**values):
            continue
        if Subscription.objects.filter(reader_id=reader_id).count() >= LINES_MOST:
            return Refused("follows_enough", status=409)
        # The same press may come twice at once: whoever is second finds the line.
        key = {"reader_id": reader_id, "about": line.about, "target": line.target}
        Subscription.objects.get_or_create(**key, defaults={"made_at": now, **values})
    return None


def follow_by_address(email: str, wanted: Iterable[Line], *, language: str, now: datetime) -> None:
    """Somebody without account and name wants mails. Nothing goes to the address but the question whether it is theirs;
    the lines wait for the answer as a guest of their own, who becomes one with whoever has confirmed it."""

    def store() -> None:
        guest = Reader.objects.create(kind=ReaderKind.GUEST, name="", skeleton="", email=email, joined_at=now)
        _follow(guest.pk, list(wanted), language=language, now=now)
        confirming.ask(guest.pk, language=language, now=now)

    write(store)


def waiting_lines(email: str) -> list[Subscription]:
    """What was asked for under an address that nobody has confirmed yet."""
    guests = [one.pk for one in confirming.guests_of(email) if one.confirmed_at is None]
    return list(Subscription.objects.filter(reader_id__in=guests).order_by("pk")[:LINES_MOST])


def keep_lines(email: str, *, chosen: Collection[int]) -> set[int]:
    """Of what waits under this address its owner wants the `chosen` lines; whose they are. The others are forgotten."""
    waiting = waiting_lines(email)
    unwanted = [one.pk for one in waiting if one.pk not in chosen]
    write(lambda: Subscription.objects.filter(pk__in=unwanted).delete())
    return {one.reader_id for one in waiting if one.pk in chosen}


@dataclass(frozen=True, slots=True)
class Hours:
    zone: str
    quiet_from: int
    quiet_until: int
    no_mail: bool


def hours(reader_id: int, *, zone: str) -> Hours:
    """When the reader wants to be left alone; `zone` is the newsroom's, for those who have not said."""
    found = Preferences.objects.filter(reader_id=reader_id).first()
    if found is None:
        return Hours(zone, 0, 0, no_mail=False)
    return Hours(found.zone, found.quiet_from, found.quiet_until, found.no_mail)


def set_hours(reader_id: int, wanted: Hours) -> None:
    def store() -> None:
        values = {
            "zone": wanted.zone,
            "quiet_from": wanted.quiet_from,
            "quiet_until": wanted.quiet_until,
            "no_mail": wanted.no_mail,
        }
        Preferences.objects.update_or_create(reader_id=reader_id, defaults=values)
        if wanted.no_mail:
            Notice.objects.filter(reader_id=reader_id, letter="").update(due_at=None)

    write(store)


def unseen(reader_id: int, *, at_most: int = 100) -> int:
    """How many notices the bell counts: not those of comments that are gone, which the bell does not show, either."""
    public = Comment.objects.filter(pk=OuterRef("comment_id"), state=CommentState.PUBLISHED, thread__is_hidden=False)
    rows = Notice.objects.filter(reader_id=reader_id, on_site=True, seen_at=None)
    return len(rows.filter(Q(comment_id=None) | Exists(public)).values_list("pk", flat=True)[:at_most])


def newest(reader_id: int, *, at_most: int) -> list[Notice]:
    """What the bell rang for, the newest first."""
    rows = Notice.objects.filter(reader_id=reader_id, on_site=True).select_related("subscription")
    return list(rows.order_by("-pk")[:at_most])


def mark_seen(reader_id: int, *, now: datetime, notice_id: int | None = None) -> None:
    """One, or all of them. What was seen is not mailed any more."""
    rows = Notice.objects.filter(reader_id=reader_id, seen_at=None)
    if notice_id is not None:
        rows = rows.filter(pk=notice_id)
    write(lambda: rows.update(seen_at=now))


def silence(reader_id: int, *, author_id: int) -> None:
    """The reader ignores this author now: what was not seen or mailed yet is not told any more."""
    theirs = Comment.objects.filter(author_id=author_id).values("pk")
    rows = Notice.objects.filter(reader_id=reader_id, comment_id__in=theirs, seen_at=None)
    write(rows.delete)


def forget_reader(reader_id: int) -> None:
    """Their account is erased: nobody is told anything any more. Call in the transaction that does it."""
    Notice.objects.filter(reader_id=reader_id).delete()
    Subscription.objects.filter(reader_id=reader_id).delete()
    Preferences.objects.filter(reader_id=reader_id).delete()
