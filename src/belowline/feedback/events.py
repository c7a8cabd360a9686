"""What happens to requests, questions and offered sources. Everything that readers see of them stands on pages of their
thread, and of the text whose passages they are at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from belowline.outbox.events import OutboxEvent

RATE_TAG = "answer-rate"


@dataclass(frozen=True, slots=True)
class FeedbackChanged(OutboxEvent):
    """A request was made, joined or left, or something happened to it; a question or a source came."""

    thread_id: int
    text_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"thread:{self.thread_id}", f"passages:{self.text_id}", RATE_TAG)


@dataclass(frozen=True, slots=True)
class FeedbackTakenBack(OutboxEvent):
    """Words of the newsroom, or a link that was public, are not any more."""

    is_drop: ClassVar[bool] = True

    thread_id: int
    text_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"thread:{self.thread_id}", f"passages:{self.text_id}", RATE_TAG)


@dataclass(frozen=True, slots=True)
class RequestDecided(OutboxEvent):
    """It was answered or declined, or repeats one that was: whoever asked is told."""

    request_id: int
    decision_id: int
