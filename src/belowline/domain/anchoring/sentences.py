"""A text's sentences, as runs of tokens: what the alignment is judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from belowline.domain.anchoring.tokens import Token

# Full stops of the scripts that our readers write: Latin, Arabic, Urdu, Devanagari, Chinese and Japanese.
SENTENCE_ENDS = frozenset(".!?…؟۔।。！？｡")
# What may still belong to a sentence that has ended.
_CLOSES = frozenset("\"')]}」』）")
# A list or a table without a full stop is no sentence of a thousand words.
_TOKENS_MAX = 120


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens `first` up to, not including, `last`; `weight` are their letters and digits."""

    first: int
    last: int
    weight: int


def sentences_of(text: str, tokens: Sequence[Token]) -> list[Sentence]:
    """In order, without a gap: every token is in one."""
    found: list[Sentence] = []
    first, has_ended = 0, False
    for place, token in enumerate(tokens):
        gap = text[tokens[place - 1].end : token.start] if place else ""
        is_new_block = "\n" in gap
        begins_anew = has_ended and bool(gap or token.weight) and token.folded not in _CLOSES
        if place > first and (is_new_block or begins_anew or place - first >= _TOKENS_MAX):
            found.append(_sentence(tokens, first, place))
            first, has_ended = place, False
        # "3.14" and "example.org" have no gap behind their full stop.
        follows = text[token.end : token.end + 1]
        if token.folded in SENTENCE_ENDS:
            has_ended = token.folded not in ".…" or not follows or follows.isspace() or follows in _CLOSES
        elif token.folded not in _CLOSES:
            has_ended = False
    if first < len(tokens):
        found.append(_sentence(tokens, first, len(tokens)))
    return found


def _sentence(tokens: Sequence[Token], first: int, last: int) -> Sentence:
    return Sentence(first, last, sum(token.weight for token in tokens[first:last]))
