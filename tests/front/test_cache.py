"""What is kept, what becomes stale, what is gone. Time is an argument."""

from __future__ import annotations

from belowline.front.answers import answer_for
from belowline.front.cache import (
    ADMISSION_SECONDS,
    NEVER,
    RECENT_EVENTS,
    Cache,
    Entry,
    Event,
    Page,
    Verdict,
)
from belowline.front.config import FrontConfig, config_from_json
from belowline.front.encoding import Encoding

NOW = 1_790_000_000.0


def event(event_id: int, tags: str, *, is_drop: bool = False) -> Event:
    return Event(id=event_id, tags=frozenset(tags.split()), is_drop=is_drop)


def page(tags: str = "thread:7 site", *, position: int | None = 0, fresh_until: float = NEVER) -> Page:
    return Page(
        status=200,
        headers=(("content-type", "text/html"),),
        body=b"",
        tags=frozenset(tags.split()),
        position=position,
        fresh_until=fresh_until,
    )


def kept(cache: Cache, key: str = "/d/7", *, tags: str = "thread:7 site", size: int = 1000) -> Entry:
    entry = Entry(key=key, page=page(tags), etag_stem="e", stale_at=NEVER, bodies={Encoding.BR: b"x" * size})
    cache.store(entry)
    return entry


def test_a_page_stays_fresh_until_one_of_its_tags_has_an_event() -> None:
    cache = Cache(capacity_bytes=1_000_000)
    entry = kept(cache)
    cache.apply(event(1, "thread:8"), now=NOW)
    assert not entry.is_stale(NOW)
    cache.apply(event(2, "thread:7"), now=NOW)
    assert entry.is_stale(NOW)
    assert cache.get("/d/7") is entry


def test_a_page_is_stale_from_the_moment_its_desk_named() -> None:
    entry = Entry(key="/", page=page(), etag_stem="e", stale_at=NOW + 60, bodies={})
    assert not entry.is_stale(NOW + 59.9)
    assert entry.is_stale(NOW + 60)


def test_a_later_event_does_not_make_a_stale_page_younger() -> None:
    cache = Cache(capacity_bytes=1_000_000)
    entry = kept(cache)
    cache.apply(event(1, "site"), now=NOW)
    cache.apply(event(2, "site"), now=NOW + 20)
    assert entry.stale_at == NOW


def test_a_removal_takes_the_page_away_with_all_its_spellings() -> None:
    cache = Cache(capacity_bytes=1_000_000)
    entry = kept(cache)
    other = kept(cache, "/d/8", tags="thread:8 site")
    answer = answer_for(entry, encoding=Encoding.BR, body=b"x", config=_config())
    cache.remember(("/d/7", "utm=1", "br"), answer)
    cache.apply(event(1, "thread:7", is_drop=True), now=NOW)
    assert cache.get("/d/7") is None
    assert not cache.spelled
    assert cache.get("/d/8") is other


def test_the_least_recently_read_page_makes_room_first() -> None:
    cache = Cache(capacity_bytes=100_000)
    for number in range(9):
        kept(cache, f"/d/{number}", size=8_000)
    cache.get("/d/0")
    kept(cache, "/d/9", size=8_000)
    assert cache.get("/d/0") is not None
    assert cache.get("/d/1") is None
    assert cache.size_bytes <= 100_000


def test_an_encoding_made_later_counts_and_everything_adds_up_to_nothing_in_the_end() -> None:
    cache = Cache(capacity_bytes=1_000_000)
    entry = kept(cache)
    before = cache.size_bytes
    cache.add_body(entry, encoding=Encoding.GZIP, body=b"y" * 500)
    assert cache.size_bytes == before + 500
    kept(cache)
    cache.add_body(entry, encoding=Encoding.ZSTD, body=b"y" * 500)
    assert cache.size_bytes == before
    cache.drop_all()
    assert cache.size_bytes == 0
    assert len(cache) == 0


def test_one_page_may_not_take_an_eighth_of_the_room() -> None:
    cache = Cache(capacity_bytes=80_000)
    kept(cache, size=9_000)
    assert len(cache) == 0


def test_a_page_that_had_not_seen_an_event_for_it_is_stale_from_birth() -> None:
    cache = Cache(capacity_bytes=1_000_000)
    began = cache.arrivals
    cache.apply(event(5, "thread:7"), now=NOW)
    assert cache.judge(page(position=4), began=began) is Verdict.STALE
    assert cache.judge(page(position=5), began=began) is Verdict.FRESH
    assert cache.judge(page("thread:8", position=4), began=began) is Verdict.FRESH
    assert cache.judge(page(position=None), began=began) is Verdict.STALE
    assert cache.judge(page(position=None), began=cache.arrivals) is Verdict.FRESH


def test_a_page_that_had_not_seen_a_removal_is_for_nobody() -> None:
    cache = Cache(capacity_bytes=1_000_000)
    began = cache.arrivals
    cache.apply(event(5, "thread:7", is_drop=True), now=NOW)
    assert cache.judge(page(position=4), began=began) is Verdict.REMOVED
    assert cache.judge(page(position=5), began=began) is Verdict.FRESH


def test_where_lower_ids_commit_later_what_came_during_the_fill_counts() -> None:
    cache = Cache(capacity_bytes=1_000_000, ids_in_commit_order=False)
    began = cache.arrivals
    cache.apply(event(5, "thread:7"), now=NOW)
    assert cache.judge(page(position=6), began=began) is Verdict.STALE
    assert cache.judge(page(position=6), began=cache.arrivals) is Verdict.FRESH


def test_more_events_than_are_remembered_make_a_fill_stale() -> None:
    cache = Cache(capacity_bytes=1_000_000)
    began = cache.arrivals
    for number in range(RECENT_EVENTS + 1):
        cache.apply(event(number + 1, "thread:1"), now=NOW)
    assert cache.judge(page(position=RECENT_EVENTS + 1), began=began) is Verdict.STALE
    assert cache.judge(page(position=RECENT_EVENTS + 1), began=cache.arrivals) is Verdict.FRESH
    assert cache.judge(page(position=0), began=cache.arrivals) is Verdict.STALE


def test_while_the_outbox_cannot_be_read_nothing_is_fresh() -> None:
    cache = Cache(capacity_bytes=1_000_000)
    cache.is_blind = True
    assert cache.judge(page(), began=cache.arrivals) is Verdict.STALE


def test_after_lost_events_fills_that_were_under_way_are_refused() -> None:
    cache = Cache(capacity_bytes=1_000_000)
    began = cache.arrivals
    cache.drop_all()
    assert cache.judge(page(), began=began) is Verdict.REMOVED
    assert cache.judge(page(), began=cache.arrivals) is Verdict.FRESH


def test_a_page_behind_a_cursor_is_kept_when_asked_for_twice_in_time() -> None:
    cache = Cache(capacity_bytes=1_000_000)
    rare = Page(200, (), b"", tags=frozenset({"site"}), needs_second_ask=True)
    assert not cache.is_admitted("/x", rare, now=NOW)
    assert not cache.is_admitted("/y", rare, now=NOW)
    assert not cache.is_admitted("/x", rare, now=NOW + ADMISSION_SECONDS + 1)
    assert cache.is_admitted("/x", rare, now=NOW + ADMISSION_SECONDS + 2)


def test_a_page_without_tags_is_not_kept() -> None:
    cache = Cache(capacity_bytes=1_000_000)
    assert not cache.is_admitted("/x", Page(200, (), b""), now=NOW)
    assert not cache.is_admitted("/x", Page(200, (), b"", tags=frozenset({"a"}), is_cacheable=False), now=NOW)


def test_made_up_spellings_of_one_address_do_not_pile_up() -> None:
    cache = Cache(capacity_bytes=1_000_000)
    answer = answer_for(kept(cache), encoding=Encoding.BR, body=b"x", config=_config())
    for number in range(1000):
        cache.remember(("/d/7", f"utm={number}", "br"), answer)
    assert len(cache.spelled) <= 32


def _config() -> FrontConfig:
    return config_from_json(
        '{"host": "127.0.0.1", "port": 1, "desk_socket": "/x", "database": "sqlite:////x", "static_dir": "/x",'
        ' "media_dir": "/x", "spool_dir": "/x", "public_url": "https://news.test"}'
    )
