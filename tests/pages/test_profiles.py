"""A member's public page: what it shows, of whom there is none, and that it is never older than what is said there."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.support.cast import Cast, make_reader, posted
from tests.support.desk import Browser, comments_of, make_member, make_staff, page, reader_of, soup, words

from belowline.accounts.models import Reader, User
from belowline.accounts.profiles import set_profile
from belowline.discussion import actions
from belowline.discussion.models import Thread
from belowline.domain.commenting import Refused
from belowline.outbox.models import Event
from belowline.pages import links
from belowline.pages.faces import face_svg

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("served")]

NOW = datetime(2026, 4, 1, tzinfo=UTC)


def shown(reader_id: int) -> list[int]:
    return comments_of(page(f"/r/{reader_id}").body)


def act(what: str, comment: int) -> None:
    moderator = Reader.objects.filter(badge="moderator").first()
    by = moderator.pk if moderator is not None else reader_of(make_staff("Mona", "moderator"))
    done = actions.change_state(what, comment_id=comment, actor_id=by, reason="insult", now=NOW)
    assert not isinstance(done, Refused), done


def tags_since(before: int) -> set[str]:
    return {tag for tags in Event.objects.filter(pk__gt=before).values_list("tags", flat=True) for tag in tags.split()}


def newest() -> int:
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def test_it_names_the_member_and_lists_what_is_published_the_newest_first(cast: Cast) -> None:
    me = reader_of(make_member("Alma"))
    first = posted(me, "The first", thread=cast.thread)
    second = posted(me, "The second", thread=cast.other_thread, minutes=5)
    answer = page(f"/r/{me}")
    assert comments_of(answer.body) == [second, first]
    html = soup(answer.body)
    assert html.h1 is not None
    assert html.h1.get_text(strip=True) == "Alma"
    assert "2 comments" in words(answer.body)
    assert [a["href"] for a in html.select(".said h2 a")] == [f"/d/{cast.other_thread}", f"/d/{cast.thread}"]
    assert not html.select("main button, main form"), "nothing can be pressed here"
    assert {f"reader:{me}", f"thread:{cast.thread}", f"thread:{cast.other_thread}", "site"} <= set(answer.tags)


def test_what_is_held_removed_deleted_or_of_a_hidden_discussion_is_never_listed(cast: Cast) -> None:
    me = reader_of(make_member("Alma"))
    stays, removed, deleted = (posted(me, f"Text {n}", thread=cast.thread, minutes=n * 9) for n in range(3))
    posted(me, "Elsewhere", thread=cast.other_thread, minutes=50)
    act("remove", removed)
    actions.delete_comment(me, comment_id=deleted, now=NOW)
    Thread.objects.filter(pk=cast.other_thread).update(is_hidden=True)
    assert shown(me) == [stays]
    assert "1 comment" in words(page(f"/r/{me}").body)


@pytest.mark.parametrize("kind", ["guest", "imported"])
def test_whoever_has_no_account_has_no_page(cast: Cast, kind: str) -> None:
    reader = make_reader("Gretchen", kind=kind)
    comment = posted(reader, "As a guest", thread=cast.thread) if kind == "guest" else 0
    assert page(f"/r/{reader}").status == 404
    assert page("/r/999999999").status == 404
    if comment:
        assert f"/r/{reader}" not in page(links.comment(cast.thread, comment, "en")).body


def test_who_left_is_gone_and_a_merged_guest_leads_nowhere(cast: Cast) -> None:
    me = reader_of(make_member("Alma"))
    guest = make_reader("Gretchen", kind="guest")
    actions.merge_reader(guest, into=me)
    assert page(f"/r/{guest}").status == 404
    before = newest()
    actions.erase_reader(me, texts=actions.Texts.KEEP, now=NOW)
    answer = page(f"/r/{me}")
    assert answer.status == 410
    assert "Alma" not in answer.body
    assert Event.objects.filter(pk__gt=before, is_drop=True, tags__contains=f"reader:{me}").exists()


def test_a_closed_account_says_so_and_lists_nothing(cast: Cast) -> None:
    user = make_member("Alma")
    me = reader_of(user)
    posted(me, "Words", thread=cast.thread)
    set_profile(me, lists_comments=True, is_indexed=True)
    User.objects.filter(pk=user.pk).update(is_active=False)
    answer = page(f"/r/{me}")
    assert (answer.status, comments_of(answer.body), answer.is_indexed) == (200, [], False)
    assert "The newsroom has closed this account." in words(answer.body)


def test_search_engines_are_kept_out_until_the_member_lets_them_in(cast: Cast) -> None:
    me = reader_of(make_member("Alma"))
    for minute in range(26):
        posted(me, f"Words {minute}", thread=cast.thread, minutes=minute * 9)

    def is_open(address: str) -> tuple[bool, bool]:
        answer = page(address)
        robots = soup(answer.body).select_one("meta[name=robots]")
        return answer.is_indexed, robots is None or "noindex" not in str(robots["content"])

    assert is_open(f"/r/{me}") == (False, False)
    set_profile(me, lists_comments=True, is_indexed=True)
    assert is_open(f"/r/{me}") == (True, True)
    following = soup(page(f"/r/{me}").body).select_one("a[rel=next]")
    assert following is not None
    assert is_open(str(following["href"])) == (False, False), "further pages are for people"
    for sitemap in ("/sitemap.xml", "/sitemap-pages.xml", "/sitemap-articles-0.xml"):
        assert "/r/" not in page(sitemap).body


def test_a_member_lists_no_comments_and_stands_in_the_discussions_all_the_same(cast: Cast) -> None:
    user = make_member("Alma")
    me = reader_of(user)
    comment = posted(me, "Words", thread=cast.thread)
    browser = Browser(user)
    form = browser.form("/_account/profile")
    assert form["lists_comments"] == "yes"
    assert "is_indexed" not in form
    before = newest()
    assert (
        browser.post("/_account/profile", {k: v for k, v in form.items() if k != "lists_comments"}).status_code == 303
    )
    answer = page(f"/r/{me}")
    assert comments_of(answer.body) == []
    assert "lists no comments" in words(answer.body)
    assert "1 comment" not in words(answer.body)
    assert Event.objects.filter(pk__gt=before, is_drop=True, tags=f"reader:{me}").exists(), "gone from caches at once"
    assert comment in comments_of(page(f"/d/{cast.thread}").body)


def test_pages_go_on_by_key_and_leave_nobody_out(cast: Cast) -> None:
    me = reader_of(make_member("Alma"))
    ids = [
        posted(me, f"Words {n}", thread=(cast.thread, cast.other_thread)[n % 2], minutes=n // 2 * 9) for n in range(60)
    ]
    found, address = [], f"/r/{me}"
    for _ in range(3):
        html = page(address).body
        found += comments_of(html)
        following = soup(html).select_one("a[rel=next]")
        address = str(following["href"]) if following is not None else ""
    assert address == ""
    assert sorted(found) == sorted(ids)
    assert len(set(found)) == 60


@pytest.mark.parametrize("after", ["1", "x" * 22, "-" * 22])
def test_a_cursor_of_ones_own_making_is_refused(cast: Cast, after: str) -> None:
    me, other = (reader_of(make_member(name)) for name in ("Alma", "Bruno"))
    assert page(f"/r/{me}?after={after}").status == 400
    for n in range(26):
        posted(other, f"Words {n}", thread=cast.thread, minutes=n * 9)
    following = soup(page(f"/r/{other}").body).select_one("a[rel=next]")
    assert following is not None
    assert page(str(following["href"]).replace(f"/r/{other}", f"/r/{me}")).status == 400, "each list has its own"


def test_the_number_of_queries_does_not_grow_with_what_somebody_wrote(cast: Cast) -> None:
    me = reader_of(make_member("Alma"))
    address = f"/r/{me}"

    def queries() -> int:
        page(address)
        with CaptureQueriesContext(connection) as captured:
            assert page(address).status == 200
        return len(captured)

    posted(me, "One", thread=cast.thread)
    few = queries()
    for n in range(30):
        posted(me, f"More {n}", thread=(cast.thread, cast.other_thread)[n % 2], minutes=10 + n * 9)
    assert queries() <= few <= 10


def test_everything_that_changes_a_profile_makes_it_stale(cast: Cast) -> None:
    me = reader_of(make_member("Alma"))
    tag = f"reader:{me}"

    def is_told(change: Any) -> bool:
        before = newest()
        change()
        return tag in tags_since(before)

    made: list[int] = []
    assert is_told(lambda: made.append(posted(me, "Words", thread=cast.thread)))
    assert is_told(lambda: act("remove", made[0]))
    assert is_told(lambda: act("restore", made[0]))
    assert is_told(lambda: actions.delete_comment(me, comment_id=made[0], now=NOW))
    assert is_told(lambda: actions.rename_reader(me, "Almina", now=NOW))
    assert is_told(lambda: set_profile(me, lists_comments=True, is_indexed=True))
    assert not is_told(lambda: set_profile(me, lists_comments=True, is_indexed=True)), "the same again changes nothing"
    assert is_told(lambda: actions.merge_reader(make_reader("Gretchen", kind="guest"), into=me))
    before = newest()
    new = reader_of(make_member("Newcomer"))
    assert f"reader:{new}" in tags_since(before), "its address may have been asked for before"
    assert f"reader:{new + 1}" in page(f"/r/{new + 1}").tags


def test_a_name_leads_to_the_profile_from_the_comments_own_page(cast: Cast) -> None:
    user = make_member("Alma")
    me = reader_of(user)
    comment = posted(me, "Words", thread=cast.thread)
    link = soup(page(links.comment(cast.thread, comment, "en")).body).select_one(f'main a[href="/r/{me}"]')
    assert link is not None
    assert link.get_text() == "More by Alma"
    assert f"/r/{me}" in Browser(make_member("Bruno")).get(f"/_d/comment/{comment}/choices").content.decode()
    assert f'href="/r/{me}"' not in page(f"/d/{cast.thread}").body, "in the thread it would cost each comment its bytes"


def test_staff_are_shown_with_their_badge(cast: Cast) -> None:
    mona = reader_of(make_staff("Mona", "moderator"))
    badges = soup(page(f"/r/{mona}").body).select(".badge")
    assert [one.get_text() for one in badges] == ["Moderator"]


def test_a_face_is_made_of_number_and_name_alone_and_read_by_nobody(cast: Cast) -> None:
    me = reader_of(make_member("Alma"))
    face = soup(page(f"/r/{me}").body).select_one("main svg.face")
    assert face is not None
    assert (face["aria-hidden"], face.get_text()) == ("true", "A")
    Reader.objects.filter(pk=me).update(email="other@example.org")
    assert re.sub(r"\s", "", str(face_svg(me, "Alma"))).startswith("<svg")
    assert str(soup(page(f"/r/{me}").body).select_one("main svg.face")) == str(face)


def test_an_ignored_reader_is_taken_off_the_list_on_my_page(cast: Cast) -> None:
    user = make_member("Alma")
    comment = posted(cast.bob, "Words", thread=cast.thread)
    assert actions.ignore_author(reader_of(user), comment_id=comment, is_ignored=True, now=NOW) is None
    browser = Browser(user)
    address = "/_account/ignored"
    names = [one.get_text(strip=True) for one in soup(browser.get(address).content.decode()).select("ul.rows h2 bdi")]
    assert len(names) == 1
    for wrong in ("", "x", "0", "9" * 30, str(cast.alice)):
        assert browser.post(address, browser.form(address) | {"reader": wrong}).status_code == 303
    browser.post(address, browser.form(address) | {"reader": str(cast.bob)})
    assert "You ignore nobody" in browser.get(address).content.decode()
