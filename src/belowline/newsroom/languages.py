"""The languages an article may be written in, and which way they run."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

LANGUAGES = [("en", _("English")), ("ar", _("Arabic"))]
# ISO 639-1 codes whose usual script runs from right to left (CLDR characterOrder).
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})


def direction_of(language: str) -> str:
    """`rtl` or `ltr` of a BCP 47 code."""
    return "rtl" if language.partition("-")[0].lower() in RIGHT_TO_LEFT else "ltr"
