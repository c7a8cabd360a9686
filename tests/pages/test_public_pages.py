"""The public pages: the same bytes for everybody, nothing that is not public, and fresh exactly as long as they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.support.cast import NOON, Cast, make_reader, posted
from tests.support.desk import Story, build_static, comments_of, numbers_of, page, publish, script_texts, soup, words

from belowline.accounts.models import Reader
from belowline.discussion import actions, bulk
from belowline.discussion.actions.facts import microseconds
from belowline.discussion.models import ImportedComment, Thread
from belowline.domain import markup
from belowline.domain.commenting import CommentState
from belowline.outbox.models import Event
from belowline.pages import fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story_database")]

HOUR = timedelta(minutes=60)
TICK = timedelta(microseconds=1)


@pytest.fixture
def story(served: None, cast: Cast) -> Story:
    return publish()


def say(reader: int, text: str, story: Story, **where: Any) -> int:
    return posted(reader, text, thread=story.thread, **where)


def hold(text: str, story: Story, *, name: str = "Gretchen", parent: int | None = None) -> int:
    """A guest's comment, which waits for a moderator."""
    return posted(make_reader(name, kind="guest"), text, thread=story.thread, parent=parent)


def decide(act: str, comment: int, cast: Cast, *, minutes: int = 1) -> None:
    answer = actions.change_state(
        act, comment_id=comment, actor_id=cast.mona, reason="insult", now=NOON + timedelta(minutes=minutes)
    )
    assert isinstance(answer, CommentState), answer


def addresses(story: Story, comment: int) -> list[str]:
    """Every kind of page, and the forms of the discussion's."""
    thread = f"/d/{story.thread}"
    return [
        "/", "/t/the-barrier", story.url, "/d", thread, f"{thread}?sort=newest", f"{thread}?view=timeline",
        f"{thread}/c/{comment}", f"{thread}/c/{comment}/history", "/words.js", "/robots.txt", "/ar/", f"/ar{thread}",
    ]  # fmt: skip


# Statuses, tags and what may be kept


def test_each_page_names_the_events_that_change_it(story: Story, cast: Cast) -> None:
    comment = say(cast.alice, "The river rose.", story)
    thread = f"thread:{story.thread}"
    assert page("/").tags == ("front", "site")
    assert {"site", "discussions", thread} <= set(page("/d").tags)
    topic = next(tag for tag in page("/t/the-barrier").tags if tag.startswith("topic:"))
    assert {f"article:{story.article.pk}", thread, topic, "support", "site"} == set(page(story.url).tags)
    for address in (f"/d/{story.thread}", f"/d/{story.thread}/c/{comment}", f"/d/{story.thread}/c/{comment}/history"):
        assert page(address).tags == (thread, "site"), address


NOWHERE = [
    "/nothing", "/a/nothing", "/t/nothing", "/d/987654", "/d/1x", "/d/0", "/d/01", "/d/-1", "/d/" + "9" * 19, "/a/",
    "/_me/x", "/a/a%00b", "/a/a\x00b", "/t/\x00", "/a/" + "x" * 256, "/fr/", "//", "/ar/nothing", "/d/987654/c/1",
    "/words.js/", "/d/1/from/isso/\x00", "/a/../d", "/a/\ud7ff", "/a/%2e%2e",
]  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("address", NOWHERE, ids=ascii)
def test_an_address_that_leads_nowhere_is_not_found(story: Story, address: str) -> None:
    answer = page(address)
    assert answer.status == 404
    assert "There is nothing at this address" in words(answer.body) or address.startswith("/ar/")


def test_a_comment_is_found_only_in_its_own_discussion(story: Story, cast: Cast) -> None:
    comment = say(cast.alice, "The river rose.", story)
    assert page(f"/d/{story.thread}/c/{comment}").status == 200
    assert page(f"/d/{cast.other_thread}/c/{comment}").status == 404
    assert page(f"/d/{cast.other_thread}/c/{comment}/history").status == 404


def test_a_missing_comment_is_looked_for_again_when_its_discussion_changes(story: Story, cast: Cast) -> None:
    held = hold("Let me in", story)
    address = f"/d/{story.thread}/c/{held}"
    before = page(address)
    assert (before.status, f"thread:{story.thread}" in before.tags) == (404, True)
    decide("approve", held, cast)
    assert page(address).status == 200


def test_what_is_missing_is_looked_for_again_when_something_is_published_or_opened(story: Story) -> None:
    assert set(page("/a/nothing").tags) >= {"front", "site"}
    assert set(page("/d/987654").tags) >= {"discussions", "thread:987654"}


def test_a_removed_comment_leaves_410_until_it_is_restored(story: Story, cast: Cast) -> None:
    comment = say(cast.alice, "The river rose.", story)
    decide("remove", comment, cast)
    address = f"/d/{story.thread}/c/{comment}"
    gone = page(address)
    assert (gone.status, f"thread:{story.thread}" in gone.tags) == (410, True)
    assert page(f"{address}/history").status == 410
    decide("restore", comment, cast)
    assert page(address).status == 200


def test_a_merged_discussion_leads_to_the_one_it_joined(story: Story, cast: Cast) -> None:
    Thread.objects.filter(pk=cast.other_thread).update(merged_into=story.thread)
    answer = page(f"/d/{cast.other_thread}")
    assert (answer.status, answer.location) == (308, f"/d/{story.thread}")


def test_an_article_under_another_language_leads_to_its_own_address(story: Story) -> None:
    answer = page(f"/ar{story.url}?sort=newest")
    assert (answer.status, answer.location) == (301, f"{story.url}?sort=newest")
    arabic = publish("المقياس", headline="المقياس الذي تحرك", language="ar")
    headers = wsgi({"PATH_INFO": "/a/المقياس".encode().decode("latin-1")})[1]
    assert headers["Location"] == "/ar/a/" + quote("المقياس")
    assert page(f"/ar{arabic.url}").status == 200


def test_bad_questions_are_answered_but_never_kept(story: Story) -> None:
    answer = page(f"/d/{story.thread}?sort=loudest")
    assert (answer.status, answer.tags) == (400, ())
    assert "This order does not exist" in words(answer.body)


def test_only_first_and_numbered_pages_are_kept_at_first_sight(story: Story, cast: Cast) -> None:
    for number in range(60):
        say(cast.alice, f"Number {number}", story, minutes=number)
    thread = f"/d/{story.thread}"
    first = page(f"{thread}?n=25", now=NOON + 2 * HOUR)
    following = soup(first.body).find("a", rel="next")["href"]
    assert [page(address).is_admitted_late for address in (thread, f"{thread}?view=timeline", story.url)] == [False] * 3
    assert page(following).is_admitted_late


# Every question, however strange

PAYLOADS = [
    "'", '"', "' OR 1=1--", "1; DROP TABLE discussion_comment", "1' UNION SELECT 1,2,3--", "\\", "%", "_", "%27",
    "<script>alert(1)</script>", "\"><img src=x onerror=hit(1)>", "javascript:alert(1)", "{{7*7}}", "{% debug %}",
    "${7*7}", "%s%n%x", "../../etc/passwd", "..\\..\\", "\x00", "a\x00b", "\r\nSet-Cookie: a=b", "\n", "\u2028", "\u202e",
    "٣", "²", "１", "½", "0", "00", "-1", "+1", "1e9", "0x10", " 1", "1.0", "9" * 19, "9" * 200, "NaN", "null", "é" * 300,
    "\ud7ff", "😀", "a" * 5000, "best,newest", "[]", "best newest",
]  # fmt: skip


@pytest.mark.parametrize("parameter", sorted(fill.PARAMETERS))
def test_any_value_of_any_parameter_is_a_page_or_a_400(story: Story, cast: Cast, parameter: str) -> None:
    comment = say(cast.alice, "The river rose.", story)
    for address in addresses(story, comment):
        path, _, query = address.partition("?")
        for payload in PAYLOADS:
            asked = "&".join(filter(None, [query, f"{parameter}={quote(payload)}"]))
            answer = page(f"{path}?{asked}")
            assert answer.status in {200, 400}, (address, payload)
            assert "<script>alert(1)" not in answer.body
            assert answer.status == 200 or not answer.tags


MALFORMED = [
    "%", "%zz", "sort", "=", "&&&", "sort=best&sort=<", "a=1&" * 500, "%ff=%fe", "sort=%ff%fe", "\xff\xfe=1", "sort=%00",
    "?" * 99, "sort[]=best", "__proto__=1", "sort=newest;sort=best", "+" * 50,
]  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("query", MALFORMED, ids=lambda query: ascii(query)[:20])
def test_a_malformed_query_breaks_nothing(story: Story, query: str) -> None:
    for path in (f"/d/{story.thread}", "/d", "/t/the-barrier", "/"):
        status, _, _ = wsgi({"PATH_INFO": path, "QUERY_STRING": query})
        assert status in {"200 OK", "400 Bad Request"}, (path, status)


def test_a_cursor_that_was_changed_or_belongs_elsewhere_is_refused(story: Story, cast: Cast) -> None:
    for number in range(30):
        say(cast.alice, f"Number {number}", story, minutes=number)
    following = soup(page(f"/d/{story.thread}?n=25").body).find("a", rel="next")["href"]
    assert page(following).status == 200
    path, _, query = following.partition("?")
    cursor = re.search(r"after=([^&]+)", query)[1]
    flipped = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    assert page(f"{path}?n=25&after={flipped}").status == 400
    assert page(f"{path}?n=25&sort=newest&after={cursor}").status == 400
    assert page(f"/d/{cast.other_thread}?n=25&after={cursor}").status == 400
    answer = page(f"{path}?after=eyJhIjoxfQ")
    assert "Begin with the first page" in words(answer.body)


@pytest.mark.parametrize(
    ("query", "status"),
    [("view=timeline&page=2", 404), ("view=timeline&page=9999999", 404), ("view=timeline&page=0", 400), ("n=26", 400)],
)
def test_a_page_past_the_end_is_not_there_and_page_zero_is_no_page(story: Story, query: str, status: int) -> None:
    assert page(f"/d/{story.thread}?{query}").status == status
    assert page("/t/the-barrier?page=2").status == 404
    assert page("/t/the-barrier?page=0").status == 400


# The clock


@pytest.mark.parametrize("form", ["article", "thread", "timeline", "branch"])
def test_hidden_counts_appear_when_the_clock_says_so_without_any_write(story: Story, cast: Cast, form: str) -> None:
    root = say(cast.alice, "First", story)
    say(cast.bob, "Second", story, parent=root, minutes=7)
    say(cast.charlie, "Third", story, parent=root, minutes=20)
    address = {
        "article": story.url,
        "thread": f"/d/{story.thread}",
        "timeline": f"/d/{story.thread}?view=timeline",
        "branch": f"/d/{story.thread}/c/{root}",
    }[form]
    now = NOON + timedelta(minutes=21)
    seen = []
    while (until := page(address, now=now).fresh_until) is not None:
        assert page(address, now=until - TICK).body == page(address, now=now).body
        assert page(address, now=until).body != page(address, now=now).body
        seen.append((until - NOON, page(address, now=now).body.count("Counts not shown yet")))
        now = until
    assert seen == [(HOUR, 3), (HOUR + timedelta(minutes=7), 2), (HOUR + timedelta(minutes=20), 1)]
    assert "Counts not shown yet" not in page(address, now=now).body
    assert page(address, now=now).body == page(address, now=now + timedelta(days=9000)).body


def test_counts_that_ten_votes_have_shown_wait_for_no_clock(story: Story, cast: Cast) -> None:
    comment = say(cast.alice, "First", story)
    for number in range(10):
        actions.cast_vote(make_reader(f"voter {number}"), comment_id=comment, value=1, now=NOON)
    answer = page(f"/d/{story.thread}")
    assert answer.fresh_until is None
    assert "Counts not shown yet" not in answer.body


def test_lists_with_counts_are_a_minute_old_at_most(story: Story) -> None:
    for address in ("/", "/t/the-barrier", "/d", "/ar/"):
        assert page(address, now=NOON).fresh_until == NOON + timedelta(seconds=60), address


def test_a_page_does_not_depend_on_the_moment_before_it_says_so(story: Story, cast: Cast) -> None:
    comment = say(cast.alice, "First", story)
    for address in addresses(story, comment):
        one = page(address, now=NOON + timedelta(minutes=1))
        until = one.fresh_until or NOON + timedelta(days=400)
        assert page(address, now=until - TICK).body == one.body, address


# What is not public says nothing


@pytest.mark.parametrize("state", ["held", "rejected", "removed before", "deleted before"])
def test_what_never_was_public_leaves_no_trace(story: Story, cast: Cast, state: str) -> None:
    root = say(cast.alice, "The river rose.", story)
    before = {address: page(address).body for address in addresses(story, root)}
    guest = make_reader("Gretchen Unseen", kind="guest")
    held = posted(guest, "Unseen words", thread=story.thread, parent=root)
    ImportedComment.objects.create(thread_id=story.thread, source="isso", source_id="77", comment_id=held)
    if state == "rejected":
        decide("reject", held, cast)
    elif state == "removed before":
        decide("remove", held, cast)
    elif state == "deleted before":
        actions.delete_comment(guest, comment_id=held, now=NOON)
    thread = f"/d/{story.thread}"
    for address in (f"{thread}/c/{held}", f"{thread}/c/{held}/history", f"{thread}/from/isso/77"):
        answer = page(address)
        assert (answer.status, answer.location) == (404, ""), address
        assert answer.body == page(f"{thread}/c/999999").body, address
    for address, body in before.items():
        assert without_position(page(address).body) == without_position(body), address


def without_position(html: str) -> str:
    """Where the outbox stands is a number of the whole site and rises with every write anywhere."""
    return re.sub(r'data-(position|newest)="\d*"|\?since=\d+', "", html)


def test_removed_words_are_gone_from_every_page(story: Story, cast: Cast) -> None:
    root = say(cast.alice, "Vilewords here", story)
    actions.edit_comment(cast.alice, comment_id=root, markdown="Vilewords and worse", now=NOON + timedelta(minutes=10))
    reply = say(cast.bob, "I disagree.", story, parent=root, minutes=11)
    now = NOON + 2 * HOUR
    pages = [*addresses(story, root), f"/d/{story.thread}/c/{reply}"]
    assert sum("Vilewords" in page(address, now=now).body for address in pages) >= 6
    decide("remove", root, cast, minutes=12)
    for address in pages:
        body = page(address, now=now).body
        assert "Vilewords" not in body, address
        assert "alice" not in words(body), address


def test_deleted_and_removed_are_told_apart_above_their_replies(story: Story, cast: Cast) -> None:
    deleted, removed = say(cast.alice, "One", story), say(cast.alice, "Two", story, minutes=1)
    for number, parent in enumerate((deleted, removed)):
        say(cast.bob, f"Reply {number}", story, parent=parent, minutes=2 + number)
    actions.delete_comment(cast.alice, comment_id=deleted, now=NOON + timedelta(minutes=9))
    decide("remove", removed, cast)
    html = soup(page(f"/d/{story.thread}").body)
    assert "Deleted by the author." in html.find(id=f"c-{deleted}").get_text()
    assert "Removed by the moderators." in html.find(id=f"c-{removed}").get_text()
    for comment in (deleted, removed):
        answer = page(f"/d/{story.thread}/c/{comment}")
        assert answer.status == 410
        assert "Reply" in words(answer.body), "what was answered keeps its context"


def test_the_count_is_of_what_is_public(story: Story, cast: Cast) -> None:
    first = say(cast.alice, "One", story)
    say(cast.bob, "Two", story, minutes=1)
    hold("Three", story)
    assert "2 comments" in words(page(f"/d/{story.thread}").body)
    decide("remove", first, cast)
    for address in (f"/d/{story.thread}", story.url, "/d"):
        assert re.search(r"\b1 comment\b", words(page(address).body)), address


def test_who_has_left_is_a_deleted_reader_in_the_reply_line_too(story: Story, cast: Cast) -> None:
    root = say(cast.alice, "The river rose.", story)
    say(cast.bob, "It did.", story, parent=root)
    actions.erase_reader(cast.alice, texts=actions.Texts.KEEP, now=NOON)
    html = soup(page(story.url).body)
    assert "Deleted reader #1" in html.select_one("p.to").get_text()
    assert html.select_one("article.comment h3 bdi").get_text() == "Deleted reader #1"


def test_an_anonymous_import_has_a_word_for_its_author_and_in_the_reply_line(story: Story, cast: Cast) -> None:
    nobody = Reader.objects.create(kind="member", name="", skeleton="-", joined_at=NOON).pk
    root = say(nobody, "No name given", story)
    say(cast.bob, "Who are you?", story, parent=root, minutes=1)
    html = soup(page(f"/d/{story.thread}").body)
    assert html.select_one("article.comment h3 bdi").get_text() == "Anonymous #1"
    assert "Anonymous #1" in html.select_one("p.to").get_text()


# Orders, sizes, numbers


def crowd(story: Story, cast: Cast, count: int) -> None:
    """Comments at one per minute, each tenth a root, with a few votes."""
    text = markup.render("The river rose.")
    bulk.add_comments(
        story.thread,
        [
            bulk.BulkComment(
                key=number,
                parent_key=None if number % 10 == 0 else number - number % 10 + (number % 10) // 4,
                author_id=(cast.alice, cast.bob, cast.charlie)[number % 3],
                written_us=microseconds(NOON) + number * 60_000_000,
                source=text.source,
                html=text.html,
                excerpt=text.excerpt,
                renderer=text.renderer,
                imported_up=number * 7 % 13,
                imported_down=number % 5,
            )
            for number in range(count)
        ],
        ids={},
    )
    bulk.recount(story.thread)


def test_a_first_page_holds_as_many_comments_as_it_says(story: Story, cast: Cast) -> None:
    crowd(story, cast, 450)
    assert len(comments_of(page(story.url).body)) == settings.CONFIG.discussion.page_size == 50
    assert len(comments_of(page(f"/d/{story.thread}").body)) == 200
    for size in (25, 50, 100, 200):
        assert len(comments_of(page(f"/d/{story.thread}?n={size}").body)) == size


def test_following_the_pages_shows_every_comment_or_says_where_it_is(story: Story, cast: Cast) -> None:
    crowd(story, cast, 450)
    roots, address = [], f"/d/{story.thread}?sort=oldest&n=100"
    while address:
        html = soup(page(address).body)
        roots += [one["id"] for one in html.select("article.comment[data-depth='1']")]
        following = html.find("a", rel="next")
        address = following["href"] if following else ""
    assert len(roots) == len(set(roots)) == 45


def test_a_number_in_a_link_never_changes_its_meaning(story: Story, cast: Cast) -> None:
    crowd(story, cast, 410)
    timeline = f"/d/{story.thread}?view=timeline"
    assert numbers_of(page(f"{timeline}&page=2").body) == [str(number) for number in range(201, 401)]
    decide("remove", comments_of(page(timeline).body)[0], cast)
    assert numbers_of(page(f"{timeline}&page=2").body) == [str(number) for number in range(201, 401)]
    assert len(numbers_of(page(timeline).body)) == 199


@pytest.mark.parametrize("sort", ["best", "newest", "oldest", "most-voted", "controversial"])
def test_each_order_marks_itself_and_puts_its_first_comment_first(story: Story, cast: Cast, sort: str) -> None:
    crowd(story, cast, 100)
    html = soup(page(f"/d/{story.thread}?sort={sort}").body)
    chosen = html.select("nav.choices [aria-current=true]")[0].get_text()
    assert chosen.lower().replace(" ", "-") == sort
    roots = [int(one.find("i").string[1:]) for one in html.select("article.comment[data-depth='1'] h3")]
    expected = {"newest": 91, "oldest": 1}.get(sort)
    assert expected is None or roots[0] == expected
    assert sorted(roots) == list(range(1, 101, 10))


# Words, heads, addresses


def test_the_arabic_frame_stands_around_the_same_discussion(story: Story, cast: Cast) -> None:
    say(cast.alice, "The river rose.", story)
    html = soup(page(f"/ar/d/{story.thread}").body)
    assert (html.html["lang"], html.html["dir"]) == ("ar", "rtl")
    assert "The river rose." in html.get_text()
    assert html.select_one("nav.topics a").get_text() == "الحاجز"
    own = [a["href"] for a in html.select(".brand a, nav.topics a, .choices a, article.comment a")]
    assert all(href.startswith(("/ar/", "#")) for href in own), own
    assert soup(page("/ar/").body).html["dir"] == "rtl"


def test_every_variant_names_one_address_and_asks_not_to_be_indexed(story: Story, cast: Cast) -> None:
    comment = say(cast.alice, "The river rose.", story)
    thread = f"/d/{story.thread}"
    own = settings.PUBLIC_URL + story.url
    for address in (story.url, f"{story.url}?sort=newest", thread, f"{thread}?view=timeline", f"{thread}/c/{comment}"):
        assert soup(page(address).body).find("link", rel="canonical")["href"] == own, address
    variants = [f"{story.url}?sort=newest", f"{thread}?n=25", f"{thread}?since=1", f"{thread}/c/{comment}", "/nothing"]
    assert [page(address).is_indexed for address in variants] == [False] * len(variants)
    assert [page(address).is_indexed for address in ("/", story.url, thread, "/d")] == [True] * 4
    assert wsgi({"PATH_INFO": thread, "QUERY_STRING": "n=25"})[1]["X-Robots-Tag"] == "noindex"


RELATIVE = re.compile(r"\b(ago|yesterday|today|just now|minutes? left|hours? left|tomorrow)\b", re.IGNORECASE)


def test_nothing_personal_and_nothing_relative_stands_in_a_public_page(story: Story, cast: Cast) -> None:
    comment = say(cast.alice, "The river rose.", story)
    for address in addresses(story, comment):
        path, _, query = address.partition("?")
        _, headers, body = wsgi({"PATH_INFO": path, "QUERY_STRING": query})
        html = body.decode()
        assert "Set-Cookie" not in headers
        assert "csrfmiddlewaretoken" not in html
        assert not soup(html).select("input[type=hidden]"), address
        if "javascript" not in headers["Content-Type"]:
            assert not RELATIVE.search(words(html)), address


def test_every_script_style_and_picture_is_the_sites_own(story: Story, cast: Cast) -> None:
    comment = say(cast.alice, "![x](https://evil.example/x.png) https://evil.example/", story)
    for address in addresses(story, comment):
        html = soup(page(address).body)
        for tag in html.select("[src], link[href]:not([rel=canonical], [rel=alternate]), [srcset]"):
            assert str(tag.get("src") or tag.get("href") or tag.get("srcset")).startswith("/static/"), tag
        # Data for programs are no script: nothing runs them.
        scripts = "script:not([src], [type='application/ld+json'])"
        assert not html.select(f"{scripts}, style, [style], iframe, object, embed, base")
        assert not [tag for tag in html.find_all(True) if any(name.startswith("on") for name in tag.attrs)]


# S20: the public door sees an address and nothing else

HOSTILE = {
    "HTTP_COOKIE": "bl_session=stolen; bl_guest=forged; bl_form=x; django_language=ar",
    "HTTP_HOST": "evil.example",
    "HTTP_X_FORWARDED_HOST": "evil.example",
    "HTTP_X_FORWARDED_PROTO": "ftp",
    "HTTP_X_FORWARDED_PREFIX": "/evil",
    "HTTP_X_FORWARDED_FOR": "203.0.113.7",
    "HTTP_ACCEPT_LANGUAGE": "ar",
    "HTTP_ACCEPT": "application/json",
    "HTTP_AUTHORIZATION": "Basic eDp5",
    "HTTP_RANGE": "bytes=0-3",
    "HTTP_X_ORIGINAL_URL": "/_staff/comments",
    "HTTP_BELOWLINE_SCHEME": "javascript",
    "REMOTE_USER": "admin",
    "SCRIPT_NAME": "/evil",
    "SERVER_NAME": "evil.example",
    "REQUEST_METHOD": "POST",
    "wsgi.url_scheme": "evil",
}


def wsgi(environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    answered: list[Any] = []
    body = b"".join(fill.application(environ, lambda *given: answered.append(given)))
    status, headers = answered[0]
    return status, dict(headers), body


@pytest.mark.once
@pytest.mark.parametrize("header", sorted(HOSTILE))
def test_no_header_of_a_reader_changes_a_byte_of_a_shared_page(story: Story, cast: Cast, header: str) -> None:
    say(cast.alice, "The river rose.", story)
    for path in ("/", story.url, f"/d/{story.thread}", "/words.js", "/nothing", f"/ar{story.url}"):
        plain = wsgi({"PATH_INFO": path, "QUERY_STRING": ""})
        poisoned = wsgi({"PATH_INFO": path, "QUERY_STRING": "", header: HOSTILE[header]})
        assert without_clock(poisoned) == without_clock(plain), path


def without_clock(answer: tuple[str, dict[str, str], bytes]) -> tuple[str, dict[str, str], bytes]:
    return answer[0], {**answer[1], "Belowline-Fresh-Until": ""}, answer[2]


def test_an_unknown_parameter_changes_nothing(story: Story) -> None:
    assert page(f"{story.url}?utm_source=x&lang=ar&_=1").body == page(story.url).body


def test_the_front_is_told_tags_position_and_freshness(story: Story, cast: Cast) -> None:
    say(cast.alice, "The river rose.", story)
    status, headers, body = wsgi({"PATH_INFO": f"/d/{story.thread}", "QUERY_STRING": ""})
    assert status == "200 OK"
    assert headers["Belowline-Tags"] == f"thread:{story.thread} site"
    assert int(headers["Belowline-Position"]) == Event.objects.order_by("-id")[0].id
    assert int(headers["Content-Length"]) == len(body)


def test_the_scripts_words_are_a_module_of_plain_sentences(story: Story) -> None:
    for address in ("/words.js", "/ar/words.js"):
        answer = page(address)
        assert answer.content_type == "text/javascript; charset=utf-8"
        assert len(script_texts(answer.body)) > 20


# What a page costs


@pytest.mark.parametrize("at", [0, 1, 2, 3, 4, 5, 6, 7, 8])
def test_a_page_costs_as_many_queries_with_ten_comments_as_with_two_thousand(
    story: Story, cast: Cast, at: int, make_more: Callable[[Story, Cast], int]
) -> None:
    crowd(story, cast, 10)
    root = comments_of(page(f"/d/{story.thread}?sort=oldest").body)[0]
    address = addresses(story, root)[at]
    few = queries(address)
    make_more(story, cast)
    many = queries(address)
    assert many <= few <= 24, (address, few, many)


@pytest.fixture
def make_more() -> Callable[[Story, Cast], int]:
    def more(story: Story, cast: Cast) -> int:
        for _ in range(4):
            other = publish(f"other-{_}")
            crowd(other, cast, 10)
        crowd(story, cast, 1_990)
        return 2_000

    return more


def queries(address: str) -> int:
    page(address)  # what a process remembers from then on, such as templates
    with CaptureQueriesContext(connection) as captured:
        assert page(address).status == 200, address
    return len(captured)


def test_the_styles_are_built_once() -> None:
    build_static()
    assert (settings.STATIC_ROOT / "manifest.json").exists() or any(settings.STATIC_ROOT.iterdir())
