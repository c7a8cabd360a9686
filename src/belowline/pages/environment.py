"""The Jinja2 environment of the public pages: one per language, kept for the life of the process.

Words come from gettext, dates and numbers from CLDR (Babel). All times are absolute and in the newsroom's zone, because
the public bytes are the same for every reader and at every moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from belowline.newsroom.languages import locale_of
from belowline.pages.comment_markup import CommentMarkup

TEMPLATES = Path(__file__).parent / "templates"

# CLDR names of the numbering systems whose ten digits are not ASCII. Only those that a default of a locale uses.
_ARABIC_SCRIPT = {"ar", "fa", "ur", "ckb", "ps", "sd", "ug"}
_DIGITS = {
    "arab": "٠١٢٣٤٥٦٧٨٩",
    "arabext": "۰۱۲۳۴۵۶۷۸۹",
    "beng": "০১২৩৪৫৬৭৮৯",
    "deva": "०१२३४५६७८९",
}


class Translations(Protocol):
    """What `gettext.NullTranslations` and its children offer, and all that the templates ask."""

    def gettext(self, message: str) -> str: ...

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str: ...


def environment(
    static_urls: Mapping[str, str], translations: Translations, *, language: str = "en", zone: str = "UTC"
) -> Environment:
    """The environment for one language.

    `static_urls` is the manifest (`assets.manifest_urls`): logical name to URL. `asset(name)` raises KeyError for a name
    that is not in it; `has_asset(name)` asks; `comment(view)` is the comment's markup, `comments(views)` that of
    several in a row.
    Filters: `moment`, `day`, `clock`, `iso`, `number`.
    """
    built = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    # Django's catalogue goes through several dictionaries for each word; the words of the templates are few.
    gettext = cache(translations.gettext)
    built.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        gettext, translations.ngettext, newstyle=True
    )
    built.globals["_"] = _quick(gettext)
    built.globals.update(asset=static_urls.__getitem__, has_asset=static_urls.__contains__)
    filters = _filters(locale_of(language), ZoneInfo(zone))
    built.filters.update(filters)
    built.globals["comment"] = comment = CommentMarkup(translations, filters)
    built.globals["comments"] = comment.of_each
    built.globals["passage"] = lambda view: Markup(comment.passage(view))  # noqa: S704 - escaped where it is made
    return built


def _quick(translated: Callable[[str], str]) -> Callable[..., Markup]:
    """As the extension's own, which looks a word up and wraps it at each of its places on each page."""

    @cache
    def plain(message: str) -> Markup:
        return filled(message)

    def filled(message: str, **values: object) -> Markup:
        return Markup(translated(message)) % values  # noqa: S704 - a catalogue's own words; the values are escaped

    return lambda message, **values: filled(message, **values) if values else plain(message)


def _filters(locale: Locale, zone: ZoneInfo) -> dict[str, Callable[..., str]]:
    digits = _DIGITS.get(locale.default_numbering_system)
    to_local = str.maketrans("0123456789", digits) if digits else {}
    # "{1}, {0}" in most languages: {1} is the date, {0} the time.
    joined = str(locale.datetime_formats["medium"]).replace("'", "")
    if locale.character_order == "right-to-left" and locale.language in _ARABIC_SCRIPT:
        joined = joined.replace(",", "،")

    # A page of comments falls on few days, and CLDR formatting costs 50 times a cache hit.
    @lru_cache(maxsize=4096)
    def long_day(on: date) -> str:
        return format_date(on, format="long", locale=locale).translate(to_local)

    def clock(at: datetime) -> str:
        return f"{at.astimezone(zone):%H:%M}".translate(to_local)

    def moment(at: datetime) -> str:
        return joined.replace("{1}", long_day(at.astimezone(zone).date())).replace("{0}", clock(at))

    def day(at: datetime) -> str:
        return long_day(at.astimezone(zone).date())

    def iso(at: datetime) -> str:
        # In the newsroom's zone with its offset: the same hour and minute as the text beside it, which compresses.
        return at.astimezone(zone).isoformat(timespec="minutes")

    @lru_cache(maxsize=4096)
    def number(value: int) -> str:
        # Babel takes the signs of the numbering system, but leaves the digits.
        return format_decimal(value, locale=locale, numbering_system="default").translate(to_local)

    return {"moment": moment, "day": day, "clock": clock, "iso": iso, "number": number}
