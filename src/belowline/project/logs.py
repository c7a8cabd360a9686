"""One line of JSON for each happening, on standard error: a constant event name, values as fields, nothing personal.

The event is the message before its values are put in: what a library would have printed into it (a path with a query,
an address, a name) never reaches the log. An exception is its type and the places it passed, not its message, because
a database quotes the row it refuses.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# Fields under these names are left out, whoever logs them.
PERSONAL_NAMES = frozenset(
    {
        *("address", "client", "client_address", "ip", "remote_addr", "forwarded", "user_agent", "agent"),
        *("email", "mail", "recipient", "sender", "name", "reader_name", "username", "user", "password", "token"),
        *("cookie", "cookies", "session", "query", "query_string", "url", "referer", "headers", "request", "response"),
        *("body", "text", "source", "html", "comment", "markdown", "title", "form", "data"),
    }
)
_PERSONAL_TEXT = re.compile(
    r"[^\s@]+@[^\s@]+\.[^\s@]+"  # an e-mail address
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b"  # IPv4
    r"|(?<![\w:])(?:[0-9a-fA-F]{1,4}:){1,7}:(?:[0-9a-fA-F]{1,4}:?)*"  # IPv6 with its "::"
    r"|(?<![\w:])(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}"  # IPv6 in full (three groups are a time of day)
    r"|\?[^\s]*"  # a query string
)
TEXT_CHARACTERS_MAX = 300
_STANDARD_FIELDS = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])


class JsonLines(logging.Formatter):
    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "part": self._part,
            "logger": record.name,
            "event": without_personal(str(record.msg)),
        }
        line |= fields_of(record)
        if record.exc_info and record.exc_info[1] is not None:
            line |= failure(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def fields_of(record: logging.LogRecord) -> dict[str, str | int | float | bool | None]:
    """The record's `extra` fields that may be written: plain values, no personal name, no personal text."""
    kept: dict[str, str | int | float | bool | None] = {}
    for name, value in record.__dict__.items():
        if name in _STANDARD_FIELDS or name.lower() in PERSONAL_NAMES or name.startswith("_"):
            continue
        if isinstance(value, (bool, int, float)) or value is None:
            kept[name] = value
        elif isinstance(value, (str, Path)):
            kept[name] = without_personal(str(value))
    return kept


def without_personal(text: str) -> str:
    return _PERSONAL_TEXT.sub("[removed]", text)[:TEXT_CHARACTERS_MAX]


def failure(error: BaseException) -> dict[str, str | list[str]]:
    """The type of an exception and the last places it came through, innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    places = [f"{frame.filename.removeprefix(PACKAGE_ROOT + '/')}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__qualname__, "places": places}


def set_up(part: str, *, level: str = "info") -> None:
    """Send the log of this process to standard error. `part` names the process: desk, worker, a command."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(part))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    # Django logs each 4xx of a reader at warning level; the counters say how many there are.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    logging.getLogger("django.security").setLevel(logging.ERROR)
