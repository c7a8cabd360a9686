"""What in a text would help to find, call or rob somebody: phone numbers, addresses, accounts, papers, exact places.

It rather misses something than holds the news up: years, prices, casualties, times and units are full of digits. So a
number counts by its form and its check digits; one that has neither counts only behind a word that says what it is
("tel.", "passport no."). Digits of every script are read; offsets are those of the text that came in.

Sources: ITU-T E.164 and the national numbering plans (phones); ISO 13616 and SWIFT's IBAN registry; ISO/IEC 7812-1, annex
B (Luhn) and the networks' number ranges (cards); for papers the authority that issues them, beside each; the Open Location
Code specification; NGA.STND.0037 (MGRS). The common forms of street addresses are our own reading of the ten languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from belowline.domain.personal_data.addresses import addresses
from belowline.domain.personal_data.coordinates import coordinates
from belowline.domain.personal_data.money import cards, ibans
from belowline.domain.personal_data.papers import papers
from belowline.domain.personal_data.phones import phones
from belowline.domain.personal_data.reading import Look
from belowline.domain.search_words import FORMAT


class PersonalKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    IBAN = "iban"
    CARD = "card"
    IDENTITY = "identity"
    COORDINATES = "coordinates"


@dataclass(frozen=True, slots=True)
class Personal:
    kind: PersonalKind
    start: int
    end: int


_HIDDEN = re.compile(f"[{FORMAT}]")
# One to one, so that places stay: spaces of all widths, dashes, and the signs of minutes and seconds.
_PLAIN = str.maketrans(
    dict.fromkeys(
        "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    )
    | dict.fromkeys("‐‑‒–−－", "-")
    | {"′": "'", "’": "'", "″": '"', "”": '"', "º": "°", "،": ",", "٫": ".", "＋": "+", "＠": "@"}
)
_OTHER_DIGIT = re.compile(r"[^\D0-9]")


def find_personal(text: str) -> tuple[Personal, ...]:
    """What was found, in the order of the text; nothing overlaps. Linear in the length of the text."""
    plain, places = _plain(text)
    taken = bytearray(len(plain) + 1)
    found: list[Personal] = []
    # What has check digits comes first: a card number is no phone number.
    for kind, look in _LOOKS:
        for start, end in look(plain):
            end = start + len(plain[start:end].rstrip())
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                found.append(
                    Personal(kind, places[start], places[end - 1] + 1) if places else Personal(kind, start, end)
                )
    return tuple(sorted(found, key=lambda one: one.start))


def _plain(text: str) -> tuple[str, list[int]]:
    """The text without hidden characters, digits as 0 to 9; and where each character stood, or [] for where it stands."""
    places: list[int] = []
    if not text.isascii():
        if _HIDDEN.search(text):
            places = [place for place, one in enumerate(text) if not _HIDDEN.match(one)]
            text = "".join([text[place] for place in places])
        text = _OTHER_DIGIT.sub(lambda digit: str(unicodedata.digit(digit[0], 0)), text.translate(_PLAIN))
    return text, places


# E-mail

_EMAIL = re.compile(r"(?<![\w.+@/-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w@-])")
_EMAIL_IN_WORDS = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64} {0,2}[\[({] ?(?:at|ät|arroba|chez|собака|@) ?[\])}] {0,2}[\w-]{1,63}"
    r"(?: {0,2}[\[({] ?(?:dot|punkt|punto|point|точка|\.) ?[\])}] {0,2}|\.)[^\W\d_]{2,24}(?!\w)",
    re.IGNORECASE,
)


def _emails(text: str) -> Iterator[tuple[int, int]]:
    if "@" in text:
        yield from (found.span() for found in _EMAIL.finditer(text))
    yield from (found.span() for found in _EMAIL_IN_WORDS.finditer(text))


_LOOKS: Final[tuple[tuple[PersonalKind, Look], ...]] = (
    (PersonalKind.IBAN, ibans),
    (PersonalKind.CARD, cards),
    (PersonalKind.COORDINATES, coordinates),
    (PersonalKind.IDENTITY, papers),
    (PersonalKind.EMAIL, _emails),
    (PersonalKind.ADDRESS, addresses),
    (PersonalKind.PHONE, phones),
)
