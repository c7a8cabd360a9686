"""What a member decides about their public page."""

from __future__ import annotations

from belowline.accounts.events import ReaderChanged, ReaderHidden
from belowline.accounts.models import Reader
from belowline.outbox.events import record
from belowline.storage.writer import write


def set_profile(reader_id: int, *, lists_comments: bool, is_indexed: bool) -> None:
    """The same again changes nothing. What is to be shown no more is gone at once, from every cache."""

    def store() -> None:
        reader = Reader.objects.select_for_update().get(pk=reader_id)
        before = reader.lists_comments, reader.is_indexed
        if before == (lists_comments, is_indexed):
            return
        Reader.objects.filter(pk=reader_id).update(lists_comments=lists_comments, is_indexed=is_indexed)
        shows_less = before > (lists_comments, before[1]) or before[1] > is_indexed
        record(ReaderHidden(reader_id) if shows_less else ReaderChanged(reader_id))

    write(store)
