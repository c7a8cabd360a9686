"""Which token of a new revision is which of the old one.

Both revisions are known, so nothing is searched for: the texts are compared as a whole, and only then is looked for
sentences that went elsewhere, and only among text that the comparison calls new. A quotation that looks alike and was
there before is never taken for the one that was cut.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fast_diff_match_patch import diff
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from belowline.domain.anchoring.sentences import Sentence, sentences_of
from belowline.domain.anchoring.tokens import Token, tokens_of

# The figures were measured in docs/decisions/0028-anchors.md.
# A link between two sentences that carries less of the smaller one's letters is chance.
LINKED_LEAST = 0.30
# But so many letters in one run are no chance: the rest of the sentence was rewritten around them.
RUN_LETTERS = 25
# A sentence of which less was found again is looked for elsewhere.
COVERED_LEAST = 0.50
# Shorter ones are everywhere.
LETTERS_LEAST = 12
# Indel similarity of a sentence and the one that it became.
ALIKE_LEAST = 0.70
# As good as the best: then only a neighbour that moved along says which it is.
RIVAL_WITHIN = 0.03
# Words in the same place between the same neighbours, with another letter or two.
SPELLED_ALIKE_LEAST = 0.60
SPELLED_TOKENS_MAX = 6
DIFF_SECONDS = 2.0
# Private code points stand for tokens: all but the surrogates, which are no characters.
_FIRST_CODE = 0x100
_SURROGATES = (0xD800, 0xE000)


@dataclass(frozen=True, slots=True)
class Link:
    """The old token became the token `new`. `likeness` is 1.0 where the texts ran on, below it for a moved sentence."""

    new: int
    likeness: float = 1.0
    is_moved: bool = False


@dataclass(frozen=True, slots=True)
class Alignment:
    """`links` by the place of the old token."""

    old: Sequence[Token]
    new: Sequence[Token]
    links: dict[int, Link]


def align(old: str, new: str) -> Alignment:
    """Compare two canonical texts."""
    old_tokens, new_tokens = tokens_of(old), tokens_of(new)
    codes: dict[str, str] = {}
    # The same words in the same order: most publications change nothing near most passages.
    links = {one: Link(other) for one, other in _common(_coded(old_tokens, codes), _coded(new_tokens, codes))}
    before = _Side(old_tokens, sentences_of(old, old_tokens))
    after = _Side(new_tokens, sentences_of(new, new_tokens))
    _drop_chance(links, before, after)
    _follow_moved(links, before, after, codes)
    _follow_spelling(links, before, after)
    return Alignment(old_tokens, new_tokens, links)


def _coded(tokens: Iterable[Token], codes: dict[str, str]) -> str:
    coded = []
    for token in tokens:
        code = codes.get(token.folded)
        if code is None:
            number = _FIRST_CODE + len(codes)
            if number >= _SURROGATES[0]:
                number += _SURROGATES[1] - _SURROGATES[0]
            code = codes[token.folded] = chr(number)
        coded.append(code)
    return "".join(coded)


def _common(old: str, new: str) -> Iterable[tuple[int, int]]:
    """The places of what is the same in both."""
    one = other = 0
    for sign, length in diff(old, new, timelimit=DIFF_SECONDS, checklines=False, cleanup="No"):
        if sign == "=":
            yield from zip(range(one, one + length), range(other, other + length), strict=True)
        one += length if sign in "=-" else 0
        other += length if sign in "=+" else 0


class _Side:
    """One revision: its tokens, its sentences, and which sentence a token is in."""

    def __init__(self, tokens: Sequence[Token], sentences: Sequence[Sentence]) -> None:
        self.tokens, self.sentences = tokens, sentences
        self.sentence_of = [number for number, one in enumerate(sentences) for _ in range(one.first, one.last)]

    def words(self, number: int) -> str:
        sentence = self.sentences[number]
        return " ".join(token.folded for token in self.tokens[sentence.first : sentence.last])


def _drop_chance(links: dict[int, Link], before: _Side, after: _Side) -> None:
    carried: dict[tuple[int, int], int] = defaultdict(int)
    for old, link in links.items():
        carried[before.sentence_of[old], after.sentence_of[link.new]] += before.tokens[old].weight
    chance = {
        pair
        for pair, weight in carried.items()
        if weight < LINKED_LEAST * min(before.sentences[pair[0]].weight, after.sentences[pair[1]].weight)
    }
    if not chance:
        return
    for run in list(_runs(links)):
        doubtful = [old for old in run if (before.sentence_of[old], after.sentence_of[links[old].new]) in chance]
        if sum(before.tokens[old].weight for old in doubtful) < RUN_LETTERS:
            for old in doubtful:
                del links[old]


def _runs(links: dict[int, Link]) -> Iterator[list[int]]:
    """Old tokens that follow each other in both texts."""
    run: list[int] = []
    for old in sorted(links):
        if run and (old != run[-1] + 1 or links[old].new != links[run[-1]].new + 1):
            yield run
            run = []
        run.append(old)
    if run:
        yield run


def _follow_moved(links: dict[int, Link], before: _Side, after: _Side, codes: dict[str, str]) -> None:
    lost = _uncovered(before, links.keys())
    fresh = _uncovered(after, (link.new for link in links.values()))
    if not lost or not fresh:
        return
    pairs = _paired(lost, fresh, links, before, after)
    taken = {link.new for link in links.values()}
    for old_number, (new_number, likeness) in pairs.items():
        one, other = before.sentences[old_number], after.sentences[new_number]
        found = _common(
            _coded(before.tokens[one.first : one.last], codes), _coded(after.tokens[other.first : other.last], codes)
        )
        for old, new in found:
            if other.first + new not in taken:
                links[one.first + old] = Link(other.first + new, likeness, is_moved=True)


def _follow_spelling(links: dict[int, Link], before: _Side, after: _Side) -> None:
    """Between two neighbours that stayed: a word that was written otherwise is still that word."""
    taken = {link.new for link in links.values()}
    kept = sorted(links)
    for left, right in zip([-1, *kept], [*kept, len(before.tokens)], strict=True):
        low = links[left].new if left in links else -1
        high = links[right].new if right in links else len(after.tokens)
        olds, news = range(left + 1, right), range(low + 1, high)
        if not 0 < len(olds) <= SPELLED_TOKENS_MAX or not 0 < len(news) <= SPELLED_TOKENS_MAX:
            continue
        is_moved = left in links and links[left].is_moved
        place = low + 1
        for old in olds:
            for new in range(place, high):
                likeness = Indel.normalized_similarity(before.tokens[old].folded, after.tokens[new].folded)
                is_word = before.tokens[old].weight and after.tokens[new].weight
                if new not in taken and is_word and likeness >= SPELLED_ALIKE_LEAST:
                    links[old] = Link(new, likeness, is_moved=is_moved)
                    place = new + 1
                    break


def _uncovered(side: _Side, linked: Iterable[int]) -> list[int]:
    """The sentences of which little was found again."""
    covered = [0] * len(side.sentences)
    for place in linked:
        covered[side.sentence_of[place]] += side.tokens[place].weight
    return [
        number
        for number, one in enumerate(side.sentences)
        if one.weight >= LETTERS_LEAST and covered[number] < COVERED_LEAST * one.weight
    ]


def _paired(
    lost: Sequence[int], fresh: Sequence[int], links: dict[int, Link], before: _Side, after: _Side
) -> dict[int, tuple[int, float]]:
    """One to one, the most alike first. `{old: (new, likeness)}`."""
    candidates = _Candidates(lost, fresh, before, after)
    homes = _homes(links, before, after)
    pairs: dict[int, tuple[int, float]] = {}
    waiting = candidates.best_first()
    # A pair that is found is company for its neighbours: what was ambiguous before may not be any more.
    while True:
        doubtful = []
        for old, new in waiting:
            if not candidates.are_free(old, new):
                continue
            rivals = candidates.rivals(old, new)
            if rivals and (not _has_company(old, new, homes) or any(_has_company(*one, homes) for one in rivals)):
                doubtful.append((old, new))
                continue
            pairs[old] = (new, candidates.likeness[old, new])
            homes[old] = new
            candidates.take(old, new)
        if len(doubtful) == len(waiting):
            return pairs
        waiting = doubtful


class _Candidates:
    """Pairs of a sentence that was lost and a new one that is like it."""

    def __init__(self, lost: Sequence[int], fresh: Sequence[int], before: _Side, after: _Side) -> None:
        words = {number: after.words(number) for number in fresh}
        self.likeness: dict[tuple[int, int], float] = {}
        self._of_old: dict[int, list[int]] = defaultdict(list)
        self._of_new: dict[int, list[int]] = defaultdict(list)
        for old in lost:
            for _, score, new in process.extract(
                before.words(old), words, scorer=fuzz.ratio, score_cutoff=100 * ALIKE_LEAST, limit=None
            ):
                self.likeness[old, new] = score / 100
                self._of_old[old].append(new)
                self._of_new[new].append(old)
        self._taken_old: set[int] = set()
        self._taken_new: set[int] = set()

    def best_first(self) -> list[tuple[int, int]]:
        return sorted(self.likeness, key=lambda pair: (-self.likeness[pair], pair))

    def are_free(self, old: int, new: int) -> bool:
        return old not in self._taken_old and new not in self._taken_new

    def take(self, old: int, new: int) -> None:
        self._taken_old.add(old)
        self._taken_new.add(new)

    def rivals(self, old: int, new: int) -> list[tuple[int, int]]:
        """Free pairs with one of the two that are about as good."""
        least = self.likeness[old, new] - RIVAL_WITHIN
        others = [(old, one) for one in self._of_old[old] if one != new]
        others += [(one, new) for one in self._of_new[new] if one != old]
        return [pair for pair in others if self.likeness[pair] >= least and self.are_free(*pair)]


def _homes(links: dict[int, Link], before: _Side, after: _Side) -> dict[int, int]:
    """The sentence that most of an old sentence's letters are in now."""
    carried: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for old, link in links.items():
        carried[before.sentence_of[old]][after.sentence_of[link.new]] += before.tokens[old].weight
    return {old: max(found, key=lambda one: (found[one], -one)) for old, found in carried.items()}


def _has_company(old: int, new: int, homes: dict[int, int]) -> bool:
    """Whether the sentence before or behind it is its neighbour there, too."""
    return homes.get(old - 1) == new - 1 or homes.get(old + 1) == new + 1
