"""Writing, answering, editing and deleting with scripts: in place, nothing lost, the focus where the reader is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Locator, Page, Route, expect

if TYPE_CHECKING:
    from tests.browser.conftest import Open, Room

pytestmark = pytest.mark.browser

FORMS = re.compile(r"/_d/\d+/reply")
STATUS = "[data-thread] [role=status]"


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def area_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Your comment")


def reread(page: Page, wanted: Locator) -> None:
    """Load the page again until it shows what was written: a stale page may be served for 200 ms."""
    for _ in range(20):
        page.reload()
        if wanted.count():
            return
    raise AssertionError(f"still not there: {wanted}")


def open_reply(page: Page, comment: int) -> None:
    page.locator(f"#c-{comment}").get_by_role("link", name=re.compile("Reply$")).click()
    expect(area_of(page)).to_be_focused()


def write_reply(page: Page, comment: int, text: str) -> None:
    open_reply(page, comment)
    area_of(page).fill(text)
    page.get_by_role("button", name="Post the reply").click()


def test_a_reply_appears_below_what_it_answers_and_is_focused_and_announced(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    write_reply(page, room.first, "An answer, *at last*.")
    mine = page.locator("article", has_text="An answer, at last.")
    expect(mine.locator("h3")).to_be_focused()
    expect(page.locator(STATUS)).to_have_text("Your comment was posted.")
    order = page.locator(".comment").evaluate_all("all => all.map(e => [e.id, e.dataset.depth])")
    assert [depth for _id, depth in order] == ["1", "2", "2", "1"]
    assert order[0][0] == f"c-{room.first}"
    assert page.url.endswith(room.path)
    reread(page, mine)


def test_a_comment_of_ones_own_can_be_written_at_the_head_and_at_the_foot(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    for place, text in ((0, "From the head."), (1, "From the foot.")):
        page.get_by_role("link", name="Write a comment").nth(place).click()
        expect(area_of(page)).to_be_focused()
        area_of(page).fill(text)
        page.get_by_role("button", name="Post the comment").click()
        expect(page.locator("article", has_text=text).locator("h3")).to_be_focused()


def test_the_first_comment_of_all_takes_the_place_of_the_invitation(browse: Open, live_site) -> None:
    page = browse(f"/d/{live_site.facts['empty']}", as_="alice")
    page.get_by_role("link", name="Write a comment").first.click()
    area_of(page).fill("The first word.")
    page.get_by_role("button", name="Post the comment").click()
    expect(page.locator("article h3")).to_be_focused()
    expect(page.get_by_text("Nobody has commented yet")).to_have_count(0)


def test_the_preview_shows_the_markup_in_place_and_posts_nothing(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    open_reply(page, room.first)
    area_of(page).fill("This is *seen* before. <script>alert(1)</script>")
    page.get_by_role("button", name="Preview").click()
    preview = page.get_by_role("region", name="Preview")
    expect(preview).to_be_focused()
    assert preview.locator("em").inner_text() == "seen"
    assert preview.locator("script").count() == 0
    assert page.locator("article").count() == 3


def test_a_refused_text_is_kept_and_the_focus_is_on_the_reason(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    open_reply(page, room.first)
    area = area_of(page)
    area.fill("> " * 12 + "too deep")
    page.get_by_role("button", name="Post the reply").click()
    summary = page.get_by_role("group", name="This did not go through. What you wrote is kept.")
    expect(summary).to_be_focused()
    expect(area).to_have_attribute("aria-invalid", "true")
    expect(area).to_have_accessible_description(re.compile("nested too deep"))
    summary.get_by_role("link").click()
    expect(area).to_be_focused()
    expect(area).to_have_value("> " * 12 + "too deep")
    area.fill("Not deep any more.")
    page.get_by_role("button", name="Post the reply").click()
    expect(page.locator("article", has_text="Not deep any more.").locator("h3")).to_be_focused()


def test_a_draft_survives_a_reload_and_a_second_look(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    open_reply(page, room.first)
    area_of(page).press_sequentially("Half a thought")
    page.reload()
    open_reply(page, room.first)
    expect(area_of(page)).to_have_value("Half a thought")
    expect(page.locator(STATUS)).to_have_text("Your draft was restored.")
    # The draft belongs to its place: another reply starts empty.
    open_reply(page, room.other)
    expect(area_of(page)).to_have_value("")


def test_escape_asks_before_it_throws_a_text_away(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    open_reply(page, room.first)
    page.keyboard.press("Escape")
    expect(area_of(page)).to_have_count(0)
    assert focused(page).endswith("Reply")
    open_reply(page, room.first)
    page.keyboard.type("Words that matter")
    page.keyboard.press("Escape")
    question = page.get_by_role("alertdialog", name="Discard what you wrote?")
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(area_of(page)).to_be_focused()
    expect(area_of(page)).to_have_value("Words that matter")
    page.keyboard.press("Escape")
    question.get_by_role("button", name="Discard").click()
    expect(area_of(page)).to_have_count(0)
    open_reply(page, room.first)
    expect(area_of(page)).to_have_value("")


def test_without_a_connection_nothing_is_lost_and_the_second_try_is_no_second_comment(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")

    # The site takes the comment, but its answer never arrives.
    def swallow(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            return route.abort()
        return route.continue_()

    page.route(FORMS, swallow)
    write_reply(page, room.first, "Said only once.")
    summary = page.get_by_role("group", name="This did not go through")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("No answer from the site.")
    page.unroute(FORMS)
    # Not even a reload makes two of it: the draft keeps the key of its form.
    page.reload()
    page.locator(f"#c-{room.first}").get_by_role("link", name=re.compile("Reply$")).click()
    expect(area_of(page)).to_have_value("Said only once.")
    page.get_by_role("button", name="Post the reply").click()
    expect(page.locator(STATUS)).to_have_text("Your comment was posted.")
    said = page.locator(".text", has_text="Said only once.")
    reread(page, said)
    expect(said).to_have_count(1)


def test_an_expired_form_is_sent_again_with_a_fresh_token(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    open_reply(page, room.first)
    page.locator("input[name=csrfmiddlewaretoken]").evaluate("field => field.value = 'x'.repeat(64)")
    area_of(page).fill("Late, but here.")
    page.get_by_role("button", name="Post the reply").click()
    expect(page.locator("article", has_text="Late, but here.").locator("h3")).to_be_focused()


ASKED = {
    "code": "think_again",
    "text": "Read your words once more.",
    "button": "Post it anyway: a moderator reads it first",
    "html": '<div class="warned" role="alert" tabindex="-1"><h2>Before it is sent</h2><p>Read your words once more.</p>'
    '<ul><li><q dir="auto">You <mark>scoundrel</mark></q></li></ul></div>',
}


def answer_first(page: Page, told: dict[str, str], *, status: int) -> list[dict[str, str]]:
    """The site answers the first press with this; what was sent by all of them."""
    sent: list[dict[str, str]] = []

    def hear(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        sent.append(dict(parse_qsl(route.request.post_data or "")))
        return route.fulfill(status=status, json=told) if len(sent) == 1 else route.continue_()

    page.route(FORMS, hear)
    return sent


def test_the_site_asks_once_in_place_and_the_button_says_what_it_does(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    sent = answer_first(page, ASKED, status=422)
    write_reply(page, room.first, "You scoundrel")
    box = page.get_by_role("alert").filter(has_text="Before it is sent")
    expect(box).to_be_focused()
    expect(box.locator("mark")).to_have_text("scoundrel")
    expect(area_of(page)).to_have_value("You scoundrel")
    expect(page.get_by_role("button", name="Post the reply")).to_have_count(0)
    anyway = page.get_by_role("button", name=ASKED["button"])
    expect(anyway).to_be_visible()
    # Other words may not have to wait, and the button does not say that they do.
    area_of(page).press_sequentially("!")
    expect(anyway).to_have_count(0)
    page.get_by_role("button", name="Post the reply").click()
    expect(page.locator("article", has_text="You scoundrel!").locator("h3")).to_be_focused()
    assert ["anyway" in one for one in sent] == [False, True]
    assert sent[0]["key"] == sent[1]["key"], "the second press is still the first form"


def test_a_draft_of_the_day_before_is_sent_under_a_younger_key_without_a_question(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    sent = answer_first(page, {"code": "form_old", "text": "Open for a day.", "key": "a-younger-key"}, status=409)
    write_reply(page, room.first, "Thought about for a day.")
    expect(page.locator("article", has_text="Thought about for a day.").locator("h3")).to_be_focused()
    assert [one["key"] == "a-younger-key" for one in sent] == [False, True]


def test_a_form_that_stays_too_old_is_refused_and_not_sent_for_ever(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    sent: list[str] = []

    def refuse(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route.request.url)
        return route.fulfill(status=409, json={"code": "form_old", "text": "Press once more.", "key": f"k{len(sent)}"})

    page.route(FORMS, refuse)
    write_reply(page, room.first, "Again and again.")
    expect(page.get_by_text("Press once more.")).to_be_visible()
    assert len(sent) == 2
    expect(area_of(page)).to_have_value("Again and again.")


def test_the_author_edits_in_place(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    write_reply(page, room.first, "With a slpi.")
    mine = page.locator("article", has_text="With a slpi.")
    mine.get_by_role("link", name=re.compile("Alice #4 Edit until")).click()
    area = area_of(page)
    expect(area).to_have_value("With a slpi.")
    area.fill("Without a slip.")
    page.get_by_role("button", name="Save the change").click()
    changed = page.locator("article", has_text="Without a slip.")
    expect(changed.locator("h3")).to_be_focused()
    expect(page.locator(STATUS)).to_have_text("Your change was saved.")
    reread(page, changed)
    expect(changed.get_by_role("link", name=re.compile("Edit until"))).to_be_visible()


def test_the_author_deletes_after_a_question(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    write_reply(page, room.first, "Better unsaid.")
    mine = page.locator("article", has_text="Better unsaid.")
    delete = mine.get_by_role("link", name=re.compile("Delete$"))
    delete.click()
    page.get_by_role("alertdialog").get_by_role("button", name="Cancel").click()
    expect(delete).to_be_focused()
    delete.click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(page.locator(STATUS)).to_have_text("Deleted by the author.")
    assert page.get_by_text("Better unsaid.").count() == 0
    reread(page, page.locator("main", has_not_text="Better unsaid."))


def test_nobody_else_sees_edit_and_delete(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    write_reply(page, room.first, "Mine alone.")
    expect(page.locator("article", has_text="Mine alone.").locator("h3")).to_be_focused()
    for reader in ("dora", ""):
        other = browse(room.path, as_=reader)
        reread(other, other.get_by_text("Mine alone."))
        other.wait_for_load_state("networkidle")
        assert other.get_by_role("link", name=re.compile("Edit|Delete$")).count() == 0


def test_a_guest_writes_with_a_name_and_is_known_afterwards(browse: Open, room: Room) -> None:
    page = browse(room.path)
    open_reply(page, room.first)
    area_of(page).fill("A stranger speaks.")
    page.get_by_label("Your name").fill(f"Passerby {room.thread}")
    page.get_by_label("Your e-mail address").fill("not an address")
    page.get_by_label("Your e-mail address").evaluate("field => field.type = 'text'")
    page.get_by_role("button", name="Post the reply").click()
    expect(page.get_by_label("Your e-mail address")).to_have_accessible_description(re.compile("not an e-mail address"))
    page.get_by_label("Your e-mail address").fill(f"passerby{room.thread}@example.org")
    page.get_by_role("button", name="Post the reply").click()
    mine = page.locator("article", has_text="A stranger speaks.")
    expect(mine.locator("h3")).to_be_focused()
    reread(page, mine)
    expect(mine.get_by_role("link", name=re.compile("Delete$"))).to_be_visible()


def test_nothing_personal_is_asked_before_it_is_needed(browse: Open, room: Room) -> None:
    page = browse("/robots.txt")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page.url.replace("/robots.txt", room.path))
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if "/_" in url] == []
    assert page.context.cookies() == []
    page.locator(f"#c-{room.first}").get_by_role("button", name=re.compile(r"Helpful")).first.click()
    expect(page.get_by_text("Only members vote here.").first).to_be_visible()
    assert [url for url in asked if "/_me/" in url] != []
