"""A donor's whole way in a real browser, without scripts: from the meter to the provider's page, the mail, and the end."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.live_site import ROOT, LiveSite, _told, environment, serve, stop
from tests.support.looks import LOOKS, violations
from tests.support.mailbox import Mailbox, mailbox

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

DEMO = {"BELOWLINE_DEMO": "1"}


@dataclass
class Till:
    site: LiveSite
    mails: Mailbox


@pytest.fixture(scope="module")
def till(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Till]:
    """A demo site of its own: the test provider exists nowhere else."""
    site = LiveSite(tmp_path_factory.mktemp("giving") / "data")
    _told("init", "--data", str(site.data), "--name", "The Weir")
    cast = [sys.executable, "-m", "tests.support.giving_cast", str(site.data)]
    subprocess.run(cast, check=True, env=environment() | DEMO, cwd=ROOT, timeout=120)
    with mailbox() as mails:
        sender = {"BELOWLINE_MAIL__URL": mails.url, "BELOWLINE_MAIL__SENDER": "The Weir <desk@weir.example>"}
        serve(site, settings=DEMO | sender)
        yield Till(site, mails)
        stop(site)


@pytest.fixture
def page(chromium: Browser, till: Till) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=False)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def begin(page: Page, till: Till, *, own: str = "", every: str = "Once") -> None:
    """From the article to the provider's page."""
    page.goto(f"{till.site.url}/a/the-lock-en")
    page.get_by_role("link", name="Support us").first.click()
    if own:
        page.get_by_label("Another amount").fill(own)
    page.get_by_label(every, exact=True).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("E-mail address").fill("ann@example.org")
    page.get_by_role("button", name="To the payment page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The demo's payment page")


def test_a_monthly_gift_of_ones_own_amount_from_the_meter_to_its_end(page: Page, till: Till) -> None:
    begin(page, till, own="7.50", every="Every month")
    expect(page.locator("main")).to_contain_text("$7.50, Every month")
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    # A page that the money made stale may be served for 200 milliseconds more.
    deadline = time.monotonic() + 10
    while page.goto(f"{till.site.url}/a/the-lock-en") and time.monotonic() < deadline:
        if "$107.50" in page.content():
            break
    for place in (0, 1):
        expect(page.get_by_role("meter").nth(place)).to_have_attribute(
            "aria-valuetext", "107.50 of 5,000 US dollars, 2%"
        )
    mail = till.mails.newest()
    assert mail["To"] == "ann@example.org"
    link = re.search(r"http://\S+/_support/gift/\S+", mail.get_content())
    assert link is not None
    page.goto(link[0])
    page.get_by_role("button", name="Stop this monthly gift").click()
    expect(page.locator("main")).to_contain_text("Nothing more will be taken.")
    assert len(till.mails.mails) == 1


def test_a_gift_that_is_cancelled_or_refused_takes_nothing_and_leads_back(page: Page, till: Till) -> None:
    begin(page, till)
    page.get_by_role("button", name="Back without paying").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cancelled")
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_label(re.compile("Amount in"))).to_have_value("10")
    page.get_by_role("button", name="To the payment page").click()
    page.get_by_role("button", name="The bank refuses").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The payment did not go through")
    expect(page.locator("main")).to_contain_text("Nothing was taken.")


@pytest.mark.parametrize(("direction", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_on_the_pages_about_money(
    chromium: Browser, till: Till, direction: str, scheme: str, width: int
) -> None:
    language, article = ("/ar", "/a/the-lock-ar") if direction == "rtl" else ("", "/a/the-lock-en")
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    found = []
    for path in [article, "/support", "/support/accounts", "/_support/give?amount=25", "/_support/give?amount=ten"]:
        page.goto(till.site.url + language + path)
        found += violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()
    assert found == []
