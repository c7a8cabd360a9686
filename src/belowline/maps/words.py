"""What a map says, in the language of its article: numbers, distances, positions, how exactly something is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale
from babel.units import format_unit
from django.utils.translation import gettext as _

from belowline.domain.maps.precision import Precision, Shown, digits_of

if TYPE_CHECKING:
    from belowline.domain.maps.positions import Position

# CLDR names of the numbering systems of languages whose own digits are printed (decision 0012).
_DIGITS = {"arab": "٠١٢٣٤٥٦٧٨٩", "arabext": "۰۱۲۳۴۵۶۷۸۹"}


def own_digits(text: str, *, language: str) -> str:
    digits = _DIGITS.get(_locale(language).default_numbering_system)
    if digits is None:
        return text
    return text.translate(str.maketrans("0123456789.", digits + "٫"))


def distance(metres: float, *, language: str) -> str:
    unit, value = ("length-kilometer", metres / 1000) if metres >= 1000 else ("length-meter", metres)
    plain = format_unit(round(value), unit, length="short", locale=_locale(language), format="#,##0")
    return own_digits(plain, language=language)


def position(found: Position, *, precision: Precision, language: str) -> str:
    digits = min(digits_of(precision), 4)
    north = own_digits(f"{abs(found.latitude):.{digits}f}", language=language)
    east = own_digits(f"{abs(found.longitude):.{digits}f}", language=language)
    first = _("%(degrees)s° N") if found.latitude >= 0 else _("%(degrees)s° S")
    second = _("%(degrees)s° E") if found.longitude >= 0 else _("%(degrees)s° W")
    return _(", ").join([first % {"degrees": north}, second % {"degrees": east}])


def exactness(shown: Shown) -> str:
    """How exactly readers are told, in the words of the table."""
    sentences = {
        Precision.EXACT: _("Exact"),
        Precision.VICINITY: _("Within 1 km"),
        Precision.LOCALITY: _("Within 5 km"),
        Precision.AREA: _("An area"),
        Precision.COUNTRY: _("Not shown on the map"),
    }
    return sentences[shown.precision]


def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


def territories(language: str) -> dict[str, str]:
    """Names of countries by their ISO 3166 codes, from CLDR."""
    return dict(_locale(language).territories)
