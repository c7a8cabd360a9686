"""Passkeys in a real browser with a virtual authenticator, on a site that has a name."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.live_cast import PASSWORD
from tests.support.live_site import LiveSite, copied_site, serve, stop

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def named_site(live_site: LiveSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """A second site: browsers give no passkey to a bare address."""
    own = tmp_path_factory.mktemp("named")
    model = own.parent if (own.parent / "live-model").exists() else own.parent.parent
    site = copied_site(model / "live-model", to=own / "data")
    serve(site, settings={"BELOWLINE_SITE__PUBLIC_URL": "http://localhost:{port}"})
    site.url = site.url.replace("127.0.0.1", "localhost")
    yield site
    stop(site)
    shutil.rmtree(Path(site.data))


@pytest.fixture
def page(chromium: Browser, named_site: LiveSite) -> Iterator[Page]:
    context = chromium.new_context()
    said: list[str] = []
    context.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    context.close()
    assert not [text for text in said if "Security Policy" in text or "Trusted" in text]


def test_a_passkey_is_added_and_then_opens_the_account_alone(page: Page, named_site: LiveSite) -> None:
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


def test_without_scripts_no_passkey_is_offered_and_everything_else_is(chromium: Browser, named_site: LiveSite) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{named_site.url}/_account/sign-in")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    expect(page.get_by_label("E-mail address")).to_be_visible()
    context.close()
