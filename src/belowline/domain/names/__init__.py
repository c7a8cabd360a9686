"""Display names: which ones may stand beside a comment, and which look like somebody else's.

A name is refused with a code or cleaned. Being free is the caller's question: `CleanName.skeleton` must be unique among
readers, and none of `CleanName.looks` may be another reader's skeleton.
"""

import functools
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from belowline.domain.names import reserved
from belowline.domain.names.skeletons import looks, prototype, script_of, scripts, skeleton, without_marks
from belowline.domain.text import BLANKS, Problem, canonical, is_mark, is_variation_selector

__all__ = ["MAX_LENGTH", "MIN_LENGTH", "CleanName", "Problem", "check_name", "is_reserved", "looks", "skeleton"]

MIN_LENGTH: Final = 2  # characters as a reader counts them: marks belong to their letter
MAX_LENGTH: Final = 50
_MAX_RAW: Final = 500

# Names are refused what imitates a badge or markup: symbols, emoji, brackets of other kinds, slashes, @.
_PUNCTUATION: Final = frozenset(" -–'’‘.·,_&()!?+‧・׳״،؟।")
_SHORT_NAME_SCRIPTS: Final = frozenset({"HAN", "HANGUL"})  # one character can be a whole given name
# UTS #39 section 5.2, "highly restrictive": one script, or Latin with one of these groups.
_GROUPS: Final = (
    frozenset({"LATIN", "HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "HAN", "BOPOMOFO"}),
    frozenset({"LATIN", "HAN", "HANGUL"}),
)
# UAX #31 tables 5 and 7: recommended and limited-use scripts. The others are historic; their letters only decorate.
_SCRIPT_NAMES = (
    "COMMON INHERITED ARABIC ARMENIAN BENGALI BOPOMOFO CYRILLIC DEVANAGARI ETHIOPIC GEORGIAN GREEK GUJARATI "
    "GURMUKHI HANGUL HAN HEBREW HIRAGANA KANNADA KATAKANA KHMER LAO LATIN MALAYALAM MYANMAR ORIYA SINHALA TAMIL "
    "TELUGU THAANA THAI TIBETAN ADLAM BALINESE BAMUM BATAK CANADIAN_ABORIGINAL CHAKMA CHAM CHEROKEE "
    "HANIFI_ROHINGYA JAVANESE KAYAH_LI LEPCHA LIMBU LISU MANDAIC MEETEI_MAYEK MIAO NEWA NEW_TAI_LUE NKO "
    "NYIAKENG_PUACHUE_HMONG OL_CHIKI OSAGE SAURASHTRA SUNDANESE SYLOTI_NAGRI SYRIAC TAI_LE TAI_THAM TAI_VIET "
    "TIFINAGH VAI WANCHO YI MONGOLIAN"
)
_SCRIPTS: Final = frozenset(_SCRIPT_NAMES.split())
# Compatibility characters that their language cannot do without: Thai and Lao AM.
_KEPT_COMPATIBILITY: Final = frozenset("\u0e33\u0eb3")
_BETWEEN_WORDS: Final = re.compile("[ .,_&()!?+·‧・-]+")
_UNSPACED: Final = re.compile("[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_LEET: Final = str.maketrans("34578", "easts")
_PERSIAN_JOINER: Final = re.compile("(?<=[\u0620-\u06d5])\u200c(?=[\u0620-\u06d5])")


@dataclass(frozen=True)
class CleanName:
    name: str  # as shown
    skeleton: str  # equal for names that a glance confuses
    looks: frozenset[str]  # skeletons that no other reader may have
    words: tuple[str, ...]  # skeletons of the single words


def check_name(name: str) -> CleanName | Problem:
    """The name cleaned, or why it is refused.

    Codes: name_too_short and name_too_long (limit, actual), name_characters (symbols, historic scripts),
    name_no_letter, name_mixed_scripts (also two kinds of digits). Hidden and directional controls are taken out without
    a word, width and spaces are folded, marks capped.
    """
    if len(name) > _MAX_RAW:
        return Problem("name_too_long", limit=MAX_LENGTH, actual=len(name))
    cleaned = _cleaned(name)
    if problem := _length_problem(cleaned) or _character_problem(cleaned) or _script_problem(cleaned):
        return problem
    return CleanName(cleaned, skeleton=skeleton(cleaned), looks=looks(cleaned), words=_words(cleaned))


def is_reserved(name: CleanName | str, staff_skeletons: Collection[str] = ()) -> bool:
    """Would readers take it for the newsroom's? By reserved words, or by a member of staff's skeleton, accents aside.

    `name` may be a bare skeleton, but then the single words of the name are not known.
    """
    clean = name if isinstance(name, CleanName) else CleanName(name, name, frozenset({name}), (name,))
    seen = {without_marks(look) for look in clean.looks | {clean.skeleton}}
    if not seen.isdisjoint(map(without_marks, staff_skeletons)):
        return True
    words = {without_marks(word) for word in clean.words}
    roles, whole, fillers = _reserved_skeletons()
    if not roles.isdisjoint(look.translate(leet) for look in seen | words for leet in ({}, _LEET)):
        return True
    if any(look in whole or _is_compound(look) for look in seen) or any(map(_holds_unspaced_role, seen)):
        return True
    return words <= whole | fillers and not words.isdisjoint(whole - _generic_skeletons())


def _is_compound(look: str) -> bool:
    """Is it reserved words and nothing else, written together: "belowlineadminteam"?"""
    roles, whole, fillers = _reserved_skeletons()
    known = roles | whole
    reachable = {0: False}  # end of a word -> is one of the words before it more than a filler?
    for end in range(1, len(look) + 1):
        words = [(look[start:end], has_role) for start, has_role in reachable.items()]
        fitting = [has_role or word in known for word, has_role in words if word in known or word in fillers]
        if fitting:
            reachable[end] = any(fitting)
    return reachable.get(len(look), False)


def _holds_unspaced_role(look: str) -> bool:
    """Chinese, Japanese, Korean and Thai write "administrator Wang" as one word."""
    roles, _, _ = _reserved_skeletons()
    return any(role in look for role in roles if _UNSPACED.match(role) and len(role) > 1)


@functools.cache
def _generic_skeletons() -> frozenset[str]:
    return frozenset(without_marks(skeleton(word)) for word in reserved.GENERIC)


@functools.cache
def _reserved_skeletons() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    def folded(words: Collection[str]) -> frozenset[str]:
        return frozenset(without_marks(skeleton(word)) for word in words)

    return folded(reserved.ROLES), folded(reserved.WHOLE), folded(reserved.FILLERS)


def _words(name: str) -> tuple[str, ...]:
    """Skeletons of the words, also of those written together with capitals: "ModeratorBob"."""
    parted = "".join(f" {b}" if a.islower() and b.isupper() else b for a, b in pairwise(" " + name))
    parts = [part for text in (name, parted) for part in _BETWEEN_WORDS.split(text)]
    # "admin1" and "system 2" are read as what stands before the number.
    words = {skeleton(part.rstrip("0123456789")) for part in [*parts, name]}
    return tuple(sorted(words - {""} - ({skeleton(name)} if len(parts) > 2 else set())))


def _cleaned(name: str) -> str:
    name = _PERSIAN_JOINER.sub("\x00", canonical(name))  # holds the place of the one joiner that is kept
    name = "".join(" " if c.isspace() else c for c in name.replace("\u2800", " "))
    folded = "".join(map(_folded, name))
    shown = "".join(c for c in folded if c == "\x00" or not _is_hidden(c)).replace("\x00", "\u200c")
    return canonical(" ".join(unicodedata.normalize("NFC", shown).split()))


def _folded(character: str) -> str:
    """Full and half width, presentation forms and the like as their plain letters, where nothing else is meant."""
    if character.isascii() or character in _KEPT_COMPATIBILITY:
        return character
    plain = unicodedata.normalize("NFKC", character)
    if plain == character or "\uff00" <= character <= "\uffef" or "\ufb50" <= character <= "\ufeff":
        return plain
    return plain if prototype(plain) == prototype(character) else character


def _is_hidden(character: str) -> bool:
    return (
        unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp")
        or character in BLANKS
        or character == "\u034f"
        or is_variation_selector(character)
    )


def _length_problem(name: str) -> Problem | None:
    length = sum(1 for c in name if not is_mark(c) and c != "\u200c")
    shortest = 1 if scripts(name) and scripts(name) <= _SHORT_NAME_SCRIPTS else MIN_LENGTH
    if length < shortest:
        return Problem("name_too_short", limit=MIN_LENGTH, actual=length)
    return Problem("name_too_long", limit=MAX_LENGTH, actual=length) if length > MAX_LENGTH else None


def _character_problem(name: str) -> Problem | None:
    if not all(map(_is_allowed, name)) or is_mark(name[0]):
        return Problem("name_characters")
    return None if any(unicodedata.category(c)[0] == "L" for c in name) else Problem("name_no_letter")


def _is_allowed(character: str) -> bool:
    if character in _PUNCTUATION or character == "\u200c":
        return True
    if unicodedata.category(character) not in ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd"):
        return False
    is_plain = character in _KEPT_COMPATIBILITY or unicodedata.normalize("NFKC", character) == character
    return is_plain and script_of(character) in _SCRIPTS


def _script_problem(name: str) -> Problem | None:
    found = scripts(name)
    is_together = len(found) <= 1 or any(found <= group for group in _GROUPS)
    # The zero of each decimal system in the name (UTS #39 section 5.3).
    zeros = {ord(c) - unicodedata.decimal(c) for c in name if unicodedata.category(c) == "Nd"}
    return (
        None
        if is_together and len(zeros) <= 1
        else Problem("name_mixed_scripts", limit=1, actual=max(len(found), len(zeros)))
    )
