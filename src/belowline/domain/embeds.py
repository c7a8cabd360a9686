"""Players of other sites: which addresses can be loaded into a frame, from where, and whose site that is.

A table and no discovery: nothing is asked of anybody to find out. An address that is not in it is a card with a link.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from belowline.domain.markup.links import host_of, link_target

_ID = r"[A-Za-z0-9_-]{1,40}"


@dataclass(frozen=True, slots=True)
class Provider:
    """`hosts` without "www." or "m."; `path` finds the id in the path, or `parameter` names it in the query."""

    name: str
    hosts: tuple[str, ...]
    path: str
    frame: str
    parameter: str = ""

    @property
    def frame_host(self) -> str:
        return f"https://{urlsplit(self.frame).hostname}"


@dataclass(frozen=True, slots=True)
class Player:
    provider: str
    frame_url: str


# The addresses of the frames are those that each provider gives out in its own "Embed" dialogue. Where one of them
# offers to set fewer cookies (youtube-nocookie.com, Vimeo's dnt), that is taken.
PROVIDERS = (
    Provider(
        "YouTube", ("youtube.com", "youtube-nocookie.com"), "/watch", "https://www.youtube-nocookie.com/embed/{}", "v"
    ),
    Provider(
        "YouTube", ("youtube.com",), rf"/(?:shorts|live|embed)/({_ID})", "https://www.youtube-nocookie.com/embed/{}"
    ),
    Provider("YouTube", ("youtu.be",), rf"/({_ID})", "https://www.youtube-nocookie.com/embed/{}"),
    Provider("Vimeo", ("vimeo.com",), r"/(\d{1,15})", "https://player.vimeo.com/video/{}?dnt=1"),
    Provider(
        "Dailymotion", ("dailymotion.com",), rf"/video/({_ID})", "https://geo.dailymotion.com/player.html?video={}"
    ),
    Provider(
        "X",
        ("x.com", "twitter.com"),
        r"/\w{1,20}/status/(\d{1,20})",
        "https://platform.twitter.com/embed/Tweet.html?id={}",
    ),
    Provider("Telegram", ("t.me",), r"/(?:s/)?(\w{3,40}/\d{1,12})", "https://t.me/{}?embed=1"),
    Provider("TikTok", ("tiktok.com",), r"/@[\w.]{1,40}/video/(\d{1,20})", "https://www.tiktok.com/embed/v2/{}"),
    Provider("Instagram", ("instagram.com",), rf"/(?:p|reel)/({_ID})", "https://www.instagram.com/p/{}/embed/"),
)
FRAME_HOSTS = tuple(sorted({provider.frame_host for provider in PROVIDERS}))


def player_of(url: str) -> Player | None:
    """The frame for an address, or None: then there is only the link."""
    target = link_target(url)
    if target is None or not target.startswith("https://"):
        return None
    host = re.sub(r"^(?:www|m|mobile)\.", "", host_of(target))
    parts = urlsplit(target)
    for provider in PROVIDERS:
        found = re.fullmatch(f"{provider.path}/?", parts.path, re.ASCII) if host in provider.hosts else None
        if found is None:
            continue
        name = parse_qs(parts.query).get(provider.parameter, [""])[0] if provider.parameter else found[1]
        if provider.parameter and not re.fullmatch(_ID, name):
            continue
        return Player(provider.name, provider.frame.format(name))
    return None


# Names for a network of one's own (RFC 6761, RFC 6762, RFC 8375, and ICANN's resolution 2024.07.29.06 for "internal").
_PRIVATE = re.compile(r"(?:.*\.)?(?:localhost|local|test|invalid|internal|home\.arpa)")


def is_public_address(url: str) -> bool:
    """Whether an address can belong to somebody else's public site: https on its usual port, and a name that is not one
    for private use. No number: what is quoted under a bare number cannot be found again when its owner moves."""
    target = link_target(url)
    if target is None or not target.startswith("https://") or urlsplit(target).port not in {None, 443}:
        return False
    host = host_of(target)
    is_number = host.startswith("[") or host.rpartition(".")[2].isdigit()
    return "." in host and not is_number and not _PRIVATE.fullmatch(host)
