"""What all parsers must do to values before they can be stored anywhere."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from belowline.exchange.records import Notice, NoticeKind, UnreadableExport

# Nobody commented on the web before it was there: earlier times are unset clocks, 1970 above all.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# Used when the caller does not say what "now" is.
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
# The largest number a 32-bit integer column takes.
MOST_VOTES = 2**31 - 1
# A comment longer than this is no comment; Remark42 stops at 2,048 characters unless told otherwise.
LONGEST_TEXT = 1_000_000
# Field names of a broken or hostile file must not fill the memory.
MOST_FIELD_NAMES = 200

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# RFC 3339, section 5.6, with any number of digits in the fraction (Go writes nanoseconds).
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def storable_text(value: str) -> str:
    """The text without NUL, which PostgreSQL refuses, and with U+FFFD for lone surrogates, which UTF-8 refuses.

    Equal to `value` when nothing had to be done.
    """
    if "\0" in value:
        value = value.replace("\0", "")
    try:
        value.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub("\ufffd", value)
    return value


def moment_from_unix(value: object, *, latest: datetime | None) -> datetime | None:
    """Seconds since 1970, as a number or its text, as an aware datetime. None when that cannot be a comment's time."""
    try:
        seconds = float(value)  # type: ignore[arg-type]
        return _plausible(datetime.fromtimestamp(seconds, tz=UTC), latest=latest) if math.isfinite(seconds) else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def moment_from_rfc3339(value: object, *, latest: datetime | None) -> datetime | None:
    """An RFC 3339 time, cut to microseconds, as an aware datetime in UTC. None when that cannot be a comment's time."""
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        return None
    try:
        return _plausible(datetime.fromisoformat(value.upper()).astimezone(UTC), latest=latest)
    except (ValueError, OverflowError):
        return None


def _plausible(moment: datetime, *, latest: datetime | None) -> datetime | None:
    return moment if EARLIEST <= moment <= (latest or LATEST) else None


def vote_count(value: object) -> int | None:
    """A whole number that fits the database, negative ones too; None for anything else. No value is 0."""
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    whole = int(value)
    return whole if whole == value and abs(whole) <= MOST_VOTES else None


def web_address(value: str) -> str | None:
    """The address when it is plain http or https with a host, otherwise None (javascript:, data:, a bare word)."""
    value = value.strip()
    try:
        parts = urlsplit(value)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return value if is_web and len(value) <= 2_000 else None


def shown(value: object) -> str:
    """A value from the file, short enough for a report."""
    text = storable_text(value if isinstance(value, str) else repr(value))
    return text if len(text) <= 80 else text[:79] + "…"


class Tally:
    """Adds equal notices up, so that a million comments with one unknown field make one line in the report."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[NoticeKind, str]] = Counter()

    def add(self, kind: NoticeKind, where: str, *, count: int = 1) -> None:
        key = (kind, shown(where))
        if key not in self._counts and len(self._counts) >= MOST_FIELD_NAMES:
            key = (kind, "…")
        self._counts[key] += count

    def notices(self) -> Iterator[Notice]:
        """The sums, the most frequent first."""
        for (kind, where), count in self._counts.most_common():
            yield Notice(kind, where, count=count)


def size_of_file(path: Path) -> int:
    """Bytes on disk. Raises UnreadableExport when there is no file to read, or nothing in it."""
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except IsADirectoryError:
        raise UnreadableExport(path, _("This is a folder."), _("Name the file inside it.")) from None
    except OSError as error:
        raise UnreadableExport(
            path,
            _("The file cannot be opened: %(error)s.") % {"error": error.strerror or error},
            _("Check the name, and that this account may read it."),
        ) from error
    if size == 0:
        raise UnreadableExport(path, _("The file is empty."), _("Make the export again."))
    return size
