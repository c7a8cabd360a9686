"""S28 on a served site: what is edited away or deleted leaves every page that the front keeps, in every form in which it
keeps it; within a minute, says the bar."""

from __future__ import annotations

import gzip
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import brotli
import pytest
import zstandard

if TYPE_CHECKING:
    from tests.browser.conftest import Room, Say, Send
    from tests.support.live_site import LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.once]

BAR_SECONDS = 60.0
FIRST, WORDS = "hollowbadger", "marzipanworm"
UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}


@dataclass(frozen=True)
class Kept:
    """A page as some reader has it."""

    status: int
    etag: str
    text: str


def ask(url: str, encoding: str, *, known: str = "") -> Kept:
    headers = {"Accept-Encoding": encoding or "identity"} | ({"If-None-Match": known} if known else {})
    try:
        answer = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30)
    except urllib.error.HTTPError as refused:  # 304, 410
        answer = refused
    with answer:
        data = UNPACK[answer.headers.get("Content-Encoding") or ""](answer.read())
        return Kept(answer.status, answer.headers.get("ETag", ""), data.decode())


class Stream(threading.Thread):
    """Follows a discussion, and keeps every byte."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._answer = urllib.request.urlopen(url, timeout=120)
        self.heard = b""
        self.start()

    def run(self) -> None:
        with suppress(OSError):  # the site may end first
            while data := self._answer.read1(65_536):
                self.heard += data

    def wait_for_more_than(self, count: int) -> None:
        give_up_at = time.monotonic() + BAR_SECONDS
        while len(self.heard) <= count:
            assert time.monotonic() < give_up_at, self.heard
            time.sleep(0.02)


def seconds_until(is_gone: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not is_gone():
        assert time.monotonic() - began < BAR_SECONDS
        time.sleep(0.02)
    return time.monotonic() - began


def test_what_goes_leaves_every_kept_page_in_every_encoding_and_no_stream_says_it(
    live_site: LiveSite, room: Room, say: Say, send: Send
) -> None:
    comment = say(room.thread, f"{FIRST} drilled them.", as_="charlie")
    reply = say(room.thread, "Who says so?", parent=comment)
    addresses = [room.path, f"{room.path}?sort=newest", f"{room.path}?view=timeline", f"{room.path}?since=0"]
    addresses += [f"{room.path}/c/{one}" for one in (comment, reply)]
    pages = [(live_site.url + one, encoding) for one in addresses for encoding in UNPACK]
    stream = Stream(f"{live_site.url}/live?of=d/{room.thread}@0")

    def kept(word: str) -> dict[tuple[str, str], Kept]:
        """What is kept for readers who came before; asked twice, because some pages are kept at the second time."""
        found = {one: [ask(*one), ask(*one)][-1] for one in pages}
        assert all(word in one.text for one in found.values()), "the page shows it as long as it stands"
        return found

    def is_gone(word: str, before: dict[tuple[str, str], Kept]) -> bool:
        now = [ask(*one, known=before[one].etag) for one in pages]
        return all(one.status != 304 and word not in one.text for one in now)

    before = kept(FIRST)
    send("charlie", f"/_d/comment/{comment}/edit", text=f"{WORDS} drilled them.")
    edited = seconds_until(lambda: is_gone(FIRST, before))
    before = kept(WORDS)
    heard = len(stream.heard)
    send("charlie", f"/_d/comment/{comment}/delete")
    deleted = seconds_until(lambda: is_gone(WORDS, before))
    print(f"{len(pages)} pages: {edited:.2f} s after the edit, {deleted:.2f} s after the deletion")
    say(room.thread, "The next word.")
    stream.wait_for_more_than(heard)
    assert not [word for word in (FIRST, WORDS) if word.encode() in stream.heard]
