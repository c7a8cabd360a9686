"""Which page of the new site an old address means. Pure functions on text.

Old systems file comments under whatever address a browser happened to send: http and https, with www and without, the
AMP copy, a link from a newsletter with its tracking parameters. `comparable` reduces an address to what they share;
`Rules` sends old addresses to new ones, from a file that a person writes.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

# Parameters that say where a visitor came from, never which page was meant: Google Analytics (utm_), Matomo (mtm_,
# pk_), HubSpot (_hs, hsa_), Piano (at_), and the click ids of ad networks and newsletters.
_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "_hs", "hsa_", "at_campaign", "at_medium", "vero_", "oly_")
_TRACKING = frozenset(
    {"fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "twclid", "yclid", "ymclid", "igshid", "igsh"}
    | {"mc_cid", "mc_eid", "mkt_tok", "ref_src", "ref_url", "_ga", "_gl", "cmpid", "ocid", "ito", "smid", "s_cid"}
    | {"ncid", "wt_mc", "xtor", "__twitter_impression", "disqus_force"}
)
# How AMP plugins name the AMP view of a page in its query.
_AMP_PARAMETERS = {"amp", "outputtype", "noamp"}
_INDEX_PAGE = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_AMP_ENDING = re.compile(r"/amp$|(?<=[^/])\.amp(?=\.html?$)|(?<=[^/])\.amp$", re.IGNORECASE)
# https://developers.google.com/amp/cache/overview: <cache host>/<c|v|…>/[s/]<host>/<path>, s meaning https.
_AMP_CACHE_HOST = re.compile(r"(?:^|\.)cdn\.ampproject\.org$|^(?:www\.)?google\.[a-z.]{2,6}$")
_AMP_CACHE_PATH = re.compile(r"^/(?:c|v|wp/c|amp)/(?:s/)?([^/]+\.[^/]+)(/.*)?$")
_HOST = re.compile(r"^[a-z0-9][a-z0-9.-]*\.[a-z]{2,}(?::\d+)?(?:/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Parts:
    host: str
    path: str
    query: str


def comparable(url: str) -> str:
    """What all spellings of one page's address have in common: `host/path?query`, or `/path?query` without a host.

    Dropped: scheme, user, default port, www., amp. and m. in front of the host, AMP endings and caches, index.html, the
    trailing slash, doubled slashes, tracking parameters, the fragment. Kept: every other parameter (`?p=12` names a
    page), sorted by name. An address that cannot be read comes back stripped, so that equal ones are still equal.
    """
    parts = _parts(url)
    if parts is None:
        return url.strip()
    return parts.host + (_comparable_path(parts.path) or "/") + _comparable_query(parts.query)


def with_host(url: str, *, site: str) -> str:
    """An address with scheme and host. A bare path, as Isso stores it, is taken to lie on `site` (`https://…`)."""
    url = url.strip()
    if url.startswith("//"):
        return f"https:{url}"
    if "://" in url:
        return url
    if _HOST.match(url):
        return f"https://{url}"
    return site.rstrip("/") + "/" + url.lstrip("/")


def _parts(url: str) -> _Parts | None:
    text = url.strip()
    if "://" not in text and not text.startswith(("/", "?")):
        text = f"//{text}" if _HOST.match(text) else f"/{text}"
    # "/a//b" is a path, "//host/b" an address: only the latter begins with two slashes.
    try:
        split = urlsplit(text)
        host, port = (split.hostname or "").rstrip("."), split.port
    except ValueError:
        return None
    path = split.path
    if host and _AMP_CACHE_HOST.search(host) and (cached := _AMP_CACHE_PATH.match(path)):
        host, port, path = cached[1].lower(), None, cached[2] or "/"
    if port not in (None, 80, 443):
        host = f"{_comparable_host(host)}:{port}"
        return _Parts(host, path, split.query)
    return _Parts(_comparable_host(host), path, split.query)


def _comparable_host(host: str) -> str:
    if not host.isascii():
        with suppress(UnicodeError):
            host = host.encode("idna").decode()
    host = host.lower()
    for prefix in ("www.", "amp.", "m."):
        # "m.de" is a host of its own.
        if host.startswith(prefix) and "." in host.removeprefix(prefix):
            host = host.removeprefix(prefix)
    return host


def _comparable_path(path: str) -> str:
    # Decoding and encoding again makes %C3%BC, %c3%bc and ü one.
    path = re.sub(
        r"/{2,}", "/", quote(unquote(path, errors="surrogateescape"), safe="/:@!$&'()*+,;=~", errors="surrogateescape")
    )
    path = re.sub(r"^/amp(?=/[^/])", "", path, flags=re.IGNORECASE)
    path = _AMP_ENDING.sub("", path.rstrip("/"))
    return _INDEX_PAGE.sub("", path).rstrip("/")


def _comparable_query(query: str) -> str:
    if not query:
        return ""
    pairs = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if not _is_noise(name)]
    return f"?{urlencode(sorted(pairs))}" if pairs else ""


def _is_noise(name: str) -> bool:
    name = name.lower()
    return name in _TRACKING or name in _AMP_PARAMETERS or name.startswith(_TRACKING_PREFIXES)


class BadRule(ValueError):
    """A line of the rules file that cannot be followed. `why` is a stable code."""

    def __init__(self, line_number: int, line: str, why: str) -> None:
        super().__init__(f"line {line_number}: {why}: {line}")
        self.line_number = line_number
        self.line = line
        self.why = why


class Rules:
    """Old addresses and their new ones, as in the rules file of Remark42's `remap`.

    A line is `old new`, with space between. An old address that ends in `*` stands for all that begin so, and what
    follows is added to a new one that ends in `*`; without a star there, all of them become that one page. Empty lines
    and lines that begin with # are passed over. An exact line beats one with a star, a longer star beats a shorter one,
    whatever their order; of two equal ones the first holds. Old addresses match in any of their spellings (see
    `comparable`). One rule is followed, once: the new address is not looked up again.
    """

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._exact: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}
        for old, new in _pairs(lines):
            if old.endswith("*"):
                self._prefixes.setdefault(_comparable_prefix(old[:-1]), new)
            else:
                self._exact.setdefault(comparable(old), new)
        self._lengths = sorted({len(prefix) for prefix in self._prefixes}, reverse=True)

    def __len__(self) -> int:
        return len(self._exact) + len(self._prefixes)

    def new_address(self, url: str) -> str | None:
        """Where the rules send this address. None when no rule speaks of it."""
        found = self._exact.get(comparable(url))
        if found is not None:
            return found
        whole = _comparable_prefix(url.partition("#")[0])
        prefix = next((whole[:length] for length in self._lengths if whole[:length] in self._prefixes), None)
        if prefix is None:
            return None
        new = self._prefixes[prefix]
        return new[:-1] + whole[len(prefix) :] if new.endswith("*") else new


def _comparable_prefix(url: str) -> str:
    """Scheme and host as in `comparable`, the rest as it stands: a prefix may end in the middle of a word."""
    parts = _parts(url)
    if parts is None:
        return url.strip()
    return parts.host + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _pairs(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for number, raw in enumerate(lines, start=1):
        line = raw.strip().removeprefix("\ufeff")
        if not line or line.startswith("#"):
            continue
        words = line.split()
        if len(words) != 2:
            raise BadRule(number, line, "two_addresses_needed")
        old, new = words
        if "*" in old[:-1] or "*" in new[:-1]:
            raise BadRule(number, line, "star_only_at_the_end")
        if new.endswith("*") and not old.endswith("*"):
            raise BadRule(number, line, "star_only_in_the_new_address")
        yield old, new
