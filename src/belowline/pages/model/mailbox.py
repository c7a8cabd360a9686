"""The demo's mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from belowline.pages.model.frame import HeadView


@dataclass(frozen=True, slots=True)
class LetterView:
    to: str
    subject: str
    text: str
    language: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class MailboxPage:
    """`waiting`: letters that are batched, or due later."""

    head: HeadView
    waiting: int
    letters: tuple[LetterView, ...]
