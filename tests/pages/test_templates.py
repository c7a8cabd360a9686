"""What the pages say, in words and roles."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import accumulate

import pytest
from jinja2 import Environment, UndefinedError
from markupsafe import Markup
from tests.pages import cast, preview, stories

from belowline.pages.environment import TEMPLATES, environment
from belowline.pages.model import (
    AccountForm,
    CommentState,
    CommentView,
    EditedView,
    Field,
    FormError,
    HeadView,
    Link,
    MoreReplies,
    RepliesView,
    ReplyTo,
    ThreadPage,
    in_sections,
)

URLS = {name: f"/static/{name}" for name in ("site.css", "profile.css", "core.js")}
VOID = {"meta", "link", "input", "img", "source", "br", "hr"}


def jinja(language: str = "en", zone: str = "Europe/Berlin") -> Environment:
    return environment(URLS, preview.words(language), language=language, zone=zone)


ENGLISH = jinja()


def rendered(template: str, page: object, *, direction: str = "ltr") -> str:
    return ENGLISH.get_template(template).render(site=stories.site(direction), page=page)


def one_comment(**more: object) -> str:
    given = {
        "id": 4711, "number": 12, "depth": 2, "level": 4, "name": "Ann", "url": "/d/7/c/4711",
        "at": datetime(2026, 3, 14, 13, 5, tzinfo=UTC), "body_html": Markup("<p>Yes.</p>"), "up": 5, "down": 2,
        "reply_url": "/_d/7/reply/4711", "report_url": "/_d/comment/4711/report",
        "reply_to": ReplyTo("#c-4700", 9, "Bob", "Is it so?"),
    }  # fmt: skip
    view = CommentView(**{**given, **more})  # type: ignore[arg-type]
    return ENGLISH.from_string("{{ comment(c) }}").render(c=view)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


class Elements(HTMLParser):
    """Every element with its attributes, and the text of the ones that were asked for."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.broken: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.broken.append(tag)


ALL = [(direction, name) for direction in ("ltr", "rtl") for name in stories.all_pages("ltr")]


@pytest.fixture(scope="module")
def pages() -> dict[tuple[str, str], str]:
    return {
        (direction, name): rendered(template, view, direction=direction)
        for direction in ("ltr", "rtl")
        for name, (template, view) in stories.all_pages(direction).items()
    }


@pytest.mark.parametrize("which", ALL, ids=lambda which: "-".join(which))
def test_every_page_is_well_formed_and_keeps_the_strict_policy(pages: dict, which: tuple[str, str]) -> None:
    elements = Elements(pages[which])
    assert elements.open == []
    assert elements.broken == []
    for tag, attributes in elements.found:
        assert tag != "style"
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        if tag == "script":
            assert attributes["src"].startswith("/static/")
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert [tag for tag, _ in elements.found].count("h1") == 1


@pytest.mark.parametrize("which", ALL, ids=lambda which: "-".join(which))
def test_every_reference_inside_a_page_has_its_target(pages: dict, which: tuple[str, str]) -> None:
    elements = Elements(pages[which]).found
    ids = {attributes.get("id") for _, attributes in elements}
    for _, attributes in elements:
        for name in ("for", "aria-labelledby", "aria-describedby", "form"):
            for target in (attributes.get(name) or "").split():
                assert target in ids, (name, target)


@pytest.mark.parametrize("name", ["front", "article", "thread", "branch", "timeline", "discussions", "topic"])
def test_a_public_page_holds_nothing_about_its_reader(pages: dict, name: str) -> None:
    html = pages["ltr", name]
    assert 'type="hidden"' not in html
    assert "token" not in html
    assert "/edit" not in html
    assert "/delete" not in html
    assert "ago" not in words(html).split()


def test_a_heading_says_name_level_parent_and_time() -> None:
    heading = re.search(r"<h3.*?</h3>", one_comment(), re.DOTALL)
    assert heading
    assert words(heading[0]) == "Ann #12 , level 4, reply to Bob, 14 March 2026, 14:05"


def test_a_reply_shows_whom_it_answers_as_a_link() -> None:
    html = one_comment()
    assert 'href="#c-4700"' in html
    assert "Bob #9 Is it so?" in words(html)


@pytest.mark.parametrize("control", ["Helpful 5", "Not helpful 2", "Reply", "Report"])
def test_every_control_says_whose_comment_it_is_about(control: str) -> None:
    found = [words(text) for text in re.findall(r"<(?:a|button)\b[^>]*>.*?</(?:a|button)>", one_comment(), re.DOTALL)]
    assert f"Ann #12 {control}" in found


def test_votes_work_without_scripts_through_one_form_of_the_page() -> None:
    html = rendered("thread.html", ThreadPage(HeadView("x"), cast.thread_view(cast.comments(3))))
    assert html.count('<form id="votes" method="post" action="/_d/7/vote">') == 1
    assert '<button form="votes" name="up" value="4711">' in one_comment()
    assert '<button form="votes" name="down" value="4711">' in one_comment()


def test_scripts_get_the_same_comment_alone_after_a_write() -> None:
    _, page = stories.all_pages("ltr")["own"]
    html = ENGLISH.get_template("own_fragment.html").render(page=page)
    assert html.startswith('<article class="comment"')
    article, _, controls = html.partition("<div data-controls>")
    assert article in rendered("own_comment.html", page)
    assert "Edit until 14:05" in words(controls)
    assert words(controls).count("#277") == 2, "each link says whose comment it belongs to"


def test_an_uncached_page_names_the_reader_and_a_public_one_does_not() -> None:
    _, page = stories.all_pages("ltr")["message"]
    known = replace(stories.site(), account=Link("/_account/sign-out", "Ann"))
    html = ENGLISH.get_template("message.html").render(site=known, page=page)
    assert "Ann Notices Sign out" in words(html)
    assert "Sign out" not in rendered("message.html", page)


def test_hidden_counts_are_not_in_the_page() -> None:
    html = one_comment(counts_hidden=True, up=87, down=91, counted_less=13)
    assert "Counts not shown yet" in html
    assert not {"87", "91", "13"} & set(words(html).split())


def test_votes_that_count_less_are_told() -> None:
    assert "3 counted less" in one_comment(counted_less=3)


def test_deleted_and_removed_are_different_words() -> None:
    deleted = words(one_comment(state=CommentState.DELETED, name="", body_html=Markup("secret")))
    removed = words(one_comment(state=CommentState.REMOVED, name="", reason="Insult.", body_html=Markup("secret")))
    assert "Deleted by the author." in deleted
    assert "Removed by the moderators. Insult." in removed
    assert "secret" not in deleted + removed


def test_an_edited_comment_links_to_its_history() -> None:
    at = datetime(2026, 3, 14, 13, 9, tzinfo=UTC)
    html = one_comment(edited=EditedView(at, "/d/7/c/4711/history", is_after_reply=True))
    assert 'href="/d/7/c/4711/history"' in html
    assert "edited after a reply 14 March 2026, 14:09" in words(html)


def test_what_is_left_out_is_counted_and_linked() -> None:
    more = one_comment(after=(MoreReplies(1, "/more", 9, "Bob", 3), MoreReplies(1200, "/rest", 2, "Ann", 2)))
    assert "1 more reply to #9 Bob" in words(more)
    assert "1,200 more replies to #2 Ann" in words(more)
    assert "[+] 37 replies hidden" in one_comment(replies=RepliesView(37, "/d/7/c/4711", is_folded=True))
    assert "Continue this thread Ann #12" in words(one_comment(continue_url="/d/7/c/4711"))


def test_a_name_cannot_become_markup() -> None:
    assert "<script>" not in one_comment(name="<script>alert(1)</script>", reason="<script>")


def test_the_list_tells_scripts_when_each_comment_became_public_in_the_order_of_their_ids() -> None:
    rows = cast.comments(3, has_incidents=False)
    late, *others = (replace(row, seq=seq) for row, seq in zip(rows, (90_000, 60_005, 60_001), strict=True))
    gone = replace(rows[0], id=1, seq=0, state=CommentState.DELETED)
    view = cast.thread_view([late, gone, *others])
    told = list(accumulate(int(number) for number in view.published.split()))
    assert told == [one.seq for one in sorted([late, *others], key=lambda one: one.id)]
    assert f'data-published="{view.published}"' in rendered("thread.html", ThreadPage(HeadView("x"), view))


def test_comments_come_in_sections_of_fifty() -> None:
    rows = cast.comments(120)
    assert [len(part) for part in in_sections(rows)] == [50, 50, 20]
    html = rendered("thread.html", ThreadPage(HeadView("x"), cast.thread_view(rows)))
    assert html.count('<div class="part">') == 3
    assert html.count('<article class="comment"') == 120


def test_the_thread_tells_scripts_where_it_stands() -> None:
    html = rendered("thread.html", ThreadPage(HeadView("x"), cast.thread_view(cast.comments(3))))
    section = next(attributes for tag, attributes in Elements(html).found if "data-thread" in attributes)
    assert section["data-thread"] == "7"
    assert section["data-me"] == "/_me/thread/7"
    assert section["data-sort"] == "best"
    assert section["data-position"] == "81237"
    assert '<p role="status" class="hidden"></p>' in html


def test_every_order_says_in_one_sentence_what_it_does() -> None:
    html = rendered("thread.html", ThreadPage(HeadView("x"), cast.thread_view(cast.comments(3))))
    for name, code, says in cast.SORTS:
        assert says in html
        assert re.search(rf'href="/d/7\?sort={code}"[^>]*>{name}<', html)


def test_an_empty_discussion_invites_and_a_closed_one_does_not() -> None:
    empty = replace(cast.thread_view([]), count=0)
    assert "Be the first." in rendered("thread.html", ThreadPage(HeadView("x"), empty))
    closed = rendered("thread.html", ThreadPage(HeadView("x"), replace(empty, reply_url="", notice="Closed.")))
    assert "Closed." in closed
    assert "Write a comment" not in closed


def test_a_refused_form_keeps_every_word_and_names_the_error_at_its_field() -> None:
    text = "First line\n  <b>second</b> & third"
    page = stories.form("ltr", is_guest=True, values={"kind": "reply", "text": text, "name": "Ann"},
                        errors=(FormError("text", "Too long."), FormError("", "This thread is slow.")))  # fmt: skip
    html = rendered("comment_form.html", page)
    assert "\nFirst line\n  &lt;b&gt;second&lt;/b&gt; &amp; third</textarea>" in html
    area = next(attributes for tag, attributes in Elements(html).found if tag == "textarea")
    assert area["aria-invalid"] == "true"
    assert "f-text-error" in area["aria-describedby"].split()
    assert 'value="Ann"' in html
    assert "This thread is slow." in html
    assert 'name="csrfmiddlewaretoken" value="t0k3n"' in html
    assert 'name="key" value="k3y"' in html


def test_a_password_is_never_printed_again() -> None:
    form = stories.form("ltr", values={"email": "ann@example.invalid", "password": "correct horse"})
    field = Field("password", "Password", "password", is_kept=False)
    assert "correct horse" not in rendered("account_form.html", AccountForm(form, (field,), "Sign in"))


def test_a_busy_site_gives_the_text_back() -> None:
    _, page = stories.all_pages("ltr")["503"]
    html = rendered("503.html", page)
    assert stories.ENGLISH["standfirst"] in html
    assert "try again in 8 seconds" in html


@pytest.mark.parametrize(
    ("language", "zone", "moment", "number"),
    [
        ("en", "Europe/Berlin", "14 March 2026, 14:05", "12,345"),
        ("en", "UTC", "14 March 2026, 13:05", "12,345"),
        ("de", "Europe/Berlin", "14. März 2026, 14:05", "12.345"),
        ("ar", "Asia/Damascus", "14 مارس 2026، 16:05", "12,345"),
        ("ar-SY", "Asia/Damascus", "١٤ آذار ٢٠٢٦، ١٦:٠٥", "١٢٬٣٤٥"),
        ("fa", "UTC", "۱۴ مارس ۲۰۲۶، ۱۳:۰۵", "۱۲٬۳۴۵"),
    ],
)
def test_dates_and_numbers_are_the_languages_own(language: str, zone: str, moment: str, number: str) -> None:
    filters = jinja(language, zone).filters
    at = datetime(2026, 3, 14, 13, 5, tzinfo=UTC)
    assert filters["moment"](at).replace("\u200f", "") == moment
    assert filters["number"](12_345) == number
    assert filters["iso"](at).startswith("2026-03-14T1")


def test_a_day_is_the_newsrooms_day() -> None:
    late = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)
    assert jinja("en", "Europe/Berlin").filters["day"](late) == "15 March 2026"


def test_an_arabic_page_is_right_to_left_and_speaks_arabic(pages: dict) -> None:
    _, view = stories.all_pages("rtl")["thread"]
    html = jinja("ar").get_template("thread.html").render(site=stories.site("rtl"), page=view)
    assert '<html lang="ar" dir="rtl">' in html
    assert "اكتب تعليقًا" in html
    assert '<div class="text" dir="auto">' in html


def test_a_template_never_prints_what_it_was_not_given() -> None:
    with pytest.raises(UndefinedError):
        ENGLISH.from_string("{{ absent }}").render()


def test_every_word_of_the_templates_can_be_translated() -> None:
    """Text between tags that is neither an expression nor inside `trans` would be English for ever."""
    for path in sorted(TEMPLATES.glob("*.html")):
        text = re.sub(r"\{#.*?#\}|\{%-?\s*trans.*?endtrans\s*-?%\}", "", path.read_text(), flags=re.DOTALL)
        text = re.sub(r"\{% macro attributes.*?endmacro %\}", "", text, flags=re.DOTALL)  # attributes alone
        text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)
        text = re.sub(r"<[^>]*>", "|", text)
        left = [part.strip() for part in text.split("|") if re.search(r"[A-Za-z]{2,}", part)]
        assert left == [], path.name
