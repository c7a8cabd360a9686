"""P8, P9, P10: posting and voting, durable before the answer.

At the actions against raw inserts (bench/writes.py), which is what the bars speak of; and over HTTP through the front,
as readers do it, for the waits and for what a post costs in all processes. The load of the second comes from the same
machine, so its rates say less than its CPU times.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.exports import write_isso

from bench import clients, raw, writes
from bench.clients import Guest, Load, closed_loop
from bench.results import Check, Options, Result, at_least, at_most, median, percentile, spread_text
from bench.sites import CLI, ROOT, SMALL, Site, copy_of, made_site, plain_environment, scratch, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

BARS = ("P8", "P9", "P10")
ROUNDS = 6
SECONDS = 2.0
FEW, MANY = 8, 32
BUSY_SECONDS = 12.0
IMPORTED = 60_000
P99_MILLISECONDS, LONGEST_MILLISECONDS = 100.0, 500.0


@dataclass
class Rounds:
    """What the rounds of one act brought: answers a second and all waits, by number of clients; and the yardstick."""

    rates: dict[int, list[float]] = field(default_factory=lambda: {FEW: [], MANY: []})
    waits: dict[int, list[float]] = field(default_factory=lambda: {FEW: [], MANY: []})
    cpu: dict[int, list[tuple[float, float]]] = field(default_factory=lambda: {FEW: [], MANY: []})
    raw: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, count: int, load: Load, *, cpu: tuple[float, float]) -> None:
        """`cpu`: seconds of front and desk in this round."""
        acts = max(1, len(load.seconds))
        self.cpu[count].append((cpu[0] / acts * 1_000, cpu[1] / acts * 1_000))
        self.rates[count].append(load.rate)
        self.waits[count] += load.seconds
        self.problems += load.problems

    def ratios(self, count: int) -> list[float]:
        return [rate / base for rate, base in zip(self.rates[count], self.raw, strict=True)]


def measure(options: Options) -> Sequence[Result]:
    with scratch("writing") as folder:
        site_folder = copy_of(made_site(SMALL), to=folder / "site")
        with serving(site_folder) as site:
            posts, votes, busy = asyncio.run(_over_http(site, folder, options))
            exact = _totals_are_exact(site)
    return [
        _posting(posts, busy, writes.measure_posts()),
        _voting(votes, writes.measure_votes(), exact=exact),
        _deep(writes.measure_depth()),
    ]


async def _over_http(site: Site, folder: Path, options: Options) -> tuple[Rounds, Rounds, Load]:
    posts, votes = Rounds(), Rounds()
    async with AsyncExitStack() as stack:
        guests = [await stack.enter_async_context(Guest(site.url, name=f"Guest {n}")) for n in range(MANY)]
        for number, guest in enumerate(guests):
            await guest.post(clients.text_of(number, seed=900_000))
        copy, comments = _copy_for_the_yardstick(site, folder)
        rows = raw.sqlite_rows(copy)
        seconds = options.seconds(SECONDS)
        for turn in range(options.rounds(ROUNDS)):
            posts.raw.append(_apart(raw.sqlite_posts, copy, rows, seconds=seconds))
            votes.raw.append(_apart(raw.sqlite_votes, copy, rows, comments=comments, seconds=seconds))
            for count in (FEW, MANY):
                await _round(site, posts, _posters(guests[:count], turn=turn), seconds=seconds)
                await _round(site, votes, _voters(guests[:count], comments), seconds=seconds)
        busy = await _while_others_write(site, guests, folder, options)
    return posts, votes, busy


async def _round(site: Site, rounds: Rounds, acts: list[Any], *, seconds: float) -> None:
    before = [site.cpu(name) for name in ("front", "desk")]
    load = await closed_loop(acts, seconds=seconds)
    front, desk = (site.cpu(name) - b for name, b in zip(("front", "desk"), before, strict=True))
    rounds.add(len(acts), load, cpu=(front, desk))


def _apart(work: Any, database: Path, *arguments: Any, **more: Any) -> float:
    """On a connection of its own, which leaves no log behind for the next round."""
    with closing(raw.sqlite_connection(database)) as connection:
        rate: float = work(connection, *arguments, **more)
        return rate


def _copy_for_the_yardstick(site: Site, folder: Path) -> tuple[Path, list[int]]:
    """A copy of the live database, and the published comments that are voted on."""
    copy = folder / "yardstick.db"
    with closing(sqlite3.connect(site.root / "belowline.db")) as live, closing(sqlite3.connect(copy)) as target:
        live.backup(target)
        found = live.execute(
            "SELECT id FROM discussion_comment WHERE thread_id = ? AND state = 'published' ORDER BY id LIMIT 500",
            (clients.THREAD,),
        )
        return copy, [row[0] for row in found]


def _posters(guests: Sequence[Guest], *, turn: int) -> list[Any]:
    def poster(guest: Guest, seed: int) -> Any:
        return lambda number: guest.post(clients.text_of(number, seed=seed))

    return [poster(guest, turn * 1_000 + index + len(guests) * 100_000) for index, guest in enumerate(guests)]


def _voters(guests: Sequence[Guest], comments: Sequence[int]) -> list[Any]:
    def voter(guest: Guest, index: int) -> Any:
        random_ = random.Random(index)
        return lambda number: guest.vote(random_.choice(comments), random_.choice((1, -1)))

    return [voter(guest, index) for index, guest in enumerate(guests)]


async def _while_others_write(site: Site, guests: Sequence[Guest], folder: Path, options: Options) -> Load:
    """32 readers post while an import runs and an editor saves again and again."""
    with _import_running(site, folder, options), _editor_saving(site):
        return await closed_loop(_posters(guests, turn=777), seconds=options.seconds(BUSY_SECONDS))


@contextmanager
def _import_running(site: Site, folder: Path, options: Options) -> Iterator[None]:
    export = folder / "isso.db"
    write_isso(export, comments=IMPORTED // (10 if options.is_quick else 1), threads=3)
    command = [*CLI, "import", "isso", str(export), "--data", str(site.root), "--site", "https://old.test"]
    with _beside(command):
        yield


@contextmanager
def _editor_saving(site: Site) -> Iterator[None]:
    with _beside([sys.executable, "-m", "bench.editor", "--data", str(site.root)]):
        yield


@contextmanager
def _beside(command: Sequence[str]) -> Iterator[None]:
    """A program that runs as long as the block does, at most."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, env=plain_environment()
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _totals_are_exact(site: Site) -> bool:
    """Every comment's totals equal the sum of its votes."""
    with closing(sqlite3.connect(f"file:{site.root / 'belowline.db'}?mode=ro", uri=True)) as database:
        wrong = database.execute(
            "SELECT count(*) FROM discussion_comment c LEFT JOIN (SELECT comment_id, sum(value = 1) AS up, "
            "sum(value = -1) AS down FROM discussion_vote GROUP BY comment_id) v ON v.comment_id = c.id "
            "WHERE c.up <> coalesce(v.up, 0) OR c.down <> coalesce(v.down, 0)"
        ).fetchone()[0]
    return bool(wrong == 0)


def _details(rounds: Rounds, action: dict[str, Any]) -> dict[str, Any]:
    return {
        "at the actions": action["details"],
        "over HTTP a second": {count: round(median(rates)) for count, rates in rounds.rates.items()},
        "over HTTP against raw": {count: round(median(rounds.ratios(count)), 2) for count in rounds.rates},
        "over HTTP, CPU ms of front, desk": {
            count: [round(median(part), 2) for part in zip(*costs, strict=True)] for count, costs in rounds.cpu.items()
        },
        "over HTTP, p99 ms": {
            count: round(percentile(waits, 0.99) * 1_000, 1) for count, waits in rounds.waits.items()
        },
        "over HTTP, raw a second": round(median(rounds.raw)),
        "unanswered": len(rounds.problems),
        "first problems": rounds.problems[:3],
    }


def _spread(action: dict[str, Any]) -> str:
    return spread_text(action["details"]["ratios_by_round"], unit="×")


def _posting(posts: Rounds, busy: Load, action: dict[str, Any]) -> Result:
    p99 = percentile(posts.waits[FEW], 0.99) * 1_000
    longest = max(posts.waits[MANY], default=0.0) * 1_000
    longest_beside = max(busy.seconds, default=0.0) * 1_000
    return Result(
        bar="P8",
        title="posting through every check, durable, against raw single-thread inserts of the same rows",
        checks=(
            Check("8 clients at the actions", action["value"], "×", at_least(2.0), 8.0),
            Check("99th percentile over HTTP, 8 clients", round(p99, 1), "ms", at_most(P99_MILLISECONDS)),
            Check("longest wait over HTTP, 32 clients", round(longest), "ms", at_most(LONGEST_MILLISECONDS)),
            Check("the same beside an import and saves", round(longest_beside), "ms", at_most(LONGEST_MILLISECONDS)),
        ),
        spread=_spread(action),
        note="There is no ranking refit yet; the last wait is beside an import and an editor's saves.",
        details=_details(posts, action)
        | {
            "beside import and saves": {
                "posts a second": round(busy.rate),
                "p99 ms": round(percentile(busy.seconds, 0.99) * 1_000, 1),
                "unanswered": len(busy.problems),
            }
        },
    )


def _voting(votes: Rounds, action: dict[str, Any], *, exact: bool) -> Result:
    return Result(
        bar="P9",
        title="voting, durable, against raw single-thread inserts",
        checks=(
            Check("8 clients at the actions", action["value"], "×", at_least(3.0), 12.0),
            Check("comments whose totals are not the sum of their votes", 0 if exact else 1, "", at_most(0)),
        ),
        spread=_spread(action),
        details=_details(votes, action),
    )


def _deep(action: dict[str, Any]) -> Result:
    return Result(
        bar="P10",
        title="a reply at depth 5,000 against one at depth 1",
        checks=(Check("time of the action", action["value"], "×", at_most(2.0)),),
        details=action["details"],
    )
