"""Amounts of money: integers in the currency's minor unit, read from what people write and printed in their language."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_currency, format_percent, get_currency_name, get_currency_symbol

# ISO 4217, list one (active codes of nations) of 2025-01-01, maintained by SIX: https://www.six-group.com/en/
# products-services/financial-information/data-standards.html. Funds codes, metals and test codes are left out.
_TWO_DIGITS = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP
CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR
KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN
PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD
TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG
"""
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
EXPONENTS: dict[str, int] = {
    **dict.fromkeys(_TWO_DIGITS.split(), 2),
    **dict.fromkeys(_NO_DIGITS.split(), 0),
    **dict.fromkeys(_THREE_DIGITS.split(), 3),
}

# Beyond this no gift is meant, and 64 bits hold the sum of a million of them.
MINOR_MAX = 10**12
_AMOUNT_CHARACTERS = 40
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_LETTER_BESIDE_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class MoneyProblem:
    """Why a text is no amount. `code` is stable; `near` is the currency that may have been meant."""

    code: str
    near: str = ""


def exponent(currency: str) -> int:
    """Decimal places of the currency's minor unit (JPY 0, USD 2, BHD 3). Raises KeyError for one that does not exist."""
    return EXPONENTS[currency]


def currency_problem(code: str) -> MoneyProblem | None:
    """None for an active currency of ISO 4217."""
    if code in EXPONENTS:
        return None
    near = difflib.get_close_matches(code.strip().upper()[:10], EXPONENTS, n=1, cutoff=0.6)
    return MoneyProblem("currency_unknown", near[0] if near else "")


def minor_from_text(text: str, currency: str) -> int | MoneyProblem:
    """The amount that somebody wrote, in minor units, above 0: "12", "12.50", "1,200", "١٢٫٥٠".

    Problems: `amount_empty`, `amount_unreadable`, `amount_not_positive`, `amount_too_fine` (more decimal places than the
    currency has), `amount_too_large`.
    """
    plain = _plain_number(text[:_AMOUNT_CHARACTERS])
    if not plain:
        return MoneyProblem("amount_empty")
    sign, digits = (plain[0], plain[1:]) if plain[0] in "+-" else ("", plain)
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(",", "")
    elif re.fullmatch(r"[0-9]+,[0-9]{1,2}", digits):
        digits = digits.replace(",", ".")  # 12,50: a decimal comma. Three digits behind it are a group.
    if not _NUMBER.fullmatch(digits):
        return MoneyProblem("amount_unreadable")
    value = Decimal(digits).scaleb(exponent(currency))
    if sign == "-" or value == 0:
        return MoneyProblem("amount_not_positive")
    if value != value.to_integral_value():
        return MoneyProblem("amount_too_fine")
    return int(value) if value <= MINOR_MAX else MoneyProblem("amount_too_large")


def _plain_number(text: str) -> str:
    """ASCII digits with a point and commas, without spaces, marks of direction and apostrophes between groups."""
    kept = []
    for character in text:
        if character.isdecimal():
            kept.append(str(unicodedata.decimal(character)))
        elif character in ".٫":  # Arabic decimal separator
            kept.append(".")
        elif character in ",٬،":  # Arabic thousands separator and comma
            kept.append(",")
        elif character in "-−+":
            kept.append("+" if character == "+" else "-")
        elif not (character.isspace() or character in "'’" or unicodedata.category(character) == "Cf"):
            kept.append(character)
    return "".join(kept)


def plain_text(minor: int, currency: str) -> str:
    """The amount as a field's value, which `minor_from_text` reads again: 1250 USD is "12.50", 1200 USD "12"."""
    whole = Decimal(minor).scaleb(-exponent(currency))
    return str(int(whole)) if whole == whole.to_integral_value() else f"{whole:f}"


def converted(minor: int, currency: str, *, to: str, rate: Decimal) -> int:
    """Minor units of `to`: one unit of `currency` is `rate` units of `to`. Half a minor unit goes to the even one."""
    value = Decimal(minor).scaleb(-exponent(currency)) * rate
    return int(value.scaleb(exponent(to)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


@lru_cache(maxsize=4096)
def shown(minor: int, currency: str, language: str) -> str:
    """As the language writes it: "$100", "$12.50", "BHD 1.250". Whole amounts go without decimals."""
    locale = Locale.parse(language)
    value = Decimal(minor).scaleb(-exponent(currency))
    pattern = str(locale.currency_formats["standard"].pattern)
    places = 0 if value == value.to_integral_value() else exponent(currency)
    decimals = "." + "0" * places if places else ""
    text = format_currency(
        value,
        currency,
        locale=locale,
        format=pattern.replace("0.00", "0" + decimals),
        currency_digits=False,
        numbering_system="default",
    )
    symbol = get_currency_symbol(currency, locale)
    if locale.character_order == "right-to-left" and re.search("[A-Za-z]", symbol):
        # Else the $ of US$ wanders to the other side of its letters.
        text = text.replace(symbol, f"\u200e{symbol}\u200e")
    # CLDR's rule for currency spacing, which Babel leaves out: BHD 5, but $5.
    return _LETTER_BESIDE_DIGIT.sub("\u00a0", text)


@lru_cache(maxsize=1024)
def spoken(minor: int, currency: str, language: str) -> tuple[str, str]:
    """The number and the currency's name behind such a number: ("5,000", "US dollars")."""
    value = Decimal(minor).scaleb(-exponent(currency))
    count = int(value) if value == value.to_integral_value() else float(value)
    bare = shown(minor, currency, language)
    number = re.sub(r"^\D+|\D+$", "", bare)
    return ("-" if minor < 0 else "") + number, get_currency_name(currency, count=count, locale=Locale.parse(language))


@lru_cache(maxsize=256)
def currency_name(currency: str, language: str) -> str:
    """As it stands behind many: "US dollars"."""
    return get_currency_name(currency, count=100, locale=Locale.parse(language))


@lru_cache(maxsize=1024)
def shown_percent(part: int, whole: int, language: str) -> str:
    """Full percents, rounded down: 99.9 percent are not "100 %"."""
    share = Decimal(max(part, 0) * 100 // whole) / 100 if whole > 0 else Decimal(0)
    return format_percent(share, locale=Locale.parse(language), numbering_system="default")
