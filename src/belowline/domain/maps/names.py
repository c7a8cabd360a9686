"""Names of places: how a newsroom writes them down, and how one is found again however it is spelled."""

from __future__ import annotations

import re
import unicodedata

from belowline.domain.text import canonical

NAME_CHARACTERS = 200
NAMES_MOST = 60
# "ar: حلب"; a BCP 47 language (RFC 5646) is two or three letters, perhaps with a script or a region.
_WITH_LANGUAGE = re.compile(r"([a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}):\s+(\S.*)")
# Letters that writers of Arabic, and of Latin, leave or take as it comes. Unicode decomposes none of these.
_ALIKE = str.maketrans(
    {
        "ى": "ي", "ی": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ٱ": "ا", "ک": "ك", "ـ": "", "ł": "l", "ø": "o", "đ": "d",
        "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ʻ": "", "ʼ": "", "’": "", "'": "", "‘": "", "`": "",
    }
)  # fmt: skip


def name_key(name: str) -> str:
    """What spellings of one name have in common: no case, no marks, no punctuation, single spaces."""
    plain = unicodedata.normalize("NFKD", canonical(name).casefold())
    letters = "".join(letter for letter in plain if unicodedata.category(letter) not in {"Mn", "Me", "Cf"})
    words = "".join(letter if letter.isalnum() else " " for letter in letters.translate(_ALIKE))
    return " ".join(words.split())


def names_in(text: str) -> tuple[tuple[str, str], ...]:
    """(language or "", name) of each line, in order, each name once."""
    found: dict[tuple[str, str], None] = {}
    for line in text.splitlines():
        match = _WITH_LANGUAGE.fullmatch(line.strip())
        language, name = (match[1], match[2].strip()) if match else ("", line.strip())
        if name:
            found.setdefault((language, name[:NAME_CHARACTERS]))
    return tuple(found)


def name_in(text: str, *, language: str) -> str:
    """The first name in that language; "" where there is none."""
    return next((name for code, name in names_in(text) if code == language), "")
