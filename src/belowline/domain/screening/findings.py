"""What a phase answers, and what all of them together say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any


class Outcome(IntEnum):
    """Ordered by strictness."""

    PUBLISH = 0
    HOLD = 1
    REFUSE = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable and published. `evidence` is for moderators: numbers, ids, entries and versions of lists, never
    another person's text. `passages` are the author's to see: code points of the stored source. `until` says from when on
    what was refused is allowed."""

    phase: str
    outcome: Outcome
    code: str
    evidence: dict[str, int | str] = field(default_factory=dict)
    passages: tuple[tuple[int, int], ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The strictest answer, with every reason that was given."""

    outcome: Outcome
    findings: tuple[Finding, ...]

    @property
    def refusal(self) -> Finding | None:
        """The first finding that refuses."""
        return next((one for one in self.findings if one.outcome is Outcome.REFUSE), None)


def from_stored(stored: str | Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """The findings that a revision keeps (discussion.actions.comment_screen), as JSON or read already, also of rows from
    before there were passages and times."""
    rows: Iterable[Mapping[str, Any]] = json.loads(stored) if isinstance(stored, str) else stored
    return tuple(
        Finding(
            row["phase"],
            Outcome(row["outcome"]),
            row["code"],
            dict(row.get("evidence") or {}),
            tuple((int(start), int(end)) for start, end in row.get("passages") or ()),
            datetime.fromisoformat(row["until"]) if row.get("until") else None,
        )
        for row in rows
    )
