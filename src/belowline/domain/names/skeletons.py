"""What two names have in common when a reader only glances at them: UTS #39 skeletons and scripts.

Data: Unicode's confusables.txt and Scripts.txt as shipped by the package confusable-homoglyphs. The package itself
answers another question ("is this dangerous?") and its table runs both ways, so the skeleton is built here. Each line
of confusables.txt joins a character to its prototype, so the table falls apart into groups that look alike; the
prototype of a group is its only sequence of several characters, or else its member with the most partners.
"""

import functools
import json
import unicodedata
from importlib.resources import files
from itertools import groupby

from confusable_homoglyphs import categories

# Pairs that Unicode leaves out because fonts tell them apart, and a small grey name on a phone does not.
_OURS = {"w": "vv"}
_LRM = "\u200e"  # wraps right-to-left entries in the comments that the package's table was read from


def script_of(character: str) -> str:
    """Unicode script in capitals (LATIN), COMMON, INHERITED, or UNKNOWN."""
    return str(categories.alias(character)).upper()


def scripts(text: str) -> frozenset[str]:
    """The scripts of a text, without COMMON and INHERITED."""
    return frozenset(map(script_of, text)) - {"COMMON", "INHERITED"}


def prototype(text: str) -> str:
    """The skeleton of UTS #39 section 4: NFD, every character by its prototype, NFD. Case still matters."""
    table = _prototypes()
    return _nfd("".join(table.get(c, c) for c in _nfd(text)))


def skeleton(text: str) -> str:
    """The same string for texts a glance confuses: prototype, and blind to case, width, spaces, dots and hyphens.

    A letter whose capital looks like an ASCII capital counts as that (Greek nu as N, in both cases); others by their
    small form. So ΝΙΝΑ, Νινα and Nina share it, and what only looks alike in small letters is found by `looks`.
    """
    return "".join(map(_caseless_prototype, unicodedata.normalize("NFKD", text)))


def looks(text: str) -> frozenset[str]:
    """Every skeleton that an existing name may have so that `text` must not stand beside it."""
    as_written = prototype(unicodedata.normalize("NFKC", text))
    return frozenset({skeleton(text), _glance(as_written), _glance(prototype(text))})


def latin_lookalike(character: str) -> str:
    """The small ASCII letter that a letter of another script looks like in either case, else the letter itself."""
    if character < "\u0370" or "\u1e00" <= character <= "\u1eff":
        return character
    table = _prototypes()
    for one in (character.lower(), character.upper()):
        look = table.get(one, "")
        if len(look) == 1 and look.isascii() and look.isalpha():
            return look.lower()
    return character


def without_marks(skeleton_text: str) -> str:
    return "".join(c for c in _nfd(skeleton_text) if unicodedata.category(c) != "Mn")


@functools.lru_cache(maxsize=4096)
def _caseless_prototype(character: str) -> str:
    if character.isascii():
        return _glance(character)
    upper = prototype(character.upper())
    return _glance(upper if upper.isascii() and upper.isalpha() else prototype(character.casefold()))


def _glance(text: str) -> str:
    """Small letters without separators, and i, l, 1 and |, o and 0, rn and m as one."""
    table = _prototypes()
    folded = (_nfd(c) for c in text.casefold() if _counts(c))
    # "I" and "1" look like "l", and "i" is the small "I".
    small = ("l" if c in "iı" else _OURS.get(c) or table.get(c, c).casefold() for part in folded for c in part)
    return _nfd("".join(c for part in small for c in part if _counts(c)))


def _counts(character: str) -> bool:
    """Letters, marks and numbers make a name; the rest only decorates it."""
    return character == "|" or unicodedata.category(character)[0] in "LMN"


def _nfd(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFD", text)


@functools.cache
def _prototypes() -> dict[str, str]:
    """Character -> prototype. Read on first use (20 ms), then about 6,000 short strings."""
    table = json.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_text("utf-8"))
    partners = {
        key.replace(_LRM, ""): [entry["c"].replace(_LRM, "") for entry in entries] for key, entries in table.items()
    }
    chosen: dict[str, str] = {}
    for group in _groups(partners):
        sequences = [member for member in group if len(member) > 1]
        best = sequences[0] if sequences else max(group, key=lambda m: (m.isascii(), len(partners[m]), -ord(m)))
        chosen.update((member, best) for member in group if len(member) == 1 and member != best)
    # A sequence may itself hold characters with prototypes.
    return {member: "".join(chosen.get(c, c) for c in best) for member, best in chosen.items()}


def _groups(partners: dict[str, list[str]]) -> list[list[str]]:
    root: dict[str, str] = {member: member for member in partners}

    def find(member: str) -> str:
        while root[member] != member:
            root[member] = root[root[member]]
            member = root[member]
        return member

    for member, others in partners.items():
        for other in others:
            root[find(other)] = find(member)
    by_root = sorted(partners, key=find)
    return [list(group) for _, group in groupby(by_root, key=find)]
