"""Building a page once, however many wait, and standing in with the old one. The clock is a variable."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from belowline.front import fill
from belowline.front.cache import NEVER, Cache, Event, Page
from belowline.front.desk import DeskIll
from belowline.front.encoding import Encoding
from belowline.front.fill import Filler
from belowline.front.metrics import Metrics


@dataclass
class Source:
    """Gives its pages in turn, the last one for ever; an exception in their place is raised."""

    pages: list[Page | Exception]
    meanwhile: Callable[[], None] = lambda: None
    open: asyncio.Event = field(default_factory=asyncio.Event)
    calls: int = 0

    def __post_init__(self) -> None:
        self.open.set()

    async def fetch(self, key: str) -> Page:
        self.calls += 1
        await self.open.wait()
        self.meanwhile()
        page = self.pages.pop(0) if len(self.pages) > 1 else self.pages[0]
        if isinstance(page, Exception):
            raise page
        return page


class Bench:
    def __init__(self, *pages: Page | Exception) -> None:
        self.now = 1_790_000_000.0
        self.cache = Cache(capacity_bytes=1_000_000)
        self.source = Source(list(pages))
        self.filler = Filler(
            self.cache, self.source, Metrics(), concurrency=4, deadline_seconds=5, clock=lambda: self.now
        )
        self.events = 0

    def change(self, tags: str = "thread:7", *, is_drop: bool = False) -> None:
        self.events += 1
        self.cache.apply(Event(self.events, frozenset(tags.split()), is_drop), now=self.now)

    async def text(self, key: str = "/d/7") -> str:
        entry = await self.filler.entry(key, encoding=Encoding.IDENTITY)
        return (await self.filler.body(entry, encoding=Encoding.IDENTITY))[1].decode()


def page(text: str, *, position: int | None = None, fresh_until: float = NEVER) -> Page:
    return Page(
        200,
        (("content-type", "text/html"),),
        text.encode(),
        tags=frozenset({"thread:7", "site"}),
        position=position,
        fresh_until=fresh_until,
    )


def run(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(story(), timeout=10))  # type: ignore[arg-type]


def test_fifty_readers_at_once_are_one_fill() -> None:
    async def story() -> None:
        bench = Bench(page("one"))
        assert set(await asyncio.gather(*(bench.text() for _ in range(50)))) == {"one"}
        assert bench.source.calls == 1

    run(story)


def test_a_page_just_changed_is_shown_while_it_is_rebuilt() -> None:
    async def story() -> None:
        bench = Bench(page("old"), page("new"))
        await bench.text()
        bench.change()
        bench.now += 0.1
        assert await bench.text() == "old"
        while bench.filler.flights:
            await asyncio.sleep(0)
        assert await bench.text() == "new"
        assert bench.source.calls == 2

    run(story)


def test_a_page_stale_for_longer_is_waited_for() -> None:
    async def story() -> None:
        bench = Bench(page("old"), page("new"))
        await bench.text()
        bench.change()
        bench.now += 3600
        assert await bench.text() == "new"

    run(story)


def test_the_clock_alone_makes_a_page_stale() -> None:
    async def story() -> None:
        bench = Bench(page("open"))
        bench.source.pages = [page("open", fresh_until=bench.now + 60), page("closed")]
        assert await bench.text() == "open"
        bench.now += 59
        assert await bench.text() == "open"
        bench.now += 1.5
        assert await bench.text() == "closed"

    run(story)


@pytest.mark.parametrize(("stale_seconds", "is_shown"), [(1.0, True), (29.0, True), (31.0, False)])
def test_when_the_desk_is_down_the_old_page_stands_in_for_thirty_seconds(stale_seconds: float, is_shown: bool) -> None:
    async def story() -> None:
        bench = Bench(page("old"), DeskIll("down"))
        await bench.text()
        bench.change()
        bench.now += stale_seconds
        if is_shown:
            assert await bench.text() == "old"
        else:
            with pytest.raises(DeskIll):
                await bench.text()

    run(story)


def test_when_the_desk_is_slow_the_old_page_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fill, "REBUILD_WAIT_SECONDS", 0.01)

    async def story() -> None:
        bench = Bench(page("old"), page("new"))
        await bench.text()
        bench.change()
        bench.now += 5
        bench.source.open.clear()
        assert await bench.text() == "old"
        bench.source.open.set()
        while bench.filler.flights:
            await asyncio.sleep(0)
        assert await bench.text() == "new"

    run(story)


def test_a_removed_page_is_not_shown_even_when_the_desk_is_down() -> None:
    async def story() -> None:
        bench = Bench(page("old"), DeskIll("down"))
        await bench.text()
        bench.change(is_drop=True)
        with pytest.raises(DeskIll):
            await bench.text()

    run(story)


def test_a_page_removed_while_a_reader_waits_for_its_rebuild_is_not_shown() -> None:
    async def story() -> None:
        bench = Bench(page("old"), DeskIll("down"))
        await bench.text()
        bench.change()
        bench.now += 5
        bench.source.meanwhile = lambda: bench.change(is_drop=True)
        with pytest.raises(DeskIll):
            await bench.text()

    run(story)


def test_a_page_built_while_something_on_it_was_removed_is_built_again() -> None:
    async def story() -> None:
        bench = Bench(page("with the insult", position=0), page("without", position=1))
        removals = iter([True])
        bench.source.meanwhile = lambda: bench.change(is_drop=True) if next(removals, False) else None
        assert await bench.text() == "without"
        assert bench.source.calls == 2

    run(story)


def test_a_page_built_while_an_event_passed_is_built_again_for_the_next_reader() -> None:
    async def story() -> None:
        bench = Bench(page("early", position=0), page("later", position=1))
        changes = iter([True])
        bench.source.meanwhile = lambda: bench.change() if next(changes, False) else None
        assert await bench.text() == "early"
        bench.now += 1
        assert await bench.text() == "later"
        bench.now += 1
        assert await bench.text() == "later"
        assert bench.source.calls == 2

    run(story)


def test_a_desk_that_is_down_is_not_asked_again_by_every_reader_of_an_old_page() -> None:
    async def story() -> None:
        bench = Bench(page("old"), DeskIll("down"))
        await bench.text()
        bench.change()
        bench.now += 1
        for _ in range(20):
            assert await bench.text() == "old"
        assert bench.source.calls == 2

    run(story)


def test_too_many_pages_under_way_are_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fill, "FLIGHTS_MAX", 3)

    async def story() -> None:
        bench = Bench(page("x"))
        bench.source.open.clear()
        waiting = [asyncio.create_task(bench.text(f"/d/{number}")) for number in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(DeskIll):
            await bench.text("/d/99")
        bench.source.open.set()
        await asyncio.gather(*waiting)

    run(story)


def test_a_reader_who_goes_away_does_not_stop_the_fill_for_the_others() -> None:
    async def story() -> None:
        bench = Bench(page("x"))
        bench.source.open.clear()
        first, second = asyncio.create_task(bench.text()), asyncio.create_task(bench.text())
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        bench.source.open.set()
        assert await second == "x"

    run(story)
