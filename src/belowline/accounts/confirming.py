"""Asking a guest whether an address is theirs: one letter for each address and day, three for who never answers.

The letter says nothing that its sender chose, neither name nor words: it cannot be used to write to strangers.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Upper

from belowline.accounts.models import AskedAddress, Confirmation, Reader
from belowline.domain.commenting import ReaderKind, Refused
from belowline.domain.rates import Rate
from belowline.mail.actions import digest, queue_mail
from belowline.mail.queries import closed_because, is_working
from belowline.storage.writer import write

# mail-and-spam.md, "Double opt-in": one confirmation mail per address and day, at most three ever without an answer; a
# token lives for 7 days. Pressed by the reader it may be sent again sooner.
LIVES = timedelta(days=7)
ASK_EVERY = timedelta(days=1)
PRESSED_EVERY = timedelta(minutes=2)
ASKED_MOST = 3
# mail-and-spam.md, "Rate limits": mail-sending acts, 10 for each network and day.
RATE = Rate("mail", most=10, window=timedelta(days=1))
KIND = "confirm"


@dataclass(frozen=True, slots=True)
class Asked:
    """A confirmation that is still good."""

    reader_id: int
    email: str
    is_used: bool


def can_ask(email: str, *, now: datetime) -> bool:
    """Whether a guest with this address may be asked by mail, or was asked and may still answer."""
    if not is_working(now=now) or closed_because(email) == "complained":
        return False
    known = AskedAddress.objects.filter(pk=digest(email)).first()
    if known is None:
        return True
    return known.declined_at is None and (known.times < ASKED_MOST or now - known.asked_at < LIVES)


def is_due(email: str, *, now: datetime) -> bool:
    """Whether asking would send a letter."""
    known = AskedAddress.objects.filter(pk=digest(email)).first()
    return known is None or _may_be_sent(known, every=ASK_EVERY, now=now)


def ask(reader_id: int, *, language: str, now: datetime, is_pressed: bool = False) -> bool:
    """Queue the letter, unless one was sent a while ago; whether one was queued. Call in a transaction."""
    reader = Reader.objects.get(pk=reader_id)
    known, is_new = AskedAddress.objects.get_or_create(pk=digest(reader.email), defaults={"asked_at": now})
    if not is_new and not _may_be_sent(known, every=PRESSED_EVERY if is_pressed else ASK_EVERY, now=now):
        return False
    known.times, known.asked_at = known.times + 1, now
    known.save()
    token = secrets.token_urlsafe(32)
    Confirmation.objects.create(pk=_digest(token), reader=reader, email=reader.email, made_at=now)
    queue_mail(
        f"confirm-{_digest(token)[:24]}",
        to=reader.email,
        language=language,
        kind=KIND,
        payload={"token": token},
        expires_at=now + LIVES,
    )
    return True


def _may_be_sent(known: AskedAddress, *, every: timedelta, now: datetime) -> bool:
    return known.declined_at is None and known.times < ASKED_MOST and now - known.asked_at >= every


def ask_again(reader_id: int, *, language: str, now: datetime) -> Refused | None:
    """The guest pressed "send again"."""

    def store() -> Refused | None:
        if ask(reader_id, language=language, now=now, is_pressed=True):
            return None
        known = AskedAddress.objects.get(pk=digest(Reader.objects.get(pk=reader_id).email))
        if known.declined_at is not None or known.times >= ASKED_MOST:
            return Refused("asked_enough", status=429)
        return Refused("asked_just_now", status=429, until=known.asked_at + PRESSED_EVERY)

    return write(store)


def change_address(reader_id: int, email: str, *, language: str, now: datetime) -> Refused | None:
    """Another address for a guest who has not confirmed one; it is asked. The letters to the first one lose their
    effect."""

    def store() -> Refused | None:
        reader = Reader.objects.select_for_update().get(pk=reader_id)
        if reader.kind != ReaderKind.GUEST or reader.confirmed_at is not None:
            return Refused("address_confirmed", status=409)
        if not can_ask(email, now=now):
            return Refused("address_unreachable", status=409)
        if reader.email != email:  # the same once more must not spoil the letter that is on its way
            Confirmation.objects.filter(reader=reader).delete()
            reader.email = email
            reader.save(update_fields=["email"])
        ask(reader_id, language=language, now=now, is_pressed=True)
        return None

    return write(store)


def asked(token: str, *, now: datetime) -> Asked | None:
    """What a token stands for; None when it is unknown, older than a week, or its reader has another address now."""
    found = Confirmation.objects.filter(pk=_digest(token), made_at__gt=now - LIVES).select_related("reader").first()
    if found is None or (found.reader.merged_into_id is None and found.reader.email != found.email):
        return None
    reader_id = found.reader.merged_into_id or found.reader_id
    return Asked(reader_id, found.email, found.used_at is not None)


def was_declined(token: str, *, now: datetime) -> bool:
    """Whether somebody has answered this letter with no: the address is theirs no more, so `asked` knows nothing of it."""
    found = Confirmation.objects.filter(pk=_digest(token), made_at__gt=now - LIVES, used_at__isnull=False).first()
    return found is not None and AskedAddress.objects.filter(pk=digest(found.email), declined_at__isnull=False).exists()


def note_answer(token: str, *, is_declined: bool, now: datetime) -> None:
    """The address has answered: it may be asked again one day, or never. Call in a transaction."""
    confirmation = Confirmation.objects.get(pk=_digest(token))
    Confirmation.objects.filter(email=confirmation.email).update(used_at=now)
    if is_declined:
        AskedAddress.objects.filter(pk=digest(confirmation.email)).update(declined_at=now)
    else:
        AskedAddress.objects.filter(pk=digest(confirmation.email)).delete()


# Nobody has more of them under one address.
AT_MOST = 50


def guests_of(email: str) -> list[Reader]:
    """All guests who gave this address, the first one first."""
    return list(_under(email).filter(kind=ReaderKind.GUEST)[:AT_MOST])


def known_under(email: str) -> list[Reader]:
    """Guests who have confirmed this address, and imported readers who had it in their old system."""
    is_theirs = Q(kind=ReaderKind.GUEST, confirmed_at__isnull=False) | Q(kind=ReaderKind.IMPORTED)
    return list(_under(email).filter(is_theirs)[:AT_MOST])


def _under(email: str) -> QuerySet[Reader]:
    found = Reader.objects.alias(address=Upper("email")).filter(address=email.upper(), merged_into=None)
    return found.exclude(email="").order_by("pk")


def address_of(reader_id: int) -> str:
    return Reader.objects.values_list("email", flat=True).get(pk=reader_id)


def is_asked(reader_id: int, *, now: datetime) -> bool:
    """Whether a letter is on its way, or waits in this guest's mailbox."""
    return Confirmation.objects.filter(reader_id=reader_id, made_at__gt=now - LIVES).exists()


def masked(email: str) -> str:
    """Enough to notice a slip, for whoever wrote it."""
    local, _, host = email.rpartition("@")
    return f"{local[:1]}…@{host}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
