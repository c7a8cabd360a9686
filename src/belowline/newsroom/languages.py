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


def direction_of(language: str) -> str:
    """`rtl` or `ltr` of a BCP 47 code."""
    return "rtl" if language.partition("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def long_date(day: date, language: str) -> str:
    """A day as a text in that language prints it. Babel, like the pages: the digits follow decision 0012."""
    return format_date(day, format="long", locale=Locale.parse(language, sep="-"))
