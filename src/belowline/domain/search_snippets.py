"""What a result shows of a text: the words that were looked for, marked, and the passage where they stand closest."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from belowline.domain.search_query import Term
from belowline.domain.search_words import Word, words_of

SNIPPET_CHARACTERS: Final = 260
# Behind this nobody looks for the best passage.
READ_CHARACTERS_MAX: Final = 60_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Original text; `is_marked` when it was looked for."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class _Hit:
    """A stretch of the text that fulfils the term with this number."""

    start: int
    end: int
    term: int


def marked(text: str, terms: Sequence[Term], *, language: str) -> tuple[Piece, ...]:
    """The whole text, with what the terms look for marked."""
    return _pieces(text, _hits(text, terms, language), 0, len(text))


def snippet(text: str, terms: Sequence[Term], *, language: str) -> tuple[Piece, ...]:
    """The passage of about SNIPPET_CHARACTERS with most of the terms in it, the first of equals; the beginning when
    there is none. Cut at white space, with an ellipsis where something was left out."""
    text = " ".join(text[:READ_CHARACTERS_MAX].split())
    hits = _hits(text, terms, language)
    start = _best_start(hits)
    start, end = _whole_words(text, max(0, start - SNIPPET_CHARACTERS // 4))
    pieces = list(_pieces(text, hits, start, end))
    if start > 0:
        pieces.insert(0, Piece("… "))
    if end < len(text):
        pieces.append(Piece(" …"))
    return tuple(pieces)


def _hits(text: str, terms: Sequence[Term], language: str) -> list[_Hit]:
    """In the order of the text, none over another."""
    words = list(words_of(text, language=language))
    # One entry for each token, because a phrase may begin within a word of several.
    stream = [(token, word) for word in words for token in word.tokens]
    by_first: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, term in enumerate(terms):
        for sequence in term.alternatives:
            by_first.setdefault(sequence[0], []).append((number, sequence))
    found: list[_Hit] = []
    for place, (token, word) in enumerate(stream):
        for number, sequence in by_first.get(token, ()):
            last = _last_of(stream, place, sequence)
            if last is not None:
                found.append(_Hit(word.start, last.end, number))
    return sorted(found, key=lambda hit: (hit.start, -hit.end))


def _last_of(stream: Sequence[tuple[str, Word]], place: int, sequence: tuple[str, ...]) -> Word | None:
    there = stream[place : place + len(sequence)]
    is_there = len(there) == len(sequence) and all(one[0] == token for one, token in zip(there, sequence, strict=True))
    return there[-1][1] if is_there else None


def _best_start(hits: Sequence[_Hit]) -> int:
    """Where the stretch of SNIPPET_CHARACTERS with the most different terms begins; 0 without hits."""
    best, best_start = 0, 0
    ends = [hit.start for hit in hits]
    for number, hit in enumerate(hits):
        # More hits than this in one snippet say nothing new.
        last = min(bisect_right(ends, hit.start + SNIPPET_CHARACTERS * 3 // 4), number + 40)
        terms = len({one.term for one in hits[number:last]})
        if terms > best:
            best, best_start = terms, hit.start
    return best_start


def _whole_words(text: str, start: int) -> tuple[int, int]:
    if start > 0:
        start = text.find(" ", start) + 1 or start
    end = start + SNIPPET_CHARACTERS
    if end >= len(text):
        return start, len(text)
    space = text.rfind(" ", start + SNIPPET_CHARACTERS // 2, end + 1)
    return start, space if space > 0 else end


def _pieces(text: str, hits: Sequence[_Hit], start: int, end: int) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    done = start
    for hit in hits:
        begins, stops = max(hit.start, done), min(hit.end, end)
        if begins >= stops:
            continue
        if begins > done:
            pieces.append(Piece(text[done:begins]))
        pieces.append(Piece(text[begins:stops], is_marked=True))
        done = stops
    if done < end:
        pieces.append(Piece(text[done:end]))
    return tuple(pieces)
