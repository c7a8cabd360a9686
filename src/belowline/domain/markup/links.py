"""Where a link may lead, how its host is shown, and whether its words claim another host."""

import ipaddress
import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, unquote

from belowline.domain.names import skeletons
from belowline.domain.text import Flow

MAX_URL = 2048  # characters; longer ones are cut by mail programs and proxies anyway
_WEB = re.compile(r"(https?)://([^/?#\\]*)([/?#].*)?", re.IGNORECASE)
_MAIL = re.compile(r"mailto:([A-Za-z0-9.!#$&'*+/=^_~-]{1,64})@([^@/?#\\]+)(?:\?.*)?", re.IGNORECASE)
_PORT = re.compile(r"(.*?)(?::([0-9]{1,5}))?")
# RFC 3986 reserved and unreserved characters, and "%" so that encoding twice changes nothing.
_URL_SAFE = "!$&'()*+,;=:@/?#%-._~[]"
_NAME_IN_TEXT = re.compile(r"[\w.-]+@?")
# Endings of file names that are no top-level domains: "Node.js" names no host.
_ENDINGS = "js ts html htm php txt pdf jpg jpeg png gif webp svg csv json xml css doc docx xls xlsx exe"
_FILE_ENDINGS = frozenset(_ENDINGS.split())


def link_target(url: str) -> str | None:
    """The address in canonical form if it is an absolute http(s) or mailto address, else None.

    Strict where browsers are lenient: no control or space inside, no backslash, no user name before the host, no odd
    IPv4 spelling. Mail addresses lose their ?subject=.
    """
    url = url.strip(" \t\n\r\f")
    return _target(url) if len(url) <= MAX_URL else None


def web_target(url: str) -> str | None:
    """The same for an address that is a page's: http or https."""
    target = link_target(url)
    return target if target is not None and target.startswith(("http://", "https://")) else None


@lru_cache(maxsize=256)  # each address is asked for twice: by the shape and by the wall
def _target(url: str) -> str | None:
    if not url.isprintable() and any(unicodedata.category(c) in ("Cc", "Cs") for c in url):
        return None
    if mail := _MAIL.fullmatch(url):
        host = _host(mail[2])
        return f"mailto:{mail[1]}@{host}" if host else None
    if not (web := _WEB.fullmatch(url)):
        return None
    split = _PORT.fullmatch(web[2])
    host = _host(split[1]) if split else None
    if not split or not host or int(split[2] or 0) > 65535:
        return None
    port = f":{split[2]}" if split[2] else ""
    return f"{web[1].lower()}://{host}{port}{_quoted(web[3] or '')}"


def host_of(target: str) -> str:
    """Host of a canonical link target; for mail the part after the @."""
    if target.startswith("mailto:"):
        return target.rpartition("@")[2]
    authority = re.split("[/?#]", target.partition("://")[2], maxsplit=1)[0]
    return authority if authority.endswith("]") else re.sub(":[0-9]+$", "", authority).rstrip(".")


def shown_host(host: str) -> str:
    """The host as people should read it: decoded when each label is of one script and no look-alike of ASCII."""
    return ".".join(map(_shown_label, host.split(".")))


def true_host_to_add(words: str, *, target: str) -> str | None:
    """The host to print after a link's words because they name another one, or one that deceives the eye."""
    if "." not in words and words.isascii():
        return None  # each name of a host has a dot, or a letter that NFKC turns into one
    host = host_of(target)
    shown = shown_host(host)
    if words.rstrip().endswith(f"[{shown}]"):
        return None
    claims = (name for word in unicodedata.normalize("NFKC", words).split() for name in _hosts_named(word))
    return None if all(_is_same(claim, host=host, shown=shown) for claim in claims) else shown


def _hosts_named(word: str) -> list[str]:
    """Of a word between spaces: the authority of a URL in it, or else what stands before the first slash."""
    _, scheme, rest = word.partition("://")
    authority = re.split(r"[/?#\\]", rest if scheme else word, maxsplit=1)[0]
    names = [name for name in _NAME_IN_TEXT.findall(authority) if scheme or not name.endswith("@")]
    return [name for name in (_plain(name.strip(".-_@")) for name in names) if _is_host_like(name)]


def _is_host_like(name: str) -> bool:
    labels = name.split(".")
    last = labels[-1]
    return len(labels) > 1 and len(last) > 1 and not last[0].isdigit() and last not in _FILE_ENDINGS


def _is_same(claim: str, *, host: str, shown: str) -> bool:
    if not claim.isascii() and claim != _plain(shown):
        return False
    return any(actual == claim or actual.endswith("." + claim) for actual in (_plain(host), _plain(shown)))


def _plain(host: str) -> str:
    return host.casefold().strip(".").removeprefix("www.")


def _quoted(rest: str) -> str:
    return quote(rest, safe=_URL_SAFE)


@lru_cache(maxsize=1024)
def _host(written: str) -> str | None:
    if written.startswith("["):
        return _ipv6(written)
    try:
        host = unicodedata.normalize("NFKC", unquote(written, errors="strict")).lower().replace("。", ".")
    except UnicodeDecodeError:
        return None
    host = unicodedata.normalize("NFC", host)
    labels = host.removesuffix(".").split(".")
    # What a page would not show of a text has no place in a host either.
    if len(host) > 253 or not all(map(_is_label, labels)) or Flow().feed(host) != host:
        return None
    if labels[-1].isdigit() or labels[-1].startswith("0x"):
        return host if _is_ipv4(host) else None
    return host


def _ipv6(written: str) -> str | None:
    try:
        return f"[{ipaddress.IPv6Address(written[1:-1])}]" if written.endswith("]") and "%" not in written else None
    except ValueError:
        return None


def _is_ipv4(host: str) -> bool:
    try:
        return bool(ipaddress.IPv4Address(host))
    except ValueError:
        return False


def _is_label(label: str) -> bool:
    if not 0 < len(label) <= 63 or label[0] == "-" or label[-1] == "-" or unicodedata.category(label[0])[0] == "M":
        return False
    return all(c in "-_" or unicodedata.category(c) in ("Ll", "Lm", "Lo", "Mn", "Mc", "Nd") for c in label)


@lru_cache(maxsize=1024)
def _shown_label(label: str) -> str:
    if label.startswith("xn--"):
        try:
            decoded = label[4:].encode("ascii").decode("punycode")
        except UnicodeError:
            return label
        return decoded if _is_label(decoded) and _is_honest(decoded) and Flow().feed(decoded) == decoded else label
    if label.isascii() or _is_honest(label):
        return label
    return "xn--" + label.encode("punycode").decode("ascii")


def _is_honest(label: str) -> bool:
    return len(skeletons.scripts(label)) == 1 and not skeletons.prototype(label).isascii()
