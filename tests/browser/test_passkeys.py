"""Passkeys in a real browser with a virtual authenticator, on a site that has a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.support.live_cast import PASSWORD

if TYPE_CHECKING:
    from tests.browser.conftest import NamedSite, Stranger

pytestmark = pytest.mark.browser

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class Device:
    """What keeps the passkeys of a browser, through Chromium's own protocol (WebAuthn)."""

    session: CDPSession
    number: str

    def knows_its_owner(self, is_verified: bool) -> None:
        """Whether the finger is the right one; a wrong one ends the ceremony as whoever presses Cancel does."""
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.number, "isUserVerified": is_verified})

    def is_lost(self) -> None:
        self.session.send("WebAuthn.clearCredentials", {"authenticatorId": self.number})


@pytest.fixture
def page(stranger: Stranger) -> Page:
    return stranger("/robots.txt")


@pytest.fixture
def device(page: Page) -> Device:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return Device(session, made["authenticatorId"])


@pytest.mark.usefixtures("device")
def test_a_passkey_is_added_and_then_opens_the_account_alone(page: Page, named_site: NamedSite) -> None:
    page.goto(f"{named_site.url}/_account/sign-in?next=/_account/security")
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto(f"{named_site.url}/_account/security")
    expect(page.get_by_text("Passkey 1")).to_be_visible()

    page.goto(f"{named_site.url}/_account/sign-out")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{named_site.url}/ar/_account/sign-in?next=/ar/d")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url(re.compile("[0-9]/ar/d$"))

    # Asked again before a change, the passkey is enough.
    page.goto(f"{named_site.url}/_account/security")
    page.get_by_role("link", name="Take it off").click()
    page.get_by_role("link", name="With a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Take it off").click()
    expect(page.get_by_text("Passkey 1")).to_have_count(0)


def press_passkey(page: Page) -> None:
    page.get_by_role("button", name="Sign in with a passkey").click()


def test_who_signs_up_with_a_passkey_alone_needs_no_password_even_when_it_is_lost(
    page: Page, device: Device, named_site: NamedSite
) -> None:
    room, address = named_site.room(5), "nadia@example.org"
    page.goto(named_site.url + room.path)
    page.locator(f"#c-{room.first}").get_by_role("link", name=re.compile("Reply$")).click()
    area = page.get_by_role("textbox", name="Your comment")
    area.press_sequentially("With a finger alone")
    page.get_by_role("link", name="Or sign in").click()
    page.get_by_role("link", name="Create an account").click()
    page.get_by_role("link", name="Use a passkey instead of a password").click()
    expect(page.get_by_label("Password")).to_have_count(0)
    page.get_by_label("Name", exact=True).fill("Nadia")
    page.get_by_label("E-mail address").fill(address)
    before = len(named_site.box.mails)
    page.get_by_role("button", name="Create the account").click()
    page.get_by_label("Code").fill(named_site.code_for(address, after=before))
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_role("heading", name="Make your passkey")).to_be_visible()
    device.knows_its_owner(False)
    page.get_by_role("button", name="Make a passkey").click()
    error = page.get_by_text("The browser gave no passkey.")
    expect(error).to_be_focused()
    device.knows_its_owner(True)
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url(re.compile(f"{room.path}(#.*)?$"))
    expect(area).to_have_value("With a finger alone")
    page.get_by_role("button", name="Post the reply").click()
    expect(page.locator("article", has_text="With a finger alone")).to_contain_text("Nadia")

    sign_out(page)
    page.goto(f"{named_site.url}/_account/sign-in?next={room.path}")
    page.get_by_label("E-mail address").fill(address)
    device.knows_its_owner(False)
    press_passkey(page)
    expect(error).to_be_focused()
    expect(page.get_by_label("E-mail address")).to_have_value(address)
    device.knows_its_owner(True)
    press_passkey(page)
    page.wait_for_url(re.compile(f"{room.path}(#.*)?$"))
    expect(page.locator(".account")).to_contain_text("Nadia")

    sign_out(page)
    device.is_lost()
    page.goto(f"{named_site.url}/_account/sign-in?next=/_account/security")
    press_passkey(page)
    expect(error).to_be_focused()
    enter_by_code(page, named_site, address)
    page.wait_for_url(re.compile("/_account/security$"))
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_whose_browser_makes_no_passkey_at_sign_up_is_not_stuck(stranger: Stranger, named_site: NamedSite) -> None:
    room, address = named_site.room(6), "omar@example.org"
    page = stranger(f"/_account/sign-up/passkey?next={room.path}", scripts=False)
    page.get_by_label("Name", exact=True).fill("Omar")
    page.get_by_label("E-mail address").fill(address)
    before = len(named_site.box.mails)
    page.get_by_role("button", name="Create the account").click()
    page.get_by_label("Code").fill(named_site.code_for(address, after=before))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Make your passkey")).to_be_visible()
    expect(page.get_by_role("button", name="Make a passkey")).to_be_hidden()
    enter_by_code(page, named_site, address)
    page.wait_for_url(named_site.url + room.path)
    page.goto(f"{named_site.url}/_account")
    expect(page.get_by_role("heading", name="Omar")).to_be_visible()


def sign_out(page: Page) -> None:
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator(".account")).to_contain_text("Sign in")


def enter_by_code(page: Page, named_site: NamedSite, address: str) -> None:
    page.get_by_role("link", name="Sign in with a code by mail").click()
    page.get_by_label("E-mail address").fill(address)
    before = len(named_site.box.mails)
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Code").fill(named_site.code_for(address, after=before))
    page.get_by_role("button", name="Go on").click()


def test_without_scripts_no_passkey_is_offered_and_everything_else_is(stranger: Stranger) -> None:
    page = stranger("/_account/sign-in", scripts=False)
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    expect(page.get_by_label("E-mail address")).to_be_visible()
