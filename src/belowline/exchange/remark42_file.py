"""The file of a Remark42 backup: gzip or not, its first line, its lines."""

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.utils.translation import gettext as _

from belowline.exchange.cleaning import LONGEST_TEXT, shown
from belowline.exchange.records import UnreadableExport

# The version that Remark42 has written since 2018 (backend/app/migrator/native.go).
VERSION = 1
LONGEST_LINE = LONGEST_TEXT
# The first line lists every verified, blocked or subscribed person of the site: some 150 bytes each.
_LONGEST_FIRST_LINE = 32 * 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"


def opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        is_gzip = file.read(2) == _GZIP_MAGIC
    return cast(BinaryIO, gzip.open(path, "rb")) if is_gzip else path.open("rb")


def head_of(path: Path, stream: BinaryIO) -> dict[str, Any]:
    """The first line, checked. Leaves the stream at the first comment."""
    try:
        line = stream.readline(_LONGEST_FIRST_LINE)
    except (EOFError, OSError, zlib.error) as error:
        raise UnreadableExport(
            path, _("It is damaged from the start."), _("Fetch the backup from the server again.")
        ) from error
    try:
        head = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        head = None
    if not isinstance(head, dict) or "version" not in head:
        raise UnreadableExport(
            path,
            _("Its first line does not describe a Remark42 backup."),
            _("Use a file that Remark42 wrote itself, such as backup-SITE-20260101.gz, or name another format."),
        )
    if head["version"] != VERSION or isinstance(head["version"], bool):
        raise UnreadableExport(
            path,
            _("It is a Remark42 backup of version %(version)s; only version 1 is known.")
            % {"version": shown(head["version"])},
            _("Make the backup with a current Remark42."),
        )
    return cast(dict[str, Any], head)


def line_count(stream: BinaryIO) -> int:
    count, last = 0, b"\n"
    while chunk := stream.read(1 << 20):
        count += chunk.count(b"\n")
        last = chunk[-1:]
    return count + (last != b"\n")


def lines_of(stream: BinaryIO) -> Iterator[bytes | None]:
    """The lines to the end; None for one that is too long, which is passed over without being kept."""
    while line := stream.readline(LONGEST_LINE + 1):
        if len(line) <= LONGEST_LINE:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE)
        yield None
