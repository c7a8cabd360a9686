"""What changed between two published versions of an article, passage by passage and word by word.

A passage is a block with its stable id. A passage that is there in both versions is compared with itself, wherever it
stands; so one that was moved is not shown as taken away and written anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from belowline.domain.search_words import FORMAT, MARKS

# Marks and what hides between letters go with their word: none of them is shown as a change without it.
_WORDS = re.compile(rf"\w[\w{MARKS}{FORMAT}]*|\s+|[^\w\s][{MARKS}{FORMAT}]*")
# difflib takes quadratic time: 50 ms for two passages of 1,000 words and gaps each. What would take longer than half a
# second in all is shown whole.
WORDS_MAX = 1_000
PAIRS_MAX = 10 * WORDS_MAX**2


@dataclass(frozen=True, slots=True)
class Passage:
    """`key` is the block's id on the page; `text` plain, lines parted by newlines."""

    key: str
    kind: str
    text: str


class Mark(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One passage that differs. `was_moved`: it also stands elsewhere now, or only that."""

    key: str
    kind: str
    pieces: tuple[Piece, ...]
    was_moved: bool = False


def differences(before: Sequence[Passage], after: Sequence[Passage]) -> tuple[Change, ...]:
    """The passages that differ, in the order of `after`; what was taken away stands where it was."""
    old = {passage.key: passage for passage in before}
    new = {passage.key: passage for passage in after}
    moved = _moved([one.key for one in before if one.key in new], [one.key for one in after if one.key in old])
    changes: list[Change] = []
    left = PAIRS_MAX
    gone = _gone_behind(before, new)
    changes.extend(_removed(one) for one in gone.get("", ()))
    for passage in after:
        former = old.get(passage.key)
        if former is None:
            changes.append(Change(passage.key, passage.kind, (Piece(Mark.ADDED, passage.text),)))
        elif former.text != passage.text or passage.key in moved:
            old_words, new_words = _WORDS.findall(former.text), _WORDS.findall(passage.text)
            pairs = len(old_words) * len(new_words)
            is_short = pairs <= min(left, WORDS_MAX**2)
            left -= pairs if is_short else 0
            pieces = tuple(_compared(old_words, new_words) if is_short else _whole(former.text, passage.text))
            changes.append(Change(passage.key, passage.kind, pieces, was_moved=passage.key in moved))
        changes.extend(_removed(one) for one in gone.get(passage.key, ()))
    return tuple(changes)


def _removed(passage: Passage) -> Change:
    return Change(passage.key, passage.kind, (Piece(Mark.REMOVED, passage.text),))


def _gone_behind(before: Sequence[Passage], new: dict[str, Passage]) -> dict[str, list[Passage]]:
    """Passages that are gone, by the last one before them that is still there ("" at the beginning)."""
    found: dict[str, list[Passage]] = {}
    last = ""
    for passage in before:
        if passage.key in new:
            last = passage.key
        else:
            found.setdefault(last, []).append(passage)
    return found


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Those that do not lie on the longest common run of both orders."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    kept = {before[place] for start, _, size in matcher.get_matching_blocks() for place in range(start, start + size)}
    return set(after) - kept


def compared(before: str, after: str) -> tuple[Piece, ...]:
    """The words of both texts, each marked; neighbours with the same mark are one piece."""
    return tuple(_compared(_WORDS.findall(before), _WORDS.findall(after)))


def _whole(before: str, after: str) -> Iterator[Piece]:
    yield from (Piece(mark, text) for mark, text in ((Mark.REMOVED, before), (Mark.ADDED, after)) if text)


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for act, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if act == "equal":
            yield Piece(Mark.SAME, "".join(old[i1:i2]))
            continue
        if i2 > i1:
            yield Piece(Mark.REMOVED, "".join(old[i1:i2]))
        if j2 > j1:
            yield Piece(Mark.ADDED, "".join(new[j1:j2]))
