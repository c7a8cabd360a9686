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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import cycle
from typing import Final

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


# How far behind its word ("tel.", "IBAN") a number may stand.
_CONTEXT: Final = 28
_HIDDEN = re.compile(f"[{FORMAT}]")
# One to one, so that places stay: spaces of all widths, dashes, and the signs of minutes and seconds.
_PLAIN = str.maketrans(
    {
        one: " "
        for one in "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
    }
    | {one: "-" for one in "\u2010\u2011\u2012\u2013\u2212\uff0d"}
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


def _digits(text: str) -> str:
    return "".join(one for one in text if one in "0123456789")


def _is_after(text: str, start: int, words: re.Pattern[str]) -> bool:
    return words.search(text, max(0, start - _CONTEXT), start) is not None


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


# Bank accounts and cards

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


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    for found in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(found[0][:2].upper(), 0)
        places = [place for place in range(found.start(), found.end()) if text[place] not in " -"][:length]
        if not length or len(places) < length or text[places[-1] + 1 : places[-1] + 2].isalnum():
            continue
        number = "".join(text[place] for place in places).upper()
        # ISO 7064 mod 97-10, letters as 10 to 35.
        if int("".join(str(int(one, 36)) for one in number[4:] + number[:4])) % 97 == 1:
            yield found.start(), places[-1] + 1


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for found in _CARD.finditer(text):
        number = _digits(found[0])
        if (
            len(set(number)) > 1
            and _CARD_RANGES.fullmatch(number)
            and _CARD_GROUPS.fullmatch(found[0])
            and _luhn(number)
        ):
            yield found.span()


def _luhn(number: str) -> bool:
    doubled = (int(one) * factor for one, factor in zip(reversed(number), cycle((1, 2))))  # noqa: B905 - endless
    return sum(one // 10 + one % 10 for one in doubled) % 10 == 0


# Papers


def _weighted(number: str, weights: tuple[int, ...]) -> int:
    return sum(int(one) * weight for one, weight in zip(number, weights, strict=False))


def _is_snils(number: str) -> bool:
    """Russia, pension insurance: sum of the first nine by 9 to 1, modulo 101, 100 as 0 (Pension Fund, resolution 192p)."""
    return int(number[9:]) == _weighted(number[:9], (9, 8, 7, 6, 5, 4, 3, 2, 1)) % 101 % 100


def _is_inn(number: str) -> bool:
    """Russia, taxpayer (a person's has twelve digits): two sums modulo 11 (Federal Tax Service, order MMV-7-6/435)."""
    first = _weighted(number, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    second = _weighted(number, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    return number[10:] == f"{first}{second}"


def _is_rnokpp(number: str) -> bool:
    """Ukraine, taxpayer: weights -1, 5, 7, 9, 4, 6, 10, 5, 7, modulo 11 and 10 (State Tax Service, DRFO)."""
    return int(number[9]) == _weighted(number, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10


def _is_tckn(number: str) -> bool:
    """Turkey, identity number: two check digits (Population Services, law 5490)."""
    some = [int(one) for one in number]
    tenth = (7 * sum(some[0:9:2]) - sum(some[1:8:2])) % 10
    return some[0] != 0 and some[9] == tenth and some[10] == sum(some[:10]) % 10


def _is_melli(number: str) -> bool:
    """Iran, national code: weights 10 to 2, modulo 11 (National Organization for Civil Registration)."""
    rest = _weighted(number, (10, 9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return len(set(number)) > 1 and int(number[9]) == (rest if rest < 2 else 11 - rest)


def _is_dni(number: str) -> bool:
    """Spain, DNI and NIE: the letter is the number modulo 23 (Real Decreto 1553/2005, Ministerio del Interior)."""
    digits = number[:-1].upper().replace("X", "0").replace("Y", "1").replace("Z", "2")
    return number[-1].upper() == "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23]


def _is_nir(number: str) -> bool:
    """France, registration number: 97 minus the first thirteen modulo 97; Corsica 2A as 19, 2B as 18 (INSEE)."""
    digits = number.upper().replace("2A", "19").replace("2B", "18")
    return digits.isdigit() and int(digits[13:]) == 97 - int(digits[:13]) % 97


def _is_steuer_id(number: str) -> bool:
    """Germany, tax identification number: ISO 7064 mod 11, 10 (Abgabenordnung, section 139b; Bundeszentralamt)."""
    product = 10
    for one in number[:10]:
        product = ((int(one) + product) % 10 or 10) * 2 % 11
    return number[0] != "0" and int(number[10]) == (11 - product) % 10


def _is_nhs(number: str) -> bool:
    """England, NHS number: weights 10 to 2, modulo 11 (NHS Data Dictionary)."""
    return int(number[9]) == (11 - _weighted(number, (10, 9, 8, 7, 6, 5, 4, 3, 2)) % 11) % 11


def _is_egyptian(number: str) -> bool:
    """Egypt, national number: century, birthday, governorate. How its last digit is made is not published."""
    year = {"2": 1900, "3": 2000}[number[0]] + int(number[1:3])
    try:
        date(year, int(number[3:5]), int(number[5:7]))
    except ValueError:
        return False
    return int(number[7:9]) in {1, 2, 3, 4, *range(11, 20), *range(21, 30), *range(31, 36), 88}


def _always(number: str) -> bool:
    return True


_END = r"(?![\w]|[.,-][0-9])"
_BEGIN = r"(?<![\w.,+-])"
_PASSPORT = re.compile(
    r"passport|reisepass|personalausweis|passeport|carte d'identité|pasaporte|паспорт|pasaport|דרכון|جواز|گذرنامه"
    r"|\bid (?:no|number|card)|ausweisn|kimlik|identity (?:no|number|card)|license no|удостоверени|посвідчен",
    re.IGNORECASE,
)
# Form, check, and for those with a weak or no check the word that must stand in front.
_PAPERS: tuple[tuple[re.Pattern[str], Callable[[str], bool], re.Pattern[str] | None], ...] = (
    (re.compile(rf"{_BEGIN}[0-9]{{3}}-[0-9]{{3}}-[0-9]{{3}}[ -][0-9]{{2}}{_END}"), _is_snils, None),
    (re.compile(rf"{_BEGIN}[0-9]{{11}}{_END}"), _is_snils, re.compile("снилс", re.IGNORECASE)),
    (re.compile(rf"{_BEGIN}[0-9]{{12}}{_END}"), _is_inn, re.compile("инн|inn", re.IGNORECASE)),
    (
        re.compile(rf"{_BEGIN}[0-9]{{10}}{_END}"),
        _is_rnokpp,
        re.compile("рнокпп|ипн|іпн|инн|ідентифікаційн|идентификационн", re.IGNORECASE),
    ),
    (re.compile(rf"{_BEGIN}[1-9][0-9]{{10}}{_END}"), _is_tckn, None),
    (
        re.compile(rf"{_BEGIN}[0-9]{{3}}-?[0-9]{{6}}-?[0-9]{_END}"),
        _is_melli,
        re.compile("ملي|ملی|melli|national code", re.I),
    ),
    (re.compile(rf"{_BEGIN}[0-9]{{8}}[ -]?[A-HJ-NP-TV-Z]{_END}", re.IGNORECASE), _is_dni, None),
    (re.compile(rf"{_BEGIN}[XYZ][ -]?[0-9]{{7}}[ -]?[A-HJ-NP-TV-Z]{_END}", re.IGNORECASE), _is_dni, None),
    (
        re.compile(
            rf"{_BEGIN}[12] ?[0-9]{{2}} ?(?:0[1-9]|1[0-2]|[2-4][0-9]) ?(?:[0-9]{{2}}|2[AB]) ?[0-9]{{3}} ?[0-9]{{3}} ?[0-9]{{2}}{_END}"
        ),
        _is_nir,
        None,
    ),
    (
        re.compile(rf"{_BEGIN}[1-9][0-9](?: ?[0-9]{{3}}){{3}}{_END}"),
        _is_steuer_id,
        re.compile("steuer|idnr|tax id", re.IGNORECASE),
    ),
    (
        re.compile(rf"{_BEGIN}[0-9]{{3}}[ -]?[0-9]{{3}}[ -]?[0-9]{{4}}{_END}"),
        _is_nhs,
        re.compile(r"\bnhs\b", re.IGNORECASE),
    ),
    # United Kingdom, national insurance: letters that are not issued are left out (HMRC manual NIM39110). No check digit.
    (
        re.compile(
            rf"{_BEGIN}(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{{2}} ?[0-9]{{2}} ?[0-9]{{2}} ?[A-D]{_END}"
        ),
        _always,
        None,
    ),
    # United States, social security: areas and groups that are not issued are left out (SSA, POMS RM 10201). No check.
    (re.compile(rf"{_BEGIN}(?!000|666|9)[0-9]{{3}}-(?!00)[0-9]{{2}}-(?!0000)[0-9]{{4}}{_END}"), _always, None),
    # Israel, identity number: Luhn over nine digits (Population and Immigration Authority).
    (
        re.compile(rf"{_BEGIN}[0-9]{{8}}-?[0-9]{_END}"),
        _luhn,
        re.compile('ת"ז|ת״ז|ת\\.ז|תעודת זהות|teudat|מספר זהות', re.IGNORECASE),
    ),
    # Emirates: 784, year of birth, seven digits, Luhn (Federal Authority for Identity).
    (re.compile(rf"{_BEGIN}784-(?:19|20)[0-9]{{2}}-[0-9]{{7}}-[0-9]{_END}"), _luhn, None),
    # Saudi Arabia: ten digits from 1 or 2, Luhn (Ministry of Interior).
    (re.compile(rf"{_BEGIN}[12][0-9]{{9}}{_END}"), _luhn, re.compile("هوي|إقام|اقام|iqama|national id", re.IGNORECASE)),
    (re.compile(rf"{_BEGIN}[23][0-9]{{13}}{_END}"), _is_egyptian, None),
    (
        re.compile(
            rf"{_BEGIN}(?:[A-ZА-ЯІ]{{0,3}} ?[0-9]{{2}} ?[0-9]{{2}} ?[0-9]{{2,6}}"
            rf"|[CFGHJK](?=\w{{0,7}}[0-9])[0-9CFGHJKLMNPRTVWXYZ]{{8}}){_END}"
        ),
        _always,
        _PASSPORT,
    ),
)


def _papers(text: str) -> Iterator[tuple[int, int]]:
    for form, is_right, word in _PAPERS:
        for found in form.finditer(text):
            if word is not None and not _is_after(text, found.start(), word):
                continue
            bare = found[0].replace(" ", "").replace("-", "")
            if is_right(bare):
                yield found.span()


# Phones

_CALL = re.compile(
    r"\btel\b|phone|\bcall\b|\bcell\b|mobile|whats ?app|telegram|viber|\bsignal\b|\bring\b|\btext (?:me|him|her)|number is"
    r"|telefon|handy|anruf|\bruf|nummer|erreichbar|téléphone|\btél|appel|portable|numéro|joindre|teléfono|móvil|llam|número"
    r"|\bтел|звон|номер|дзвон|набер|мобильн|мобільн|ватсап|вайбер|телеграм|\bara\b|arayın|cep\b|numara"
    r"|טלפון|נייד|התקשר|תתקשר|מספר|وواتس|واتس|هاتف|اتصل|رقم|جوال|موبايل|تلفن|شماره|تماس|موبایل|زنگ",
    re.IGNORECASE,
)
_INTERNATIONAL = re.compile(
    r"(?<![\w.,+-])(?:\+ ?|00 ?(?=[1-9]))[1-9](?:(?: ?\(0\) ?|[ ().-]{1,2})?[0-9]){7,14}(?![\w]|[.,][0-9]|[/:])"
)
_NATIONAL = re.compile(r"(?<![\w.,+/:-])\(?0[0-9](?:(?:[ ().-]{1,2}|/)?[0-9]){6,9}(?![\w]|[.,][0-9]|[/:])")
_DATE = re.compile(r"[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2}\b)|[0-9]{4}[.-][0-9]{2}[.-][0-9]{2}")
# Forms that are phone numbers by themselves, without a leading 0.
_BY_FORM = re.compile(
    r"(?<![\w.,+/-])(?:"
    # North America: area and exchange begin with 2 to 9 (NANPA).
    r"(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[.-])[2-9][0-9]{2}[ .-][0-9]{4}"
    # Russia and Kazakhstan from within: 8, then three digits of which the first is 3, 4, 7, 8 or 9.
    r"|8[ -]?\(?[34789][0-9]{2}\)?[ -]?[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}"
    # Spain: nine digits from 6, 7, 8 or 9, as 3-2-2-2.
    r"|[6-9][0-9]{2} [0-9]{2} [0-9]{2} [0-9]{2}"
    r")(?![\w]|[.,-][0-9]| [0-9])"
)
_SPANISH_MOBILE = re.compile("[67][0-9]{2} [0-9]{3} (?!000)[0-9]{3}")
_BEHIND_ITS_WORD = re.compile(r"(?<![\w.,+])\(?[0-9](?:[ ().-]{0,2}[0-9]){6,13}(?![\w]|[.,][0-9]|[/:])")


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for found in _INTERNATIONAL.finditer(text):
        if 8 <= len(_digits(found[0])) <= 17:
            yield found.span()
    for found in _NATIONAL.finditer(text):
        digits = _digits(found[0])
        is_call = _is_after(text, found.start(), _CALL)
        if 9 <= len(digits) <= 11 and (not _is_date(found[0]) or is_call) and (is_call or _is_dialled(digits)):
            yield found.span()
    yield from (found.span() for found in _BY_FORM.finditer(text) if not _is_date(found[0]))
    for found in _BEHIND_ITS_WORD.finditer(text):
        is_amount = _is_grouped(found[0]) and not _SPANISH_MOBILE.fullmatch(found[0])
        if _is_after(text, found.start(), _CALL) and not _is_date(found[0]) and not is_amount:
            yield found.span()


def _is_date(text: str) -> bool:
    return _DATE.match(text) is not None and not re.fullmatch(r"0[1-9](?:\.[0-9]{2}){4}", text)


def _is_dialled(digits: str) -> bool:
    """Does some country of the ten languages dial it so? 0 and no further 0, but for Egyptian mobiles 010."""
    return digits[1] != "0" and len(set(digits)) > 2


def _is_grouped(text: str) -> bool:
    """Thousands: 1 200 000, 1.200.000."""
    return re.fullmatch(r"[1-9][0-9]{0,2}(?:([ .])[0-9]{3})(?:\1[0-9]{3})+", text) is not None


# Places on the ground

_SPACE = r"[ ]{0,2}"
_DECIMAL = r"[0-9]{1,3}[.][0-9]{3,12}"
_NS = r"(?:[NS]\b|с\. ?ш\.|ю\. ?ш\.|пн\. ?ш\.|K\b|G\b)"
_EW = r"(?:[EWO]\b|в\. ?д\.|з\. ?д\.|сх\. ?д\.|D\b|B\b)"
_PAIR = re.compile(
    rf"(?<![\w.,])([NS]?{_SPACE}[-+]?)({_DECIMAL})(°?{_SPACE}{_NS}?){_SPACE}[,;/ ]{_SPACE}([EW]?{_SPACE}[-+]?)({_DECIMAL})(°?{_SPACE}{_EW}?)"
)
_LABELLED = re.compile(
    rf"\b(?:lat|latitude|широта|breite|enlem)\W{{1,3}}([-+]?)({_DECIMAL})\W{{1,4}}(?:lon|lng|long|longitude|долгота|довгота|länge|boylam)\W{{1,3}}([-+]?)({_DECIMAL})",
    re.IGNORECASE,
)
_COMMA_PAIR = re.compile(
    rf"(?<![\w.,])([0-9]{{1,2}},[0-9]{{3,8}})°{_SPACE}{_NS}?{_SPACE}[,;/ ]{{0,2}}{_SPACE}([0-9]{{1,3}},[0-9]{{3,8}})°"
)
_ANGLE = rf"[0-9]{{1,3}}°{_SPACE}(?:[0-9]{{1,2}}'{_SPACE}[0-9]{{1,2}}(?:[.,][0-9]{{1,6}})?(?:\"|'')|[0-9]{{1,2}}[.,][0-9]{{1,6}}')"
_ANGLES = re.compile(
    rf"(?<![\w.,]){_NS}?{_SPACE}{_ANGLE}{_SPACE}{_NS}?{_SPACE}[,;/]?{_SPACE}{_EW}?{_SPACE}{_ANGLE}{_SPACE}{_EW}?"
)
# Open Location Code: twenty signs; eight of them and the plus are 275 m, further ones 14 m and less.
_OLC = "23456789CFGHJMPQRVWX"
_PLUS_CODE = re.compile(
    rf"(?<![\w+/])(?:[2-9C][2-9CFGHJMPQRV][{_OLC}]{{6}}\+[{_OLC}]{{0,3}}|(?=[A-Z]{{0,3}}[0-9])[{_OLC}]{{4}}\+[{_OLC}]{{2,3}}(?=,? [^\W\d_]))(?![\w+])"
)
# Zone and band, square, then an even number of digits: four are 1 km, six 100 m.
_MGRS = re.compile(
    r"(?<!\w)(?:[1-9]|[1-5][0-9]|60)[C-HJ-NP-X] ?[A-HJ-NP-Z][A-HJ-NP-V] ?(?:[0-9]{3} ?[0-9]{3}|[0-9]{4} ?[0-9]{4}|[0-9]{5} ?[0-9]{5})(?!\w)"
)


def _coordinates(text: str) -> Iterator[tuple[int, int]]:
    for found in _PAIR.finditer(text):
        before, latitude, behind, _, longitude, last = found.groups()
        if float(latitude) > 90 or float(longitude) > 180:
            continue
        # 12.345, 67.890 may be thousands; with a degree, a letter or a fourth decimal it is a place.
        is_marked = bool(f"{before}{behind}{last}".replace(" ", ""))
        if is_marked or min(len(one.partition(".")[2]) for one in (latitude, longitude)) >= 4:
            yield found.span()
    yield from (found.span() for found in _LABELLED.finditer(text))
    if "°" in text:
        yield from (found.span() for found in _COMMA_PAIR.finditer(text))
        yield from (found.span() for found in _ANGLES.finditer(text))
    if "+" in text:
        yield from (found.span() for found in _PLUS_CODE.finditer(text))
    yield from (found.span() for found in _MGRS.finditer(text))


# Street addresses: a street, a number, and something that says where it is or which door

_NAME = r"[^\W\d_][\w'.-]{1,30}"
_NAMES = rf"{_NAME}(?: {_NAME}){{0,3}}"
_CITY = r"[^\W\d_a-zа-яёіїєґşğıçöüäßéèñ][^\W\d_]{2,30}"
_HOUSE = r"[0-9]{1,4} ?(?:[A-Za-zА-яא-ת]\b)?(?:[/-][0-9]{1,3})?"
_ADDRESSES = (
    # 12 Maple Street, Springfield; 12 Maple St, Apt 4
    rf"\b[0-9]{{1,5}}[A-Za-z]? (?:[A-Z][\w'.-]{{1,20}} ){{1,3}}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd"
    rf"|Terrace|Close|Crescent|Way|Place|Pl|Gardens|Grove|Hill|Square|Sq)\b\.?,? (?:(?:Apt|Apartment|Flat|Unit|#) ?\w{{1,5}}|(?:in )?{_CITY})",
    # Ahornweg 12, 12345 Musterstadt; Hauptstraße 5 in Kassel
    rf"\b[A-ZÄÖÜ][\w.-]{{2,30}}(?:straße|strasse|str\.|weg|gasse|allee|ring|damm|ufer|platz) {_HOUSE}(?:,|,? in|,? [0-9]{{5}}|, [0-9]{{5}}) {_CITY}",
    rf"\b[A-ZÄÖÜ][\w.-]{{2,30}} (?:Straße|Strasse|Str\.|Weg|Gasse|Allee|Ring|Damm|Ufer|Platz) {_HOUSE}(?:,|,? in|,? [0-9]{{5}}) {_CITY}",
    # 12 bis rue des Lilas, 75000 Paris
    rf"\b[0-9]{{1,4}}(?: ?(?:bis|ter))?,? (?i:rue|avenue|av\.|boulevard|bd|chemin|impasse|allée|quai|route|place) {_NAMES},? (?:[0-9]{{5}} |à ){_CITY}",
    # calle Mayor 12, 28000 Madrid; C/ Mayor, nº 12, 3º B, Madrid
    rf"(?i:\b(?:calle|avenida|avda\.?|paseo|camino|carrera|plaza)|\bc/) ?{_NAMES},? (?i:n\.?[º°o]?\.? ?)?{_HOUSE},? (?:[0-9][º°] ?\w{{0,4}},? )?(?:en )?(?:[0-9]{{5}} )?{_CITY}",
    # г. Тула, ул. Садовая, д. 5, кв. 12; вул. Садова, 5, кв. 12; ул. Садовая, дом 5, Тула
    rf"\b(?i:г|город|м|місто|с|село|пгт|смт)\.? ?{_CITY},? (?i:ул|улица|вул|вулиця|пр|просп|проспект|пр-т|пер|переулок|провулок|бульвар|б-р|шоссе|наб)\b\.? ?{_NAMES},? (?i:д|дом|буд|будинок)?\.? ?{_HOUSE}(?:,? ?(?i:кв|квартира|корп|к)\.? ?[0-9]{{1,4}})?",
    rf"\b(?i:ул|улица|вул|вулиця|пр|просп|проспект|пр-т|пер|переулок|провулок|бульвар|б-р|шоссе|наб)\b\.? ?{_NAMES},? (?i:д|дом|буд|будинок)?\.? ?{_HOUSE},? ?(?:(?i:кв|квартира)\.? ?[0-9]{{1,4}}|{_CITY})",
    # Gül Mah. Lale Sok. No: 5 Kadıköy; Lale Caddesi No 5/3, İzmir
    rf"\b{_NAMES} (?:Sokak|Sokağı|Sok\.|Sk\.|Caddesi|Cad\.|Cd\.|Bulvarı|Blv\.),? No\.?:? ?{_HOUSE}",
    # רחוב הרצל 15, תל אביב
    rf"(?<!\w)[במ]?(?:רחוב|רח'|שדרות|שד') {_NAMES},? {_HOUSE}(?:,? דירה [0-9]{{1,4}}|, ?[א-ת]{{2,20}})",
    # شارع الزيتون، بناية 12؛ حي السلام شارع 5 منزل 12
    rf"(?:شارع|حي|طريق) {_NAMES},? (?:[^\W\d_]{{2,12}} ){{0,2}}(?:رقم|بناية|عمارة|منزل|مبنى|بيت|شقة) (?:رقم )?{_HOUSE}",
    # خیابان آزادی، کوچه گل، پلاک ۱۲
    rf"(?:خیابان|کوچه|بلوار) {_NAMES},? (?:(?:کوچه|خیابان) {_NAMES},? )?(?:پلاک|واحد) {_HOUSE}",
)
_ADDRESS = tuple(map(re.compile, _ADDRESSES))


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    if any(map(str.isdigit, text)):
        for form in _ADDRESS:
            yield from (found.span() for found in form.finditer(text))


_LOOKS: Final[tuple[tuple[PersonalKind, Callable[[str], Iterator[tuple[int, int]]]], ...]] = (
    (PersonalKind.IBAN, _ibans),
    (PersonalKind.CARD, _cards),
    (PersonalKind.COORDINATES, _coordinates),
    (PersonalKind.IDENTITY, _papers),
    (PersonalKind.EMAIL, _emails),
    (PersonalKind.ADDRESS, _addresses),
    (PersonalKind.PHONE, _phones),
)
