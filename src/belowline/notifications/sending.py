"""From notices that are due to letters: one for each discussion, or one for all of them in a digest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.db.models import Value
from django.db.models.functions import Upper

from belowline.accounts.models import Reader
from belowline.domain.commenting import ReaderKind
from belowline.domain.notifying import Often, next_digest
from belowline.mail.actions import WAITS, queue_mail
from belowline.notifications.models import Notice, Subscription
from belowline.notifications.telling import ensure_replies_line, rhythm_of
from belowline.storage.writer import write

if TYPE_CHECKING:
    from collections.abc import Sequence

KIND = "notice"
# How many readers one round looks at; each is a short transaction.
READERS = 200
# Of one letter. More of them go into the next one.
NOTICES = 50
# mail-and-spam.md: 20 mails a day for each recipient, the rest in a digest.
MAILS_A_DAY = 20
_SALT = "belowline.unsubscribe"


def queue_due(now: datetime) -> int:
    """The worker's clock: letters about everything that is due; how many."""
    due = Notice.objects.filter(due_at__lte=now, letter="")
    readers = list(due.order_by("due_at").values_list("reader_id", flat=True).distinct()[:READERS])
    return sum(write(partial(_queue_for, reader_id, now=now)) for reader_id in dict.fromkeys(readers))


def _queue_for(reader_id: int, *, now: datetime) -> int:
    """Letters and notices change together: whoever kills us between two readers loses and doubles nothing."""
    due = Notice.objects.filter(reader_id=reader_id, due_at__lte=now, letter="").select_related("subscription")
    # Who has seen it on the site need not read it again.
    due.filter(seen_at__isnull=False).update(due_at=None)
    notices = list(due.filter(due_at__isnull=False).order_by("pk")[:NOTICES])
    reader = Reader.objects.get(pk=reader_id)
    if not notices or not reader.email:
        Notice.objects.filter(pk__in=[one.pk for one in notices]).update(due_at=None)
        return 0
    parts = _in_letters(notices)
    room = max(MAILS_A_DAY - _letters_of_the_day(reader_id, now=now), 0)
    for part in parts[:room]:
        _put_into(f"notice-{reader_id}-{part[0].pk}", part, reader=reader, due_at=now, now=now)
    late = [one for part in parts[room:] for one in part]
    if late:
        morning = next_digest(rhythm_of(reader_id, Often.DAILY), now=now)
        _put_into(f"notice-{reader_id}-{morning:%Y%m%d%H}", late, reader=reader, due_at=morning, now=now)
    return len(parts[:room]) + bool(late)


def _letters_of_the_day(reader_id: int, *, now: datetime) -> int:
    recent = Notice.objects.filter(reader_id=reader_id, mailed_at__gt=now - timedelta(days=1)).exclude(letter="")
    return recent.values("letter").distinct().count()


def _in_letters(notices: Sequence[Notice]) -> list[list[Notice]]:
    """What is told now: a letter for each discussion, so that mail programs keep them apart. Digests: one letter."""
    digest = [one for one in notices if one.subscription is not None and one.subscription.by_mail != Often.NOW]
    at_once = sorted((one for one in notices if one not in digest), key=lambda one: (one.thread_id or 0, one.pk))
    parts = [list(part) for _thread, part in groupby(at_once, key=lambda one: one.thread_id or -one.pk)]
    return [*parts, digest] if digest else parts


def _put_into(key: str, notices: Sequence[Notice], *, reader: Reader, due_at: datetime, now: datetime) -> None:
    """The letter says what the notices with its key say when it is sent: those of a morning gather in one."""
    languages = [one.subscription.language for one in notices if one.subscription is not None]
    queue_mail(
        key,
        to=reader.email,
        language=languages[0] if languages else settings.LANGUAGE_CODE,
        kind=KIND,
        payload={"letter": key, "reader": reader.pk},
        due_at=due_at,
        expires_at=due_at + WAITS,
    )
    Notice.objects.filter(pk__in=[one.pk for one in notices]).update(letter=key, mailed_at=now)


def unsubscribe_token(subscriptions: Iterable[int]) -> str:
    """What the link in a letter carries, the same for the same lines. It can be made into no other one, and works for as
    long as the lines are there."""
    return signing.Signer(salt=_SALT).sign_object(sorted(set(subscriptions)))


def lines_of(token: str) -> list[Subscription] | None:
    """The lines that a token stands for; None for a token that was made by somebody else."""
    try:
        ids = signing.Signer(salt=_SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    return list(Subscription.objects.filter(pk__in=ids).order_by("pk"))


def stop_mails(lines: Iterable[Subscription]) -> None:
    """No more mail about these; the bell goes on. What waits to be sent about them is not sent (letters look again)."""
    ids = [one.pk for one in lines]

    def store() -> None:
        Subscription.objects.filter(pk__in=ids).update(by_mail=Often.OFF)
        Notice.objects.filter(subscription_id__in=ids, letter="").update(due_at=None)

    write(store)


def stop_all_mails(reader_id: int) -> None:
    def store() -> None:
        Subscription.objects.filter(reader_id=reader_id).update(by_mail=Often.OFF)
        Notice.objects.filter(reader_id=reader_id, letter="").update(due_at=None)

    write(store)


def stop_mails_like(letter: str) -> None:
    """Somebody answered this letter by a mail to the address that ends it: as its link does."""
    lines = Notice.objects.filter(letter=letter, subscription__isnull=False).values("subscription_id")
    stop_mails(Subscription.objects.filter(pk__in=lines))


def stop_all_mails_to(email: str, *, now: datetime) -> None:
    """Somebody called a mail from here unwanted: every line of theirs ends, also the one that members have unasked."""
    address = Upper(Value(email))
    for reader in Reader.objects.alias(address=Upper("email")).filter(address=address, merged_into=None):
        if reader.kind == ReaderKind.MEMBER:
            ensure_replies_line(reader.pk, language=settings.LANGUAGE_CODE, now=now)
        stop_all_mails(reader.pk)


def told_by(letter: str) -> list[Notice]:
    """What this letter still has to tell, in order: its line wants mails, and nobody has seen it on the site since."""
    found = Notice.objects.filter(letter=letter, seen_at=None).select_related("subscription").order_by("pk")
    return [one for one in found if one.subscription is not None and one.subscription.by_mail != Often.OFF]
