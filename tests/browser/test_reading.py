"""Reading with scripts: orders, pages, folding, permalinks, what is new, single keys, the reader's own frame."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from tests.browser.conftest import Open, Room
    from tests.support.live_site import LiveSite

pytestmark = pytest.mark.browser


def is_on_screen(page: Page, comment: int) -> bool:
    box = page.locator(f"#c-{comment} h3").bounding_box()
    return box is not None and 0 <= box["y"] < page.viewport_size["height"]  # type: ignore[index]


def test_the_article_leads_to_its_discussion_and_through_its_orders(browse: Open) -> None:
    page = browse("/")
    page.get_by_role("link", name="The lock is shut").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The lock is shut")
    expect(page.get_by_role("heading", name="120 comments")).to_be_visible()
    page.get_by_role("link", name="Oldest").click()
    expect(page).to_have_url(re.compile("sort=oldest"))
    expect(page.get_by_role("link", name="Oldest")).to_have_attribute("aria-current", "true")
    expect(page.locator("article.comment h3").first).to_contain_text("#1")
    page.get_by_role("link", name="View all comments").first.click()
    expect(page.locator("article.comment")).to_have_count(120)


def test_further_pages_follow_and_numbered_pages_keep_their_meaning(browse: Open, live_site: LiveSite) -> None:
    page = browse(f"/d/{live_site.facts['long']}?sort=oldest")
    first = page.locator("article.comment").evaluate_all("all => all.map(e => e.id)")
    page.get_by_role("link", name="More comments").first.click()
    second = page.locator("article.comment").evaluate_all("all => all.map(e => e.id)")
    assert len(first) == 200
    assert 50 < len(second) <= 200
    assert set(first).isdisjoint(second)
    page.get_by_role("link", name="Timeline").click()
    page.get_by_role("link", name="Page 3").first.click()
    expect(page.locator("article.comment")).to_have_count(50)
    expect(page.locator("article.comment h3").first).to_contain_text("#401")


def test_a_permalink_lands_in_its_context_with_the_comment_on_screen(browse: Open, live_site: LiveSite) -> None:
    thread, comment = live_site.facts["river"], live_site.facts["river/3"]
    page = browse(f"/d/{thread}/c/{comment}")
    expect(page.locator(f"#c-{comment}")).to_have_attribute("aria-current", "true")
    assert is_on_screen(page, comment)
    expect(page.locator(".part.above .comment").first).to_be_visible()


def test_a_fragment_lands_on_its_comment_in_a_long_page(browse: Open, live_site: LiveSite) -> None:
    last = live_site.facts["river/last"]
    page = browse(f"/d/{live_site.facts['river']}?sort=oldest#c-{last}")
    page.wait_for_load_state("networkidle")
    assert is_on_screen(page, last)


def test_a_branch_folds_and_says_how_much_is_hidden(browse: Open, live_site: LiveSite) -> None:
    page = browse(f"/d/{live_site.facts['river']}?sort=oldest")
    first = page.locator("article.comment").first
    button = first.get_by_role("button", expanded=True)
    everything = page.locator("article.comment:visible").count()
    below = page.evaluate(
        "(() => { const all = [...document.querySelectorAll('.comment')];"
        "let n = 1; while (all[n].dataset.depth > 1) n++; return n - 1 })()"
    )
    assert below > 2
    button.focus()
    page.keyboard.press("Enter")
    folded = first.get_by_role("button", expanded=False)
    expect(folded).to_be_focused()
    expect(folded).to_contain_text(f"[+] {below} comments hidden")
    assert page.locator("article.comment:visible").count() == everything - below
    # Within this tab it stays folded.
    page.reload()
    expect(first.get_by_role("button", expanded=False)).to_be_visible()
    # A link to a hidden comment opens its branch again.
    hidden = page.locator("article.comment").nth(1)
    page.evaluate("id => { location.hash = id }", hidden.get_attribute("id"))
    expect(hidden).to_be_visible()


def test_folding_inside_a_fold_is_kept(browse: Open, live_site: LiveSite) -> None:
    page = browse(f"/d/{live_site.facts['river']}?sort=oldest")
    outer, inner = page.locator("article.comment").nth(0), page.locator("article.comment").nth(2)
    inner.get_by_role("button", expanded=True).click()
    inner_hidden = page.locator("article.comment[hidden]").count()
    outer.get_by_role("button", expanded=True).click()
    expect(inner).to_be_hidden()
    outer.get_by_role("button", expanded=False).click()
    expect(inner).to_be_visible()
    assert page.locator("article.comment[hidden]").count() == inner_hidden


def visit(page: Page) -> None:
    """Look at the discussion until the browser takes it for read."""
    # Asked from outside: the page's policy forbids the browser to evaluate text by itself.
    for _ in range(100):
        if page.evaluate("Object.keys(localStorage).some(name => name.startsWith('bl:seen:'))"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the discussion was never taken for read")


def test_what_came_since_the_last_visit_is_counted_marked_and_walked_through(browse: Open, room: Room) -> None:
    page = browse(room.path)
    assert page.locator("[data-new]").count() == 0
    visit(page)
    for text in ("Since then, one.", "Since then, two."):
        other = browse(room.path, as_="bob")
        other.locator(f"#c-{room.other}").get_by_role("link", name=re.compile("Reply$")).click()
        other.get_by_role("textbox", name="Your comment").fill(text)
        other.get_by_role("button", name="Post the reply").click()
        expect(other.locator("article", has_text=text).locator("h3")).to_be_focused()
    page.wait_for_timeout(300)
    page.reload()
    bar = page.get_by_role("navigation", name="New comments")
    expect(bar).to_contain_text(re.compile(r"2 new comments since \w+day"))
    expect(page.locator("[data-thread] [role=status]")).to_contain_text("2 new comments since")
    expect(page.locator("h3 [data-new]")).to_have_count(2)
    seen = []
    for _ in range(2):
        bar.get_by_role("button", name="Next new comment").click()
        seen.append(page.evaluate("document.activeElement.closest('.comment').querySelector('.text').innerText"))
    assert sorted(seen) == ["Since then, one.", "Since then, two."]
    bar.get_by_role("button", name="Mark all read").click()
    expect(page.locator("[data-new]")).to_have_count(0)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.locator("[data-new]").count() == 0


def test_ones_own_comments_are_never_new(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    visit(page)
    page.locator(f"#c-{room.other}").get_by_role("link", name=re.compile("Reply$")).click()
    page.get_by_role("textbox", name="Your comment").fill("I know this one.")
    page.get_by_role("button", name="Post the reply").click()
    mine = page.locator("article", has_text="I know this one.")
    expect(mine.locator("h3")).to_be_focused()
    page.wait_for_timeout(300)
    page.reload()
    expect(mine.get_by_role("link", name=re.compile("Delete$"))).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.locator("[data-new]").count() == 0


def test_single_keys_are_off_until_switched_on_and_silent_in_fields(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body")
    page.get_by_text("Options and help").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    dialog.get_by_label("Use single keys on this device").check()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.evaluate("document.activeElement.blur()")
    keys = [("j", room.first), ("j", room.reply), ("j", room.other), ("k", room.reply), ("u", room.first)]
    for key, comment in keys:
        page.keyboard.press(key)
        expect(page.locator(f"#c-{comment} h3")).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator(f"#c-{room.reply}")).to_be_hidden()
    page.keyboard.press("x")
    page.keyboard.press("r")
    area = page.get_by_role("textbox", name="Your comment")
    expect(area).to_be_focused()
    page.keyboard.type("jkx?")
    expect(area).to_have_value("jkx?")
    page.reload()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


@pytest.mark.parametrize("old", ["isso-17", "remark42__comment-ab12-cd", "comment-99"])
def test_an_old_permalink_is_looked_up(browse: Open, room: Room, old: str) -> None:
    source = {"isso": "isso", "rema": "remark42", "comm": "wordpress"}[old[:4]]
    page = browse("/robots.txt")
    page.goto(page.url.replace("/robots.txt", f"{room.path}#{old}"))
    page.wait_for_url(
        re.compile(rf"{room.path}/from/{source}/{old.rpartition('isso-')[2] if source == 'isso' else ''}")
    )


def test_the_frame_names_the_reader_on_every_page(browse: Open, room: Room, live_site: LiveSite) -> None:
    page = browse("/", as_="mona")
    for path in ("/", room.path, "/a/the-lock-is-shut", "/ar/"):
        page.goto(live_site.url + path)
        account = page.locator(".account")
        expect(account).to_contain_text("Mona")
        expect(account.locator("a[href*='sign-out']")).to_be_visible()
        expect(account.locator("a[href*='/_staff/']")).to_be_visible()


def test_signing_up_signing_out_and_signing_in(browse: Open, room: Room) -> None:
    page = browse(room.path)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("link", name="Create an account").click()
    name = f"Newcomer {room.thread}"
    for label, text in (("Name", name), ("E-mail address", f"new{room.thread}@example.org"), ("Password", "short")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_label("Password")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Name", exact=True)).to_have_value(name)
    page.get_by_label("Password").fill("nine herons walking")
    page.get_by_role("button", name="Create the account").click()
    expect(page).to_have_url(re.compile(f"{room.path}$"))
    expect(page.locator(".account")).to_contain_text(name)
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator(".account")).to_contain_text("Sign in")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail address").fill(f"new{room.thread}@example.org")
    page.get_by_label("Password").fill("nine herons walking")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".account")).to_contain_text(name)


def test_a_draft_survives_signing_in(browse: Open, room: Room) -> None:
    page = browse(room.path)
    page.locator(f"#c-{room.first}").get_by_role("link", name=re.compile("Reply$")).click()
    page.get_by_role("textbox", name="Your comment").press_sequentially("Before I was known")
    page.get_by_role("link", name="Or sign in").click()
    page.get_by_label("E-mail address").fill("dora@example.org")
    page.get_by_label("Password").fill("seven herons standing")
    page.get_by_role("button", name="Sign in").click()
    area = page.get_by_role("textbox", name="Your comment")
    expect(area).to_have_value("Before I was known")
    expect(area).to_be_focused()


def test_a_count_keeps_the_digits_of_its_page(browse: Open, room: Room) -> None:
    page = browse(f"/ar{room.path}", as_="alice")
    up = page.locator(f"#c-{room.first} button[name=up]")
    expect(up).to_have_attribute("aria-pressed", "false")
    page.locator("b").first.evaluate("count => { count.textContent = '١٬٢٣٩' }")
    up.click()
    expect(up.locator("b")).to_have_text(re.compile("^١.٢٤٠$"))
    down = page.locator(f"#c-{room.first} button[name=down]")
    before = down.locator("b").inner_text()
    down.click()
    expect(down.locator("b")).to_have_text(str(int(before) + 1))
