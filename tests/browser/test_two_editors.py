"""Two editors open one article at once: neither loses a word, and the second makes one draft of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.conftest import Open
    from tests.support.live_site import LiveSite

pytestmark = pytest.mark.browser


def test_two_editors_make_one_draft_by_keyboard(browse: Open, live_site: LiveSite) -> None:
    edit = f"/_desk/pages/{live_site.facts['lock']}/edit/"
    first, second = browse(edit, as_="erik"), browse(edit, as_="edda")
    first.locator("#id_title").fill("The lock is shut since Monday")
    first.locator("#id_standfirst").fill("Nobody has said why.")
    with first.expect_navigation():
        first.get_by_role("button", name="Save draft").first.click()
    second.locator("#id_title").fill("The lock stays shut")
    second.locator("#id_kicker").fill("Shipping")
    second.get_by_role("button", name="Save draft").first.click()
    asked = second.get_by_role("dialog").get_by_role("button", name="Save draft")
    title = second.get_by_role("heading", name="Two versions")
    expect(asked.or_(title)).to_be_visible()
    if asked.is_visible():
        expect(second.get_by_role("dialog")).to_contain_text("one draft of both")
        asked.click()
    expect(title).to_be_visible()
    # What both changed is asked, what one changed alone is not.
    question = second.get_by_role("group", name="Headline")
    expect(question).to_contain_text("The lock is shut since Monday")
    expect(question.locator("ins").last).to_have_text("stays")
    assert second.locator("fieldset.bl-question").count() == 1
    # Without a script: the page is a form.
    with second.context.browser.new_context(  # type: ignore[union-attr]
        java_script_enabled=False, storage_state=second.context.storage_state()
    ) as plain:
        page = plain.new_page()
        page.goto(second.url)
        radio = page.get_by_role("radio", name="Take mine")
        radio.focus()
        page.keyboard.press("Space")
        expect(radio).to_be_checked()
        page.get_by_role("button", name="Save as one draft").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#id_title")).to_have_value("The lock stays shut")
        expect(page.locator("#id_standfirst")).to_have_value("Nobody has said why.")
        expect(page.locator("#id_kicker")).to_have_value("Shipping")
    assert "The lock is shut" in browse("/a/the-lock-is-shut").content(), "readers see none of it"


def test_an_article_is_set_to_no_comments_by_its_form_alone(browse: Open, live_site: LiveSite) -> None:
    page = browse(f"/_desk/pages/{live_site.facts['lock']}/edit/#tab-settings", as_="erik", scripts=False)
    field = page.locator("#id_discussion_mode")
    assert field.locator("option").all_inner_texts()[-1].startswith("No comments: court cases, victims, minors")
