"""New comments while a discussion is read: told at once, shown on request, and nothing moves under the eyes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import reloaded_with
from tests.support.looks import violations

if TYPE_CHECKING:
    from tests.browser.conftest import Open, Room, Say
    from tests.support.live_site import LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.once]

STATUS = "[data-thread] [role=status]"
PILL = "[data-live] a"
# As the metric is defined: what follows a press at once was wished for (https://wicg.github.io/layout-instability/). From
# when the fonts are there and the page is laid out in them: their coming is no matter of ours here.
SHIFTS = """async () => {
  await document.fonts.ready;
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  window.shifted = 0; new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value;
}).observe({ type: 'layout-shift' }); }"""


def test_one_browser_sees_what_another_writes_and_nothing_moves(browse: Open, room: Room) -> None:
    reader, writer = browse(room.path), browse(room.path, as_="alice")
    reader.evaluate(SHIFTS)
    writer.get_by_role("link", name="Write a comment").first.click()
    writer.get_by_role("textbox", name="Your comment").fill("Written in another browser.")
    writer.get_by_role("button", name="Post the comment").click()
    expect(writer.locator("article", has_text="Written in another browser.")).to_be_visible()
    pill = reader.locator(PILL)
    expect(pill).to_have_text("1 new comment – show")
    expect(reader.locator(STATUS)).to_have_text("1 new comment")
    expect(reader.get_by_text("Written in another browser.")).to_have_count(0)
    assert reader.evaluate("window.shifted") == 0
    pill.focus()
    reader.keyboard.press("Enter")
    fresh = reader.locator("article", has_text="Written in another browser.")
    expect(fresh).to_be_visible()
    expect(fresh.locator("h3")).to_contain_text("new")
    expect(pill).to_be_focused()
    expect(pill).to_have_text("Check for new comments")
    # Whoever wrote it is not told of it.
    expect(writer.locator(PILL)).to_have_text("Check for new comments")


def test_a_reply_is_counted_at_its_parent_and_shown_there_alone(browse: Open, room: Room, say: Say) -> None:
    page = browse(room.path)
    page.evaluate(SHIFTS)
    expect(page.locator(PILL)).to_be_visible()
    say(room.thread, "A reply from elsewhere.", parent=room.first)
    say(room.thread, "And a comment from elsewhere.")
    expect(page.locator(PILL)).to_have_text("2 new comments – show")
    counter = page.locator(f"#c-{room.first}").get_by_role("button", name="1 new reply")
    expect(counter).to_be_visible()
    assert page.evaluate("window.shifted") == 0
    counter.click()
    expect(page.locator("article", has_text="A reply from elsewhere.")).to_be_visible()
    order = page.locator(".comment").evaluate_all("all => all.map(e => [e.id, e.dataset.depth])")
    assert [depth for _id, depth in order] == ["1", "2", "2", "1"]
    expect(counter).to_have_count(0)
    expect(page.locator(PILL)).to_have_text("1 new comment – show")


def test_fifty_comments_arrive_and_are_shown_without_a_shift(browse: Open, live_site: LiveSite, say: Say) -> None:
    """Bar Q2. The reader is in the middle of the page; what is shown comes in above and below."""
    thread = live_site.facts["busy"]
    page = browse(f"/d/{thread}")
    middle = page.locator(f"#{page.locator('.comment').nth(30).get_attribute('id')}")
    middle.scroll_into_view_if_needed()
    middle.evaluate("one => window.scrollTo(0, one.offsetTop - 200)")
    page.wait_for_function("() => !document.getAnimations().length")
    page.evaluate(SHIFTS)
    parents = page.locator(".comment").evaluate_all("all => all.map(e => Number(e.id.slice(2)))")
    for number in range(50):
        say(thread, f"Arrival {number}.", parent=parents[number] if number % 2 else 0)
        if number in {20, 49}:
            # How many wait: what the last press left, and what has come since.
            expect(page.locator(PILL)).to_have_text(re.compile(r"^(21|29) new comments"))
            copy = page.locator("button.offer")
            expect(copy).to_be_visible()
            before = middle.evaluate("one => one.getBoundingClientRect().top")
            copy.click()
            expect(page.locator(PILL)).to_have_text("Check for new comments")
            assert abs(middle.evaluate("one => one.getBoundingClientRect().top") - before) < 1
    expect(page.get_by_text(re.compile(r"^Arrival \d+\.$"))).to_have_count(50)
    assert page.evaluate("window.shifted") == 0
    walk = page.get_by_role("button", name="Next new comment")
    walk.click()
    expect(page.locator(".comment h3:focus")).to_contain_text("new")


def test_an_older_copy_of_the_list_loses_no_comment(browse: Open, room: Room, say: Say) -> None:
    """A site under load answers with the page it has while it makes the next one."""
    page = browse(room.path)
    say(room.thread, "The first of two.")
    expect(page.locator(PILL)).to_have_text("1 new comment – show")
    address = str(page.locator(PILL).evaluate("one => one.href"))
    older = page.request.get(address).text()
    say(room.thread, "The second of two.")
    expect(page.locator(PILL)).to_have_text("2 new comments – show")
    copies = iter([older, older])

    def answer(route: Route) -> None:
        copy = next(copies, None)
        if copy is None:
            route.continue_()
        else:
            route.fulfill(body=copy, content_type="text/html")

    page.route(address, answer)
    page.locator(PILL).click()
    expect(page.get_by_text("The second of two.")).to_be_visible()
    expect(page.get_by_text("The first of two.")).to_be_visible()
    expect(page.locator(PILL)).to_have_text("Check for new comments")


def test_votes_change_in_place_and_take_no_more_room(browse: Open, room: Room, live_site: LiveSite) -> None:
    reader, voter = browse(room.path), browse(room.path, as_="alice")
    up = reader.locator(f"#c-{room.first} button[name=up]")
    expect(up).to_contain_text("3")
    width = up.evaluate("one => one.getBoundingClientRect().width")
    voter.locator(f"#c-{room.first} button[name=up]").click()
    expect(voter.locator(STATUS)).to_have_text("Your vote was counted.")
    expect(up.locator("b")).to_have_text("4")
    assert up.evaluate("one => one.getBoundingClientRect().width") == width


def test_two_windows_of_one_browser_share_one_line(browse: Open, room: Room, say: Say) -> None:
    first = browse(room.path)
    asked: list[str] = []
    first.context.on("request", lambda request: "/live?" in request.url and asked.append(request.url))
    second = first.context.new_page()
    second.goto(first.url)
    expect(second.locator(PILL)).to_be_visible()
    say(room.thread, "Heard in both windows.")
    for page in (first, second):
        expect(page.locator(PILL)).to_have_text("1 new comment – show")
    assert len(asked) <= 1
    # The window that leads is closed: the other one goes on.
    first.close()
    say(room.thread, "Heard in the one that is left.")
    expect(second.locator(PILL)).to_have_text("2 new comments – show")


def test_where_no_stream_gets_through_the_site_is_asked(browse: Open, room: Room, say: Say) -> None:
    page = browse("/")
    page.route("**/live?*", lambda route: route.fulfill(status=503, body=""))
    page.clock.install()
    page.goto(page.url.rstrip("/") + room.path)
    with page.expect_response(re.compile(r"/updates\?since=")):
        pass
    say(room.thread, "Found by asking.")
    for _ in range(20):
        page.clock.run_for(20_000)
        if page.locator(f"{PILL}[data-news]").count():
            break
    expect(page.locator(PILL)).to_have_text("1 new comment – show")


def test_listening_can_be_switched_off_and_is_remembered(browse: Open, room: Room, say: Say) -> None:
    page = browse(room.path)
    page.get_by_text("Options and help").click()
    page.get_by_label("Count new comments as they arrive").uncheck()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.get_by_role("button", expanded=True)).to_be_visible()
    say(room.thread, "Nobody hears.")
    page.get_by_role("link", name="Check for new comments").click()
    expect(page.get_by_role("heading", name="1 new comment")).to_be_visible()
    expect(page.get_by_text("Nobody hears.")).to_be_visible()
    assert not any("/live?" in url or "/updates?" in url for url in asked)


def test_whoever_opens_the_options_before_the_script_is_there_has_the_switches(browse: Open, room: Room) -> None:
    page = browse("/robots.txt")
    held: list[Route] = []
    page.route(re.compile("/arrivals"), lambda route: held.append(route))
    page.goto(page.url.replace("/robots.txt", room.path))
    page.get_by_text("Options and help").click()
    for one in held:
        one.continue_()
    expect(page.get_by_label("Count new comments as they arrive")).to_be_visible()


def test_without_scripts_a_link_leads_to_what_is_new(browse: Open, room: Room, say: Say) -> None:
    page = browse(room.path, scripts=False)
    page.get_by_role("link", name="Check for new comments").click()
    expect(page.get_by_role("heading", name="No new comments")).to_be_visible()
    say(room.thread, "Since you looked.", parent=room.first)
    page.get_by_role("link", name="Check for new comments").click()
    reloaded_with(page, page.get_by_role("heading", name="1 new comment"))
    expect(page.locator(".comment .to")).to_contain_text("Charlie #1")
    page.get_by_role("link", name="The whole discussion").click()
    assert page.url.endswith(room.path)


def test_the_invitation_comes_once_at_the_end_of_an_article(browse: Open) -> None:
    page = browse("/a/the-lock-is-shut", width=320)
    page.set_viewport_size({"width": 320, "height": 420})
    box = page.get_by_role("complementary", name="Invitation to the discussion")
    expect(box).to_have_count(0)

    def read_to_the_end() -> None:
        page.locator(".story > footer").wait_for()
        page.wait_for_function("() => document.querySelector('[data-keys]:not([hidden])')")
        page.evaluate("window.scrollTo(0, document.querySelector('.story > footer').offsetTop - innerHeight + 40)")

    read_to_the_end()
    expect(box.get_by_role("link", name="Join the discussion")).to_be_visible()
    assert violations(page) == []
    box.get_by_role("button", name="Close").click()
    expect(box).to_have_count(0)
    page.reload()
    read_to_the_end()
    expect(page.locator(PILL)).to_be_attached()
    expect(box).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme", "language"), [(320, "dark", ""), (1280, "light", "/ar")])
def test_what_arrives_fits_and_is_accessible(
    browse: Open, room: Room, say: Say, width: int, scheme: str, language: str
) -> None:
    page = browse(language + room.path, width=width, color_scheme=scheme)
    expect(page.locator(PILL)).to_be_visible()
    say(room.thread, "One reply.", parent=room.first)
    expect(page.locator(f"{PILL}[data-news]")).to_be_visible()
    expect(page.locator("[data-arrived]")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
