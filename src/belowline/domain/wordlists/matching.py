"""Looking for all words of the lists in a text at once.

No pattern is made of the terms. Words are looked up whole, stems by their first letters and then by each length that such
a stem has, phrases in a tree of words, masked words by one set of entries (an integer of bits) for each letter at each
place. So the work grows with the text alone: not with the number of entries, nor with what a text looks like.

What a hit is not: a part of a word (Scunthorpe), or anything in the names and words of innocent.tsv.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final, NamedTuple

from belowline.domain.match_view import MASK, MASKED_LENGTH_MAX, MatchView, words
from belowline.domain.search_words import without_prefixes
from belowline.domain.wordlists.entries import TERM_LETTERS_MIN, Entry, Match, folded_words

# A phrase may have a comma or a dash between its words, and does not go on behind the end of a sentence.
_GAP_MAX: Final = 3
_SENTENCE_END = re.compile(r"[.!?…؟。]\s|\n\s*\n")
_DOUBLE = re.compile(r"([^\W\d_])\1")
# Letters apart, four at least ("f.u.c.k", "z i o n"); a wider gap is one between words.
_SPELLED = re.compile(r"(?<!\w)[^\W\d_](?:[ \n._*·'-]{1,2}[^\W_](?!\w)){3,}")
_WIDER = re.compile(r"[ \n]{2}")
_PIECE = re.compile(r"\S(?:[ \n]?\S)*")
_SPELLED_MIN: Final = 7  # four letters and what is between them
_APART = re.compile(r"[ \n._*·'-]+")
# "fuuck" is somebody's joke with a word of five letters, "annal" of four is another word.
_DOUBLED_LETTERS_MIN: Final = 5
# A masked word that could be many is no evidence for one of them.
MASKED_HITS_MAX: Final = 8
# So often an entry is shown in one text: whoever reads it has understood.
HITS_OF_ENTRY_MAX: Final = 20
_STEM_KEY: Final = 3


class Hit(NamedTuple):
    """`start` and `end` are offsets of the original text."""

    start: int
    end: int
    entry: Entry


@dataclass(slots=True)
class _Node:
    """A place in a tree of words: what may follow, and what ends here."""

    below: dict[str, _Node] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    is_end: bool = False

    def grown(self, folded: Sequence[str]) -> _Node:
        node = self
        for word in folded:
            node = node.below.setdefault(word, _Node())
        node.is_end = True
        return node


_Span = tuple[int, int, str]  # of a word of the view: start, end, the word


class Matcher:
    """Made once of all entries in force, and used for many texts; it does not change."""

    def __init__(self, entries: Iterable[Entry], *, innocent: Iterable[str] | None = None) -> None:
        self._innocent_words: set[str] = set()
        self._innocent_phrases = _Node()
        for term in innocent_terms() if innocent is None else innocent:
            folded = folded_words(term)
            if len(folded) == 1:
                self._innocent_words.add(folded[0])
            elif folded:
                self._innocent_phrases.grown(folded)
        self._words: dict[str, list[Entry]] = {}
        self._stems: dict[str, list[Entry]] = {}
        self._phrases = _Node()
        self._joined: dict[str, list[Entry]] = {}  # phrases without their spaces
        self._squeezed: dict[str, list[str]] = {}  # a word with each letter once -> terms
        self._squeezed_stems: dict[str, list[str]] = {}
        for entry in entries:
            self._add(entry)
        self._stem_lengths = _lengths(self._stems)
        self._squeezed_lengths = _lengths(self._squeezed_stems)
        self._masked = _Masked(self._words, self._stems)

    def _add(self, entry: Entry) -> None:
        folded = entry.folded_words()
        if entry.match is Match.PHRASE:
            self._phrases.grown(folded).entries.append(entry)
            self._joined.setdefault("".join(folded), []).append(entry)
            return
        terms, squeezed = (
            (self._stems, self._squeezed_stems) if entry.match is Match.STEM else (self._words, self._squeezed)
        )
        term = folded[0]
        if term not in terms:
            squeezed.setdefault(_squeeze(term), []).append(term)
        terms.setdefault(term, []).append(entry)

    def is_innocent(self, entry: Entry) -> bool:
        """Is its term a word that never counts? Such an entry would do nothing."""
        folded = entry.folded_words()
        return len(folded) == 1 and folded[0] in self._innocent_words

    def find(self, view: MatchView) -> tuple[Hit, ...]:
        """The hits by place in the original text; an entry at a place once, and HITS_OF_ENTRY_MAX times at most."""
        spans: list[_Span] = [(one.start(), one.end(), one[0]) for one in words(view.text)]
        found: dict[int, dict[tuple[int, int], Entry]] = {}  # by identity: to compare entries takes long

        def note(start: int, end: int, entries: Iterable[Entry], *, is_original: bool = False) -> None:
            for entry in entries:
                places = found.setdefault(id(entry), {})
                if len(places) < HITS_OF_ENTRY_MAX:
                    places[(start, end) if is_original else view.original_span(start, end)] = entry

        innocent = self._innocent_places(view.text, spans)
        known: dict[str, _Known] = {}
        for place, (start, end, word) in enumerate(spans):
            seen = known.get(word)
            if seen is None:
                # No term has a single letter; a phrase may begin with one.
                seen = known[word] = self._known(word) if end - start >= TERM_LETTERS_MIN else _NOTHING
            if seen is not _NOTHING and place not in innocent:
                entries = seen.entries
                if seen.stretched and _is_stretched(view, start, word):
                    entries = seen.stretched
                if entries:
                    note(start, end, entries)
            if word in self._phrases.below:
                for last, of_phrase in _phrases_at(self._phrases, view.text, spans, place):
                    note(start, spans[last][1], of_phrase)
        for start, end, joined in _spelled(view.text):
            note(start, end, [*self._of_word(joined), *self._joined.get(joined, ())])
        read: dict[str, tuple[Entry, ...]] = {}
        for start, end, text in view.readings:
            if text not in read:
                read[text] = tuple(self._masked.entries(text)) if MASK in text else self._of_word(text)
            note(start, end, read[text], is_original=True)
        hits = [Hit(*place, entry) for places in found.values() for place, entry in places.items()]
        return tuple(sorted(hits, key=lambda hit: (hit.start, hit.end, hit.entry.term)))

    def _known(self, word: str) -> _Known:
        entries = self._of_word(word)
        if not _DOUBLE.search(word) or word in self._innocent_words:
            return _Known(entries) if entries else _NOTHING
        stretched = self._of_squeezed(word)
        if not entries:
            entries = tuple(one for one in stretched if len(one.folded_words()[0]) >= _DOUBLED_LETTERS_MIN)
        return _Known(entries, stretched)

    def _of_word(self, word: str) -> tuple[Entry, ...]:
        """Of the word as it stands, or else of what is left of an Arabic or Hebrew one without particles."""
        for one in (word, *without_prefixes(word)) if "\u0590" <= word < "\u0700" else (word,):
            if one in self._innocent_words:
                return ()
            whole, lengths = self._words.get(one), self._stem_lengths.get(one[:_STEM_KEY])
            if whole is None and lengths is None:
                continue
            entries = [*(whole or ())]
            for length in lengths or ():
                if length > len(one):
                    break
                entries += self._stems.get(one[:length], ())
            if entries:
                return tuple(entries)
        return ()

    def _of_squeezed(self, word: str) -> tuple[Entry, ...]:
        """Of terms that differ from the word only by letters written more often in it."""
        squeezed = _squeeze(word)
        entries: list[Entry] = []
        for term in self._squeezed.get(squeezed, ()):
            if _is_stretch_of(term, word):
                entries += self._words[term]
        for length in self._squeezed_lengths.get(squeezed[:_STEM_KEY], ()):
            for term in self._squeezed_stems.get(squeezed[:length], ()) if length <= len(squeezed) else ():
                if _is_stretch_of(term, word):
                    entries += self._stems[term]
        return tuple(entries)

    def _innocent_places(self, text: str, spans: Sequence[_Span]) -> set[int]:
        places: set[int] = set()
        first = self._innocent_phrases.below
        for place, (_, _, word) in enumerate(spans):
            if word in first:
                for last, _ in _phrases_at(self._innocent_phrases, text, spans, place):
                    places.update(range(place, last + 1))
        return places


@dataclass(frozen=True, slots=True)
class _Known:
    """Of a word: its entries, and those that it has where somebody wrote a letter three times or more."""

    entries: tuple[Entry, ...]
    stretched: tuple[Entry, ...] = ()


_NOTHING: Final = _Known(())


class _Masked:
    """All single words as sets of bits: which terms have this letter at this place."""

    def __init__(self, terms: dict[str, list[Entry]], stems: dict[str, list[Entry]]) -> None:
        self._entries = [*terms.values(), *stems.values()]
        self._at: dict[tuple[int, str], int] = {}
        self._longer: dict[int, int] = {}  # place -> terms that have a letter there
        self._whole: dict[int, int] = {}  # length -> words of it
        self._ended: dict[int, int] = {}  # length -> stems of at most it
        for number, term in enumerate([*terms, *stems]):
            bit = 1 << number
            for place, letter in enumerate(term):
                self._at[place, letter] = self._at.get((place, letter), 0) | bit
                self._longer[place] = self._longer.get(place, 0) | bit
            if number < len(terms):
                self._whole[len(term)] = self._whole.get(len(term), 0) | bit
            else:
                for length in range(len(term), MASKED_LENGTH_MAX + 1):
                    self._ended[length] = self._ended.get(length, 0) | bit

    def entries(self, masked: str) -> Iterator[Entry]:
        alive = self._whole.get(len(masked), 0) | self._ended.get(len(masked), 0)
        for place, letter in enumerate(masked):
            there = self._longer.get(place, 0) if letter == MASK else self._at.get((place, letter), 0)
            alive &= there | self._ended.get(place, 0)
            if not alive:
                return
        for _ in range(MASKED_HITS_MAX):
            if not alive:
                return
            lowest = alive & -alive
            yield from self._entries[lowest.bit_length() - 1]
            alive ^= lowest


def _lengths(stems: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The first letters of stems -> the lengths of those that begin so, the shortest first."""
    lengths: dict[str, set[int]] = {}
    for stem in stems:
        lengths.setdefault(stem[:_STEM_KEY], set()).add(len(stem))
    return {key: tuple(sorted(some)) for key, some in lengths.items()}


def _squeeze(word: str) -> str:
    return _DOUBLE.sub(r"\1", word)


def _is_stretch_of(term: str, word: str) -> bool:
    """Does the word begin with the letters of the term, each written as often or more?"""
    place = 0
    for position, letter in enumerate(term):
        if place < len(word) and word[place] == letter:
            place += 1
        else:
            return False
        if position + 1 == len(term) or term[position + 1] != letter:
            while place < len(word) and word[place] == letter:
                place += 1
    return True


def _is_stretched(view: MatchView, start: int, word: str) -> bool:
    """Did the view take letters out behind a double one?"""
    ends = (start + double.end() for double in _DOUBLE.finditer(word))
    return any(view.offsets[end] - view.offsets[end - 1] > 1 for end in ends)


def _phrases_at(phrases: _Node, text: str, spans: Sequence[_Span], place: int) -> list[tuple[int, list[Entry]]]:
    """Of each phrase that begins with this word: the place of its last word, and its entries."""
    found: list[tuple[int, list[Entry]]] = []
    node = phrases.below.get(spans[place][2])
    while node is not None:
        if node.is_end:
            found.append((place, node.entries))
        if not node.below or place + 1 == len(spans):
            break
        gap = text[spans[place][1] : spans[place + 1][0]]
        # "K. Dick" is no end of a sentence.
        is_initial = gap == ". " and spans[place][1] - spans[place][0] == 1
        if gap != " " and not is_initial and (len(gap) > _GAP_MAX or _SENTENCE_END.search(gap)):
            break
        place += 1
        node = node.below.get(spans[place][2])
    return found


def _spelled(text: str) -> Iterator[tuple[int, int, str]]:
    """Letters that stand apart, joined: word by word where wider gaps tell words apart, and all of them."""
    for found in _SPELLED.finditer(text):
        run, start = found[0], found.start()
        yield start, found.end(), _APART.sub("", run)
        if _WIDER.search(run):
            for piece in _PIECE.finditer(run):
                if piece.end() - piece.start() >= _SPELLED_MIN:
                    yield start + piece.start(), start + piece.end(), _APART.sub("", piece[0])


@functools.cache
def innocent_terms() -> tuple[str, ...]:
    """Names and words that begin like a slur, or are one in another language, and are none."""
    text = files("belowline.domain.wordlists").joinpath("innocent.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(row[0] for row in rows)[1:]
