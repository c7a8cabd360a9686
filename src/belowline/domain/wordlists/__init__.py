"""Lists of words that a newsroom wants to see before others do: read, looked for, and changed by two people.

One file a language in this folder is where a newsroom starts; from then on the lists are its own.
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Final

from belowline.domain.wordlists.changes import (
    BENIGN_SHARE_MAX,
    BENIGN_TEXTS_MIN,
    BenignReport,
    ChangeDecision,
    ChangeState,
    Fired,
    benign_check,
    decide_change,
)
from belowline.domain.wordlists.entries import (
    COLUMNS,
    UNCONFIRMED_FOR,
    Entry,
    Kind,
    ListProblem,
    Match,
    Severity,
    Target,
    WordList,
    as_hold_only,
    in_force,
    parse_list,
    term_problem,
)
from belowline.domain.wordlists.matching import Hit, Matcher, innocent_terms

__all__ = [
    "BENIGN_SHARE_MAX",
    "BENIGN_TEXTS_MIN",
    "COLUMNS",
    "LANGUAGES",
    "UNCONFIRMED_FOR",
    "BenignReport",
    "ChangeDecision",
    "ChangeState",
    "Entry",
    "Fired",
    "Hit",
    "Kind",
    "ListProblem",
    "Match",
    "Matcher",
    "Severity",
    "Target",
    "WordList",
    "as_hold_only",
    "benign_check",
    "decide_change",
    "in_force",
    "innocent_terms",
    "parse_list",
    "shipped_list",
    "term_problem",
]

LANGUAGES: Final = ("ar", "de", "en", "es", "fa", "fr", "he", "ru", "tr", "uk")


@functools.cache
def shipped_list(language: str) -> WordList:
    """The list that a newsroom starts with. Raises KeyError for a language that has none, ValueError for a broken file."""
    if language not in LANGUAGES:
        raise KeyError(language)
    text = files(__package__).joinpath(f"{language}.tsv").read_text("utf-8")
    found = parse_list(text, language=language)
    if isinstance(found, ListProblem):
        raise ValueError(f"{language}.tsv: {found}")
    return found
