"""What this floor asks of higher ones, and tells them, in its own transactions. They plug themselves in at start-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from belowline.domain.screening import ScreeningFacts, Wording

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.utils import CursorWrapper

    from belowline.domain.commenting import CommentState, Refused
    from belowline.domain.markup import Text

# A stored comment on a passage became public (1), or is not any more (-1): called with its id.
counted_on_passage: list[Callable[[CursorWrapper, int, int], None]] = []


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that is about to be stored: a new comment, or other words for `comment_id`. No `reader_id`: a first-time
    guest. `network` names where it came from for some days (accounts.networks), empty where nobody knows."""

    reader_id: int | None
    thread_id: int
    comment_id: int | None
    now_us: int
    network: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A comment whose words, or state, have just changed; `before` is None for a new one. `has_findings`: screening said
    something of the current words, or nobody looked whether it did."""

    comment_id: int
    thread_id: int
    author_id: int
    before: CommentState | None
    after: CommentState
    now_us: int
    has_findings: bool = True


def _plain_wording(text: Text, _language: str, _now_us: int) -> Wording:
    return Wording(characters=text.characters, links=text.links)


def _as_they_are(_cursor: CursorWrapper, _draft: Draft, facts: ScreeningFacts) -> ScreeningFacts:
    return facts


def _not_kept(_cursor: CursorWrapper, _stored: Stored, _draft: Draft, _wording: Wording) -> None:
    pass


def _no_objection(_cursor: CursorWrapper, _reader_id: int, _now_us: int) -> Refused | None:
    return None


# Why this reader must neither vote nor ask for anything now, if they must not.
objection_to_act: Callable[[CursorWrapper, int, int], Refused | None] = _no_objection
# What lists and patterns find in a text of a discussion in this language. Asked before the writer sees it: it may take
# milliseconds.
read_wording: Callable[[Text, str, int], Wording] = _plain_wording
# Adds to the facts of the pipeline what only moderation knows.
complete_facts: Callable[[CursorWrapper, Draft, ScreeningFacts], ScreeningFacts] = _as_they_are
# The words were stored: what later texts are compared with.
keep_wording: Callable[[CursorWrapper, Stored, Draft, Wording], None] = _not_kept
# Another state, or new words under the same one.
state_changed: list[Callable[[CursorWrapper, Stored], None]] = []
# A reader (None: a stranger) reported a comment, for this reason; the reports about it are settled.
reported: list[Callable[[CursorWrapper, Stored, str, int | None], None]] = []
settled: list[Callable[[CursorWrapper, int], None]] = []
# A reader has become another one (from, into), or is about to be erased.
merged: list[Callable[[int, int], None]] = []
erased: list[Callable[[int], None]] = []
