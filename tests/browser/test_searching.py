"""A reader searches: with the keyboard alone, without scripts, and says what is wrong with a question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def test_a_search_by_keyboard_leads_from_any_page_to_an_article(browse: Open) -> None:
    page = browse("/corrections")
    page.get_by_role("banner").get_by_role("link", name="Search").focus()
    page.keyboard.press("Enter")
    field = page.get_by_role("searchbox", name="Words in articles")
    expect(field).to_be_visible()
    field.focus()
    page.keyboard.type('gate "since monday"')
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"^1 result$"))).to_be_visible()
    assert page.locator(".results mark").all_inner_texts() == ["gates", "since Monday"]
    expect(field).to_have_value('gate "since monday"')
    link = page.get_by_role("link", name="The lock is shut")
    for _ in range(12):
        page.keyboard.press("Tab")
        if link.evaluate("it => it === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The lock is shut")).to_be_visible()


def test_searching_narrowing_down_and_being_told_without_scripts(browse: Open) -> None:
    page = browse("/ar/search", scripts=False, width=320)
    page.get_by_role("searchbox").fill("صور")
    page.get_by_role("button", name="بحث").click()
    expect(page.get_by_role("link", name="أربع صور")).to_be_visible()
    page.get_by_text("تضييق البحث").click()
    page.get_by_label("اللغة").select_option("en")
    page.get_by_role("button", name="بحث").click()
    expect(page.get_by_text("لم يُعثر على شيء")).to_be_visible()
    page.get_by_role("link", name="ابحث من دون تصفية").click()
    expect(page.get_by_role("link", name="أربع صور")).to_be_visible()
    page.get_by_role("searchbox").fill("-صور")
    page.get_by_role("button", name="بحث").click()
    field = page.get_by_role("searchbox")
    expect(field).to_have_value("-صور")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("اذكر أيضًا ما تبحث عنه"))
