"""A passage in a later revision of its text: words by comparing the two texts, figures by what they are."""

from __future__ import annotations

from dataclasses import dataclass

from belowline.domain.anchoring.blocks import BlockSpan, Canonical, block_at
from belowline.domain.anchoring.choosing import CONTEXT_CHARACTERS, Chosen
from belowline.domain.anchoring.placing import Placed, Span, State


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage is in revision `number`; `offset` counts from the start of the block. None of an orphan's places
    mean anything. `wording` is what stands there, where that is not what was chosen."""

    number: int
    state: State
    confidence: float
    block: str
    offset: int
    start: int
    end: int
    wording: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """A numbered revision. `digest` tells whether two are the same; empty: of none that may be said."""

    number: int
    canonical: Canonical
    digest: str


def own_place(edition: Edition, chosen: Chosen) -> Place:
    """In the revision in which it was chosen, or stands word for word."""
    block = _named(edition.canonical, chosen.block)
    start = block.start if block is not None else chosen.start
    return Place(edition.number, State.SAME, 1.0, chosen.block, chosen.start - start, chosen.start, chosen.end)


def chosen_at(edition: Edition, place: Place, *, is_figure: bool) -> Chosen:
    """As if it had been chosen where it stands."""
    text = edition.canonical.text
    return Chosen(
        block=place.block,
        start=place.start,
        end=place.end,
        exact=text[place.start : place.end],
        prefix=text[max(0, place.start - CONTEXT_CHARACTERS) : place.start],
        suffix=text[place.end : place.end + CONTEXT_CHARACTERS],
        is_figure=is_figure,
    )


def new_place(new: Edition, found: Placed) -> Place:
    """Of words, by what the comparison found."""
    if found.span is None:
        return _orphan(new.number)
    block = block_at(new.canonical.blocks, found.span.start)
    if block is None:
        return _orphan(new.number)
    return _place(new, found.state, found.confidence, block, found.span)


def figure_place(old: Edition, new: Edition, block_id: str) -> Place:
    """Of a figure: by its block, or, where that shows another picture, by the picture. A picture that stands twice is
    guessed at neither place."""
    old_block = _named(old.canonical, block_id)
    here = _named(new.canonical, block_id)
    picture = old_block.picture if old_block is not None else ""
    if here is not None and here.is_figure and here.picture == picture:
        return _place(new, State.SAME, 1.0, here, Span(here.start, here.end))
    others = [one for one in new.canonical.blocks if one.is_figure and picture and one.picture == picture]
    if len(others) == 1:
        return _place(new, State.MOVED, 1.0, others[0], Span(others[0].start, others[0].end))
    # In a gallery the id is a place in it: another picture there is another figure.
    if here is not None and here.is_figure and block_id.count("-") == 1:
        return _place(new, State.EDITED, 0.5, here, Span(here.start, here.end))
    return _orphan(new.number)


def _place(new: Edition, state: State, confidence: float, block: BlockSpan, span: Span) -> Place:
    wording = "" if state is State.SAME else new.canonical.text[span.start : span.end]
    return Place(new.number, state, confidence, block.id, span.start - block.start, span.start, span.end, wording)


def _orphan(number: int) -> Place:
    return Place(number, State.ORPHANED, 0.0, "", 0, 0, 0)


def _named(canonical: Canonical, block_id: str) -> BlockSpan | None:
    return next((one for one in canonical.blocks if one.id == block_id), None)
