"""Every task of a reader with scripts switched off: links and forms alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:
    from tests.browser.conftest import Open, Room
    from tests.support.live_site import LiveSite

pytestmark = pytest.mark.browser


def area_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Your comment")


def reply_to(page: Page, comment: int) -> None:
    page.locator(f"#c-{comment}").get_by_role("link", name=re.compile("Reply$")).click()


def test_reading_sorting_paging_and_the_timeline(browse: Open, live_site: LiveSite) -> None:
    page = browse("/a/the-lock-is-shut", scripts=False)
    page.get_by_role("link", name="Newest").click()
    expect(page.locator("article.comment h3").first).to_contain_text(re.compile(r"#1(17|20)"))
    page.goto(f"{live_site.url}/d/{live_site.facts['long']}")
    page.get_by_role("link", name="More comments").first.click()
    expect(page.get_by_role("link", name="First page").first).to_be_visible()
    page.get_by_role("link", name="Timeline").click()
    page.get_by_role("link", name="Page 2").first.click()
    expect(page.locator("article.comment h3").first).to_contain_text("#201")


def test_folding_leads_to_the_branch(browse: Open, live_site: LiveSite) -> None:
    page = browse(f"/d/{live_site.facts['river']}?sort=oldest", scripts=False)
    first = page.locator("article.comment").first
    first.get_by_role("link", name=re.compile(r"^\d+ repl")).click()
    expect(page.get_by_role("heading", name="One branch of the discussion")).to_be_visible()
    expect(page.locator("article[aria-current=true]")).to_have_attribute("id", f"c-{live_site.facts['river/1']}")


def test_a_vote_is_cast_with_one_press_more_changed_and_taken_back(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice", scripts=False)
    page.locator(f"#c-{room.first} button[name=up]").click()
    expect(page.get_by_role("heading", name="Is this comment helpful?")).to_be_visible()
    page.get_by_role("button", name="Helpful", exact=True).click()
    expect(page).to_have_url(re.compile(f"{room.path}/c/{room.first}$"))
    page.goto(page.url.partition("/c/")[0])
    page.locator(f"#c-{room.first} button[name=down]").click()
    page.get_by_role("button", name="Not helpful").click()
    page.locator(f"#c-{room.first} button[name=down]").click()
    expect(page.get_by_role("button", name="Not helpful")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Take my vote back").click()
    expect(page).to_have_url(re.compile(f"/c/{room.first}$"))


def test_writing_with_a_preview_editing_and_deleting(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice", scripts=False)
    reply_to(page, room.first)
    area_of(page).fill("Plain *words*.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview").locator("em")).to_have_text("words")
    expect(area_of(page)).to_have_value("Plain *words*.")
    page.get_by_role("button", name="Post the reply").click()
    expect(page.get_by_text("Your comment is published.")).to_be_visible()
    page.get_by_role("link", name="Edit").click()
    area_of(page).fill("Plainer words.")
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_text("Plainer words.")).to_be_visible()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete the comment").click()
    expect(page.get_by_text("You deleted this comment.")).to_be_visible()


def test_a_refused_text_is_there_again_with_the_reason_at_its_field(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice", scripts=False)
    page.get_by_role("link", name="Write a comment").first.click()
    area_of(page).fill("> " * 12 + "too deep")
    page.get_by_role("button", name="Post the comment").click()
    expect(page.get_by_role("alert")).to_contain_text("nested too deep")
    expect(area_of(page)).to_have_value("> " * 12 + "too deep")
    expect(area_of(page)).to_have_accessible_description(re.compile("nested too deep"))


def test_an_expired_form_comes_back_with_every_word(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice", scripts=False)
    reply_to(page, room.first)
    page.context.clear_cookies(name="bl_form")
    area_of(page).fill("Written slowly.")
    page.get_by_role("button", name="Post the reply").click()
    expect(page.get_by_role("alert")).to_contain_text("open for too long")
    expect(area_of(page)).to_have_value("Written slowly.")
    page.get_by_role("button", name="Post the reply").click()
    expect(page.get_by_text("Your comment is published.")).to_be_visible()


def test_the_same_form_sent_twice_with_other_words_offers_them_as_a_change(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice", scripts=False)
    reply_to(page, room.first)
    key = page.locator("input[name=key]").input_value()
    area_of(page).fill("The first version.")
    page.get_by_role("button", name="Post the reply").click()
    # As a browser does that keeps the page of the form when one goes back.
    page.goto(page.url.partition("/_d/")[0] + room.path)
    reply_to(page, room.first)
    page.locator("input[name=key]").evaluate("(field, key) => { field.value = key }", key)
    area_of(page).fill("The second version.")
    page.get_by_role("button", name="Post the reply").click()
    expect(page.get_by_role("heading", name="Edit your comment")).to_be_visible()
    expect(area_of(page)).to_have_value("The second version.")
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_text("The second version.")).to_be_visible()


def test_a_guest_writes_with_a_name(browse: Open, room: Room) -> None:
    page = browse(room.path, scripts=False)
    reply_to(page, room.first)
    area_of(page).fill("From outside.")
    page.get_by_label("Your name").fill(f"Wanderer {room.thread}")
    page.get_by_label("Your e-mail address").fill(f"wanderer{room.thread}@example.org")
    page.get_by_role("button", name="Post the reply").click()
    expect(page.get_by_text("Your comment is published.")).to_be_visible()


def test_signing_up_out_and_in(browse: Open, room: Room) -> None:
    page = browse("/", scripts=False)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Name", exact=True).fill(f"Quiet {room.thread}")
    page.get_by_label("E-mail address").fill(f"quiet{room.thread}@example.org")
    page.get_by_label("Password").fill("eight herons asleep")
    page.get_by_role("button", name="Create the account").click()
    page.goto(page.url.rstrip("/") + "/_account/sign-out")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail address").fill(f"quiet{room.thread}@example.org")
    page.get_by_label("Password").fill("wrong herons asleep")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password").fill("eight herons asleep")
    page.get_by_role("button", name="Sign in").click()
    assert any(cookie["name"] == "bl_session" for cookie in page.context.cookies())


def test_a_closed_discussion_says_why_and_offers_nothing_to_press(browse: Open, live_site: LiveSite) -> None:
    page = browse(f"/d/{live_site.facts['closed']}", scripts=False)
    expect(page.get_by_text("The vote has taken place.")).to_be_visible()
    assert page.get_by_role("link", name="Write a comment").count() == 0


def test_there_is_no_control_that_needs_scripts(browse: Open, live_site: LiveSite) -> None:
    page = browse(f"/d/{live_site.facts['river']}", scripts=False)
    page.get_by_text("Options and help").click()
    assert page.get_by_role("button", name="Keyboard shortcuts").count() == 0
    # Every button that is shown belongs to a form.
    expect(page.locator("button:visible:not([form])")).to_have_count(0)
