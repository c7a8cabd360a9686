"""Signing in with an account elsewhere, in the middle of writing: to the provider's own page and back, nothing lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from tests.browser.conftest import NamedSite, Stranger
    from tests.support.openid import OpenId

pytestmark = pytest.mark.browser

BUTTON = "Sign in with The Club"


@pytest.fixture
def club(named_site: NamedSite, request: pytest.FixtureRequest) -> OpenId:
    """The provider, which knows somebody else in each test."""
    club = named_site.club
    club.person = {"sub": request.node.name, "email": f"{len(named_site.box.mails)}.alma@example.org"}
    return club


def answer_there(page: Page, club: OpenId, answer: str) -> None:
    """On the provider's own page, which the browser really shows."""
    expect(page.get_by_role("heading", name="Go to The Weir?")).to_be_visible()
    assert page.url.startswith(f"{club.url}/authorize?")
    page.get_by_role("button", name=answer).click()


def become(page: Page, named_site: NamedSite, name: str) -> None:
    """Choose a name, and type the code that proves the address; the name of somebody else is refused first."""
    expect(page.get_by_role("heading", name="Your name here")).to_be_visible()
    address = str(named_site.club.person["email"])
    field = page.get_by_label("Name", exact=True)
    field.fill("Alice")
    page.get_by_role("button", name="Create the account").click()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("Alice")
    expect(page.get_by_label("E-mail address")).to_have_value(address)
    before = len(named_site.box.mails)
    field.fill(name)
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.get_by_label("Code").fill(named_site.code_for(address, after=before))
    page.get_by_role("button", name="Go on").click()


def test_a_new_reader_comes_back_to_the_words_they_had_begun_and_is_known_the_next_time(
    stranger: Stranger, named_site: NamedSite, club: OpenId
) -> None:
    room = named_site.room(1)
    page = stranger(room.path)
    page.locator(f"#c-{room.first}").get_by_role("link", name=re.compile("Reply$")).click()
    area = page.get_by_role("textbox", name="Your comment")
    area.press_sequentially("Half a thought")
    page.get_by_role("link", name="Or sign in").click()
    page.get_by_role("button", name=BUTTON).click()
    answer_there(page, club, "Yes")
    become(page, named_site, "Alma of the Club")
    page.wait_for_url(re.compile(f"{room.path}(#.*)?$"))
    expect(area).to_have_value("Half a thought")
    expect(area).to_be_focused()
    page.get_by_role("button", name="Post the reply").click()
    mine = page.locator("article", has_text="Half a thought")
    expect(mine).to_contain_text("Alma of the Club")

    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto(named_site.url + room.path)
    page.get_by_role("link", name="Sign in").first.click()
    page.get_by_role("button", name=BUTTON).click()
    answer_there(page, club, "Yes")
    page.wait_for_url(re.compile(f"{room.path}(#.*)?$"))
    expect(page.locator(".account")).to_contain_text("Alma of the Club")


def test_without_scripts_the_same_way_leads_back_to_the_same_words(
    stranger: Stranger, named_site: NamedSite, club: OpenId
) -> None:
    form = f"/_d/{named_site.room(2).thread}/reply"
    page = stranger(form, scripts=False)
    area = page.get_by_role("textbox", name="Your comment")
    area.fill("Half a thought, plainly")
    page.get_by_role("button", name="Sign in and go on").click()
    page.get_by_role("button", name=BUTTON).click()
    answer_there(page, club, "Yes")
    become(page, named_site, "Alma the Plain")
    page.wait_for_url(named_site.url + form)
    expect(area).to_have_value("Half a thought, plainly")
    expect(page.locator("main")).to_contain_text("You write as Alma the Plain.")
    page.get_by_role("button", name="Post the comment").click()
    expect(page.locator("article", has_text="Half a thought, plainly")).to_contain_text("Alma the Plain")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_no_at_the_provider_is_said_and_the_way_back_is_still_known(
    stranger: Stranger, named_site: NamedSite, club: OpenId, scripts: bool
) -> None:
    form = f"/_d/{named_site.room(3).thread}/reply"
    page = stranger(f"/_account/sign-in?next={form}", scripts=scripts)
    page.get_by_role("button", name=BUTTON).click()
    answer_there(page, club, "No")
    expect(page.get_by_role("heading", name="Signing in was called off")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Nothing was changed.")
    page.get_by_role("link", name="Sign in", exact=True).last.click()
    page.get_by_label("E-mail address").fill("dora@example.org")
    page.get_by_label("Password").fill("seven herons standing")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(named_site.url + form)


def test_an_arabic_reader_is_led_there_and_back_in_arabic(
    stranger: Stranger, named_site: NamedSite, club: OpenId
) -> None:
    page = stranger("/ar/_account/sign-in?next=/ar/d")
    page.locator("form[action*='/oidc/club/'] button").click()
    answer_there(page, club, "No")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.locator("main .links a").click()
    page.wait_for_url(re.compile("/ar/_account/sign-in"))
    page.locator("form[action*='/oidc/club/'] button").click()
    answer_there(page, club, "Yes")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("input[name=name]")).to_be_visible()
