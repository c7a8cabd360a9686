"""What a reader asks a search: words, phrases in quotes, and words that must not be there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from belowline.domain.search_words import words_of

CHARACTERS_MAX: Final = 200
TERMS_MAX: Final = 12
PHRASE_TOKENS_MAX: Final = 24

# English, German, French, Arabic and CJK quotation marks, in pairs or not.
_QUOTES = '"“”„‟«»〝〞＂「」'
_HYPHENS = "-−–‐‑"
_TERM = re.compile(
    rf"(?:(?<!\S)(?P<minus>[{_HYPHENS}]))?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<word>[^\s{_QUOTES}]+))"
)
# In Hebrew a quotation mark within a word marks an acronym.
_ACRONYM = re.compile('(?<=[\u05d0-\u05ea])["״](?=[\u05d0-\u05ea](?![\u05d0-\u05ea]))')


@dataclass(frozen=True, slots=True)
class Term:
    """One wish. Any of the `alternatives` fulfils it, one for each language that words it differently; each is tokens
    that follow one another. `is_excluded`: none of them may be there."""

    alternatives: tuple[tuple[str, ...], ...]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """`terms` all have to be fulfilled; without any, everything is found."""

    terms: tuple[Term, ...] = ()

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.is_excluded)


@dataclass(frozen=True, slots=True)
class Unclear:
    """`code`: too_long, too_many_terms, no_words (nothing but signs), only_excluded."""

    code: str


def read_query(text: str, *, languages: Iterable[str]) -> Query | Unclear:
    """The query in a reader's words. `languages` are those of the texts: a word is looked for as each of them stems
    it. White space alone is the query that finds everything."""
    if len(text) > CHARACTERS_MAX:
        return Unclear("too_long")
    codes = tuple(dict.fromkeys(languages))
    found: list[Term] = []
    for match in _TERM.finditer(_ACRONYM.sub("״", text)):
        term = _term(match["phrase"] if match["word"] is None else match["word"], codes, bool(match["minus"]))
        if term is not None and term not in found:
            found.append(term)
    if len(found) > TERMS_MAX:
        return Unclear("too_many_terms")
    if text.strip() and not found:
        return Unclear("no_words")
    query = Query(tuple(found))
    return Unclear("only_excluded") if found and not query.wanted else query


def _term(words: str, languages: Sequence[str], is_excluded: bool) -> Term | None:
    alternatives = []
    for language in languages:
        tokens = [token for word in words_of(words, language=language) for token in word.tokens]
        if tokens:
            alternatives.append(tuple(tokens[:PHRASE_TOKENS_MAX]))
    return Term(tuple(dict.fromkeys(alternatives)), is_excluded) if alternatives else None
