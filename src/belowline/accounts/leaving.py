"""Another name, and the end of an account."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from belowline.accounts import ports, sessions
from belowline.accounts.events import ReaderChanged, ReaderHidden
from belowline.accounts.models import Confirmation, FormerName, Reader
from belowline.accounts.queries import name_refusal
from belowline.domain import names
from belowline.domain.commenting import ReaderKind, Refused
from belowline.mail.models import Letter
from belowline.outbox.events import record
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

RENAME_EVERY = timedelta(days=30)
# So long nobody else gets a name that was given up: whoever knew its owner is not answered by a stranger.
KEPT = timedelta(days=180)


def rename(reader_id: int, name: str, *, now: datetime) -> Refused | None:
    """The same name, written otherwise (capitals, accents), counts as well."""

    def store() -> Refused | None:
        reader = Reader.objects.select_for_update().get(pk=reader_id)
        problem = name_refusal(name, is_staff=bool(reader.badge), reader_id=reader_id)
        if problem is not None:
            return problem
        clean = names.check_name(name)
        assert not isinstance(clean, names.Problem)
        if clean.name == reader.name:
            return None
        if reader.renamed_at is not None and now - reader.renamed_at < RENAME_EVERY:
            return Refused("rename_often", status=429, until=reader.renamed_at + RENAME_EVERY)
        FormerName.objects.filter(kept_until__lt=now).delete()
        if clean.skeleton != reader.skeleton:
            FormerName.objects.create(reader=reader, skeleton=reader.skeleton, kept_until=now + KEPT)
        reader.name, reader.skeleton, reader.renamed_at = clean.name, clean.skeleton, now
        reader.save(update_fields=["name", "skeleton", "renamed_at"])
        record(ReaderChanged(reader_id))
        return None

    return write(store)


def erase(reader_id: int, *, now: datetime) -> None:
    """Take away everything that says who a reader was. Call in a transaction; a second time it finds nothing to do."""
    reader = Reader.objects.select_related("user").get(pk=reader_id)
    user = reader.user
    addresses = {reader.email}
    if user is not None:
        addresses |= {user.email, *user.emailaddress_set.values_list("email", flat=True)}  # type: ignore[attr-defined]
        sessions.end_all(user)
    for email in addresses - {""}:
        # What waits is not sent; what was sent is known by its key alone.
        Letter.objects.filter(email__iexact=email, state="waiting").delete()
        Letter.objects.filter(email__iexact=email).update(email="", subject="", text="", payload={})
    for forget in ports.forget_reader:
        forget(reader_id)
    Confirmation.objects.filter(reader=reader).delete()
    FormerName.objects.filter(reader=reader).delete()
    Reader.objects.filter(pk=reader_id).update(
        kind=ReaderKind.ERASED, user=None, name="", skeleton="", email="", badge="", source="", source_key="",
        is_indexed=False, lists_comments=False, renamed_at=None, joined_at=now,
    )  # fmt: skip
    record(ReaderHidden(reader_id))
    if user is not None:
        user.delete()
