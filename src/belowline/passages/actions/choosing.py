"""From what a reader chose to a passage that a comment can belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from belowline.domain.anchoring import Span, State, move_anchors
from belowline.domain.anchoring.choosing import Chosen, choose, read_choice
from belowline.domain.anchoring.following import Place, chosen_at, figure_place, new_place, own_place
from belowline.domain.commenting import Refused
from belowline.outbox.events import record
from belowline.passages import queries
from belowline.passages.events import TextRevised

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper

    from belowline.domain.anchoring.following import Edition

# A twentieth of a second for whoever asks. Longer texts are compared by the worker; until then the passage is shown in the
# version that it was chosen in.
AT_ONCE_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A passage that was checked before the writer saw it: what was chosen in revision `number`, and where that is in
    the newest one that was there at that moment."""

    text_id: int
    number: int
    chosen: Chosen
    place: Place


def wanted_passage(cursor: CursorWrapper, subject_key: str, address: str, *, exact: str = "") -> Wanted | Refused:
    """Check what a form says. What was chosen in an earlier revision is followed to the newest; what is gone there is
    refused. Two queries at most."""
    choice = read_choice(address, exact=exact)
    if choice is None:
        return Refused("passage_missing", status=409)
    then = queries.revision(cursor, subject_key, number=choice.number)
    if then is None or not then.is_whole:
        return Refused("passage_missing", status=409)
    chosen = choose(choice, then.canonical)
    if isinstance(chosen, Refused):
        return chosen
    own = own_place(then.edition, chosen)
    if then.number == then.newest or len(then.canonical.text) > AT_ONCE_CHARACTERS:
        return Wanted(then.text_id, then.number, chosen, own)
    newest = queries.revision(cursor, subject_key)
    assert newest is not None, subject_key
    place = _followed(then.edition, newest.edition, chosen)
    if place.state is State.ORPHANED:
        return Refused("passage_gone", status=409)
    if place.state is not State.SAME:
        return Wanted(then.text_id, then.number, chosen, place)
    # Word for word the same: as if it had been chosen there.
    return Wanted(then.text_id, newest.number, chosen_at(newest.edition, place, is_figure=chosen.is_figure), place)


def _followed(then: Edition, newest: Edition, chosen: Chosen) -> Place:
    if chosen.is_figure:
        return figure_place(then, newest, chosen.block)
    span = Span(chosen.start, chosen.end)
    return new_place(newest, move_anchors(then.canonical.text, newest.canonical.text, [span])[0])


_COLUMNS = (
    "text_id, is_figure, made_number, made_block, made_start, made_end, exact, prefix, suffix, state, confidence, "
    "good_number, good_block, good_start, good_end, now_number, now_block, now_offset, now_start, now_end, wording, "
    "changed_at, is_withheld, comment_count, beside_count, open_count"
)
_INSERT = f"INSERT INTO passages_passage ({_COLUMNS}) VALUES ({', '.join(['%s'] * (_COLUMNS.count(',') + 1))}) "


def keep_passage(cursor: CursorWrapper, wanted: Wanted, *, now: datetime) -> int:
    """The id of the passage: the one that stands there word for word already, or a new one. In the writing transaction.

    A text that was revised in the meantime wakes the worker, which finds the new passage again like all others.
    """
    chosen, place = wanted.chosen, wanted.place
    # Locked against a revision: whichever comes second sees the other.
    lock = " FOR SHARE" if cursor.db.vendor == "postgresql" else ""
    cursor.execute(f"SELECT number FROM passages_text WHERE id = %s{lock}", [wanted.text_id])
    newest = cursor.fetchone()[0]
    cursor.execute(
        "SELECT id FROM passages_passage WHERE text_id = %s AND now_number = %s AND now_block = %s AND now_start = %s "
        "AND now_end = %s AND is_figure = %s AND exact = %s AND wording = '' AND state <> 'orphaned' "
        "ORDER BY id LIMIT 1",
        [wanted.text_id, wanted.number, chosen.block, chosen.start, chosen.end, chosen.is_figure, chosen.exact],
    )
    found = cursor.fetchone()
    if found is not None:
        return int(found[0])
    chosen_here: list[Any] = [wanted.number, chosen.block, chosen.start, chosen.end]
    is_same = place.state is State.SAME
    values: list[Any] = [
        wanted.text_id, chosen.is_figure, *chosen_here, chosen.exact, chosen.prefix, chosen.suffix,
        place.state.value, place.confidence, *chosen_here,
        place.number, place.block, place.offset, place.start, place.end, place.wording,
        None if is_same else cursor.db.ops.adapt_datetimefield_value(now), False, 0, 0, 0,
    ]  # fmt: skip
    cursor.execute(
        _INSERT + "ON CONFLICT (text_id, made_number, made_block, made_start, made_end, is_figure) "
        "DO UPDATE SET comment_count = passages_passage.comment_count RETURNING id",
        values,
    )
    passage_id = int(cursor.fetchone()[0])
    if place.number < newest:
        cursor.execute("UPDATE passages_text SET placed_number = %s WHERE id = %s", [place.number, wanted.text_id])
        record(TextRevised(wanted.text_id), cursor=cursor)
    return passage_id


def count_on_passage(cursor: CursorWrapper, passage_id: int | None, *, change: int) -> None:
    """A comment on it became public (1), or is not any more (-1). None: a comment on no passage."""
    if passage_id is not None:
        cursor.execute(
            "UPDATE passages_passage SET comment_count = comment_count + %s WHERE id = %s", [change, passage_id]
        )


def locked_text_of(cursor: CursorWrapper, passage_id: int) -> int:
    """The text of a passage, which nobody else changes until the end of the transaction."""
    lock = " FOR UPDATE" if cursor.db.vendor == "postgresql" else ""
    cursor.execute(f"SELECT text_id FROM passages_passage WHERE id = %s{lock}", [passage_id])
    return int(cursor.fetchone()[0])


def note_beside(cursor: CursorWrapper, passage_id: int, *, beside: int, waiting: int) -> None:
    """What is public at it besides comments, and the requests among that which wait. With its row locked."""
    cursor.execute(
        "UPDATE passages_passage SET beside_count = %s, open_count = %s WHERE id = %s", [beside, waiting, passage_id]
    )
