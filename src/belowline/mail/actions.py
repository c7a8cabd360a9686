"""Queueing letters, and what becomes of them. Nothing here speaks to a mail server: that is mailer.py."""

from __future__ import annotations

import hmac
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

from belowline.mail import ports
from belowline.mail.models import Address, Letter, LetterState, MailboxHealth, MailHealth, ReturnCount
from belowline.storage.writer import write

if TYPE_CHECKING:
    from collections.abc import Mapping

# A letter that waited longer tells nothing that is still true.
WAITS = timedelta(days=3)
# Whoever took letters and is gone gives them back.
CLAIMED = timedelta(minutes=10)
KEPT = timedelta(days=30)
FORGET_ROWS = 500
# Waiting longer after each no: a minute, then twice as long, at most four hours (RFC 5321, 4.5.4.1 wants 30 minutes
# between hosts; we speak to our own server, which mostly says "later" because of its own limits).
RETRY_FIRST, RETRY_MOST = timedelta(minutes=1), timedelta(hours=4)


def queue_mail(
    key: str,
    *,
    to: str,
    language: str,
    kind: str,
    subject: str = "",
    body: str = "",
    payload: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> bool:
    """Queue one mail, in the running transaction if there is one; the same `key` is queued once. Whether it was new.

    With a `subject` it says `body`; without one it is composed when it is sent, by ports.composes[kind] from `payload`.
    """
    now = datetime.now(UTC)

    values = {
        "kind": kind,
        "email": to,
        "language": language,
        "subject": subject[:300],
        "text": body,
        "payload": dict(payload or {}),
        "token": secrets.token_hex(16),  # servers on the way may write it in capitals
        "due_at": due_at or now,
        "expires_at": expires_at or now + WAITS,
        "queued_at": now,
    }
    return write(lambda: Letter.objects.get_or_create(key=key, defaults=values)[1])


def claim_due(*, now: datetime, most: int) -> list[Letter]:
    """Take the letters that are due, the oldest first. Nobody else gets them for ten minutes."""

    def take() -> list[Letter]:
        waiting = Letter.objects.filter(state=LetterState.WAITING, due_at__lte=now).order_by("due_at")
        if connection.vendor == "postgresql":
            waiting = waiting.select_for_update(skip_locked=True)
        found = list(waiting[:most])
        # Being due later is the lease: the index that finds what is due passes over them.
        Letter.objects.filter(pk__in=[one.pk for one in found]).update(due_at=now + CLAIMED)
        return [one for one in found if one.expires_at > now or not _expire(one, now=now)]

    return write(take)


def _expire(letter: Letter, *, now: datetime) -> bool:
    return _end(letter.pk, LetterState.DROPPED, why="too_late", now=now)


def begin_to_end(letter_id: int, *, message_id: str, finished: list[int], now: datetime) -> bool:
    """Write down that the last line of this letter is on its way, and that those of `finished` were taken. False when
    it may not go out any more: somebody else has it, or what it tells about is gone."""

    def store() -> bool:
        _note_taken(finished, now=now)
        return bool(
            Letter.objects.filter(pk=letter_id, state=LetterState.WAITING).update(
                state=LetterState.ENDING, ended_at=now, message_id=message_id[:200]
            )
        )

    return write(store)


def note_taken(letter_ids: list[int], *, now: datetime) -> None:
    """The server's yes."""
    if letter_ids:
        write(lambda: _note_taken(letter_ids, now=now))


def _note_taken(letter_ids: list[int], *, now: datetime) -> None:
    if not letter_ids:
        return
    # One that was sent to a neighbour may have come back before we write this.
    taken = Letter.objects.filter(pk__in=letter_ids, state=LetterState.ENDING)
    taken.update(state=LetterState.SENT, ended_at=now)
    Letter.objects.filter(pk__in=letter_ids).update(**_nothing_said())
    note_well(now)


def keep_in_demo(letter_id: int, *, subject: str, text: str, now: datetime) -> None:
    """The demo's letters go nowhere: they can be read on a page of their own."""
    write(
        lambda: Letter.objects.filter(pk=letter_id, state=LetterState.WAITING).update(
            state=LetterState.SENT, ended_at=now, subject=subject[:300], text=text, payload={}
        )
    )


def drop_letter(letter_id: int, *, why: str, now: datetime) -> None:
    """It is not sent: `why` is a word of ours (docs/operate/mail.md)."""
    write(lambda: _end(letter_id, LetterState.DROPPED, why=why, now=now))


def note_not_taken(letter: Letter, *, code: str, is_for_now: bool, is_address: bool, now: datetime) -> None:
    """The server's no: tried again later, or never; an address that does not exist gets no more mail."""

    def store() -> None:
        if is_for_now:
            pause = min(RETRY_FIRST * 2 ** min(letter.tries, 10), RETRY_MOST)
            changes = {"state": LetterState.WAITING, "tries": letter.tries + 1, "why": code, "due_at": now + pause}
            Letter.objects.filter(pk=letter.pk).update(**changes)
            return
        _end(letter.pk, LetterState.REFUSED, why=code, now=now)
        if is_address:
            bounced(letter.email, code=code, now=now)

    write(store)


def give_back(letter_ids: list[int], *, due_at: datetime) -> None:
    """The server is away: they wait on."""
    write(lambda: Letter.objects.filter(pk__in=letter_ids, state=LetterState.WAITING).update(due_at=due_at))


def drop_mail_to(email: str, *, why: str, now: datetime) -> int:
    """Nothing more of what waits for this address is sent; how many letters that were. Call in a transaction."""
    waiting = Letter.objects.filter(email__iexact=email, state=LetterState.WAITING)
    return waiting.update(state=LetterState.DROPPED, why=why, ended_at=now, email="", **_nothing_said())


def _end(letter_id: int, state: LetterState, *, why: str, now: datetime) -> bool:
    found = Letter.objects.filter(pk=letter_id, state__in=[LetterState.WAITING, LetterState.ENDING])
    return bool(found.update(state=state, why=why[:40], ended_at=now, **_nothing_said()))


def _nothing_said() -> dict[str, Any]:
    return {"subject": "", "text": "", "payload": {}}


def digest(email: str) -> str:
    """What an address is known by in the list of those that take no mail."""
    return hmac.digest(settings.SECRET_KEY.encode(), email.strip().lower().encode(), sha256).hex()[:32]


# mail-and-spam.md, "Bounces": one "no such user" is enough, of the others three; five times "later" in two weeks.
HARD_MOST, SOFT_MOST, SOFT_WINDOW = 3, 5, timedelta(days=14)
# RFC 3463, 3.2: bad destination mailbox, system or syntax; moved; disabled for ever.
NO_SUCH_USER = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})


def bounced(email: str, *, code: str, now: datetime) -> None:
    """Count a mail that came back or was refused. `code` ends with the enhanced code (RFC 3463). Call in a transaction."""
    Address.objects.get_or_create(digest=digest(email))
    address = Address.objects.select_for_update().get(digest=digest(email))
    enhanced = code.split()[-1]
    if enhanced.startswith("4"):
        soft = [at for at in address.soft_bounces if at > (now - SOFT_WINDOW).timestamp()]
        address.soft_bounces = [*soft, int(now.timestamp())][-SOFT_MOST:]
    else:
        address.hard_bounces += 1
    is_closed = enhanced in NO_SUCH_USER or address.hard_bounces >= HARD_MOST or len(address.soft_bounces) >= SOFT_MOST
    if is_closed and address.closed_at is None:
        address.closed_at, address.why = now, "bounced"
    address.save()
    if is_closed:
        drop_mail_to(email, why="bounced", now=now)


def complained(email: str, *, now: datetime) -> None:
    """Somebody called a mail of ours unwanted (RFC 5965): no more of them, of no kind. Call in a transaction."""
    for stop in ports.complained:
        stop(email, now)
    Address.objects.update_or_create(digest=digest(email), defaults={"closed_at": now, "why": "complained"})
    drop_mail_to(email, why="complained", now=now)


def open_address(email: str) -> None:
    """Its owner has just shown that it takes mail. Call in a transaction."""
    Address.objects.filter(digest=digest(email)).delete()


def note_well(now: datetime) -> None:
    MailHealth.objects.update_or_create(pk=1, defaults={"taken_at": now, "failing_since": None, "said": ""})


def note_away(*, said: str, now: datetime) -> None:
    """The server cannot be reached."""
    _note_failing(MailHealth, said=said, now=now)


def note_mailbox_read(now: datetime) -> None:
    values = {"read_at": now, "failing_since": None, "said": ""}
    write(lambda: MailboxHealth.objects.update_or_create(pk=1, defaults=values))


def note_mailbox_away(*, said: str, now: datetime) -> None:
    """The mailbox for returned mail cannot be read."""
    _note_failing(MailboxHealth, said=said, now=now)


def _note_failing(model: type[MailHealth] | type[MailboxHealth], *, said: str, now: datetime) -> None:
    def store() -> None:
        health, _ = model.objects.get_or_create(pk=1)
        health.failing_since = health.failing_since or now
        health.said = said[:200]
        health.save()

    write(store)


def forget_old(now: datetime) -> None:
    """The worker's clock: letters that ended a month ago, in chunks."""

    def delete_chunk() -> int:
        old = Letter.objects.filter(ended_at__lt=now - KEPT).exclude(state=LetterState.ENDING)
        return Letter.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:FORGET_ROWS])).delete()[0]

    while write(delete_chunk) == FORGET_ROWS:
        pass
    write(lambda: ReturnCount.objects.filter(day__lt=(now - KEPT).date()).delete())
