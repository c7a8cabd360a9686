"""Numbers of identity papers: by form and check digit, weak ones only behind their word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from belowline.domain.personal_data.reading import is_after, luhn


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
            rf"{_BEGIN}[12] ?[0-9]{{2}} ?(?:0[1-9]|1[0-2]|[2-4][0-9]) ?(?:[0-9]{{2}}|2[AB])"
            rf" ?[0-9]{{3}} ?[0-9]{{3}} ?[0-9]{{2}}{_END}"
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
            rf"{_BEGIN}(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
            rf"(?: ?[0-9]{{2}}){{3}} ?[A-D]{_END}"
        ),
        _always,
        None,
    ),
    # United States, social security: areas and groups that are not issued are left out (SSA, POMS RM 10201). No check.
    (re.compile(rf"{_BEGIN}(?!000|666|9)[0-9]{{3}}-(?!00)[0-9]{{2}}-(?!0000)[0-9]{{4}}{_END}"), _always, None),
    # Israel, identity number: Luhn over nine digits (Population and Immigration Authority).
    (
        re.compile(rf"{_BEGIN}[0-9]{{8}}-?[0-9]{_END}"),
        luhn,
        re.compile('ת"ז|ת״ז|ת\\.ז|תעודת זהות|teudat|מספר זהות', re.IGNORECASE),
    ),
    # Emirates: 784, year of birth, seven digits, Luhn (Federal Authority for Identity).
    (re.compile(rf"{_BEGIN}784-(?:19|20)[0-9]{{2}}-[0-9]{{7}}-[0-9]{_END}"), luhn, None),
    # Saudi Arabia: ten digits from 1 or 2, Luhn (Ministry of Interior).
    (re.compile(rf"{_BEGIN}[12][0-9]{{9}}{_END}"), luhn, re.compile("هوي|إقام|اقام|iqama|national id", re.IGNORECASE)),
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


def papers(text: str) -> Iterator[tuple[int, int]]:
    for form, is_right, word in _PAPERS:
        for found in form.finditer(text):
            if word is not None and not is_after(text, found.start(), word):
                continue
            bare = found[0].replace(" ", "").replace("-", "")
            if is_right(bare):
                yield found.span()
