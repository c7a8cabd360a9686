"""The languages an article may be written in, and which way they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import date

LANGUAGES = [("en", _("English")), ("ar", _("Arabic"))]
# ISO 639-1 codes whose usual script runs from right to left (CLDR characterOrder).
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})

# "en" alone would print American dates (March 14, 2026).
_PREFERRED = {"en": "en_GB"}


def direction_of(language: str) -> str:
    """`rtl` or `ltr` of a BCP 47 code."""
    return "rtl" if language.partition("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def locale_of(language: str) -> Locale:
    """The CLDR locale of a BCP 47 code; raises ValueError or `UnknownLocaleError` for an unknown one."""
    return Locale.parse(_PREFERRED.get(language, language.replace("-", "_")))


def long_date(day: date, language: str) -> str:
    """A day as the pages print it."""
    return format_date(day, format="long", locale=locale_of(language))
