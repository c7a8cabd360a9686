"""`python -m belowline.passages.child`: compares two long texts, and then ends. Knows no Django and no database.

In: one JSON object with `old`, `new` and `spans`; out: for each span its state, place and confidence. The process steps
back behind the ones that serve, so that neither a reader nor another delivery waits for a long article.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence

from belowline.domain.anchoring import Placed, Span, State, move_anchors

NICENESS = 10
# Two texts of 400,000 characters take half a second; a machine that is busy with readers takes its time.
PATIENCE_SECONDS = 120
# Isolated (-I): neither the working folder nor the environment adds a module.
_COMMAND = (sys.executable, "-I", "-m", "belowline.passages.child")


def move_in_child(old: str, new: str, spans: Sequence[Span]) -> list[Placed]:
    """What `move_anchors` answers, from another process. Raises CalledProcessError or TimeoutExpired."""
    asked = {"old": old, "new": new, "spans": [[one.start, one.end] for one in spans]}
    done = subprocess.run(  # noqa: S603  # our own module
        _COMMAND,
        input=json.dumps(asked),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={},  # it names the database
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    return [
        Placed(State(state), None if start is None else Span(start, end), confidence)
        for state, start, end, confidence in json.loads(done.stdout)
    ]


def main() -> None:
    os.nice(NICENESS)
    asked = json.load(sys.stdin)
    found = move_anchors(asked["old"], asked["new"], [Span(*one) for one in asked["spans"]])
    json.dump(
        [
            [one.state, one.span.start if one.span else None, one.span.end if one.span else None, one.confidence]
            for one in found
        ],
        sys.stdout,
    )


if __name__ == "__main__":
    main()
