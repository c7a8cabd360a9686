"""Where passages of an old revision are in a new one, and what became of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from belowline.domain.anchoring.alignment import Alignment, Link, align
from belowline.domain.anchoring.sentences import SENTENCE_ENDS
from belowline.domain.anchoring.tokens import Token

# A passage of which half or more survives was edited; one of which less does was removed (decision 0028).
SURVIVES_LEAST = 0.50
# New text with a few old words in it is another passage.
OLD_LEAST = 0.34
# Pieces that are further apart than the passage is long, and than this many tokens, are two places.
GAP_TOKENS = 12
# New words at the end of a passage that are so many times as long as those they stand for were added to it.
REPLACED_TIMES = 3


class State(StrEnum):
    SAME = "same"
    EDITED = "edited"
    MOVED = "moved"
    ORPHANED = "orphaned"


@dataclass(frozen=True, slots=True)
class Span:
    """Code points `start` up to, not including, `end` of a canonical text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Placed:
    """`span` is None for a passage that was removed. `confidence` from 0 to 1: how much of it was found again."""

    state: State
    span: Span | None
    confidence: float


ORPHAN = Placed(State.ORPHANED, None, 0.0)


def move_anchors(old: str, new: str, spans: Iterable[Span]) -> list[Placed]:
    """One answer for each span, in order. Raises ValueError for a span outside the old text.

    Time grows with the size of the change and the number of spans: 1,000 in a text of 5,500 characters take about
    30 ms on one core.
    """
    wanted = list(spans)
    for span in wanted:
        if not 0 <= span.start < span.end <= len(old):
            raise ValueError(f"the span {span.start}:{span.end} is not in a text of {len(old)} characters")
    if old == new:
        return [Placed(State.SAME, span, 1.0) for span in wanted]
    alignment = align(old, new)
    starts = [token.start for token in alignment.old]
    ends = [token.end for token in alignment.old]
    return [_placed(span, alignment, starts, ends) for span in wanted]


def _placed(span: Span, alignment: Alignment, starts: Sequence[int], ends: Sequence[int]) -> Placed:
    first, last = bisect_right(ends, span.start), bisect_left(starts, span.end)
    if first >= last:  # white space alone
        return ORPHAN
    cluster = _biggest_cluster(first, last, alignment)
    if not cluster:
        return ORPHAN
    weights = _weights(alignment.old[first:last])
    whole = sum(weights)
    survived = sum(weights[old - first] for old, _ in cluster)
    low, high = _bounds(first, last, cluster, alignment)
    around = sum(_weights(alignment.new[low : high + 1]))
    if survived < SURVIVES_LEAST * whole or survived < OLD_LEAST * around:
        return ORPHAN
    found = Span(
        _edge(span.start, cluster[0], alignment, low, is_start=True),
        _edge(span.end, cluster[-1], alignment, high, is_start=False),
    )
    if found.start >= found.end:
        found = Span(alignment.new[low].start, alignment.new[high].end)
    likeness = sum(link.likeness * weights[old - first] for old, link in cluster) / whole
    return Placed(_state(first, last, low, high, cluster, alignment), found, round(likeness, 3))


def _weights(tokens: Sequence[Token]) -> list[int]:
    """Letters and digits; of a passage of signs alone, the signs."""
    weights = [token.weight for token in tokens]
    return weights if any(weights) else [1] * len(tokens)


Piece = tuple[int, Link]


def _biggest_cluster(first: int, last: int, alignment: Alignment) -> list[Piece]:
    """The linked tokens of the passage that stand together in the new text, by their new place."""
    linked = [(old, alignment.links[old]) for old in range(first, last) if old in alignment.links]
    linked.sort(key=lambda one: one[1].new)
    gap = max(GAP_TOKENS, last - first)
    clusters: list[list[Piece]] = []
    for piece in linked:
        if clusters and piece[1].new - clusters[-1][-1][1].new <= gap:
            clusters[-1].append(piece)
        else:
            clusters.append([piece])
    biggest = max(clusters, key=lambda one: sum(alignment.old[old].weight for old, _ in one), default=[])
    return _without_stray_signs(biggest, alignment)


def _without_stray_signs(cluster: list[Piece], alignment: Alignment) -> list[Piece]:
    """Without a full stop, or the like, at an end that is now the next sentence's."""
    low, high = 0, len(cluster)
    while high - low > 1 and not alignment.old[cluster[high - 1][0]].weight and _gap(cluster, high - 1):
        high -= 1
    while high - low > 1 and not alignment.old[cluster[low][0]].weight and _gap(cluster, low + 1):
        low += 1
    return cluster[low:high]


def _gap(cluster: Sequence[Piece], place: int) -> bool:
    return cluster[place][1].new - cluster[place - 1][1].new > 1


def _bounds(first: int, last: int, cluster: Sequence[Piece], alignment: Alignment) -> tuple[int, int]:
    """The first and the last new token. Words at the passage's ends that were replaced by others are part of it."""
    low, high = cluster[0][1].new, cluster[-1][1].new
    before, behind = _next_word(first, alignment, step=-1), _next_word(last - 1, alignment, step=1)
    if before is not None:
        fresh = alignment.new[before.new + 1 : low]
        ends = [place for place, token in enumerate(fresh) if token.folded in SENTENCE_ENDS]
        fresh = fresh[ends[-1] + 1 :] if ends else fresh
        low -= len(fresh) if _is_replaced(alignment.old[first : cluster[0][0]], by=fresh) else 0
    if behind is not None:
        fresh = alignment.new[high + 1 : behind.new]
        fresh = fresh[: next((place for place, token in enumerate(fresh) if token.folded in SENTENCE_ENDS), len(fresh))]
        high += len(fresh) if _is_replaced(alignment.old[cluster[-1][0] + 1 : last], by=fresh) else 0
    return low, high


def _next_word(place: int, alignment: Alignment, *, step: int) -> Link | None:
    """The link of what stands before or behind the passage. Signs that are linked to nothing are passed over."""
    place += step
    while 0 <= place < len(alignment.old) and place not in alignment.links and not alignment.old[place].weight:
        place += step
    return alignment.links.get(place)


def _is_replaced(words: Sequence[Token], *, by: Sequence[Token]) -> bool:
    """Whether the new words stand for the old ones; what is much longer was added. Another sentence never does."""
    return bool(words and by) and sum(one.weight for one in by) <= REPLACED_TIMES * sum(one.weight for one in words)


def _edge(place: int, piece: Piece, alignment: Alignment, bound: int, *, is_start: bool) -> int:
    """An end of the span. One that was within a word stays at the same letter of it."""
    old, new = alignment.old[piece[0]], alignment.new[bound]
    is_the_word = bound == piece[1].new and old.folded == new.folded and old.end - old.start == new.end - new.start
    if is_the_word and old.start < place < old.end:
        return new.start + place - old.start
    return new.start if is_start else new.end


def _state(first: int, last: int, low: int, high: int, cluster: Sequence[Piece], alignment: Alignment) -> State:
    is_whole = len(cluster) == last - first == high - low + 1 and all(_is_equal(one, alignment) for one in cluster)
    in_order = is_whole and all(
        old - first == link.new - low for old, link in sorted(cluster, key=lambda piece: piece[0])
    )
    if any(link.is_moved for _, link in cluster):
        return State.MOVED
    return State.SAME if in_order else State.EDITED


def _is_equal(piece: Piece, alignment: Alignment) -> bool:
    return alignment.old[piece[0]].folded == alignment.new[piece[1].new].folded
