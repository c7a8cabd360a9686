"""One address, one key: what a request asks for, decided from its path and query alone.

The Host, the cookies and every other header stay outside, so nothing a reader sends can change what another one gets.
Paths arrive percent-decoded and are judged and encoded anew, so `/%5fme` and `/_me` are the same to the front, to its
cache and to the desk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote, unquote_plus

PATH_CHARACTERS_MAX = 1024
QUERY_CHARACTERS_MAX = 2048

# The only parameters a public page knows, in their canonical order. A value of another form counts as unknown.
PARAMETERS = {
    "sort": re.compile(r"[a-z-]{1,20}"),
    "view": re.compile(r"[a-z-]{1,20}"),
    "page": re.compile(r"[1-9][0-9]{0,6}"),
    "after": re.compile(r"[A-Za-z0-9_.:=~-]{1,256}"),
    "n": re.compile(r"[1-9][0-9]{0,3}"),
    "since": re.compile(r"[A-Za-z0-9_.:-]{1,64}"),
    # An article's address, here or with our origin in front.
    "target": re.compile(r"(?:https?://[A-Za-z0-9.:-]{1,120})?/[\w/.~%-]{1,300}"),
}

# The search page knows these instead, and no other page does. Their values are a reader's own words: bad ones go to the
# page too, which says what is wrong with them.
SEARCH_PARAMETERS = ("q", "kind", "topic", "from", "to", "lang", "page")
SEARCH_VALUE_CHARACTERS_MAX = 256  # more than the page takes, so that it can say so
SEARCH_QUERY_CHARACTERS_MAX = 8192

# Forms that two programs may read differently (empty and dot segments, `;` parameters, backslashes, controls, bytes
# that were not UTF-8) are no address of ours: answered 404, never redirected, never passed on.
_AMBIGUOUS = re.compile(r"//|/\.{1,2}(?:/|$)|[\x00-\x1f\x7f;\\\ufffd]")
_PERSONAL = re.compile(r"/(?:[A-Za-z]{2}/)?_")
_SEARCH = re.compile(r"/(?:[a-z]{2}/)?search")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f\ufffd]+")
_EDITORS = re.compile(r"/(?:[a-z]{2}/)?_desk/")
# RFC 3986, section 3.3: a path segment may hold these unencoded.
_PATH_SAFE = "/-._~!$&'()*+,=:@"
_VALUE_SAFE = "_.:=~-/"
_QUERY_SAFE = _PATH_SAFE + '?;%[]|^{}`"<>\\'


class Kind(Enum):
    PUBLIC = "public"
    PERSONAL = "personal"
    STATIC = "static"
    MEDIA = "media"
    LIVE = "live"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Route:
    """`target` is the encoded address for the desk, and of a public page the cache key; of a file its path inside."""

    kind: Kind
    target: str


def route_of(path: str, query: str) -> Route:
    if not path.startswith("/") or len(path) > PATH_CHARACTERS_MAX or _AMBIGUOUS.search(path):
        return Route(Kind.MISSING, "")
    if path == "/live":
        return Route(Kind.LIVE, "")
    if path.startswith("/static/"):
        return Route(Kind.STATIC, path.removeprefix("/static/"))
    if path.startswith("/media/"):
        return Route(Kind.MEDIA, path.removeprefix("/media/"))
    if _PERSONAL.match(path):
        return Route(Kind.PERSONAL, address(path, query))
    known = search_query(query) if _SEARCH.fullmatch(path) else canonical_query(query)
    return Route(Kind.PUBLIC, _joined(quote(path, safe=_PATH_SAFE), known))


def address(path: str, query: str) -> str:
    """The same path and query, encoded for the request line, nothing dropped."""
    return _joined(quote(path, safe=_PATH_SAFE), quote(query, safe=_QUERY_SAFE))


def canonical_query(query: str) -> str:
    """Known parameters only, the first of each name, in one order; "" when none is left."""
    if not query or len(query) > QUERY_CHARACTERS_MAX:
        return ""
    found: dict[str, str] = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        value = unquote_plus(value)
        if name in PARAMETERS and name not in found and PARAMETERS[name].fullmatch(value):
            found[name] = value
    return "&".join(f"{name}={quote(found[name], safe=_VALUE_SAFE)}" for name in PARAMETERS if name in found)


def search_query(query: str) -> str:
    """The same for the search page: what a reader typed, in one order, encoded, each value cut where no page reads."""
    if len(query) > SEARCH_QUERY_CHARACTERS_MAX:
        query = query[:SEARCH_QUERY_CHARACTERS_MAX]
    found: dict[str, str] = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name in SEARCH_PARAMETERS and name not in found:
            plain = _BLANKS.sub(" ", unquote_plus(value)).strip()[:SEARCH_VALUE_CHARACTERS_MAX]
            if plain:
                found[name] = quote(plain, safe="")
    return "&".join(f"{name}={found[name]}" for name in SEARCH_PARAMETERS if name in found)


def is_for_editors(path: str) -> bool:
    """Under the newsroom's own interface, where other methods and a wider policy are allowed."""
    return _EDITORS.match(path) is not None


def _joined(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
