"""What happens to texts and passages. Tag: `passages:ID` of the text, for pages that show marks or quotations of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from belowline.outbox.events import OutboxEvent


@dataclass(frozen=True, slots=True)
class TextRevised(OutboxEvent):
    """Its passages have to be found again. The page itself is the business of whoever published it."""

    text_id: int


@dataclass(frozen=True, slots=True)
class PassagesPlaced(OutboxEvent):
    """Passages have a place in the newest revision."""

    text_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"passages:{self.text_id}",)


@dataclass(frozen=True, slots=True)
class PassagesHidden(OutboxEvent):
    """Words of passages are not public any more: no cache may hold them."""

    is_drop: ClassVar[bool] = True

    text_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"passages:{self.text_id}",)
