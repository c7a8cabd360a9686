"""What becomes of a mail that came back: its letter is found, and the address is counted, closed, or left in peace.

Whoever writes to the place where mails come back can name a letter only when they have seen it: by the token in the
address it was sent from, or by its Message-ID, which carries a keyed digest. Anything else is counted, and does nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import F

from belowline.domain.returned import ReturnedKind, read_returned
from belowline.mail import ports
from belowline.mail.actions import bounced, complained
from belowline.mail.models import Letter, LetterState, ReturnCount
from belowline.storage.writer import write

if TYPE_CHECKING:
    from belowline.domain.returned import Returned

log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """`HARD` and `SOFT` count against an address; `AGAIN` says nothing that was not known of its letter."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    UNSUBSCRIBED = "unsubscribed"
    AGAIN = "again"
    DELAYED = "delayed"
    AUTO_REPLY = "auto_reply"
    UNKNOWN = "unknown"
    OTHER = "other"


HANDED_OVER = (LetterState.SENT, LetterState.ENDING, LetterState.RETURNED)
COMPLAINED = "complained"


def take_back(raw: bytes, *, now: datetime, recipients: Sequence[str] = ()) -> Outcome:
    """One mail that came back, in one transaction. The same one may come again: it counts once."""
    mail = settings.CONFIG.mail
    found = read_returned(raw, recipients=recipients, bounces=mail.bounces, unsubscribes=mail.unsubscribes)

    def store() -> Outcome:
        outcome = _outcome(found, now=now)
        _count(outcome, now=now)
        return outcome

    outcome: Outcome = write(store)
    log.info("mail_came_back", extra={"outcome": outcome.value, "code": found.code})
    return outcome


def _outcome(found: Returned, *, now: datetime) -> Outcome:
    if found.kind is ReturnedKind.OTHER:
        return Outcome.OTHER
    if found.kind in {ReturnedKind.DELAYED, ReturnedKind.AUTO_REPLY}:
        return Outcome(found.kind.value)
    letter = next(_letters(found), None)
    if letter is None:
        return Outcome.UNKNOWN
    if found.kind is ReturnedKind.UNSUBSCRIBE:
        stop = ports.unsubscribes.get(letter.kind)
        if stop is None:
            return Outcome.OTHER
        stop(letter.key)
        return Outcome.UNSUBSCRIBED
    if found.kind is ReturnedKind.COMPLAINT:
        return _complaint(letter, now=now)
    return _failure(letter, code=found.code, now=now)


def _letters(found: Returned) -> Iterator[Letter]:
    # Locked: the same report may come by two ways at once.
    sent = Letter.objects.select_for_update().filter(state__in=HANDED_OVER)
    for token in found.tokens:
        yield from sent.filter(token__in={token, token.lower()})
    for message_id in found.message_ids:
        yield from sent.filter(message_id=message_id[:200])[:1]


def _failure(letter: Letter, *, code: str, now: datetime) -> Outcome:
    """A letter counts once; "for now" may still become "for good"."""
    is_soft = code.startswith("4")
    is_known = letter.state == LetterState.RETURNED and (is_soft or not letter.why.startswith("4"))
    if is_known:
        return Outcome.AGAIN
    _note(letter, why=code)
    if letter.email:
        bounced(letter.email, code=code, now=now)
    return Outcome.SOFT if is_soft else Outcome.HARD


def _complaint(letter: Letter, *, now: datetime) -> Outcome:
    if letter.state == LetterState.RETURNED and letter.why == COMPLAINED:
        return Outcome.AGAIN
    _note(letter, why=COMPLAINED)
    if letter.email:
        complained(letter.email, now=now)
    return Outcome.COMPLAINT


def _note(letter: Letter, *, why: str) -> None:
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.RETURNED, why=why, subject="", text="", payload={})


def _count(outcome: Outcome, *, now: datetime) -> None:
    row, _ = ReturnCount.objects.get_or_create(day=now.date(), outcome=outcome.value)
    ReturnCount.objects.filter(pk=row.pk).update(count=F("count") + 1)
