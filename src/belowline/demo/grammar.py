"""The hand-written stock of sentences (content/comments/grammar.toml), compiled so that filling one is a `%`."""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

GRAMMAR_FILE = Path(__file__).parent / "content" / "comments" / "grammar.toml"

_SLOT = re.compile(r"\{([a-z_]+|\d+-\d+)\}")
_KEEP_CAPITAL = frozenset({"I", "I'm", "I've", "I'd", "Mika's", "Marram", "Saddlers'", "Lantern", "Hob's", "Dear"})
# Sentences that begin so do not follow "because" or "but".
# fmt: off
_NOT_AFTER_OPENER = frozenset({
    "Add", "Ask", "Back", "Bought", "Breaking", "Brought", "Could", "Dear", "Don't", "For", "Give", "Has", "Hear",
    "If", "Is", "Keep", "Let", "Never", "Please", "Print", "Printed", "Put", "Raise", "Read", "Screen", "Serious",
    "Show", "Sign", "Spoken", "Take", "Transcript", "Try", "Two", "Who", "Whoever", "Good", "Fair", "First", "Still",
    "Would", "Nobody's", "Somewhere",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class Template:
    """`pattern % words` is the sentence; `fused_*` is the same after an opener, without its capital."""

    pattern: str
    options: tuple[tuple[str, ...], ...]
    fused_pattern: str
    fused_options: tuple[tuple[str, ...], ...]
    may_follow_opener: bool


class Deck:
    """Templates dealt without replacement: a sentence's skeleton comes back only when the whole pool was used."""

    __slots__ = ("_at", "_cards", "_rng")

    def __init__(self, cards: Sequence[Template], *, rng: random.Random) -> None:
        self._cards, self._rng, self._at = list(cards), rng, len(cards)

    def deal(self) -> Template:
        if self._at == len(self._cards):
            self._rng.shuffle(self._cards)
            self._at = 0
        self._at += 1
        return self._cards[self._at - 1]


Pools = Mapping[str, tuple[Template, ...]]


@lru_cache(maxsize=1)
def grammar() -> Pools:
    """Pool name (`subjects.log.pro`, `camps.expert`, `openers.agree`, `short.any`) to its templates.

    Raises ValueError naming the pool and line of a template that is malformed.
    """
    with GRAMMAR_FILE.open("rb") as file:
        stock = tomllib.load(file)
    slots = {name: tuple(words.split("|")) for name, words in stock.pop("slots").items()}
    return dict(_pools(stock, prefix="", slots=slots))


@lru_cache(maxsize=1)
def subjects() -> tuple[str, ...]:
    return tuple(sorted({name.split(".")[1] for name in grammar() if name.startswith("subjects.")}))


def _pools(
    table: Mapping[str, object], *, prefix: str, slots: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, tuple[Template, ...]]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _pools(value, prefix=f"{prefix}{name}.", slots=slots)
        else:
            lines = [line for line in str(value).splitlines() if line.strip()]
            yield prefix + name, tuple(_compiled(line, pool=prefix + name, slots=slots) for line in lines)


def _compiled(line: str, *, pool: str, slots: Mapping[str, tuple[str, ...]]) -> Template:
    pieces = _SLOT.split(line)
    if "{" in "".join(pieces[::2]) or not (line[0].isupper() or line[0] in "{[1"):
        raise ValueError(f"grammar.toml, {pool}: malformed template: {line}")
    literals, options = pieces[::2], []
    for number, name in enumerate(pieces[1::2]):
        words = _words(name, pool=pool, slots=slots)
        before = re.search(r"\b([Aa]) $", literals[number])
        if before:  # "a" or "an" belongs to the word that follows
            literals[number] = literals[number][: before.start()]
            words = tuple(
                f"{before[1]}{'n' if word[0] in 'aeiou' or word == 'honest' else ''} {word}" for word in words
            )
        options.append(words)
    pattern = "%s".join(literal.replace("%", "%%") for literal in literals)
    first = line.split()[0].rstrip(",:")
    if line[0] != "{" and first not in _KEEP_CAPITAL:
        fused_pattern, fused_options = pattern[0].lower() + pattern[1:], tuple(options)
        if pattern.startswith("%s"):  # an article moved into the first word
            fused_pattern, first_words = pattern, tuple(word[0].lower() + word[1:] for word in options[0])
            fused_options = (first_words, *options[1:])
    else:
        fused_pattern, fused_options = pattern, tuple(options)
    if line.startswith("{"):
        options[0] = tuple(word[0].upper() + word[1:] for word in options[0])
    plain = not line.endswith("?") and first not in _NOT_AFTER_OPENER and ":" not in line.split("](")[0]
    return Template(pattern, tuple(options), fused_pattern, fused_options, plain)


def _words(name: str, *, pool: str, slots: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if name[0].isdigit():
        low, high = (int(part) for part in name.split("-"))
        return tuple(str(number) for number in range(low, high + 1))
    if name not in slots:
        raise ValueError(f"grammar.toml, {pool}: unknown slot {{{name}}}")
    return slots[name]
