"""P12: what a running site holds in memory after it was read, written to and signed in to."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import AsyncExitStack

from bench import clients
from bench.clients import Guest, closed_loop
from bench.demos import made_demo
from bench.processes import pss_mib
from bench.results import Check, Options, Result, at_most
from bench.sites import Reader, Site, copy_of, scratch, serving, settle

BARS = ("P12",)
READERS = 16
SECONDS = 20.0
_LINK = re.compile(rb"""href=["'](/(?:a|d|t)/[^"'#]+)""")


def measure(options: Options) -> Sequence[Result]:
    with scratch("memory") as folder, serving(copy_of(made_demo(), to=folder / "site")) as site:
        fresh = _by_process(site)
        pages = _pages(site)
        answered = asyncio.run(_load(site, pages, seconds=options.seconds(SECONDS)))
        settle(1.0)
        after = _by_process(site)
    return [
        Result(
            bar="P12",
            title="memory of a running demo after load: PSS of all its processes",
            checks=(Check("PSS", round(sum(after.values()), 1), "MiB", at_most(250), 180),),
            details={
                "MiB before": fresh,
                "MiB after": after,
                "different pages": len(pages),
                "answers": answered,
            },
        )
    ]


def _by_process(site: Site) -> dict[str, float]:
    children = {name: child["pid"] for name, child in site.status()["children"].items()}
    named = {"supervisor": site.process.pid, **children}
    others = set(site.all_pids()) - set(named.values())
    found = {name: round(pss_mib([pid]), 1) for name, pid in named.items()}
    return found | ({"others": round(pss_mib(others), 1)} if others else {})


def _pages(site: Site) -> list[str]:
    """Every article, topic and discussion that the front page and the pages behind it lead to."""
    reader = Reader(site, encoding="identity")
    found: dict[str, None] = {"/": None}
    for _ in range(2):
        for page in list(found):
            for link in _LINK.findall(reader.get(page)):
                found.setdefault(link.decode().replace("&amp;", "&"))
        if len(found) > 300:
            break
    reader.close()
    return list(found)


async def _load(site: Site, pages: Sequence[str], *, seconds: float) -> int:
    """Readers open every page in turn; every tenth act is a comment, now and then the desk's sign-in page."""
    async with AsyncExitStack() as stack:
        guests = [await stack.enter_async_context(Guest(site.url, name=f"Guest {n}")) for n in range(READERS)]
        load = await closed_loop([_reader(guest, index, pages) for index, guest in enumerate(guests)], seconds=seconds)
    return len(load.seconds)


def _reader(guest: Guest, index: int, pages: Sequence[str]):  # type: ignore[no-untyped-def]
    async def act(number: int) -> None:
        if number % 10 == 9:
            await guest.post(clients.text_of(number, seed=index))
        elif number % 50 == 20:
            await guest.page("/_desk/login/")
        else:
            await guest.page(pages[(number * READERS + index) % len(pages)])

    return act
