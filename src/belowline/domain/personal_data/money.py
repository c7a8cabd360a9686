"""Bank accounts and payment cards, by their check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from belowline.domain.personal_data.reading import digits_of, luhn

# Lengths of the IBAN registry, release 99.
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FK FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL",
        24: "AD CZ DZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IR IS TR", 27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){11,29}")
_CARD = re.compile(r"(?<![\w.,+])[2-6](?:[ -]?[0-9]){12,18}(?![\w]|[.,][0-9])")
# First digits and lengths as the networks publish them: Visa, Mastercard, American Express, Diners, JCB, Mir, Discover,
# UnionPay, Maestro, and the Iranian Shetab network, whose banks issue within 5 and 6.
_CARD_RANGES = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|5[0-9]{15}|2(?:2[2-9]|[3-6][0-9]|7[01])[0-9]{13}|2720[0-9]{12}|3[47][0-9]{13}"
    r"|3(?:0[0-5]|[689][0-9])[0-9]{11}|35(?:2[89]|[3-8][0-9])[0-9]{12}|220[0-4][0-9]{12}|6[0-9]{15}|62[0-9]{14,17}"
)
_CARD_GROUPS = re.compile(r"[0-9]+|[0-9]{4}(?:[ -][0-9]{2,7}){2,4}")


def ibans(text: str) -> Iterator[tuple[int, int]]:
    for found in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(found[0][:2].upper(), 0)
        places = [place for place in range(found.start(), found.end()) if text[place] not in " -"][:length]
        if not length or len(places) < length or text[places[-1] + 1 : places[-1] + 2].isalnum():
            continue
        number = "".join(text[place] for place in places).upper()
        # ISO 7064 mod 97-10, letters as 10 to 35.
        if int("".join(str(int(one, 36)) for one in number[4:] + number[:4])) % 97 == 1:
            yield found.start(), places[-1] + 1


def cards(text: str) -> Iterator[tuple[int, int]]:
    for found in _CARD.finditer(text):
        number = digits_of(found[0])
        if (
            len(set(number)) > 1
            and _CARD_RANGES.fullmatch(number)
            and _CARD_GROUPS.fullmatch(found[0])
            and luhn(number)
        ):
            yield found.span()
