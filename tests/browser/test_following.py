"""The whole way of a guest who wants to hear of answers: from the comment to the mail, to the end of mails. Without scripts."""

from __future__ import annotations

import os
import re
import sqlite3
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import reloaded_with, signed_in, take_time
from tests.support.live_site import LiveSite, copied_site, serve, stop
from tests.support.mailbox import Mailbox, mailbox

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture
def post_office(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LiveSite, Mailbox]]:
    """A site whose guests confirm their address by a mail that really arrives."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    site = copied_site(shared / "live-model", to=tmp_path / "data")
    with mailbox() as box:
        mail = {
            "BELOWLINE_MAIL__URL": box.url,
            "BELOWLINE_MAIL__SENDER": "The Weir <desk@weir.example>",
            "BELOWLINE_DISCUSSION__GUESTS": "confirm",
        }
        serve(site, settings=mail)
        yield site, box
        stop(site)


def five_minutes_pass(site: LiveSite) -> None:
    """The time in which a comment may still be edited before it is mailed; waits until the worker has made the notice."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with closing(sqlite3.connect(site.data / "belowline.db", timeout=10)) as database, database:
            of_gerda = "reader_id IN (SELECT id FROM accounts_reader WHERE name = 'Gerda')"
            if database.execute(
                f"UPDATE notifications_notice SET due_at = made_at WHERE letter = '' AND {of_gerda}"
            ).rowcount:
                return
        time.sleep(0.05)
    raise AssertionError("nobody was told of the comment")


def comment(page: Page, url: str, text: str) -> None:
    page.goto(url)
    page.get_by_role("textbox", name="Your comment").fill(text)


def test_from_a_guests_comment_by_mail_to_the_answer_and_to_the_end_of_mails(
    chromium: Browser, post_office: tuple[LiveSite, Mailbox]
) -> None:
    site, box = post_office
    at_home = chromium.new_context(java_script_enabled=False)
    take_time(at_home, scripts=False)
    guest = at_home.new_page()
    form = f"{site.url}/_d/{site.facts['river']}/reply"
    comment(guest, form, "Who pays for the lock?")
    guest.get_by_label("Your name").fill("Gerda")
    guest.get_by_label("Your e-mail address").fill("gerda@example.org")
    guest.get_by_label("Mail me when somebody answers").check()
    guest.get_by_role("button", name="Post the comment").click()
    asked = box.newest()
    assert asked["To"] == "gerda@example.org"
    link = re.search(r"http://\S+/_confirm/\S+", asked.get_content())
    assert link is not None
    # A scanner opens every link of a mail before its reader does.
    with urllib.request.urlopen(link[0]) as opened:
        assert opened.status == 200
    public = f"{site.url}/d/{site.facts['river']}?sort=newest"
    phone = chromium.new_context(java_script_enabled=False).new_page()
    phone.goto(public)
    expect(phone.locator("main")).not_to_contain_text("Who pays for the lock?")
    phone.goto(link[0])
    phone.get_by_role("button", name="Yes, publish it").click()
    phone.goto(public)
    theirs = phone.locator("article.comment", has_text="Who pays for the lock?").first
    reloaded_with(phone, theirs)
    number = str(theirs.get_attribute("id")).removeprefix("c-")

    alice = chromium.new_context(java_script_enabled=False, storage_state=signed_in(chromium, site, "alice", {}))
    take_time(alice, scripts=False)
    member = alice.new_page()
    comment(member, f"{form}/{number}", "All of us do.")
    member.get_by_role("button", name="Post the reply").click()
    five_minutes_pass(site)
    told = box.wait_for(2)[-1]
    assert told["To"] == "gerda@example.org"
    assert "answered you" in told["Subject"]
    body = told.get_body(("plain",))
    assert body is not None
    assert "All of us do." in body.get_content()

    stop_link = re.search(r"<(http\S+)>", told["List-Unsubscribe"])
    assert stop_link is not None
    with urllib.request.urlopen(stop_link[1]) as opened:
        assert opened.status == 200, "opening it changes nothing"
    pressed = urllib.request.Request(stop_link[1], data=b"List-Unsubscribe=One-Click")
    with urllib.request.urlopen(pressed) as done:
        assert (done.status, done.url) == (200, stop_link[1])
    comment(member, f"{form}/{number}", "And once more.")
    member.get_by_role("button", name="Post the reply").click()
    expect(member.locator("main")).to_contain_text("And once more.")
    phone.goto(f"{site.url}/_u/{stop_link[1].rpartition('/')[2]}")
    assert [mail["To"] for mail in box.mails] == ["gerda@example.org"] * 2
    with closing(sqlite3.connect(site.data / "belowline.db", timeout=10)) as database:
        lines = database.execute(
            "SELECT about, by_mail FROM notifications_subscription s JOIN accounts_reader r ON r.id = s.reader_id "
            "WHERE r.email = 'gerda@example.org'"
        ).fetchall()
        waiting = database.execute("SELECT count(*) FROM mail_letter WHERE state = 'waiting'").fetchone()
    assert (lines, waiting) == ([("replies", "off")], (0,))
