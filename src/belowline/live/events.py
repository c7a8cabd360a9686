"""What happens in a live coverage. Everything that readers see of it carries its article's tag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from belowline.outbox.events import OutboxEvent


@dataclass(frozen=True, slots=True)
class CoverageChanged(OutboxEvent):
    """An entry was published, edited, pinned or marked, or the coverage paused, ended or began again."""

    article_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"article:{self.article_id}",)


@dataclass(frozen=True, slots=True)
class LiveEntryDeleted(OutboxEvent):
    """Words were taken back: no cache may hold them."""

    is_drop: ClassVar[bool] = True

    article_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"article:{self.article_id}",)


@dataclass(frozen=True, slots=True)
class LiveWordingWithheld(OutboxEvent):
    """Words were taken out of what an entry said before: no cache may hold them."""

    is_drop: ClassVar[bool] = True

    article_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"article:{self.article_id}",)
