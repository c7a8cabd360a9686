"""One line of JSON per happening on standard error: a constant name, values as fields. Never an address, a query, a
cookie or a text of a reader."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime


def note(event: str, **values: str | int | float | bool | None) -> None:
    line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "part": "front", "event": event, **values}
    print(json.dumps(line, ensure_ascii=False), file=sys.stderr, flush=True)  # noqa: T201
