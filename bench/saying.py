"""Progress for people, on standard error; the numbers belong to standard output."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)
