"""From written words to the tokens that a search compares: normalised, stemmed, the same on every database.

A token is a run of letters, digits and marks, without white space and quotes. What the languages ask for:

- All: NFKC and case folding (UAX 15; Unicode 17, 3.13), digits of every script as ASCII, marks above and below Latin,
  Greek and Cyrillic letters left out, so that "cafe" finds "café".
- Arabic: the normalisation and the light stemmer of L. Larkey, L. Ballesteros, M. Connell, "Light Stemming for Arabic
  Information Retrieval" (2007), known as light10. Snowball's stemmer for Arabic keeps plurals in -at apart from their
  singular and takes the first letter of words such as "bawwaba" for a preposition; light10 does neither.
- Hebrew: points (niqqud, U+0591 to U+05C7) and the marks of acronyms are left out, final letters are as others. There
  is no stemmer. One or two letters in front that may be particles (the, and, in, as, to, from, that) are taken off for a
  second token beside the word itself, because many words begin with these letters.
- Scripts without spaces (Han, Kana, Thai, Lao, Khmer, Burmese): each character is a token, a word a sequence of them.
- Others: the stemmers of Snowball (snowballstem.org), by the language of the text.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import snowballstemmer

from belowline.domain.text import canonical

# Longer ones are no words; the rest of them is not compared.
TOKEN_CHARACTERS_MAX: Final = 48

# ISO 639-1 to Snowball's names.
_SNOWBALL: Final = {
    "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "eo": "esperanto",
    "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali",
    "nl": "dutch", "no": "norwegian", "nb": "norwegian", "nn": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "yi": "yiddish",
}  # fmt: skip
# Languages in Arabic letters that the rules of Arabic do not fit.
_NOT_ARABIC: Final = frozenset({"fa", "ur", "ps", "ku", "ckb", "sd", "ug"})
# "l'eau", "dell'acqua": what stands before the apostrophe is an article of its own.
_ELIDING: Final = frozenset({"ca", "fr", "it"})

UNSPACED: Final = (
    r"\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u309f\u30a0-\u30ff\u31f0-\u31ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Marks that stand within words, and characters of format that do, whether they help (soft hyphen, joiners) or hide
# (directions, tags, selectors). Tatweel is a letter already.
MARKS: Final = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u0900-\u0963\u0966-\u0dff\u1ab0-\u1aff"
    r"\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
FORMAT: Final = (
    r"\u00ad\u034f\u061c\u180b-\u180d\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
    r"\U000e0000-\U000e007f\U000e0100-\U000e01ef"
)
_APOSTROPHES = r"'’ʼ\uff07"
_GERSHAYIM = '"״׳'
_LETTER = rf"(?:[^\W_{UNSPACED}]|[{MARKS}])"
# An apostrophe, or in Hebrew the mark of an acronym, belongs to a word when letters stand on both sides of it.
_INNER = rf"(?:[{FORMAT}]|[{_APOSTROPHES}](?=[^\W\d_])|(?<=[\u05d0-\u05ea])[{_GERSHAYIM}](?=[\u05d0-\u05ea]))"
_WORD = re.compile(rf"[^\W_{UNSPACED}](?:{_LETTER}|{_INNER}(?={_LETTER}))*|[{UNSPACED}]")

_APOSTROPHE = re.compile(rf"[{_APOSTROPHES}]")
_DROPPED = re.compile(rf"[{FORMAT}{_GERSHAYIM}]")
_NOT_WORD = re.compile(rf"[^\w{MARKS}']|_")
_ARABIC_LETTER = re.compile(r"[\u0620-\u064a\u066e-\u06d3]")
_HEBREW_LETTER = re.compile(r"[\u05d0-\u05ea]")
_FOLDED_MARK = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_ARABIC_SIGNS = re.compile(r"[\u0640\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
# Alef with its hamzas and madda, alef maqsura and the Persian and Urdu letters, ta marbuta; hamza on its carrier.
_ARABIC_LETTERS = str.maketrans("أإآٱىیةھکؤئ", "ااااييههكوي")
_HEBREW_FINALS = str.maketrans("ךםןףץ", "כמנפצ")
_HEBREW_POINTS = re.compile(r"[\u0591-\u05c7]")

_ARTICLES = ("وال", "بال", "كال", "فال", "ال", "لل")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")
_PARTICLES = frozenset("והבכלמש")

# A stemmer keeps the word it works on.
_here = threading.local()


@dataclass(frozen=True, slots=True)
class Word:
    """`start` and `end` in the text; `tokens` are what it is compared by, in order: mostly one."""

    start: int
    end: int
    tokens: tuple[str, ...]


def words_of(text: str, *, language: str) -> Iterator[Word]:
    """The words of a text, in order, with their tokens. Words without a token are left out."""
    for match in _WORD.finditer(text):
        tokens = tokens_of(match[0], language)
        if tokens:
            yield Word(match.start(), match.end(), tokens)


def token_text(text: str, *, language: str, at_most: int) -> str:
    """The tokens in order, each between single spaces, with a space at both ends; "" for none. At most that many."""
    found: list[str] = []
    for word in words_of(text, language=language):
        found.extend(word.tokens)
        if len(found) >= at_most:
            break
    return f" {' '.join(found[:at_most])} " if found else ""


def more_tokens(text: str, *, language: str) -> str:
    """Other tokens that the text's words may be looked for by (Hebrew without particles), as `token_text`."""
    found = {bare for match in _WORD.finditer(text) for bare in _without_particles(match[0])}
    return f" {' '.join(sorted(found))} " if found else ""


@lru_cache(maxsize=65_536)
def tokens_of(word: str, language: str) -> tuple[str, ...]:
    """The tokens of one word of a text in that language, in order; empty when nothing is left."""
    # At most four marks on a letter: a word is cut, and marks must not take the place of its letters.
    folded = _DROPPED.sub("", _APOSTROPHE.sub("'", unicodedata.normalize("NFKC", canonical(word))))
    folded = unicodedata.normalize("NFKC", folded.casefold())
    parts = folded.split("'") if language in _ELIDING else [folded]
    tokens = (_token(piece, language) for part in parts for piece in _NOT_WORD.sub(" ", part).split())
    return tuple(token for token in tokens if token)


def _token(piece: str, language: str) -> str:
    piece = "".join(_digit(one) for one in piece[: 2 * TOKEN_CHARACTERS_MAX])
    if _HEBREW_LETTER.search(piece):
        return _hebrew(piece)
    if _ARABIC_LETTER.search(piece):
        return _arabic(piece, is_stemmed=language not in _NOT_ARABIC)
    stemmed = _stemmed(piece, language)
    plain = _FOLDED_MARK.sub("", unicodedata.normalize("NFD", stemmed))
    return unicodedata.normalize("NFC", plain).replace("'", "")[:TOKEN_CHARACTERS_MAX]


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _stemmed(piece: str, language: str) -> str:
    name = _SNOWBALL.get(language.partition("-")[0])
    # A number with a letter is a name: "F16s" is not several of them.
    if name is None or any(one.isdigit() for one in piece):
        return piece
    stemmers = _here.__dict__.setdefault("stemmers", {})
    if name not in stemmers:
        stemmers[name] = snowballstemmer.stemmer(name)
    return str(stemmers[name].stemWord(unicodedata.normalize("NFC", piece)))


def _arabic(piece: str, *, is_stemmed: bool) -> str:
    """light10: "and" in front if three letters stay, one article if two stay, then each ending once if two stay."""
    plain = _ARABIC_SIGNS.sub("", piece).translate(_ARABIC_LETTERS).replace("'", "")
    if not is_stemmed:
        return plain[:TOKEN_CHARACTERS_MAX]
    if plain.startswith("و") and len(plain) >= 4:
        plain = plain[1:]
    for article in _ARTICLES:
        if plain.startswith(article) and len(plain) >= len(article) + 2:
            plain = plain[len(article) :]
            break
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) >= len(ending) + 2:
            plain = plain[: -len(ending)]
    return plain[:TOKEN_CHARACTERS_MAX]


def plain_letter(character: str) -> str:
    """An Arabic or Hebrew letter as tokens have it; "" for their vowel signs and tatweel. Others come back as they are."""
    if not "\u0590" <= character <= "\u06ff":
        return character
    without_signs = _HEBREW_POINTS.sub("", _ARABIC_SIGNS.sub("", character))
    return without_signs.translate(_ARABIC_LETTERS).translate(_HEBREW_FINALS)


def without_prefixes(word: str) -> tuple[str, ...]:
    """What may be left of an Arabic or Hebrew word (its letters plain) without "and", article and particles in front.

    At least three letters each, the longest first; nothing for other words.
    """
    found: list[str] = []
    if _HEBREW_LETTER.match(word):
        found = [word[cut:] for cut in (1, 2) if all(one in _PARTICLES for one in word[:cut])]
    elif _ARABIC_LETTER.match(word):
        found = [word[1:]] if word[0] == "و" else []
        found += [word[len(article) :] for article in _ARTICLES if word.startswith(article)]
    return tuple(sorted({one for one in found if len(one) >= 3}, key=len, reverse=True))


def _hebrew(piece: str) -> str:
    return _HEBREW_POINTS.sub("", piece).translate(_HEBREW_FINALS).replace("'", "")[:TOKEN_CHARACTERS_MAX]


def _without_particles(word: str) -> Iterator[str]:
    if not _HEBREW_LETTER.search(word):
        return
    for token in tokens_of(word, "he"):
        if token[0] in _PARTICLES and len(token) >= 3:
            yield token[1:]
            if token[1] in _PARTICLES and len(token) >= 5:
                yield token[2:]
