"""The second view of a text: folded, so that word lists and comparisons see through disguises; shown to nobody.

Each character of the view knows which one of the original it came from, so that a hit can be marked in the words as they
were written. The steps, in order (the text is one line of them, `match_view`):

1. NFKC and case folding for each character; a decomposition of more than four characters is left alone, so that a text
   cannot grow without bound. Marks go from Latin letters; what composes in another script (й, ї, ά) stays itself.
   Arabic and Hebrew letters are those of the search (domain/search_words.py): without vowel signs and tatweel, one alef.
2. What nobody sees (of no width, directional, soft hyphens, selectors) goes, and is counted unless it does its ordinary
   work: in an emoji, between Arabic or Indic letters, or beside the words of another direction.
3. Addresses and mentions become one character each (`ADDRESS`, `MENTION`). A mention begins at a word's left boundary:
   "TW@TIS" is none.
4. Look-alikes of other scripts become Latin only in words that mix scripts, and only when all of the word does; where
   that fails but all of it can be Cyrillic, it is that. Words of one script stay as they are.
5. Digits and signs become letters only inside a word that has letters, never in designations, ordinals and quantities
   (T-72, M1A2, F-16s, 1990s, 3rd, 155mm).
6. Three and more of the same letter become two.

What a word may be read as besides (a letter masked by a sign, 1 as l, "@" in front) is kept as a `Reading`. Letters that
stand alone ("f u c k") are joined only by who knows the words: domain/wordlists/matching.py.

Everything is linear in the length of the text; the sources are UAX 15, UTS 39 and Unicode's confusables.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from belowline.domain.names.skeletons import latin_lookalike
from belowline.domain.search_words import FORMAT, MARKS, UNSPACED, plain_letter
from belowline.domain.text import BLANKS, DIRECTION_MARKS, MAX_MARKS

ADDRESS: Final = "\ufffc"
MENTION: Final = "\ufffb"
MASK: Final = "*"  # in a reading: any letter

# U+FDFA alone becomes 18 characters. Nothing that a word is written with becomes more than four.
_EXPANSION_MAX = 4
# Large blocks in which each character is its own fold, private and unassigned ones among them. What is left is some
# 31,000 characters, whose folds are all remembered: nobody makes us work them out again with every text.
_INERT = re.compile(
    "[\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff\uac00-\ud7a3\ue000-\uf8ff"
    "\U00012000-\U0001bfff\U0001f300-\U000dffff\U000f0000-\U0010ffff]"
)

_INVISIBLE = re.compile(rf"[{FORMAT}{''.join(BLANKS)}]")
_DIACRITICS = r"\u0300-\u034e\u0350-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_IS_DIACRITIC = re.compile(f"[{_DIACRITICS}]")
_COMPOSED = re.compile(rf"([\u0370-\u1dbf\u1f00-\u1fff])([{_DIACRITICS}]+)")
_URL = re.compile(r"(?<!\w)(?:https?://|www\.)\S+")
_MENTION = re.compile(r"(?<![\w@])@\w[\w.-]*")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}](?:[^\W_{UNSPACED}]|[{MARKS}])*")
_LETTERS = re.compile(r"\w+")

_SIGNS = "@$!|€"
_MASKS = "*#%"
_HAS_SIGN = re.compile(rf"\w[{_SIGNS}{_MASKS}0-9]|[{_SIGNS}0-9]\w")
_CORE = re.compile(rf"[$!]?[^\W_][^\W_{_SIGNS}{_MASKS}]*(?:[{_SIGNS}{_MASKS}][^\W_{_SIGNS}{_MASKS}]*)*")
_LATIN_SIGNS = str.maketrans("0134578@$!|€#%", "oieastbasiie**")
_CYRILLIC_SIGNS = str.maketrans("0346@#%", "озчба**")
_L_SIGNS = {**_LATIN_SIGNS, **str.maketrans("1!|", "lll")}
_HAS_LETTER = re.compile(r"[^\W\d_]")
_HAS_MASK = re.compile(f"[{_MASKS}]")
_UNMASKED = re.compile(f"[^{_MASKS}]+")
_MAY_BE_L = re.compile("[1!|]")
# Words with digits that are no disguise. A designation's number does not begin with 0 (c00n does), and where a single
# digit stands between letters the first part is short and something follows (M1A2, H1N1; not b1tch, sh1t).
_KEPT = re.compile(
    r"[^\W\d_]+[1-9]\d*"  # mp3, F16, COVID19
    r"|\d+[^\W\d_]{1,2}\d*|\d+[^\W\d_]{1,3}\d+"  # 5th, 90s, 10k, 35S, 47M2, 9K720, 4x4
    r"|\d+(?:mm|cm|km|kg|hz|khz|mhz|ghz|mph|kmh|kph|min|sec|hrs|year|years|days|am|pm|ft|yds|lbs|mln|bln|bn|ème|eme|er|мм)"
    r"|[^\W\d_]{1,3}[1-9]\d+[^\W\d_]{1,2}\d*"  # T72B3, M777A2, B52s
    r"|[^\W\d_]\d[^\W\d_]|[^\W\d_]{1,2}\d[^\W\d_]\d+"  # H2O, M1A2, R2D2
)
_MASKED_KNOWN_MIN = 2  # letters that are left of a masked word
_MASKED_LENGTH_MIN: Final = 4
MASKED_LENGTH_MAX: Final = 24

_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_TO_CYRILLIC = {latin_lookalike(one): one for one in "авгекмнорстухі"}
# Small capitals have no look-alike in Unicode's table where the font tells them apart; negative squares no decomposition.
_CAPITALS = {
    character: name[-1].lower()
    for first, last in ((0x0262, 0x02B0), (0x1D00, 0x1D2B), (0xA730, 0xA732), (0x1F150, 0x1F16A), (0x1F170, 0x1F18A))
    for character, name in ((chr(code), unicodedata.name(chr(code), "")) for code in range(first, last))
    if re.fullmatch(r"LATIN LETTER SMALL CAPITAL [A-Z]|NEGATIVE \w+ LATIN CAPITAL LETTER [A-Z]", name)
}


class Reading(NamedTuple):
    """What the word at `start` to `end` of the original may be read as besides; `MASK` in it stands for any letter."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class MatchView:
    """`offsets` has one entry for each character of `text`, where it stood in the original, and the original's length.

    `had_invisible` counts characters that nobody sees and that did not do their ordinary work.
    """

    text: str
    offsets: tuple[int, ...]
    had_invisible: int = 0
    readings: tuple[Reading, ...] = ()

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """From a span of the view to that of the original; what was left out behind its last character belongs to it."""
        if end <= start:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], max(self.offsets[end], self.offsets[end - 1] + 1)


def match_view(text: str) -> MatchView:
    """The folded view of a text as it is stored or written. Same text, same view, on every machine of one Unicode."""
    folded, offsets, invisible = _folded(text)
    folded, offsets, mentions = _with_placeholders(folded, offsets)
    if not folded.isascii():
        folded = _one_script(folded)
    before = folded
    folded, readings = _with_letters_for_signs(folded, offsets)
    if folded is not before and not folded.isascii():
        folded = _one_script(folded)  # a sign has joined two words
    folded, offsets = _cut(folded, offsets, [(m.start() + 2, m.end(), "") for m in _REPEATED.finditer(folded)])
    return MatchView(folded, tuple(offsets), invisible, (*mentions, *readings))


def words(text: str) -> Iterator[re.Match[str]]:
    """The words of a view's text. In scripts without spaces each character is one."""
    return _WORD.finditer(text)


def _folded(text: str) -> tuple[str, list[int], int]:
    if text.isascii():
        return text.lower().translate(_ASCII_BLANKS), list(range(len(text) + 1)), 0
    parts = [_FOLDS[one] for one in text]
    if _IS_DIACRITIC.search(text):
        for found in _COMPOSED.finditer(text):
            whole = unicodedata.normalize("NFC", found[1] + found[2][:MAX_MARKS])
            parts[found.start()] = _FOLDS[whole[0]]
    joined = "".join(parts)
    if len(joined) == len(text) and "" not in parts:
        return joined, list(range(len(text) + 1)), 0
    offsets = [place for place, part in enumerate(parts) for _ in part]
    offsets.append(len(text))
    return joined, offsets, sum(1 for found in _INVISIBLE.finditer(text) if not _is_ordinary(text, found.start()))


class _Folds(dict[str, str]):
    def __missing__(self, character: str) -> str:
        if _INERT.match(character):
            return character
        folded = self[character] = _fold(character)
        return folded


def _fold(character: str) -> str:
    if _INVISIBLE.match(character) or _IS_DIACRITIC.match(character):
        return ""
    if character in _CAPITALS:
        return _CAPITALS[character]
    if character in "’ʼ‘`´":
        return "'"
    plain = unicodedata.normalize("NFKC", character)
    if len(plain) > _EXPANSION_MAX:
        return character
    folded = unicodedata.normalize("NFKC", plain.casefold())
    apart = unicodedata.normalize("NFD", folded)
    if apart != folded and apart[0].isascii():
        folded = _IS_DIACRITIC.sub("", apart)
    elif len(folded) > 1:
        folded = _IS_DIACRITIC.sub("", folded)
    if folded.isspace():
        return "\n" if character in "\r\x0b\x0c\x85\u2028\u2029" else " "
    return "".join(map(plain_letter, folded))


_FOLDS: Final = _Folds()
_ASCII_BLANKS = {ord(one): " " for one in "\t\x1c\x1d\x1e\x1f"} | {ord(one): "\n" for one in "\r\x0b\x0c"}
_FOLDS.update({chr(code): chr(code).lower().translate(_ASCII_BLANKS) for code in range(128)})


def _is_ordinary(text: str, place: int) -> bool:
    """Does it do what it is for? Of directions: wherever it does not stand inside a word."""
    character = text[place]
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if character in "\u200d\ufe0e\ufe0f" and before and (before in "#*0123456789\ufe0f" or _is_pictogram(before)):
        return True
    if character in "\u200c\u200d":
        return before >= "\u0600" and before.isalpha()
    if character in DIRECTION_MARKS or "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069":
        return not (before.isalnum() and after.isalnum())
    return False


def _is_pictogram(character: str) -> bool:
    return unicodedata.category(character) in ("So", "Sk")


def _cut(text: str, offsets: list[int], cuts: list[tuple[int, int, str]]) -> tuple[str, list[int]]:
    """Each span replaced by one character or none; spans in order and apart."""
    if not cuts:
        return text, offsets
    pieces: list[str] = []
    places: list[int] = []
    position = 0
    for start, end, instead in cuts:
        pieces += (text[position:start], instead)
        places += offsets[position : start + len(instead)]
        position = end
    return "".join([*pieces, text[position:]]), places + offsets[position:]


def _with_placeholders(text: str, offsets: list[int]) -> tuple[str, list[int], list[Reading]]:
    """A mention may also be the word behind its sign, or one that begins with a: "@sshole"."""
    readings: list[Reading] = []
    if "@" not in text and "://" not in text and "www." not in text:
        return text, offsets, readings
    text, offsets = _cut(text, offsets, [(one.start(), one.end(), ADDRESS) for one in _URL.finditer(text)])
    cuts = []
    for one in _MENTION.finditer(text):
        cuts.append((one.start(), one.end(), MENTION))
        word = one[0][1:]
        if word.isalpha():
            start, end = offsets[one.start()], offsets[one.end()]
            readings += (Reading(start, end, word), Reading(start, end, f"a{word}"))
    return *_cut(text, offsets, cuts), readings


def _one_script(text: str) -> str:
    return _LETTERS.sub(lambda found: _word_in_one_script(found[0]), text)


def _word_in_one_script(word: str) -> str:
    if word.isascii() or not _HAS_ASCII_LETTER.search(word) or _INERT.search(word):
        return word
    latin = "".join([_LOOKS[one] for one in word])
    if latin.isascii():
        return latin
    cyrillic = "".join([_TO_CYRILLIC.get(one, one) for one in word])
    return word if _HAS_ASCII_LETTER.search(cyrillic) or not _CYRILLIC.search(word) else cyrillic


class _Looks(dict[str, str]):
    def __missing__(self, character: str) -> str:
        if _INERT.match(character):
            return character
        look = self[character] = latin_lookalike(character)
        return look


_LOOKS: Final = _Looks()
_HAS_ASCII_LETTER = re.compile("[a-z]")


def _with_letters_for_signs(text: str, offsets: list[int]) -> tuple[str, list[Reading]]:
    readings: list[Reading] = []
    if not _HAS_SIGN.search(text):
        return text, readings

    def note(start: int, end: int, reading: str) -> None:
        readings.append(Reading(offsets[start], max(offsets[end], offsets[end - 1] + 1), reading))

    return _CORE.sub(lambda found: _deciphered(found[0], found.start(), note), text), readings


def _deciphered(whole: str, start: int, note: Callable[[int, int, str], None]) -> str:
    """As long as it was. Signs at the end of a word are punctuation, but for those of money: "a$$". `start` is where it
    stands in the text."""
    if whole.isalpha():
        return whole
    whole = _word_in_one_script(whole)  # signs may stand between letters of two scripts
    word = whole.rstrip("@!|€" + _MASKS)
    if word.isalpha() or not _HAS_LETTER.search(word):
        return whole
    signs = _CYRILLIC_SIGNS if _CYRILLIC.search(word) else _LATIN_SIGNS
    if _HAS_MASK.search(word):
        masked = word.translate(signs)
        if _MASKED_LENGTH_MIN <= len(word) <= MASKED_LENGTH_MAX and word[0].isalpha():
            bare = masked.replace(MASK, "")
            if bare.isalpha() and len(bare) >= max(_MASKED_KNOWN_MIN, len(word) / 2):
                note(start, start + len(word), masked)
        # Whatever the whole may be, what stands between the masks is read as it would be alone.
        return _UNMASKED.sub(lambda part: _deciphered(part[0], start + part.start(), note), whole)
    if _KEPT.fullmatch(word):
        return whole
    if signs is _LATIN_SIGNS and _MAY_BE_L.search(word):
        note(start, start + len(word), word.translate(_L_SIGNS))
    return word.translate(signs) + whole[len(word) :]
