"""What a mail that came back says: a failure (RFC 3464), a complaint (RFC 5965), an answer of a machine (RFC 3834).

Anybody can write to the place where mails come back. So this only reads; who is meant is found by a token that cannot be
guessed (mail/returning.py), and whatever cannot be read is `OTHER`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses, parseaddr
from enum import StrEnum

# What is behind it is not read. Reports carry at most the mail that was sent, and ours are shorter.
MOST_BYTES = 256 * 1024
# Each level costs the parser a look at every line; real reports have three.
MOST_LEVELS, MOST_PARTS = 20, 50
HEADER_CHARACTERS = 4_000
TEXT_CHARACTERS = 20_000
FIELDS = 200
NAMES = 20


class ReturnedKind(StrEnum):
    FAILED = "failed"
    DELAYED = "delayed"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    AUTO_REPLY = "auto_reply"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Returned:
    """`code` of a failure is an enhanced code (RFC 3463), never empty. `tokens` name the letter that is meant, the likeliest
    first; `message_ids` are those of the mail that was returned."""

    kind: ReturnedKind
    code: str = ""
    tokens: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()


NOTHING = Returned(ReturnedKind.OTHER)
# Where mail servers write to whom a mail really was addressed.
_RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
# RFC 3463: class, subject, detail; no piece of a network address.
_ENHANCED = re.compile(r"(?<![\d.])([45]\.[0-7]\.\d{1,3})(?!\.?\d)")
_REPLY = re.compile(r"(?<![\d.:-])([45])[0-5]\d(?=[ -])")
_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
_FIELD = re.compile(r"^([A-Za-z][A-Za-z-]{1,40}):[ \t]*(.*)$")
_DAEMONS = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"})
# What follows is the mail that was sent: its words are ours and no reason.
_COPY = re.compile(r"(?im)^-{2,} ?(below this line is a copy|this is a copy of|original message|the header of)")
# Subjects of warnings that were written before RFC 3464, by the programs that wrote them.
_WARNING = re.compile(r"(?i)\bdelay|\bwarning\b|still being retried")
# RFC 5965, 7.3. "not-spam" takes a complaint back; what else there is says nothing about readers.
_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list", "other", "miscategorized", "virus"})


def read_returned(raw: bytes, *, recipients: Sequence[str] = (), bounces: str = "", unsubscribes: str = "") -> Returned:
    """What `raw` is. `recipients` are those of its envelope where they are known; `bounces` and `unsubscribes` the
    addresses of the settings, before the + of which a token stands. Never raises, whatever it is given."""
    raw = raw[:MOST_BYTES]
    low = raw.lower()
    if low.count(b"boundary") > MOST_LEVELS or low.count(b"message/") > MOST_LEVELS:
        return NOTHING
    try:
        mail = message_from_bytes(raw, policy=compat32)  # headers as they stand: the newer policy parses, and may raise
        return _read(mail, recipients=recipients, bounces=bounces, unsubscribes=unsubscribes)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # The standard library's parser, for some of what is not mail.
        return NOTHING


def _read(mail: Message, *, recipients: Sequence[str], bounces: str, unsubscribes: str) -> Returned:
    addressed = [*recipients[:NAMES], *_addresses(mail, _RECIPIENT_HEADERS)]
    parts = list(_parts(mail))
    sent = _original(parts)
    own = _tokens(addressed, place=bounces)
    quoted = _tokens([sent.get("return-path", ""), sent.get("list-unsubscribe", "")], place=bounces, also=unsubscribes)
    ids = tuple(_MESSAGE_ID.findall(sent.get("message-id", "")))[:1]
    if (feedback := _fields_of(parts, "feedback-report")) is not None:
        named = _tokens([feedback.get("original-mail-from", "")], place=bounces)
        is_one = feedback.get("feedback-type", "").lower() in _COMPLAINTS
        kind = ReturnedKind.COMPLAINT if is_one else ReturnedKind.OTHER
        return Returned(kind, tokens=_once([*named, *quoted, *own]), message_ids=ids)
    if (report := _report(parts)) is not None:
        kind, code = report
        return Returned(kind, code, _once([*own, *quoted]), ids)
    if _is_from_daemon(mail):
        kind, code = _old_report(mail, parts)
        return Returned(kind, code, _once([*own, *quoted]), ids)
    if _is_automatic(mail):
        return Returned(ReturnedKind.AUTO_REPLY, tokens=_once(own))
    if asked := _tokens(addressed, place=unsubscribes):
        return Returned(ReturnedKind.UNSUBSCRIBE, tokens=_once(asked))
    return Returned(ReturnedKind.OTHER, tokens=_once(own))


def _parts(mail: Message) -> Iterator[Message]:
    """The parts of the mail, without those of a mail that it carries."""
    waiting, count = [mail], 0
    while waiting and count < MOST_PARTS:
        part = waiting.pop(0)
        count += 1
        yield part
        if part.get_content_maintype() == "multipart":
            waiting.extend(_inner(part)[:MOST_PARTS])


def _header(mail: Message, name: str) -> str:
    return str(mail.get(name, ""))[:HEADER_CHARACTERS]


def _addresses(mail: Message, names: Iterable[str]) -> list[str]:
    found = [str(value)[:HEADER_CHARACTERS] for name in names for value in mail.get_all(name, [])[:NAMES]]
    return [address for _name, address in getaddresses(found)[:NAMES] if address]


def _tokens(texts: Iterable[str], *, place: str, also: str = "") -> list[str]:
    found: list[str] = []
    for where in (place, also):
        local, at, host = where.rpartition("@")
        if at:
            token = re.compile(
                rf"(?i)(?<![\w.+-]){re.escape(local)}\+([A-Za-z0-9_-]{{16,64}})@{re.escape(host)}(?![\w.-])"
            )
            found += [match for text in texts for match in token.findall(text[:HEADER_CHARACTERS])]
    return found


def _once(tokens: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tokens))[:NAMES]


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content[:TEXT_CHARACTERS].decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _inner(part: Message) -> list[Message]:
    """What a part of the type message/… carries, however the parser took it."""
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _original(parts: Sequence[Message]) -> dict[str, str]:
    """The headers of the mail that came back, by their small names; empty when the report leaves them out."""
    for part in parts:
        match part.get_content_type():
            case "message/rfc822" | "message/global":
                return {name.lower(): str(value) for one in _inner(part)[:1] for name, value in one.items()[:FIELDS]}
            case "text/rfc822-headers" | "message/rfc822-headers" | "message/global-headers":
                held = _text(part) or "\n".join(
                    f"{name}: {value}" for one in _inner(part) for name, value in one.items()
                )
                return {name.lower(): value for name, value in _fields(held)}
    for part in parts:
        if part.get_content_type() == "text/plain" and (copy := _COPY.search(text := _text(part))):
            return dict(reversed([(name.lower(), value) for name, value in _fields(text[copy.end() :])]))
    return {}


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """`Name: value`, with what is folded put together."""
    name, value = "", ""
    for line in text.splitlines()[:FIELDS]:
        if line[:1] in {" ", "\t"} and name:
            value += f" {line.strip()}"
            continue
        if name:
            yield name, value[:HEADER_CHARACTERS]
        found = _FIELD.match(line)
        name, value = (found[1], found[2].strip()) if found else ("", "")
    if name:
        yield name, value[:HEADER_CHARACTERS]


def _blocks(part: Message) -> Iterator[dict[str, str]]:
    """The blocks of fields of a report: the first about the mail, one for each recipient after it."""
    for one in _inner(part)[:NAMES]:
        yield {name.lower(): str(value).strip()[:HEADER_CHARACTERS] for name, value in one.items()[:FIELDS]}
        rest = one.get_payload()
        if isinstance(rest, str):
            for text in re.split(r"\r?\n[ \t]*\r?\n", rest[:TEXT_CHARACTERS])[:NAMES]:
                yield {name.lower(): value for name, value in _fields(text)}


def _fields_of(parts: Sequence[Message], subtype: str) -> dict[str, str] | None:
    for part in parts:
        if part.get_content_type() == f"message/{subtype}":
            return {name: value for block in _blocks(part) for name, value in block.items()}
    return None


def _report(parts: Sequence[Message]) -> tuple[ReturnedKind, str] | None:
    """RFC 3464: of all recipients the worst; a letter has one."""
    reports = [one for one in parts if one.get_content_type() in _REPORTS]
    if not reports:
        return None
    about = [block for part in reports for block in _blocks(part) if "action" in block or "status" in block]
    failed = [block for block in about if block.get("action", "failed").lower().startswith("fail")]
    if failed:
        return ReturnedKind.FAILED, _code(failed[0])
    if any(block.get("action", "").lower().startswith("delay") for block in about):
        return ReturnedKind.DELAYED, ""
    return ReturnedKind.OTHER, ""


_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})


def _code(block: dict[str, str]) -> str:
    """The status; where it says no more than "5.0.0", what the other server said may say it."""
    status = _ENHANCED.search(block.get("status", ""))
    said = _ENHANCED.search(block.get("diagnostic-code", ""))
    if status and (not status[1].endswith(".0.0") or not said or said[1][0] != status[1][0]):
        return status[1]
    return said[1] if said else _by_reply(block.get("diagnostic-code", "")) or "5.0.0"


def _by_reply(text: str) -> str:
    found = _REPLY.search(text)
    return f"{found[1]}.0.0" if found else ""


def _is_from_daemon(mail: Message) -> bool:
    sender = parseaddr(_header(mail, "From"))[1].rpartition("@")[0].lower()
    return sender in _DAEMONS or "X-Failed-Recipients" in mail


def _old_report(mail: Message, parts: Sequence[Message]) -> tuple[ReturnedKind, str]:
    """A bounce for people alone: qmail's, those of old Exim and of many own programs."""
    if _WARNING.search(_header(mail, "Subject")):
        return ReturnedKind.DELAYED, ""
    said = "\n".join(_text(part) for part in parts if part.get_content_type() == "text/plain")
    said = _COPY.split(said)[0]
    enhanced = _ENHANCED.search(said)
    code = enhanced[1] if enhanced else _by_reply(said)
    if not code and ("X-Failed-Recipients" in mail or said.lstrip().startswith("Hi. This is the")):
        code = "5.0.0"
    return (ReturnedKind.FAILED, code) if code else (ReturnedKind.OTHER, "")


def _is_automatic(mail: Message) -> bool:
    """RFC 3834, 5, and what was usual before: a holiday's answer says nothing about an address."""
    automatic = _header(mail, "Auto-Submitted").strip().lower()
    if automatic.startswith("auto-replied"):
        return True
    if _header(mail, "Precedence").strip().lower() in {"auto_reply", "auto-reply"}:
        return True
    return any(name in mail for name in ("X-Autoreply", "X-Autorespond", "X-AutoReply-From"))
