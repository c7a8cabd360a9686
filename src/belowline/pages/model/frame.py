"""The frame of every page: links, languages, the head, pagers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    text: str
    is_current: bool = False


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
class SiteView:
    """The frame of every page. `demo` lists the roles of the demo bar; empty outside the demo.

    `account` is the reader's name with the way to sign out: only on uncached pages, None in public bytes.
    """

    name: str
    strap: str
    language: str  # BCP 47, of the page's own words
    direction: str  # ltr | rtl
    home_url: str = "/"
    discussions_url: str = "/d"
    search_url: str = "/search"
    sign_in_url: str = "/_account/sign-in"
    languages: tuple[LanguageLink, ...] = ()
    topics: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()
    demo: tuple[Choice, ...] = ()
    account: Link | None = None


@dataclass(frozen=True, slots=True)
class HeadView:
    """The page's `<head>`. `title` comes without the site's name."""

    title: str
    description: str = ""
    canonical_url: str = ""
    feeds: tuple[FeedLink, ...] = ()
    image_url: str = ""
    kind: str = "website"  # Open Graph type
    is_indexed: bool = True
    alternates: tuple[tuple[str, str], ...] = ()  # (language or x-default, absolute address)
    styles: tuple[str, ...] = ()  # sheets beside the one of all pages (assets.APART)


@dataclass(frozen=True, slots=True)
class PagerView:
    """Numbered pages never change their meaning; `next_url` alone is a keyset page."""

    previous_url: str = ""
    next_url: str = ""
    first_url: str = ""
    pages: tuple[Link, ...] = ()


ONE_PAGE = PagerView()
