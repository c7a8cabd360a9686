"""P3, P4, P5: what a page costs that is not in the cache, in a small discussion and in a very large one.

CPU time of front and desk together for one fill in one encoding (zstd, which the front gives to every browser that
takes it; br costs 2 ms more), through the front, under a key that was never asked for. The two sites are served at the same time and asked in turns.
"""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import zstandard

from belowline.discussion.queries.orders import ORDERS, Sort
from belowline.domain.cursors import write_cursor
from bench import clients
from bench.results import Check, Options, Result, at_most, median, quartiles, spread_text
from bench.sites import SMALL, Reader, Site, article_path, served_copy, settle, uncached

BARS = ("P3", "P4", "P5")
FILLS = 12  # a round: some 50 ms of CPU, far above the clock's steps
ROUNDS = 10
FRESH_FILLS = 12
PAGE_SIZE = 50
ENCODING = "zstd"
SORTS = tuple(Sort)
MILLISECONDS_MAX, MILLISECONDS_REACH = 5.0, 2.0
GROWTH_MAX, FAR_MAX, FAR_REACH = 1.5, 3.0, 1.5
_numbers = itertools.count(2)


@dataclass
class Costs:
    """Milliseconds of CPU a fill, a number for each round, by (kind of page, order)."""

    first: dict[Sort, list[float]] = field(default_factory=lambda: defaultdict(list))
    plain: dict[Sort, list[float]] = field(default_factory=lambda: defaultdict(list))
    far: dict[Sort, list[float]] = field(default_factory=lambda: defaultdict(list))
    fresh: dict[Sort, list[float]] = field(default_factory=lambda: defaultdict(list))


def measure(options: Options) -> Sequence[Result]:
    with ExitStack() as stack:
        small = stack.enter_context(served_copy(SMALL, purpose="reading"))
        large = stack.enter_context(served_copy(options.comments, purpose="reading"))
        return compared(small, large, options, rows=large.root / "belowline.db")


def compared(small: Site, large: Site, options: Options, *, rows: Path, prefix: str = "") -> list[Result]:
    """The three results of a pair of sites. `rows` is an SQLite database with the rows of the large one."""
    costs = {small.url: Costs(), large.url: Costs()}
    last = {sort: far_page(large, sort, database=rows) for sort in SORTS}
    for site in (small, large):
        for sort in SORTS:
            fill_ms(site, article_path(sort), count=3)
    for number in range(options.rounds(ROUNDS)):
        for sort in SORTS:
            # Every other round the other one goes first.
            for site in (small, large)[:: 1 if number % 2 else -1]:
                costs[site.url].first[sort].append(fill_ms(site, article_path(sort)))
            costs[large.url].plain[sort].append(fill_ms(large, own_page(sort)))
            costs[large.url].far[sort].append(fill_ms(large, last[sort]))
    asyncio.run(_after_writes(large, costs[large.url], count=options.rounds(FRESH_FILLS)))
    return [
        _first_page(
            costs[small.url], costs[large.url], options, prefix=prefix, split=split_ms(large, article_path("best"))
        ),
        _far_page(costs[large.url], options, prefix=prefix),
        _after_write(costs[large.url], options, prefix=prefix),
    ]


def own_page(sort: Sort) -> str:
    return f"/d/{clients.THREAD}?sort={sort}&n={PAGE_SIZE}"


def fill_ms(site: Site, path: str, *, count: int = FILLS) -> float:
    """CPU milliseconds a fill, front and desk."""
    return sum(split_ms(site, path, count=count))


def split_ms(site: Site, path: str, *, count: int = FILLS) -> tuple[float, float]:
    """The same of the front alone, and of the desk alone."""
    reader = Reader(site, encoding=ENCODING)
    before = [site.cpu(name) for name in ("front", "desk")]
    for number in itertools.islice(_numbers, count):
        reader.get(uncached(path, number))
    after = [site.cpu(name) for name in ("front", "desk")]
    reader.close()
    front, desk = ((b - a) / count * 1_000 for a, b in zip(before, after, strict=True))
    return front, desk


def far_page(site: Site, sort: Sort, *, database: Path) -> str:
    """The address of the last full page of an order, as the reader who went on pressing "next" would get it."""
    order = ORDERS[sort]
    rising = "DESC" if order.is_rising else "ASC"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        row = connection.execute(
            f"SELECT {order.column} FROM discussion_comment WHERE thread_id = ? AND parent_id IS NULL AND is_listed "
            f"ORDER BY {order.column} {rising} LIMIT 1 OFFSET ?",
            (clients.THREAD, PAGE_SIZE),
        ).fetchone()
    secret = (site.root / "secret").read_text().strip().encode()
    text = write_cursor(row[0], scope=f"{clients.THREAD}:0:{sort}", secret=secret)
    return f"{own_page(sort)}&after={text}"


async def _after_writes(site: Site, costs: Costs, *, count: int) -> None:
    """Write, wait until the page counts as stale for good, and ask for it: that one answer is what is counted."""
    reader = Reader(site, encoding=ENCODING)
    async with clients.Guest(site.url, name="Writer") as writer:
        for number in range(count):
            for sort in SORTS:
                reader.get(article_path(sort))
            text = clients.text_of(number, seed=5)
            await writer.post(text)
            # The front polls the outbox, then may answer with the old page for 200 ms.
            settle(0.6)
            for sort in SORTS:
                before = site.cpu("front", "desk")
                page = reader.get(article_path(sort))
                costs.fresh[sort].append((site.cpu("front", "desk") - before) * 1_000)
                if sort is Sort.NEWEST and text[
                    :40
                ].encode() not in zstandard.ZstdDecompressor().decompressobj().decompress(page):
                    raise RuntimeError("the page after a write does not show what was written")
    reader.close()


def _medians(found: dict[Sort, list[float]]) -> dict[str, float]:
    return {sort.value: round(median(values), 2) for sort, values in found.items()}


def _worst(found: dict[Sort, list[float]]) -> tuple[Sort, float]:
    return max(((sort, median(values)) for sort, values in found.items()), key=lambda pair: pair[1])


def _ratios(above: dict[Sort, list[float]], below: dict[Sort, list[float]]) -> dict[str, float]:
    """The median of the ratios within each round."""
    return {
        sort.value: round(median([a / b for a, b in zip(above[sort], below[sort], strict=True)]), 3) for sort in SORTS
    }


def _first_page(small: Costs, large: Costs, options: Options, *, prefix: str, split: tuple[float, float]) -> Result:
    sort, worst = _worst(large.first)
    growth = _ratios(large.first, small.first)
    size = f"{options.comments:,}"
    return Result(
        bar="P3",
        title=f"{prefix}first page under an article, not in the cache",
        checks=(
            Check(
                f"worst order ({sort}), {size} comments",
                round(worst, 2),
                "ms CPU",
                at_most(MILLISECONDS_MAX),
                MILLISECONDS_REACH,
            ),
            Check(f"against {SMALL:,} comments, worst order", max(growth.values()), "×", at_most(GROWTH_MAX)),
        ),
        spread=spread_text(large.first[sort], unit="ms"),
        details={
            f"ms at {SMALL:,}": _medians(small.first),
            f"ms at {size}": _medians(large.first),
            "ms of the discussion's own page": _medians(large.plain),
            "growth": growth,
            "ms of the front, of the desk (best)": [round(part, 2) for part in split],
        },
    )


def _far_page(large: Costs, options: Options, *, prefix: str) -> Result:
    ratios = _ratios(large.far, large.plain)
    worst = max(ratios, key=lambda name: ratios[name])
    return Result(
        bar="P4",
        title=f"{prefix}last page of any order against its first, {options.comments:,} comments",
        checks=(Check(f"worst order ({worst})", ratios[worst], "×", at_most(FAR_MAX), FAR_REACH),),
        spread=spread_text(_paired(large, Sort(worst)), unit="×"),
        details={"ratio": ratios, "ms of the last page": _medians(large.far)},
    )


def _paired(costs: Costs, sort: Sort) -> list[float]:
    return [a / b for a, b in zip(costs.far[sort], costs.plain[sort], strict=True)]


def _after_write(large: Costs, options: Options, *, prefix: str) -> Result:
    sort, worst = _worst(large.fresh)
    low, _, high = quartiles(large.fresh[sort])
    return Result(
        bar="P5",
        title=f"{prefix}first page after a write to the discussion of {options.comments:,}",
        checks=(
            Check(f"worst order ({sort})", round(worst, 2), "ms CPU", at_most(MILLISECONDS_MAX), MILLISECONDS_REACH),
        ),
        spread=f"{low:.3g} to {high:.3g} ms in {len(large.fresh[sort])} writes",
        details={"ms": _medians(large.fresh)},
    )
