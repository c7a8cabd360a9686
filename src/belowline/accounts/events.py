"""What happens to readers themselves. Ids only; the tag names the pages about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from belowline.outbox.events import OutboxEvent


def tag_of(reader_id: int) -> str:
    return f"reader:{reader_id}"


@dataclass(frozen=True, slots=True)
class ReaderChanged(OutboxEvent):
    """Came, took another name, or decided what their profile shows."""

    reader_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (tag_of(self.reader_id),)


@dataclass(frozen=True, slots=True)
class ReaderHidden(OutboxEvent):
    """Was erased, or wants something of theirs shown no more: pages about them go at once."""

    is_drop: ClassVar[bool] = True
    reader_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (tag_of(self.reader_id),)
