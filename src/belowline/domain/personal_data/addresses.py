"""Street addresses: a street, a number, and something that says where it is or which door.

One form or two for each language, as people there write them. A street with a number alone is none: it may be Downing
Street.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAME = r"[^\W\d_][\w'.-]{1,30}"
_NAMES = rf"{_NAME}(?: {_NAME}){{0,3}}"
# Begins with no small letter: a capital, or a letter of a script that has none.
_CITY = r"[^\W\d_a-zа-яёіїєґşğıçöüäßéèñ][^\W\d_]{2,30}"
_HOUSE = r"[0-9]{1,4} ?(?:[A-Za-zА-яא-ת]\b)?(?:[/-][0-9]{1,3})?"
_POSTCODE = r"(?:[0-9]{5} )?"

_EN = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Terrace|Close|Crescent|Way|Place|Pl"
    r"|Gardens|Grove|Hill|Square|Sq)"
)
_EN_DOOR = r"(?:Apt|Apartment|Flat|Unit|#) ?\w{1,5}"
_DE_JOINED = r"(?:straße|strasse|str\.|weg|gasse|allee|ring|damm|ufer|platz)"
_DE_APART = r" (?:Straße|Strasse|Str\.|Weg|Gasse|Allee|Ring|Damm|Ufer|Platz)"
_FR = r"(?i:rue|avenue|av\.|boulevard|bd|chemin|impasse|allée|quai|route|place)"
_ES = r"(?i:\b(?:calle|avenida|avda\.?|paseo|camino|carrera|plaza)|\bc/)"
_SLAVIC = (
    r"\b(?i:ул|улица|вул|вулиця|пр|просп|проспект|пр-т|пер|переулок|провулок|бульвар|б-р|шоссе|наб)\b\.? ?"
    rf"{_NAMES},? (?i:д|дом|буд|будинок)?\.? ?{_HOUSE}"
)
_SLAVIC_TOWN = rf"\b(?i:г|город|м|місто|с|село|пгт|смт)\.? ?{_CITY},? "
_DOOR = r",? ?(?i:кв|квартира)\.? ?[0-9]{1,4}"
_TR = r"(?:Sokak|Sokağı|Sok\.|Sk\.|Caddesi|Cad\.|Cd\.|Bulvarı|Blv\.)"
_AR_DOOR = "(?:رقم|بناية|عمارة|منزل|مبنى|بيت|شقة)"

_FORMS = tuple(
    map(
        re.compile,
        (
            # 12 Maple Street, Springfield; 12 Maple St, Apt 4
            rf"\b[0-9]{{1,5}}[A-Za-z]? (?:[A-Z][\w'.-]{{1,20}} ){{1,3}}{_EN}\b\.?,? (?:{_EN_DOOR}|(?:in )?{_CITY})",
            # Ahornweg 12, 12345 Musterstadt; Lange Straße 5 in Kassel
            rf"\b[A-ZÄÖÜ][\w.-]{{2,30}}(?:{_DE_JOINED}|{_DE_APART}) {_HOUSE}(?:,|,? in|,? [0-9]{{5}}) {_CITY}",
            # 12 bis rue des Lilas, 75000 Paris
            rf"\b[0-9]{{1,4}}(?: ?(?:bis|ter))?,? {_FR} {_NAMES},? (?:[0-9]{{5}} |à ){_CITY}",
            # calle Mayor 12, 28000 Madrid; C/ Mayor, nº 12, 3º B, Madrid
            rf"{_ES} ?{_NAMES},? (?i:n\.?[°o]?\.? ?)?{_HOUSE},? (?:[0-9]° ?\w{{0,4}},? )?(?:en )?{_POSTCODE}{_CITY}",
            # г. Тула, ул. Садовая, д. 5, кв. 12; вул. Садова, 5, кв. 12; ул. Садовая, дом 5, Тула
            rf"{_SLAVIC_TOWN}{_SLAVIC}(?:{_DOOR})?",
            rf"{_SLAVIC}(?:{_DOOR}|,? {_CITY})",
            # Gül Mah. Lale Sok. No: 5 Kadıköy; Lale Caddesi No 5/3, İzmir
            rf"\b{_NAMES} {_TR},? No\.?:? ?{_HOUSE}",
            # רחוב הרצל 15, תל אביב
            rf"(?<!\w)[במ]?(?:רחוב|רח'|שדרות|שד') {_NAMES},? {_HOUSE}(?:,? דירה [0-9]{{1,4}}|, ?[א-ת]{{2,20}})",
            # شارع الزيتون، بناية 12؛ حي السلام شارع 5 منزل 12
            rf"(?<!\w)(?:شارع|حي|طريق) {_NAMES},? (?:[^\W\d_]{{2,12}} ){{0,2}}{_AR_DOOR} (?:رقم )?{_HOUSE}",
            # خیابان آزادی، کوچه گل، پلاک ۱۲
            rf"(?<!\w)(?:خیابان|کوچه|بلوار) {_NAMES},? (?:(?:کوچه|خیابان) {_NAMES},? )?(?:پلاک|واحد) {_HOUSE}",
        ),
    )
)


def addresses(text: str) -> Iterator[tuple[int, int]]:
    for form in _FORMS:
        yield from (found.span() for found in form.finditer(text))
