"""What stands around the articles: the pages of the foot, the form at the end of an article, data for programs."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.live_site import CLI, environment
from tests.support.looks import violations

if TYPE_CHECKING:
    from tests.browser.conftest import Open
    from tests.support.live_site import LiveSite

pytestmark = pytest.mark.browser

STORY = "/a/the-lock-is-shut"
VIOLATIONS = """() => { window.broken = []; addEventListener('securitypolicyviolation',
  (event) => window.broken.push(event.violatedDirective)); }"""


def doctor(site: LiveSite) -> str:
    """What the doctor says of the standing pages."""
    told = subprocess.run(
        [*CLI, "doctor", "--data", str(site.data), "--json"],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    return " ".join(one["says"] for one in json.loads(told.stdout)["findings"] if one["check"] == "pages")


def test_an_editor_writes_the_imprint_and_the_doctor_is_content_with_it(browse: Open, live_site: LiveSite) -> None:
    assert "Imprint (en, 4)" in doctor(live_site)
    reader = browse("/imprint", width=320, scripts=False)
    assert reader.locator(".gap").count() == 4
    desk = browse("/_desk/", as_="edda")
    desk.get_by_role("main").get_by_role("link", name="Imprint").click()
    # Wagtail keeps a deleted block in the form and hides it.
    gaps = (
        desk.locator("[data-contentpath='body'] [data-streamfield-child]")
        .filter(has=desk.locator("input[name$='-type'][value='gap']"))
        .filter(visible=True)
    )
    for left in (4, 3, 2, 1):
        expect(gaps).to_have_count(left)
        gaps.first.get_by_role("button", name="Delete").click()
    expect(gaps).to_have_count(0)
    heading = desk.locator("input[type=text][name^='body-'][name$='-value']").filter(visible=True).first
    heading.fill("The Weir, Lock Lane 3")
    desk.get_by_role("button", name="More actions").click()
    desk.get_by_role("button", name="Publish").click()
    expect(desk.locator(".messages")).to_contain_text("has been published")
    reader.reload()
    expect(reader.get_by_role("heading", name="The Weir, Lock Lane 3")).to_be_visible()
    assert reader.locator(".gap").count() == 0
    said = doctor(live_site)
    assert "Imprint (en" not in said
    assert "Privacy (en" in said


@pytest.mark.parametrize("language", ["", "/ar"])
def test_the_foot_leads_to_every_standing_page_without_scripts(
    browse: Open, live_site: LiveSite, language: str
) -> None:
    page = browse(f"{language}/", scripts=False, width=320)
    foot = page.locator("footer.colophon nav a")
    paths = [str(link.get_attribute("href")) for link in foot.all()]
    for kind in ("about", "ownership", "imprint", "contact", "house-rules", "privacy", "accessibility", "corrections"):
        assert f"{language}/{kind}" in paths
    for path in (f"{language}/house-rules", f"{language}/privacy"):
        page.goto(live_site.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_an_error_is_reported_without_scripts_and_without_an_account(browse: Open) -> None:
    page = browse(STORY, scripts=False, width=320)
    page.get_by_role("link", name="Report an error").click()
    page.get_by_label("What is wrong?").fill("It was Tuesday.")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.get_by_role("link", name="Back to the article").click()
    assert page.url.endswith(STORY)


@pytest.mark.parametrize(("language", "scheme", "width"), [("", "light", 1280), ("/ar", "dark", 320)])
def test_axe_finds_nothing_on_the_new_pages(
    browse: Open, live_site: LiveSite, language: str, scheme: str, width: int
) -> None:
    page = browse(STORY, width=width, color_scheme=scheme)
    form = str(page.locator(".story footer a[href*='_error']").get_attribute("href"))
    found = []
    for path in (f"{language}/house-rules", f"{language}/imprint", language + form):
        page.goto(live_site.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        found += violations(page)
    assert found == []


def test_the_data_for_programs_break_no_policy(browse: Open, live_site: LiveSite) -> None:
    page = browse("/about")
    page.add_init_script(f"({VIOLATIONS})()")
    page.goto(live_site.url + STORY)
    script = page.locator("script[type='application/ld+json']")
    assert script.count() == 1
    assert script.get_attribute("nonce") is None
    data = json.loads(str(script.text_content()))
    assert data["@graph"][0]["headline"] == "The lock is shut"
    assert page.evaluate("window.broken") == []
