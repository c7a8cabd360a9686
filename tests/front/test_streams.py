"""Following: a front that tells its readers what the desk says, and nothing else."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator

import pytest
from aiohttp import web

from belowline.front.streams import STREAM_BYTES_MAX, wanted_channels
from tests.front.fake_desk import PageMaker
from tests.front.site import Listener, Site, wait_until

pytestmark = pytest.mark.process

Follow = Callable[..., Listener]


def said(cursor: int, *comments: int, tags: str = "thread:7", status: int = 200, **more: object) -> PageMaker:
    """What the desk answers at `/d/7/updates`."""
    body = {"cursor": cursor, "comments": [[one, 0] for one in comments], "votes": {}} | more
    headers = {"Belowline-Tags": tags, "Belowline-Admit": "second"}
    return lambda: web.json_response(body, status=status, headers=headers)


@pytest.fixture
def follow(site: Site) -> Iterator[Follow]:
    opened: list[Listener] = []

    def begin(of: str, *, on: Site = site, **more: object) -> Listener:
        opened.append(Listener(on.port, of, **more))  # type: ignore[arg-type]
        return opened[-1]

    yield begin
    for one in opened:
        one.close()
    wait_until(lambda: site.metric("live_streams") == 0, what="a stream is left")


def happens(site: Site, cursor: int, *comments: int, since: int, **more: object) -> None:
    """Something is stored, and its event: the desk knows before the front does."""
    site.desk.pages[f"/d/7/updates?since={since}"] = said(cursor, *comments, **more)  # type: ignore[arg-type]
    site.desk.pages[f"/d/7/updates?since={cursor}"] = said(cursor)
    site.outbox.record("thread:7")


def quiet(site: Site, cursor: int) -> None:
    site.desk.pages[f"/d/7/updates?since={cursor}"] = said(cursor)


def test_a_comment_is_told_to_everybody_who_follows_within_a_second(site: Site, follow: Follow) -> None:
    quiet(site, 812)
    listeners = [follow("d/7@812") for _ in range(3)]
    assert listeners[0].headers["content-type"] == "text/event-stream; charset=utf-8"
    assert listeners[0].headers["cache-control"] == "no-store"
    assert listeners[0].headers["x-accel-buffering"] == "no"
    assert "content-encoding" not in listeners[0].headers
    assert listeners[0].told()["event"] == "hello"
    happens(site, 815, 41, since=812)
    assert [one.news() for one in listeners] == [
        {"of": "d/7", "news": {"cursor": 815, "comments": [[41, 0]], "votes": {}}}
    ] * 3
    asked = [one.path_qs for one in site.desk.asked if one.path_qs == "/d/7/updates?since=812"]
    # The readers' own questions, the first one's second look, and one for the event; never one for each.
    assert len(asked) <= 4


def test_whoever_comes_back_is_told_what_was_missed(site: Site, follow: Follow) -> None:
    quiet(site, 815)
    site.desk.pages["/d/7/updates?since=812"] = said(815, 40, 41)
    first = follow("d/7@812")
    assert first.news() == {"of": "d/7", "news": {"cursor": 815, "comments": [[40, 0], [41, 0]], "votes": {}}}
    # The address is still the old one: the id of the last message counts.
    again = follow("d/7@812", last_id="d/7@815")
    happens(site, 820, 42, since=815)
    assert again.news()["news"] == {"cursor": 820, "comments": [[42, 0]], "votes": {}}


def test_another_front_of_the_site_goes_on_where_the_first_one_ended(
    start_site: Callable[..., Site], follow: Follow
) -> None:
    site = start_site()
    quiet(site, 812)
    before = Listener(site.port, "d/7@812")
    assert before.told()["event"] == "hello"
    assert site.stop() == 0
    assert before.told() == {}
    before.close()
    site.outbox.record("thread:7")
    site.desk.pages["/d/7/updates?since=812"] = said(815, 41)
    quiet(site, 815)
    site.start()
    after = Listener(site.port, "d/7@812")
    assert after.news()["news"]["comments"] == [[41, 0]]  # type: ignore[index]
    after.close()


def test_nothing_is_told_when_the_desk_says_that_nothing_shows(site: Site, follow: Follow) -> None:
    """A vote whose count is hidden, a comment that is held, an edit: events of the thread, and no news."""
    quiet(site, 812)
    listener = follow("d/7@812")
    for _ in range(3):
        site.outbox.record("thread:7")
    site.outbox.record("thread:8")
    wait_until(lambda: len(site.desk.fills("/d/7/updates?since=812")) >= 2, what="the desk was not asked")
    happens(site, 820, 44, since=812)
    assert listener.told()["event"] == "hello"
    assert listener.told()["id"] == "d/7@820"


def test_votes_are_told_at_most_every_ten_seconds_and_with_the_next_comment(site: Site, follow: Follow) -> None:
    quiet(site, 812)
    listener = follow("d/7@812")
    happens(site, 813, since=812, votes={"4": [12, 3]})
    assert listener.news()["news"]["votes"] == {"4": [12, 3]}  # type: ignore[index]
    asked = len(site.desk.fills("/d/7/updates?since=813"))
    happens(site, 814, since=813, votes={"4": [13, 3]})
    wait_until(lambda: len(site.desk.fills("/d/7/updates?since=813")) > asked, what="the desk was not asked")
    happens(site, 815, 45, since=813, votes={"4": [14, 3]})
    assert listener.news()["news"] == {"cursor": 815, "comments": [[45, 0]], "votes": {"4": [14, 3]}}


def test_a_discussion_that_is_taken_away_ends_its_streams_and_tells_nothing(site: Site, follow: Follow) -> None:
    quiet(site, 812)
    site.desk.pages["/d/8/updates?since=812"] = said(812, tags="thread:8")
    alone, both = follow("d/7@812"), follow("d/7@812,d/8@812")
    site.desk.pages["/d/7/updates?since=812"] = said(0, tags="thread:7", status=404)
    site.outbox.record("thread:7 discussions", is_drop=True)
    assert alone.told()["event"] == "hello"
    assert alone.told() == {"event": "gone", "data": '"d/7"'}
    assert alone.told() == {}
    assert both.told()["event"] == "hello"
    assert both.told()["event"] == "gone"
    site.desk.pages["/d/8/updates?since=812"] = said(813, 9, tags="thread:8")
    site.outbox.record("thread:8")
    assert both.news()["of"] == "d/8"
    assert follow("d/7@812").status == 404


@pytest.mark.parametrize(
    "of", ["", "d/7", "d/0@1", "d/7@", "d/7@-1", "/d/7@1", "_me@1", "d/7@x", "a/../d@1", "d/7/c/1@1"]
)
def test_what_is_no_channel_is_not_asked_of_the_desk(site: Site, follow: Follow, of: str) -> None:
    before = len(site.desk.asked)
    assert follow(of).status == 404
    assert len(site.desk.asked) == before


def test_a_coverage_is_told_by_its_cursor_alone(site: Site, follow: Follow) -> None:
    def entry(cursor: int, **more: object) -> PageMaker:
        body = {"cursor": cursor, "state": "active", **more}
        return lambda: web.json_response(body, headers={"Belowline-Tags": "thread:8", "Belowline-Admit": "second"})

    site.desk.pages["/ar/a/surge/updates?since=16"] = entry(16)
    listener = follow("ar/a/surge@16")
    site.desk.pages["/ar/a/surge/updates?since=16"] = entry(17, entries=[{"html": "<p>The gates close.</p>"}])
    site.outbox.record("thread:8")
    assert listener.news() == {"of": "ar/a/surge", "news": {"cursor": 17}}


def test_a_stream_carries_so_much_and_then_begins_anew(site: Site, follow: Follow) -> None:
    quiet(site, 812)
    many = {str(one): [one, one] for one in range(STREAM_BYTES_MAX // 10)}
    site.desk.pages["/d/7/updates?since=812"] = said(815, 1, votes=many)
    quiet(site, 815)
    listener = follow("d/7@812")
    assert listener.news()["of"] == "d/7"
    assert listener.told() == {}


def test_a_reader_who_leaves_is_forgotten_at_once(site: Site, follow: Follow) -> None:
    quiet(site, 812)
    listener = follow("d/7@812")
    wait_until(lambda: site.metric("live_streams") == 1, what="not counted")
    assert site.metric("live_channels") == 1
    listener._socket.shutdown(socket.SHUT_RDWR)
    wait_until(lambda: site.metric("live_streams") == 0 and site.metric("live_channels") == 0, what="still counted")


def test_there_are_limits_for_a_front_and_for_a_network(start_site: Callable[..., Site], follow: Follow) -> None:
    site = start_site(live_readers=3, live_readers_per_network=2, trusted_proxies=["127.0.0.0/8"])
    quiet(site, 812)

    def come(address: str) -> Listener:
        return follow("d/7@812", on=site, headers=[("X-Forwarded-For", address)])

    first = come("2001:db8::1")
    assert (first.status, come("2001:db8::2").status) == (200, 200)
    assert come("2001:db8::3").status == 503
    assert come("192.0.2.4").status == 200
    assert come("192.0.2.5").status == 503
    assert site.metric("streams_refused") == 2
    first.close()
    wait_until(lambda: site.metric("live_streams") == 2, what="still counted")
    assert come("192.0.2.5").status == 200


def test_a_front_that_stops_ends_its_streams_at_once(start_site: Callable[..., Site]) -> None:
    site = start_site(drain_seconds=30)
    quiet(site, 812)
    listeners = [Listener(site.port, "d/7@812") for _ in range(20)]
    assert all(one.told()["event"] == "hello" for one in listeners)
    assert site.stop() == 0
    assert all(one.told() == {} for one in listeners)
    for one in listeners:
        one.close()


def test_a_desk_that_is_down_delays_the_news_and_loses_none(site: Site, follow: Follow) -> None:
    quiet(site, 812)
    listener = follow("d/7@812")
    assert listener.told()["event"] == "hello"
    site.desk.stop()
    failures = site.metric("fill_failures")
    happens(site, 815, 41, since=812)
    wait_until(lambda: site.metric("fill_failures") > failures, what="the desk was not asked")
    site.desk.start()
    assert listener.news()["news"]["comments"] == [[41, 0]]  # type: ignore[index]


def test_only_a_get_follows_and_a_head_says_what_it_would_be(site: Site) -> None:
    quiet(site, 812)
    assert site.request("POST", "/live?of=d/7@812", body=b"").status == 405
    head = site.request("HEAD", "/live?of=d/7@812")
    assert (head.status, head.body) == (200, b"")


def test_the_last_message_wins_over_the_address_and_adds_no_channel() -> None:
    assert wanted_channels("of=d/7@1,a/x@2&x=1", last_id="d/7@5,d/9@3") == {"d/7": "5", "a/x": "2"}
    assert wanted_channels("of=d%2F7%401", last_id="rubbish") == {"d/7": "1"}
    assert len(wanted_channels("of=" + ",".join(f"d/{n}@1" for n in range(1, 99)), last_id=None)) == 16
    assert wanted_channels("x" * 5000, last_id=None) == {}
    assert json.dumps(wanted_channels("of=a/%C3%A9t%C3%A9@3", last_id=None), ensure_ascii=False) == '{"a/été": "3"}'
