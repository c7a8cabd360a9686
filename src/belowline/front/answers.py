"""The head of every answer: what browsers are told about safety, and what caches are told about keeping."""

from __future__ import annotations

from belowline.front.cache import Answer, Entry
from belowline.front.config import FrontConfig
from belowline.front.encoding import Encoding
from belowline.front.rsgi import HeaderList

# Players that a reader may load into an article, one press for each (domain/embeds.py; a test compares).
PLAYERS = (
    "https://geo.dailymotion.com",
    "https://platform.twitter.com",
    "https://player.vimeo.com",
    "https://t.me",
    "https://www.instagram.com",
    "https://www.tiktok.com",
    "https://www.youtube-nocookie.com",
)
PUBLIC_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        f"frame-src {' '.join(PLAYERS)}",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "manifest-src 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types belowline",
    ]
)
_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
SAFETY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # Passkeys are asked for by this site's own pages.
    "permissions-policy": ", ".join([*(f"{feature}=()" for feature in _FEATURES), "publickey-credentials-get=(self)"]),
}
# One year, the least that preload lists take; not for subdomains, which may belong to someone else.
STRICT_TRANSPORT = ("strict-transport-security", "max-age=31536000")


def with_safety(headers: HeaderList, config: FrontConfig, *, policy: str | None = PUBLIC_POLICY) -> HeaderList:
    """The headers plus every safety header that is not among them. `policy` None leaves the content policy open."""
    present = {name for name, _ in headers}
    wanted = dict(SAFETY) if policy is None else {"content-security-policy": policy, **SAFETY}
    added = [(name, value) for name, value in wanted.items() if name not in present]
    if config.public_scheme == "https" and STRICT_TRANSPORT[0] not in present:
        added.append(STRICT_TRANSPORT)
    return headers + added


def answer_for(entry: Entry, *, encoding: Encoding, body: bytes, config: FrontConfig) -> Answer:
    """An entry in one encoding, ready to send. Browsers ask again each time; a CDN keeps what it can purge by tag."""
    page = entry.page
    if not page.is_cacheable:
        headers = with_safety([*page.headers, ("cache-control", "private, no-store")], config)
        return Answer(entry, page.status, _in_encoding(headers, encoding), body, "", [])
    etag = f'"{entry.etag_stem}-{encoding.value}"'
    caching = [("etag", etag), ("cache-control", "public, no-cache"), ("vary", "Accept-Encoding")]
    if config.cdn_seconds:
        caching.append(("cdn-cache-control", f"public, max-age={config.cdn_seconds}"))
        caching.append(("surrogate-key", " ".join(sorted(page.tags))))
    headers = _in_encoding([*page.headers, *caching], encoding)
    return Answer(entry, page.status, with_safety(headers, config), body, etag, caching)


def _in_encoding(headers: HeaderList, encoding: Encoding) -> HeaderList:
    return headers if encoding is Encoding.IDENTITY else [*headers, ("content-encoding", encoding.value)]


def is_unchanged(asked: str | None, etag: str) -> bool:
    """Whether an If-None-Match header names the etag (RFC 9110, 13.1.2: weak comparison, `*` for anything)."""
    if not asked or not etag:
        return False
    return asked == etag or any(item.strip().removeprefix("W/") in {etag, "*"} for item in asked.split(","))
