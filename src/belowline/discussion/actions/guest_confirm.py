"""A guest's address is confirmed: what waited for it is published, unless another phase objected."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.db import connection

from belowline.accounts import confirming
from belowline.accounts.models import Reader
from belowline.discussion import ports
from belowline.discussion.actions import facts, states
from belowline.discussion.actions.comment_delete import delete_comment
from belowline.discussion.actions.reader_merge import merge_reader
from belowline.discussion.models import Comment
from belowline.domain.commenting import CommentState, ReaderKind, Refused
from belowline.domain.screening import UNCONFIRMED, Outcome
from belowline.mail.actions import open_address
from belowline.storage.writer import write

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper

# What one letter decides about. More of them under one unconfirmed address were not written by a reader.
AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`published` are public now, `waiting` are left to the moderators."""

    reader_id: int
    published: tuple[int, ...]
    waiting: tuple[int, ...]


def waiting_for(email: str) -> list[int]:
    """The comments that wait until this address is confirmed, the oldest first."""
    guests = [one.pk for one in confirming.guests_of(email)]
    held = Comment.objects.filter(author_id__in=guests, state=CommentState.HELD).order_by("time_key")[:AT_MOST]
    with connection.cursor() as cursor:
        return [one.pk for one in held if _is_unconfirmed(cursor, one.pk)]


def confirm_guest(
    token: str, *, publish: Collection[int], now: datetime, also: Collection[int] = ()
) -> Confirmed | Refused:
    """The owner of the address says that the comments of `publish` are theirs, and so are the guests of `also`; the other
    comments that wait are not.

    Guests who gave the same address become one: the first of them who had confirmed it. The token can be used again: it
    then confirms what was written since, and answers the same for what was confirmed. Refused with `token_unknown`.
    """
    asked = confirming.asked(token, now=now)
    if asked is None:
        return Refused("token_unknown", status=410)
    guests = confirming.guests_of(asked.email)
    if not guests:  # it has become an account in the meantime
        return Confirmed(asked.reader_id, (), ())
    stays = _who_stays(guests)
    waiting = waiting_for(asked.email)
    authors = dict(Comment.objects.filter(pk__in=waiting).values_list("pk", "author_id"))
    for comment_id in waiting:
        if comment_id not in publish:
            delete_comment(authors[comment_id], comment_id=comment_id, now=now)
    write(lambda: _confirm(stays.pk, token, email=asked.email, now=now))
    for guest in guests:
        # Who wrote nothing that its owner knows of stays apart, and nameless.
        if guest.pk != stays.pk and (guest.confirmed_at is not None or guest.pk in also or _wrote_any(guest.pk)):
            merge_reader(guest.pk, into=stays.pk)
    for comment_id in waiting:
        if comment_id in publish:
            write(partial(_publish, comment_id, now=now))
    # As it stands now, whichever press did it: the second one leads where the first one did.
    found = Comment.objects.filter(pk__in=publish, author_id=stays.pk).order_by("time_key")
    states = dict(found.values_list("pk", "state"))
    return Confirmed(
        stays.pk,
        tuple(pk for pk, state in states.items() if state == CommentState.PUBLISHED),
        tuple(pk for pk, state in states.items() if state == CommentState.HELD),
    )


def _who_stays(guests: list[Reader]) -> Reader:
    """Somebody with a name rather than somebody who only asked for mails; among them who has confirmed it before."""
    return min(guests, key=lambda one: (not one.name, one.confirmed_at is None, one.pk))


def decline_guest(token: str, *, now: datetime) -> Refused | None:
    """The owner of the address has written nothing: what waits is deleted, and nobody asks this address again. Pressed
    twice it is done once."""
    asked = confirming.asked(token, now=now)
    if asked is None and confirming.was_declined(token, now=now):
        return None
    if asked is None:
        return Refused("token_unknown", status=410)
    for comment_id in waiting_for(asked.email):
        author_id = Comment.objects.values_list("author_id", flat=True).get(pk=comment_id)
        delete_comment(author_id, comment_id=comment_id, now=now)
    write(lambda: _decline(token, email=asked.email, now=now))
    return None


def forget_unconfirmed(now: datetime) -> None:
    """The worker's clock: what nobody has confirmed within the life of the token is deleted, and so is the address."""
    stale = Reader.objects.filter(
        kind=ReaderKind.GUEST, confirmed_at=None, joined_at__lt=now - confirming.LIVES, merged_into=None
    ).exclude(email="")
    for guest in stale.order_by("joined_at")[:AT_MOST]:
        for comment_id in waiting_for(guest.email):
            author_id = Comment.objects.values_list("author_id", flat=True).get(pk=comment_id)
            if author_id == guest.pk:
                delete_comment(author_id, comment_id=comment_id, now=now)
        write(partial(_forget_address, guest.pk))


def _confirm(reader_id: int, token: str, *, email: str, now: datetime) -> None:
    Reader.objects.filter(pk=reader_id, confirmed_at=None).update(confirmed_at=now)
    open_address(email)
    confirming.note_answer(token, is_declined=False, now=now)


def _decline(token: str, *, email: str, now: datetime) -> None:
    Reader.objects.filter(pk__in=[one.pk for one in confirming.guests_of(email) if one.confirmed_at is None]).update(
        email=""
    )
    confirming.note_answer(token, is_declined=True, now=now)


def _forget_address(reader_id: int) -> None:
    Reader.objects.filter(pk=reader_id, confirmed_at=None).update(email="")


def _wrote_any(reader_id: int) -> bool:
    return Comment.objects.filter(author_id=reader_id, state__in=[CommentState.HELD, CommentState.PUBLISHED]).exists()


def _is_unconfirmed(cursor: CursorWrapper, comment_id: int) -> bool:
    comment = facts.stored_comment(cursor, comment_id)
    return comment is not None and facts.is_unconfirmed(cursor, comment)


def _publish(comment_id: int, *, now: datetime) -> None:
    """Public, unless something else was found; then it waits for a moderator without the finding that is answered."""
    with connection.cursor() as cursor:
        comment = facts.stored_comment(cursor, comment_id)
        if comment is None or comment.state is not CommentState.HELD:
            return
        others = [one for one in facts.findings(cursor, comment) if one["code"] != UNCONFIRMED]
        facts.store_findings(cursor, comment, others)
        if not all(one["outcome"] == Outcome.PUBLISH for one in others):
            held, now_us = CommentState.HELD, facts.microseconds(now)
            states.tell(cursor, ports.Stored(comment_id, comment.thread_id, comment.author_id, held, held, now_us))
        else:
            states.move(cursor, comment, CommentState.PUBLISHED, actor_id=None, reason="confirmed", now=now)


def adopt_guests(member_id: int, *, email: str) -> int:
    """A member has shown that this address is theirs: what they wrote as a guest under it, or in a system that this site
    moved from, becomes theirs; how many readers that were. Unconfirmed guests stay apart: anybody can type an address."""
    known = confirming.known_under(email)
    for reader in known:
        merge_reader(reader.pk, into=member_id)
    return len(known)
