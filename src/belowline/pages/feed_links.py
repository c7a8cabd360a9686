"""The feeds that the head of a page names, so that a reader of feeds finds them by the page's own address."""

from __future__ import annotations

from belowline.pages import links
from belowline.pages.feed_formats import TYPES
from belowline.pages.model import FeedLink

FORMS = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}


def feed_links(page: str, language: str, *, title: str, forms: tuple[str, ...] = tuple(FORMS)) -> tuple[FeedLink, ...]:
    """The feeds of a page, given by its path without the language. `title` says what they are of."""
    return tuple(FeedLink(links.feed(page, form, language), TYPES[form], f"{title} ({FORMS[form]})") for form in forms)
