"""Finding every passage of a text again in its newest revision: the worker's part, in short transactions.

Each passage knows the revision that it was found in, so nothing is lost when this is killed, and nothing is done twice:
whoever comes next goes on with those that are left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connection

from belowline.domain.anchoring import Placed, Span, State, move_anchors
from belowline.domain.anchoring.following import Edition, Place, figure_place, new_place
from belowline.outbox.events import record
from belowline.passages.child import move_in_child
from belowline.passages.events import PassagesPlaced
from belowline.passages.models import Passage, Text, TextRevision
from belowline.passages.queries import edition_of
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

# About 20 ms of the one writer on SQLite.
CHUNK = 200
# Both texts together. Longer ones are compared by a process of their own: a desk on SQLite shares this one with readers.
IN_PLACE_CHARACTERS = 60_000
_STATE_FIELDS = [
    "state", "confidence", "good_number", "good_block", "good_start", "good_end", "now_number", "now_block",
    "now_offset", "now_start", "now_end", "wording", "changed_at",
]  # fmt: skip
_UPDATE = (
    f"UPDATE passages_passage SET {', '.join(f'{name} = %s' for name in _STATE_FIELDS)} "
    "WHERE id = %s AND now_number < %s"
)


def place_passages(text_id: int) -> int:
    """Until every passage stands in the newest revision; how many were placed. Safe to call again at any time."""
    placed = 0
    while True:
        text = Text.objects.filter(pk=text_id).first()
        if text is None or not text.number:
            return placed
        placed += _place_all(text)
        if write(partial(_finish, text_id, text.number)):
            return placed


def _finish(text_id: int, number: int) -> bool:
    """Whether that revision is still the newest and nothing is left; then its marks are the page's."""
    text = Text.objects.select_for_update().get(pk=text_id)
    if text.number != number or Passage.objects.filter(text=text, now_number__lt=number).exists():
        return False
    if text.placed_number != number:
        text.placed_number = number
        text.save(update_fields=["placed_number"])
    record(PassagesPlaced(text_id))
    return True


def _place_all(text: Text) -> int:
    newest = _stored(text, text.number)
    if newest is None:
        return 0
    new, made_at = newest
    undone = _undone_to(text, new)
    groups: dict[int, list[Passage]] = defaultdict(list)
    for passage in Passage.objects.filter(text=text, now_number__lt=text.number).order_by("pk"):
        if passage.good_number > undone:
            # What was found since in what is undone says nothing any more: begin where it was chosen.
            passage.good_number, passage.good_block = passage.made_number, passage.made_block
            passage.good_start, passage.good_end = passage.made_start, passage.made_end
        groups[passage.good_number].append(passage)
    placed = 0
    # One comparison for each revision that passages come from, however many they are.
    for number, passages in sorted(groups.items()):
        good = _stored(text, number)
        for passage, place in zip(passages, _places(passages, good and good[0], new, text), strict=True):
            _move(passage, place, at=made_at)
        for first in range(0, len(passages), CHUNK):
            write(partial(_save, passages[first : first + CHUNK]))
        placed += len(passages)
    return placed


def _undone_to(text: Text, new: Edition) -> int:
    """The number of the latest earlier revision with these very words; the newest's own where there is none."""
    earlier = TextRevision.objects.filter(text=text, digest=new.digest, number__lt=new.number).order_by("-number")
    return earlier.values_list("number", flat=True).first() or new.number


def _save(passages: Sequence[Passage]) -> None:
    """Unless somebody was faster with a newer revision."""
    with connection.cursor() as cursor:
        cursor.executemany(_UPDATE, [_values(one) for one in passages])


def _values(passage: Passage) -> list[Any]:
    values = [getattr(passage, name) for name in _STATE_FIELDS]
    values[-1] = connection.ops.adapt_datetimefield_value(passage.changed_at)
    return [*values, passage.pk, passage.now_number]


def _stored(text: Text, number: int) -> tuple[Edition, datetime] | None:
    row = TextRevision.objects.filter(text=text, number=number).first()
    if row is None:
        return None
    return edition_of(row.number, row.words, row.blocks, row.digest), row.made_at


def _places(passages: Sequence[Passage], good: Edition | None, new: Edition, text: Text) -> Iterator[Place]:
    """One for each passage, in order."""
    made = {
        row.number
        for row in TextRevision.objects.filter(
            text=text, digest=new.digest, number__in={one.made_number for one in passages}
        )
    }
    words = [one for one in passages if not one.is_figure]
    found = iter(_moved(good, new, words))
    for passage in passages:
        word_place = None if passage.is_figure else next(found)
        if passage.made_number in made and not passage.is_figure:
            # What was changed is undone: the passage is where it was chosen, to the letter.
            yield new_place(new, Placed(State.SAME, Span(passage.made_start, passage.made_end), 1.0))
        elif good is None:
            yield Place(new.number, State.ORPHANED, 0.0, "", 0, 0, 0)
        elif word_place is None:
            yield figure_place(good, new, passage.good_block)
        else:
            yield new_place(new, word_place)


def _moved(good: Edition | None, new: Edition, passages: Sequence[Passage]) -> list[Placed]:
    if good is None or not passages:
        return [Placed(State.ORPHANED, None, 0.0)] * len(passages)
    spans = [Span(one.good_start, one.good_end) for one in passages]
    old_text, new_text = good.canonical.text, new.canonical.text
    if len(old_text) + len(new_text) > IN_PLACE_CHARACTERS:
        return move_in_child(old_text, new_text, spans)
    return move_anchors(old_text, new_text, spans)


def _move(passage: Passage, place: Place, *, at: datetime) -> None:
    """`at` is when the new revision was published."""
    if passage.state != place.state:
        passage.changed_at = None if place.state is State.SAME else at
    passage.state, passage.confidence, passage.now_number = place.state.value, place.confidence, place.number
    passage.wording = "" if passage.is_withheld else place.wording
    if place.state is State.ORPHANED:
        return
    passage.now_block, passage.now_offset = place.block, place.offset
    passage.now_start, passage.now_end = place.start, place.end
    if place.state is State.SAME:
        passage.good_number, passage.good_block = place.number, place.block
        passage.good_start, passage.good_end = place.start, place.end
