"""The results as a table for a terminal, and as docs/benchmarks.md."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bench.registry import MISSING
from bench.results import Check, Options, Result

# Why a bar is not held, as far as it is known: by bar, in one sentence. Kept here so that every report says it.
REASONS: dict[str, str] = {
    "P2": "Two cores carry the desk, the front and both loads; what the front waits for is a time slice of the "
    "scheduler. A lower priority for the desk was tried and changed nothing that could be told from noise.",
    "P3": "Half of it is the desk's own Python for 50 comments and the article's frame, a quarter the server around it, "
    "a quarter the front.",
    "P6": "The page holds all of its 200 comments since room that replies leave goes to further ones. The largest part "
    "is what listeners need: whose comment each button belongs to, the level and the parent in each heading.",
    "P5": "As P3, and the front hears of the write besides.",
    "P14": "More than half is writing the rows and indexes of a comment, its words and its votes; a seventh is its text.",
    "P15": "Each of a page's 15 queries is a way to the server and back; both ends pay for it.",
    "P8": "Where the disk confirms a write in 0.2 ms, nothing is gained by confirming many at once: a post is then "
    "the 0.6 to 1 ms of CPU that its checks take, while the baseline checks nothing.",
    "P9": "As P8: the baseline does not wait for this disk either.",
}


def table(results: Sequence[Result]) -> str:
    """One line for each check."""
    lines = []
    for result in results:
        lines.append(f"{result.bar}  {result.title}")
        lines += [
            f"    {_state(check):<6} {check.name}: {_value(check)} (must {check.must}{_reach(check)})"
            for check in result.checks
        ]
        if result.spread:
            lines.append(f"    rounds: {result.spread}")
        if result.failure:
            lines.append(f"    FAILED {result.failure}")
        if not result.checks:
            lines += [f"    {name}: {_short(value)}" for name, value in result.details.items()]
    return "\n".join(lines)


def markdown(
    results: Sequence[Result], *, machine: Mapping[str, str], options: Options, minutes: float, day: date
) -> str:
    """The whole page. What falls short comes first."""
    short = [result for result in results if result.holds is False or result.failure]
    kept = [result for result in results if result.holds and not result.failure]
    peers = [result for result in results if result.bar == "peer" and not result.failure]
    parts = [
        "# Benchmarks",
        "",
        f"Measured on {day.isoformat()} in {minutes:.0f} minutes by `./dev bench`, which writes this page. The large discussion "
        f"and the imports had {options.comments:,} comments{'; a quick run, which proves that it works and little else' if options.is_quick else ''}.",
        "",
        "Speed is a ratio inside one interleaved run, or CPU time as the kernel counts it for the processes in question; "
        "both hold on a machine that does something else besides. The quartiles of the rounds stand beside each number.",
        "",
        "## What falls short",
        "",
        *(_section(short) if short else ["Nothing: every bar that can be measured holds.", ""]),
        "Not part of Belowline yet, and so not measured: "
        + ", ".join(f"{bar} ({what})" for bar, what in MISSING.items())
        + ".",
        "",
        "## What holds",
        "",
        *(_section(kept) if kept else ["Nothing was measured that holds.", ""]),
        *_peer(peers),
        "## The machine",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in machine.items()),
        "",
        "## Details",
        "",
        *_details(results),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _section(results: Sequence[Result]) -> list[str]:
    lines = ["| bar | what | value | must | reach | rounds |", "|---|---|---|---|---|---|"]
    for result in results:
        if not result.checks:
            lines.append(f"| {result.bar} | {result.title} | not measured | | | {result.failure} |")
        for at, check in enumerate(result.checks):
            name = f"{result.title}: {check.name}" if at == 0 else check.name
            value = _value(check) if check.holds else f"**{_value(check)}**"
            spread = result.spread if at == 0 else ""
            lines.append(
                f"| {result.bar if at == 0 else ''} | {name} | {value} | {check.must} | {check.reach_text} | {spread} |"
            )
    lines.append("")
    for result in results:
        reason = REASONS.get(result.bar, "") if result.holds is False else ""
        words = " ".join(part for part in (reason, result.note, result.failure) if part)
        if words:
            lines += [f"- {result.bar}: {words}"]
    return [*lines, ""] if lines[-1] else lines


def _peer(results: Sequence[Result]) -> list[str]:
    if not results:
        return []
    lines = ["## Isso 0.14 beside it", "", results[0].note, ""]
    for name, values in results[0].details.items():
        if name != "problems":
            lines += [f"| {name} | |", "|---|---|", *(f"| {who} | {value} |" for who, value in values.items()), ""]
    return lines


def _details(results: Sequence[Result]) -> list[str]:
    lines = []
    for result in results:
        if result.details:
            lines += [
                f"### {result.bar}",
                "",
                "```json",
                json.dumps(result.details, indent=1, ensure_ascii=False),
                "```",
                "",
            ]
    return lines


def _state(check: Check) -> str:
    return "holds" if check.holds else "SHORT"


def _value(check: Check) -> str:
    return f"{check.value:g} {check.unit}".strip()


def _reach(check: Check) -> str:
    return f", reach {check.reach_text}" if check.reach_text else ""


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:200]
