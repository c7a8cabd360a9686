"""The frame of every page: links, languages, the head, pagers."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Link:
    """`lang` is that of `text` where it is not the page's."""

    url: str
    text: str
    is_current: bool = False
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several links or radio buttons. `help` is one sentence; `value` is used only in forms."""

    text: str
    url: str = ""
    help: str = ""
    value: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class LanguageLink:
    url: str
    name: str  # in its own language
    code: str
    direction: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A page's feed in one form; `kind` is its media type."""

    url: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Links that belong together, under a short heading."""

    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class SiteView:
    """The frame of every page. `demo` lists the roles of the demo bar; empty outside the demo.

    `account` is the reader's name with the way to sign out: only on uncached pages, None in public bytes. `card_url` is
    the picture for those who share a page that has none of its own.
    """

    name: str
    strap: str
    language: str  # BCP 47, of the page's own words
    direction: str  # ltr | rtl
    home_url: str = "/"
    discussions_url: str = "/d"
    sign_in_url: str = "/_account/sign-in"
    languages: tuple[LanguageLink, ...] = ()
    topics: tuple[Link, ...] = ()
    footer: tuple[LinkGroup, ...] = ()
    search_url: str = ""
    card_url: str = ""
    demo: tuple[Choice, ...] = ()
    account: Link | None = None
    notices_url: str = ""
    account_url: str = ""


CARD_SIZE = (1200, 630)  # imaging/card.py


@dataclass(frozen=True, slots=True)
class HeadView:
    """The page's `<head>`. `title` comes without the site's name; `image_url` is a card of 1200 x 630. `json_ld` is what
    the page says of itself to programs, made by json_ld.script."""

    title: str
    description: str = ""
    canonical_url: str = ""
    feeds: tuple[FeedLink, ...] = ()
    image_url: str = ""
    image_size: tuple[int, int] = CARD_SIZE
    kind: str = "website"  # Open Graph type
    is_indexed: bool = True
    alternates: tuple[tuple[str, str], ...] = ()  # (language or x-default, absolute address)
    styles: tuple[str, ...] = ()  # sheets beside the one of all pages (assets.APART)
    json_ld: Markup | None = None


@dataclass(frozen=True, slots=True)
class PagerView:
    """Numbered pages never change their meaning; `next_url` alone is a keyset page."""

    previous_url: str = ""
    next_url: str = ""
    first_url: str = ""
    pages: tuple[Link, ...] = ()


ONE_PAGE = PagerView()
