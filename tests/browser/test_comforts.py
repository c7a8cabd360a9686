"""What makes reading and writing comfortable: sources, names while one types, spoilers, links to copy, words never lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Room, reloaded_with
from tests.support.looks import violations

pytestmark = [pytest.mark.browser, pytest.mark.once]


def write(page: Page, text: str) -> None:
    page.locator("[data-write]").first.click()
    page.locator("textarea").fill(text)
    page.get_by_role("button", name="Post the comment").click()
    expect(page.locator("form[data-form]")).to_have_count(0)


def test_a_source_is_asked_for_joined_and_given_without_scripts(browse: Open, room: Room) -> None:
    bob = browse(f"{room.path}/c/{room.first}", as_="bob", scripts=False)
    bob.get_by_role("link", name="Ask for a source").click()
    assert violations(browse(bob.url, as_="bob")) == []
    bob.get_by_role("button", name="Ask for a source").click()
    expect(bob.locator(".source")).to_contain_text("1 reader asks for a source")
    dora = browse(f"{room.path}", as_="dora", scripts=False)
    dora.get_by_role("link", name="1 reader asks for a source").click()
    dora.get_by_role("button", name="Join them: I ask, too").click()
    charlie = browse(dora.url, as_="charlie", scripts=False)
    expect(charlie.locator(".source")).to_contain_text("2 readers ask for a source")
    charlie.get_by_label("Web address of your source").fill("minutes of March")
    charlie.get_by_role("button", name="Give this link").click()
    # The browser's own check of the field comes first; the site's is held by tests/pages/test_sources.py.
    assert not charlie.evaluate("document.querySelector('input[type=url]').validity.valid")
    charlie.get_by_label("Web address of your source").fill("https://records.example.org/minutes.pdf")
    charlie.get_by_role("button", name="Give this link").click()
    stranger = browse(room.path)
    line = stranger.locator(f"#c-{room.first} .source")
    expect(line).to_contain_text("Source given: records.example.org")
    expect(line.get_by_role("link", name="records.example.org")).to_have_attribute(
        "rel", "ugc nofollow noopener noreferrer"
    )
    assert violations(stranger) == []


def test_names_are_offered_while_one_types_and_taken_by_keyboard(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="dora")
    page.locator("[data-write]").first.click()
    area = page.locator("textarea")
    area.press_sequentially("Thank you, @")
    listbox = page.get_by_role("listbox", name="Names in this discussion")
    expect(listbox.get_by_role("option")).to_have_text(["Charlie", "Bob"])
    expect(page.locator(".thread [role=status]").first).to_contain_text("2 names")
    assert violations(page) == []
    area.press("ArrowDown")
    expect(listbox.get_by_role("option", selected=True)).to_have_text("Bob")
    assert area.get_attribute("aria-activedescendant") == listbox.get_by_role("option", selected=True).get_attribute(
        "id"
    )
    area.press("Enter")
    expect(area).to_have_value("Thank you, @Bob ")
    expect(listbox).to_be_hidden()
    area.press_sequentially("and @ch")
    expect(listbox.get_by_role("option")).to_have_text(["Charlie"])
    area.press("Escape")
    expect(listbox).to_be_hidden()
    expect(area).to_be_focused()
    area.press_sequentially("arlie, write to me@noon")
    expect(listbox).to_be_hidden()
    page.get_by_role("button", name="Post the comment").click()
    mine = page.locator(".comment", has_text="write to me")
    expect(mine.locator(".text bdi")).to_have_text(["@Bob", "@charlie"])


def test_a_spoiler_opens_by_press_and_by_key_and_says_what_it_is(browse: Open, room: Room) -> None:
    write(browse(room.path, as_="alice"), "The gauge was ||hung twice||, they say.")
    page = browse(room.path, scripts=False)
    spoiler = page.locator(".comment .spoiler")
    reloaded_with(page, spoiler)
    words = spoiler.get_by_text("hung twice")
    expect(words).to_be_hidden()
    text = page.locator(".text:has(.spoiler)")
    assert "hung twice" not in text.aria_snapshot()
    assert "Spoiler: hidden until you open it" in text.aria_snapshot()
    spoiler.click()
    expect(words).to_be_visible()
    page.locator("h2").first.click()
    expect(words).to_be_hidden()
    spoiler.press("Enter")
    assert "hung twice" in text.aria_snapshot()
    page.emulate_media(media="print")
    page.locator("h2").first.click()
    expect(words).to_be_hidden()


def test_the_address_of_a_picture_is_a_card_and_nothing_is_fetched(browse: Open, room: Room) -> None:
    # That no other origin is asked for anything is held over the whole run (conftest.Watch).
    write(browse(room.path, as_="alice"), "Look:\n\nhttps://pictures.example.org/gauge.jpg")
    page = browse(room.path, width=320)
    card = page.get_by_role("link", name="Picture at pictures.example.org: opens there")
    reloaded_with(page, card)
    expect(card).to_have_attribute("href", "https://pictures.example.org/gauge.jpg")
    expect(page.locator(".comment img")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


def test_the_link_of_a_comment_is_copied_and_that_is_said(browse: Open, room: Room) -> None:
    page = browse(f"{room.path}/c/{room.reply}", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".thread [role=status]").first).to_have_text("The link was copied.")
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"{room.path}/c/{room.reply}")


def test_a_session_that_ends_in_the_middle_leads_to_the_door_and_back_to_the_words(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    page.locator(f"#c-{room.first}").get_by_role("link", name=re.compile("Reply$")).click()
    page.locator("textarea").fill("Many words, begun before the session ended.")
    page.context.clear_cookies(name="bl_session")
    page.get_by_role("button", name="Post the reply").click()
    expect(page.locator(".errors")).to_contain_text("is not known any more")
    page.locator(".errors").get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Password").fill("seven herons standing")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(f"#c-{room.first} textarea")).to_have_value("Many words, begun before the session ended.")


def test_what_a_fold_hides_shows_when_the_focus_is_in_it(browse: Open, room: Room) -> None:
    lines = "\n\n".join(f"Paragraph {n}: {'word ' * 20}" for n in range(30))
    write(browse(room.path, as_="alice"), f"{lines}\n\n[the end](https://example.org/end)")
    page = browse(room.path, scripts=False)
    text = page.locator(".text:has(a[href*='/end'])")
    reloaded_with(page, text)
    folded = text.bounding_box()
    text.get_by_role("link", name="the end").focus()
    shown = text.bounding_box()
    assert folded is not None
    assert shown is not None
    assert shown["height"] > 2 * folded["height"]
    expect(text.get_by_role("link", name="the end")).to_be_in_viewport()
