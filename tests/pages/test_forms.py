"""The whole way without a script: form, answer, the author's own view; and every bad input with its own clear answer."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.core import signals
from django.db import OperationalError, close_old_connections
from django.http import HttpResponse
from tests.support.cast import NOON, Cast, make_reader, posted
from tests.support.desk import (
    ORIGIN,
    PASSWORD,
    Browser,
    Story,
    errors,
    fields,
    honeypot_of,
    main_form,
    make_member,
    make_staff,
    page,
    publish,
    reader_of,
    soup,
    words,
)

from belowline.accounts.identity import GUEST_COOKIE, MARKER_COOKIE
from belowline.accounts.models import Reader, User
from belowline.discussion import actions
from belowline.discussion.models import Comment, Revision, Vote
from belowline.domain import markup
from belowline.pages import refusals
from belowline.pages.personal import Personal
from belowline.project.wsgi import personal
from belowline.storage.writer import StorageBusy

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("story_database")]


@dataclass
class Clock:
    now: datetime = NOON + timedelta(minutes=1)

    def advance(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(Personal, "now", property(lambda _self: clock.now))
    return clock


@pytest.fixture
def story(served: None, cast: Cast, settings: Any) -> Story:
    return publish()


@pytest.fixture
def alma(story: Story, clock: Clock) -> Browser:
    """The browser of a signed-in member."""
    return Browser(make_member("Alma"))


def alma_id() -> int:
    return Reader.objects.get(name="Alma").pk


def with_rules(settings: Any, **rules: Any) -> None:
    config = django_settings.CONFIG
    settings.CONFIG = config.model_copy(update={"discussion": config.discussion.model_copy(update=rules)})


def post_form(story: Story) -> str:
    return f"/_d/{story.thread}/reply"


def reply_form(story: Story, comment: int) -> str:
    return f"/_d/{story.thread}/reply/{comment}"


def latest() -> Comment:
    return Comment.objects.order_by("-pk")[0]


def source(comment: int) -> str:
    return Revision.objects.filter(comment_id=comment).order_by("-number")[0].source


# The way


def test_a_member_writes_a_comment_and_lands_on_their_own_view_of_it(story: Story, alma: Browser) -> None:
    answer = alma.press(post_form(story), text="The *river* rose.")
    assert (answer.status_code, answer["Location"]) == (303, f"/_d/comment/{latest().pk}")
    own = alma.get(answer["Location"])
    html = words(own.content.decode())
    assert "Your comment is published." in html
    assert "The river rose." in html
    links = [one["href"] for one in soup(own.content.decode()).select("main ul.links a")]
    assert links == [
        f"/d/{story.thread}/c/{latest().pk}", f"/_d/comment/{latest().pk}/edit", f"/_d/comment/{latest().pk}/delete",
        f"/_d/comment/{latest().pk}/choices",
    ]  # fmt: skip
    assert "The river rose." in words(page(f"/d/{story.thread}").body)


def test_a_reply_form_shows_what_it_answers_without_anything_to_press_on_it(
    story: Story, cast: Cast, alma: Browser
) -> None:
    root = posted(cast.bob, "Who pays?", thread=story.thread)
    html = alma.get(reply_form(story, root)).content.decode()
    shown = soup(html).select_one("section.context article")
    assert "Who pays?" in shown.get_text()
    assert not shown.select("button, footer a")
    alma.press(reply_form(story, root), text="All of us.")
    assert latest().parent_id == root


def test_the_preview_stores_nothing_and_keeps_the_text(story: Story, alma: Browser) -> None:
    form = alma.form(post_form(story))
    answer = alma.post(post_form(story), form | {"text": "The *river*\n<b>rose</b>", "preview": "yes"})
    html = soup(answer.content.decode())
    assert html.select_one("section.preview em").get_text() == "river"
    again = fields(answer)
    assert again["text"] == "The *river*\n<b>rose</b>"
    assert again["key"] == form["key"]
    assert not Comment.objects.exists()
    alma.post(post_form(story), again)
    assert source(latest().pk) == "The *river*\n<b>rose</b>"


def test_a_first_time_guest_gives_a_name_and_an_address_and_is_known_from_then_on(story: Story, clock: Clock) -> None:
    browser = Browser()
    form = browser.form(post_form(story))
    assert {"name", "email"} <= set(form)
    answer = browser.post(post_form(story), form | {"text": "Hello", "name": "Gretchen", "email": "g@example.org"})
    assert answer.status_code == 303
    guest, marker = answer.cookies[GUEST_COOKIE], answer.cookies[MARKER_COOKIE]
    assert (bool(guest["httponly"]), guest["samesite"], guest["path"]) == (True, "Lax", "/")
    assert (marker.value, bool(marker["httponly"])) == ("1", False)
    assert "waits for a moderator" in words(browser.get(answer["Location"]).content.decode())
    assert "name" not in browser.form(post_form(story))
    assert "You write as Gretchen." in words(browser.get(post_form(story)).content.decode())
    assert Browser().get(answer["Location"]).status_code == 404, "nobody else sees what waits"
    assert "Hello" not in page(f"/d/{story.thread}").body


@pytest.mark.parametrize(
    "forged",
    [
        "1",
        "",
        "x" * 5000,
        '"1:abc"',
        "eyJ1IjoxfQ:1abcde:xxxxxxxxxxxxxxxxxxxxxxxx",
        "MQ:1uAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ],
)
def test_a_forged_guest_cookie_makes_nobody(story: Story, clock: Clock, forged: str) -> None:
    held = posted(make_reader("Gretchen", kind="guest"), "Hello", thread=story.thread)
    browser = Browser()
    browser.client.cookies[GUEST_COOKIE] = forged
    assert browser.get(f"/_d/comment/{held}").status_code == 404
    assert "name" in browser.form(post_form(story))


def test_a_guest_cookie_changed_by_one_character_makes_nobody(story: Story, clock: Clock) -> None:
    browser = Browser()
    browser.press(post_form(story), text="Hello", name="Gretchen", email="g@example.org")
    assert browser.get(f"/_d/comment/{latest().pk}").status_code == 200
    value = browser.client.cookies[GUEST_COOKIE].value
    browser.client.cookies[GUEST_COOKIE] = value[:-1] + ("A" if value[-1] != "A" else "B")
    assert browser.get(f"/_d/comment/{latest().pk}").status_code == 404


def test_signing_up_in_and_out(story: Story, clock: Clock) -> None:
    browser = Browser()
    answer = browser.press("/_account/sign-up?next=/d", name="Alma", email="Alma@Example.org", password=PASSWORD)
    assert (answer.status_code, answer["Location"]) == (303, "/d")
    assert json.loads(browser.get("/_me").content)["reader"] == {"name": "Alma", "member": True}
    answer = browser.press("/_account/sign-out")
    assert (answer.status_code, answer["Location"], answer.cookies[MARKER_COOKIE].value) == (303, "/", "")
    assert json.loads(browser.get("/_me").content)["reader"] is None
    answer = browser.press("/_account/sign-in", email="alma@example.org", password=PASSWORD)
    assert answer.status_code == 303
    assert json.loads(browser.get("/_me").content)["reader"]["name"] == "Alma"


def test_a_password_of_any_length_works_the_same_at_both_doors(story: Story, clock: Clock) -> None:
    browser, password = Browser(), "river " * 400
    assert browser.press("/_account/sign-up", name="Alma", email="a@example.org", password=password).status_code == 303
    assert Browser().press("/_account/sign-in", email="a@example.org", password=password).status_code == 303


def test_an_author_edits_within_the_window_and_the_form_brings_the_words_back(
    story: Story, alma: Browser, clock: Clock
) -> None:
    alma.press(post_form(story), text="Teh *river*")
    comment = latest().pk
    form = alma.form(f"/_d/comment/{comment}/edit")
    assert form["text"] == "Teh *river*"
    clock.advance(5)
    answer = alma.post(f"/_d/comment/{comment}/edit", form | {"text": "The *river*"})
    assert (answer.status_code, answer["Location"]) == (303, f"/_d/comment/{comment}")
    assert source(comment) == "The *river*"


def test_an_author_deletes_after_one_question(story: Story, alma: Browser) -> None:
    alma.press(post_form(story), text="Regret")
    comment = latest().pk
    answer = alma.press(f"/_d/comment/{comment}/delete")
    assert answer.status_code == 303
    assert "You deleted this comment." in words(alma.get(answer["Location"]).content.decode())
    assert Comment.objects.get(pk=comment).state == "deleted"
    again = alma.post(f"/_d/comment/{comment}/delete", {"csrfmiddlewaretoken": alma.token()})
    assert again.status_code == 303, "the second press finds it gone and answers the same"


def test_a_moderator_approves_and_removes_from_the_plain_page(story: Story, cast: Cast, clock: Clock) -> None:
    held = posted(make_reader("Gretchen", kind="guest"), "Let me in", thread=story.thread)
    browser = Browser(make_staff("Mona", "moderator"))
    queue = browser.get("/_staff/comments").content.decode()
    assert "Let me in" in words(queue)
    form = {"csrfmiddlewaretoken": fields_of_queue(queue)["csrfmiddlewaretoken"], "comment": str(held)}
    assert browser.post("/_staff/comments", form | {"decision": "approve"}).status_code == 303
    assert "Let me in" in page(f"/d/{story.thread}").body
    late = browser.post("/_staff/comments", form | {"decision": "approve"})
    assert late.status_code == 409
    assert "Somebody else decided" in words(late.content.decode())
    assert browser.post("/_staff/comments", form | {"decision": "remove", "reason": "insult"}).status_code == 303
    assert "Let me in" not in page(f"/d/{story.thread}").body
    removed = browser.get("/_staff/comments?queue=removed").content.decode()
    assert "Insults a person" in words(removed)
    for wrong in ({"decision": "explode"}, {"comment": "x"}, {"comment": "9" * 30}, {"comment": "²"}):
        assert browser.post("/_staff/comments", form | {"decision": "approve"} | wrong).status_code in {400, 404, 409}


def fields_of_queue(html: str) -> dict[str, str]:
    form = soup(html).select_one("form[data-form=decide]")
    return {str(one["name"]): str(one["value"]) for one in form.select("input")}


# Bad input: each its own clear answer, the text kept

BAD_TEXTS = [
    ("", "text_empty"),
    ("   \n\t\r\n   ", "text_empty"),
    ("\u202e\u2066\u200b\u00ad\x00\x07", "text_empty"),
    ("a" * 10_001, "text_too_long"),
    ("a" * 150_000, "text_too_long"),
    (">" * 9_999 + "x", "text_too_nested"),
    ("> " * 4_999 + "x", "text_too_nested"),
    ("- " * 4_999 + "x", "text_too_nested"),
    ("\n".join("> " * depth + "x" for depth in range(1, 14)), "text_too_nested"),
]


@pytest.mark.parametrize(("text", "code"), BAD_TEXTS, ids=lambda value: ascii(value)[:20])
def test_a_text_that_cannot_be_stored_comes_back_with_the_reason(
    story: Story, alma: Browser, text: str, code: str
) -> None:
    answer = alma.press(post_form(story), text=text)
    assert answer.status_code == 422
    assert errors(answer) == [refusals.sentence(code)]
    assert visible(fields(answer)["text"]) == visible(text)
    html = main_form(answer.content.decode())
    assert html.textarea["aria-invalid"] == "true"
    assert not Comment.objects.exists()


def visible(text: str) -> str:
    """What an HTML parser keeps of a text: control characters and carriage returns may get lost."""
    return re.sub(r"[\x00-\x08\r]", "", text)


GOOD_TEXTS = [
    ("[" * 10_000, "["),
    ("![](" * 2_500, "!"),
    ("*a_ " * 2_500, "a"),
    ("&amp;" * 2_000, "&"),
    ("x" + "\u0301" * 2_000, "x"),
    ("\u202eevil\u202c left\x00over\x1b[31m", "left"),
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("مرحبا\u200f hello", "مرحبا"),
    ("\ufeffBOM", "BOM"),
    ("a" * 10_000, "aaa"),
]


@pytest.mark.parametrize(("text", "shown"), GOOD_TEXTS, ids=lambda value: ascii(value)[:20])
def test_a_strange_text_is_stored_and_shown_harmless(story: Story, alma: Browser, text: str, shown: str) -> None:
    answer = alma.press(post_form(story), text=text)
    assert answer.status_code == 303, errors(answer)
    html = page(f"/d/{story.thread}").body
    assert shown in soup(html).select_one("article .text").get_text()
    assert not soup(html).select("article script, article img")
    assert "\x00" not in html
    assert "\x1b" not in html


def test_broken_utf_8_in_the_body_becomes_replacement_characters(story: Story, alma: Browser) -> None:
    form = alma.form(post_form(story))
    for number, broken in enumerate((b"caf%E9+%FF%FE+%C3", b"caf\xe9 \xff", b"%ED%A0%80+%F4%90%80%80")):
        body = urlencode(form | {"key": f"k{number}"}).replace("text=", "x=").encode() + b"&text=" + broken
        status, headers, _ = raw_post(alma, post_form(story), body)
        assert status.startswith("303"), (broken, status)
        stored = source(int(dict(headers)["Location"].rpartition("/")[2]))
        assert stored.encode()
        assert stored.isprintable()


def raw_post(browser: Browser, path: str, body: bytes, **environ: str) -> tuple[str, list[tuple[str, str]], bytes]:
    """Bytes as they are, through the desk's own WSGI door."""
    answered: list[Any] = []
    cookies = "; ".join(f"{name}={one.value}" for name, one in browser.client.cookies.items())
    signals.request_started.disconnect(close_old_connections)  # the connection is the test's
    found = personal(
        {
            "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "desk", "SERVER_PORT": "80",
            "HTTP_HOST": "127.0.0.1:8000", "HTTP_ORIGIN": ORIGIN, "HTTP_COOKIE": cookies, "wsgi.url_scheme": "http",
            "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(), "wsgi.version": (1, 0),
            "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False, **environ,
        },
        lambda *given: answered.append(given),
    )  # fmt: skip
    signals.request_started.connect(close_old_connections)
    return answered[0][0], answered[0][1], b"".join(found)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"&".join(b"a%d=1" % number for number in range(2_000)), "application/x-www-form-urlencoded"),
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data"),
        (b"--x\r\n\r\n\r\n", "multipart/form-data; boundary=" + "x" * 500),
        (b'{"text": "hello"}', "application/json"),
        (b"text=hello", "text/plain"),
        (b"\xff" * 100, "application/x-www-form-urlencoded; charset=utf-16"),
        (b"x", "application/x-www-form-urlencoded; charset=no-such-charset"),
    ],
)
def test_a_body_that_is_no_form_changes_nothing_and_breaks_nothing(
    story: Story, alma: Browser, body: bytes, content_type: str
) -> None:
    status, headers, html = raw_post(alma, post_form(story), body, CONTENT_TYPE=content_type)
    assert status[:3] in {"400", "403"}
    assert dict(headers)["Content-Type"].startswith("text/html")
    assert b"<main" in html, "a page of ours, in words"
    assert not Comment.objects.exists()


def missing(story: Story, cast: Cast) -> int:
    return 987_654


def foreign(story: Story, cast: Cast) -> int:
    return posted(cast.bob, "Elsewhere", thread=cast.other_thread)


def deleted(story: Story, cast: Cast) -> int:
    comment = posted(cast.bob, "Gone soon", thread=story.thread)
    actions.delete_comment(cast.bob, comment_id=comment, now=NOON)
    return comment


def removed(story: Story, cast: Cast) -> int:
    comment = posted(cast.bob, "Gone soon", thread=story.thread)
    actions.change_state("remove", comment_id=comment, actor_id=cast.mona, reason="insult", now=NOON)
    return comment


def held(story: Story, cast: Cast) -> int:
    return posted(make_reader("Gretchen", kind="guest"), "Waiting", thread=story.thread)


PARENTS = [
    (missing, 404, 404, "parent_missing"),
    (foreign, 404, 409, "parent_elsewhere"),
    (deleted, 410, 410, "parent_deleted"),
    (removed, 410, 410, "parent_removed"),
    (held, 404, 409, "parent_held"),
]


@pytest.mark.parametrize(("make", "on_get", "on_post", "code"), PARENTS, ids=lambda value: str(value)[:20])
def test_a_reply_to_what_cannot_be_answered_is_refused_and_kept(
    story: Story, cast: Cast, alma: Browser, make: Callable[[Story, Cast], int], on_get: int, on_post: int, code: str
) -> None:
    path = reply_form(story, make(story, cast))
    form = alma.form(post_form(story))
    before = Comment.objects.count()
    opened = alma.get(path)
    assert opened.status_code == on_get
    assert "bob" not in words(opened.content.decode())
    answer = alma.post(path, form | {"text": "My long answer"})
    assert answer.status_code == on_post
    assert errors(answer) == [refusals.sentence(code)]
    assert fields(answer)["text"] == "My long answer"
    assert "Waiting" not in answer.content.decode()
    assert Comment.objects.count() == before


def test_a_reply_to_ones_own_comment_is_fine(story: Story, alma: Browser) -> None:
    alma.press(post_form(story), text="First")
    first = latest().pk
    assert alma.press(reply_form(story, first), text="And another thing").status_code == 303
    assert latest().parent_id == first


def test_a_closed_discussion_says_so_at_the_form_and_at_the_button(story: Story, cast: Cast, alma: Browser) -> None:
    form = alma.form(post_form(story))
    actions.close_thread(story.thread, reason="The trial has begun.")
    for answer in (alma.get(post_form(story)), alma.post(post_form(story), form | {"text": "Too late"})):
        assert answer.status_code == 403
        assert "This discussion is closed." in words(answer.content.decode())
    assert fields(answer)["text"] == "Too late"


@pytest.mark.parametrize(
    ("name", "email", "status", "code"),
    [
        ("", "g@example.org", 422, "name_too_short"),
        ("x" * 200, "g@example.org", 422, "name_too_long"),
        ("12345", "g@example.org", 422, "name_no_letter"),
        ("al\u200bice", "g@example.org", None, ""),
        ("Аlice", "g@example.org", 422, "name_mixed_scripts"),
        ("Moderator", "g@example.org", 409, "name_reserved"),
        ("ALICE", "g@example.org", 409, "name_taken"),
        ("<b>Bo</b>", "g@example.org", 422, "name_characters"),
        ("Gretchen", "", 422, "email_invalid"),
        ("Gretchen", "not an address", 422, "email_invalid"),
        ("Gretchen", "a@b.example\r\nBcc: x@y.example", 422, "email_invalid"),
        ("Gretchen", "a" * 240 + "@example.organisation", 422, "email_invalid"),
    ],
    ids=lambda value: ascii(value)[:24],
)
def test_a_guests_name_and_address_are_checked_and_the_text_is_kept(
    story: Story, clock: Clock, cast: Cast, name: str, email: str, status: int | None, code: str
) -> None:
    Reader.objects.filter(pk=cast.alice).update(name="Alice", skeleton=skeleton("Alice"))
    answer = Browser().press(post_form(story), text="My words", name=name, email=email)
    if status is None:
        assert answer.status_code in {303, 409, 422}
        return
    assert answer.status_code == status
    assert errors(answer) == [refusals.sentence(code)]
    again = fields(answer)
    assert (again["text"], again["name"]) == ("My words", name)
    assert GUEST_COOKIE not in answer.cookies
    assert not Comment.objects.exists()


def skeleton(name: str) -> str:
    from belowline.domain import names

    return names.skeleton(name)


def test_a_site_without_guests_keeps_the_text_and_names_the_way(story: Story, clock: Clock, settings: Any) -> None:
    with_rules(settings, guests="off")
    answer = Browser().press(post_form(story), text="My words", name="Gretchen", email="g@example.org")
    assert answer.status_code == 403
    assert errors(answer) == [refusals.sentence("members_only")]
    assert fields(answer)["text"] == "My words"


def test_the_edit_window_closes_and_the_words_stay_in_the_form(story: Story, alma: Browser, clock: Clock) -> None:
    alma.press(post_form(story), text="The river")
    comment = latest().pk
    form = alma.form(f"/_d/comment/{comment}/edit")
    clock.advance(15.1)
    answer = alma.post(f"/_d/comment/{comment}/edit", form | {"text": "The lake"})
    assert answer.status_code == 403
    assert errors(answer) == [refusals.sentence("edit_window_over")]
    assert fields(answer)["text"] == "The lake"
    assert alma.get(f"/_d/comment/{comment}/edit").status_code == 403
    assert source(comment) == "The river"
    own = alma.get(f"/_d/comment/{comment}").content.decode()
    assert f"/_d/comment/{comment}/edit" not in own


@pytest.mark.parametrize("years", [-30, -0.5, 0.5, 30])
def test_a_clock_that_jumps_breaks_nothing(story: Story, alma: Browser, clock: Clock, years: float) -> None:
    alma.press(post_form(story), text="Before the jump")
    first = latest()
    clock.advance(years * 365 * 24 * 60)
    assert alma.press(reply_form(story, first.pk), text="After the jump").status_code == 303
    assert latest().time_key > first.time_key
    for path in (f"/_d/comment/{first.pk}", f"/_me/thread/{story.thread}", f"/_d/comment/{first.pk}/edit"):
        assert alma.get(path).status_code in {200, 403}
    assert page(f"/d/{story.thread}", now=clock.now).status == 200


def test_a_filled_hidden_field_holds_the_comment_and_says_nothing_to_the_robot(story: Story, alma: Browser) -> None:
    form = alma.form(post_form(story))
    hidden = honeypot_of(alma.get(post_form(story)))
    assert form[str(hidden["name"])] == ""
    assert (hidden["tabindex"], hidden["autocomplete"]) == ("-1", "off")
    assert soup(str(hidden.find_parent())).label.get_text() == "Leave this empty"
    filled = {"text": "Cheap watches", str(hidden["name"]): "https://x.example"}
    assert alma.post(post_form(story), form | filled).status_code == 303
    assert latest().state == "held"


# One form, one comment


def test_the_same_form_sent_again_gives_the_first_answer(story: Story, alma: Browser) -> None:
    form = alma.form(post_form(story)) | {"text": "Once"}
    first, again = alma.post(post_form(story), form), alma.post(post_form(story), form)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first["Location"] == again["Location"]
    assert Comment.objects.count() == 1


def test_the_back_button_with_other_words_leads_to_the_edit_form(story: Story, alma: Browser) -> None:
    form = alma.form(post_form(story))
    alma.post(post_form(story), form | {"text": "Once"})
    answer = alma.post(post_form(story), form | {"text": "Once, corrected"})
    assert_offers_an_edit(answer, latest().pk, "Once, corrected")
    assert Comment.objects.count() == 1
    alma.post(f"/_d/comment/{latest().pk}/edit", fields(answer))
    assert source(latest().pk) == "Once, corrected"


def assert_offers_an_edit(answer: HttpResponse, comment: int, text: str) -> None:
    assert answer.status_code == 200
    assert main_form(answer.content.decode())["action"] == f"/_d/comment/{comment}/edit"
    assert fields(answer)["text"] == text


def test_a_first_time_guests_second_press_is_not_a_second_comment(story: Story, clock: Clock) -> None:
    browser = Browser()
    form = browser.form(post_form(story)) | {"text": "Once", "name": "Gretchen", "email": "g@example.org"}
    first = browser.post(post_form(story), form)
    for answer in (browser.post(post_form(story), form), Browser_with_token(browser).post(post_form(story), form)):
        assert (answer.status_code, answer["Location"]) == (303, first["Location"])
    other = browser.post(post_form(story), form | {"text": "Once, corrected"})
    assert_offers_an_edit(other, latest().pk, "Once, corrected")
    assert Comment.objects.count() == 1
    assert Reader.objects.filter(name="Gretchen").count() == 1


def Browser_with_token(browser: Browser) -> Browser:
    """The same form from a browser that lost the first answer: it has the form's cookie and no guest's."""
    other = Browser()
    name = django_settings.CSRF_COOKIE_NAME
    other.client.cookies[name] = browser.client.cookies[name].value
    return other


def test_one_form_under_two_accounts_is_two_comments(story: Story, alma: Browser) -> None:
    """A key is bound to its reader: nobody can learn another one's answer with a key they saw."""
    form = alma.form(post_form(story)) | {"text": "Once"}
    alma.post(post_form(story), form)
    bruno = Browser(make_member("Bruno"))
    answer = bruno.post(post_form(story), bruno.form(post_form(story)) | {"key": form["key"], "text": "Once"})
    assert answer["Location"] == f"/_d/comment/{latest().pk}"
    assert Comment.objects.count() == 2


# Votes


@pytest.fixture
def target(story: Story, cast: Cast, alma: Browser) -> int:
    return posted(cast.bob, "Who pays?", thread=story.thread)


def test_a_vote_without_a_token_asks_for_one_press_more(story: Story, alma: Browser, target: int) -> None:
    path = f"/_d/{story.thread}/vote"
    asked = alma.post(path, {"up": str(target)})
    assert asked.status_code == 200
    assert not Vote.objects.exists()
    assert "Is this comment helpful?" in words(asked.content.decode())
    form = fields(asked)
    assert set(form) == {"csrfmiddlewaretoken"}
    answer = alma.post(path, form | {"up": str(target)})
    assert (answer.status_code, answer["Location"]) == (303, f"/d/{story.thread}/c/{target}")
    assert [(one.comment_id, one.value) for one in Vote.objects.all()] == [(target, 1)]
    alma.post(path, form | {"undo": str(target)})
    assert [one.value for one in Vote.objects.all()] == [0]


def test_the_page_for_one_press_more_shows_no_other_discussions_comment(
    story: Story, alma: Browser, cast: Cast
) -> None:
    elsewhere = posted(cast.bob, "Elsewhere", thread=cast.other_thread)
    waiting = held(story, cast)
    for comment in (elsewhere, waiting, 987_654):
        answer = alma.post(f"/_d/{story.thread}/vote", {"up": str(comment)})
        assert answer.status_code == 410
        html = answer.content.decode()
        assert "Elsewhere" not in html
        assert "Waiting" not in html


BAD_VOTES = [
    (lambda story, cast: posted(alma_id(), "Mine", thread=story.thread), 409, "own_comment"),
    (deleted, 410, "comment_gone"),
    (removed, 410, "comment_gone"),
    (missing, 404, "comment_missing"),
]


@pytest.mark.parametrize(("make", "status", "code"), BAD_VOTES, ids=lambda value: str(value)[:24])
def test_a_vote_that_cannot_count_says_why(
    story: Story, cast: Cast, alma: Browser, make: Callable[[Story, Cast], int], status: int, code: str
) -> None:
    comment = make(story, cast)
    form = {"csrfmiddlewaretoken": alma.token(), "up": str(comment)}
    answer = alma.post(f"/_d/{story.thread}/vote", form)
    assert answer.status_code == status
    assert refusals.sentence(code) in words(answer.content.decode())
    told, refused = alma.json(f"/_d/{story.thread}/vote", {"up": str(comment)})
    assert (told, refused["code"], refused["text"]) == (status, code, refusals.sentence(code))
    assert not Vote.objects.exists()


@pytest.mark.parametrize("value", ["", "x", "-1", "0x1", "²", "9" * 19, "1 OR 1=1", "1\x00"])
def test_a_vote_on_nothing_is_a_400(story: Story, alma: Browser, target: int, value: str) -> None:
    assert alma.json(f"/_d/{story.thread}/vote", {"up": value})[0] in {400, 404}
    assert alma.json(f"/_d/{story.thread}/vote", {})[1]["code"] == "vote_unknown"


def test_a_visitor_who_votes_is_shown_the_way_in_and_back(story: Story, clock: Clock, cast: Cast, target: int) -> None:
    browser = Browser()
    answer = browser.post(f"/_d/{story.thread}/vote", {"csrfmiddlewaretoken": browser.token(), "up": str(target)})
    assert answer.status_code == 403
    assert refusals.sentence("members_only") in words(answer.content.decode())


# For scripts


def test_scripts_get_the_same_decisions_as_codes(story: Story, alma: Browser) -> None:
    path = post_form(story)
    status, told = alma.json(path, {"text": "From a script", "key": "k1"})
    assert (status, told) == (200, {"comment": latest().pk, "state": "published", "url": f"/_d/comment/{latest().pk}"})
    assert alma.json(path, {"text": "From a script", "key": "k1"})[1] == told
    other = alma.json(path, {"text": "Other words", "key": "k1"})[1]
    assert other["url"] == f"/_d/comment/{told['comment']}/edit"
    status, refused = alma.json(path, {"text": "", "key": "k2"})
    assert (status, refused["code"], refused["text"]) == (422, "text_empty", refusals.sentence("text_empty"))
    assert alma.json(path, {"text": "*a*", "preview": "yes"}) == (200, {"html": "<p><em>a</em></p>"})
    fragment = alma.get(f"/_d/comment/{told['comment']}?fragment=1").content.decode()
    assert soup(fragment).article["id"] == f"c-{told['comment']}"
    assert "<html" not in fragment


def test_scripts_hear_of_missing_pages_and_tokens_as_codes(story: Story, alma: Browser) -> None:
    without = alma.post(post_form(story), {"text": "x"}, accept="application/json")
    assert (without.status_code, json.loads(without.content)["code"]) == (403, "form_expired")
    assert alma.json("/_d/987654/reply", {"text": "x"})[1]["code"] == "page_missing"
    foreign_ = alma.post(post_form(story), {"text": "x"}, accept="application/json", **{"sec-fetch-site": "cross-site"})
    assert (foreign_.status_code, json.loads(foreign_.content)["code"]) == (403, "not_allowed")


def test_a_window_that_closed_tells_scripts_until_when(story: Story, alma: Browser, clock: Clock) -> None:
    alma.press(post_form(story), text="The river")
    posted_at = clock.now
    clock.advance(20)
    status, told = alma.json(f"/_d/comment/{latest().pk}/edit", {"text": "The lake"})
    assert (status, told["code"]) == (403, "edit_window_over")
    assert told["until"] == int((posted_at + timedelta(minutes=15)).timestamp())


def test_the_personal_state_names_my_votes_and_my_comments_alone(
    story: Story, alma: Browser, target: int, cast: Cast
) -> None:
    actions.cast_vote(alma_id(), comment_id=target, value=-1, now=NOON)
    mine = posted(alma_id(), "Mine", thread=story.thread)
    state = json.loads(
        alma.get(f"/_me/thread/{story.thread}?c={in_base36(target)},{in_base36(mine)},!,zzzzzzzzzzzzzzz").content
    )
    assert state["reader"] == {"name": "Alma", "member": True}
    assert state["votes"] == {str(target): -1}
    assert [one["id"] for one in state["own"]] == [mine]
    nobody = json.loads(Browser().get(f"/_me/thread/{story.thread}?c={in_base36(target)}").content)
    assert (nobody["reader"], nobody["votes"], nobody["own"]) == (None, {}, [])


def in_base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = digits[rest] + text
    return text


# When the desk is busy


@pytest.mark.parametrize("problem", [StorageBusy(3), OperationalError("database is locked")])
def test_a_full_writer_keeps_the_text_and_says_when_to_try_again(
    story: Story, alma: Browser, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise problem

    form = alma.form(post_form(story))
    token = alma.token()
    monkeypatch.setattr("belowline.discussion.actions.post_comment", refuse)
    monkeypatch.setattr("belowline.discussion.actions.cast_vote", refuse)
    answer = alma.post(post_form(story), form | {"text": "My long answer"})
    assert (answer.status_code, int(answer["Retry-After"]) in {2, 3}) == (503, True)
    assert errors(answer) == [refusals.sentence("storage_busy")]
    assert fields(answer)["text"] == "My long answer"
    assert fields(answer)["key"] == form["key"], "the second press is still the first form"
    vote = alma.post(f"/_d/{story.thread}/vote", {"csrfmiddlewaretoken": token, "up": "1"}, accept="application/json")
    assert (vote.status_code, json.loads(vote.content)["code"]) == (503, "storage_busy")


def test_an_old_token_keeps_the_text_in_a_form_with_a_fresh_one(story: Story, alma: Browser) -> None:
    form = alma.form(post_form(story)) | {"text": "Written yesterday", "csrfmiddlewaretoken": "x" * 64}
    answer = alma.post(post_form(story), form)
    assert answer.status_code == 403
    assert errors(answer) == [refusals.sentence("form_expired")]
    assert alma.post(post_form(story), fields(answer)).status_code == 303
    assert source(latest().pk) == "Written yesterday"
    assert markup.render("x").renderer == Revision.objects.get(comment=latest()).renderer


# S25: where a form leads afterwards

ELSEWHERE = [
    "https://evil.example", "http://evil.example/", "//evil.example", "///evil.example", "////evil.example/",
    "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\t/evil.example", "/\n/evil.example", "\t//evil.example",
    " //evil.example", "https:evil.example", "https:/evil.example", "http:///evil.example", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "mailto:x@evil.example",
    "ftp://evil.example", "evil.example", "@evil.example", "//user@evil.example", "//evil.example:80\\@127.0.0.1",
    "http://127.0.0.1:8000@evil.example", "http://127.0.0.1.evil.example", "//127.0.0.1:8000.evil.example",
    "/\u2028/evil.example"[1:], "／／evil.example", "http:\\\\evil.example", "/%09/evil.example"[4:], "?next=//evil.example",
    "#//evil.example", "//[::1]/", "//evil.example%2f..", ".//evil.example", "\x00//evil.example", "\x0b//evil.example",
    "http://", "://evil.example", "/\r\nLocation: https://evil.example", "/\r\nSet-Cookie: a=b",
]  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE, ids=ascii)
def test_signing_in_never_leads_to_another_site(story: Story, clock: Clock, target: str) -> None:
    make_member("Alma")
    for path, more in (
        ("/_account/sign-in", {"next": target}),
        (f"/_account/sign-in?{urlencode({'next': target})}", {}),
    ):
        browser = Browser()
        form = {"csrfmiddlewaretoken": browser.token(), "email": "alma@example.org", "password": PASSWORD}
        answer = browser.post(path, form | more)
        assert answer.status_code == 303
        assert answer["Location"] == "/" or is_own_path(answer["Location"]), answer["Location"]
        assert "a" not in answer.cookies
    shown = browser.get("/_account/sign-up?" + urlencode({"next": target})).content.decode()
    assert all(is_own_path(str(one["href"])) for one in soup(shown).select("main a"))


def is_own_path(address: str) -> bool:
    """Whether a browser stays here: one slash, then neither a slash, a backslash nor what it would drop before one."""
    return address.startswith("/") and address[1:2] not in {"/", "\\", "\t", "\n", "\r"} and "\n" not in address


@pytest.mark.parametrize("target", ["/d", "/a/the-gauge?sort=newest#discussion", "/ar/a/%D8%A7"])
def test_signing_in_leads_back_to_where_one_was(story: Story, clock: Clock, target: str) -> None:
    make_member("Alma")
    answer = Browser().press(
        f"/_account/sign-in?{urlencode({'next': target})}", email="alma@example.org", password=PASSWORD
    )
    assert answer["Location"] == target


# Accounts


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": "ALMA"}, "name_taken"),
        ({"email": "ALMA@example.org"}, "email_taken"),
        ({"email": "nobody"}, "email_invalid"),
        ({"name": "Editor"}, "name_reserved"),
        ({"name": "☭ Bo"}, "name_characters"),
    ],
)
def test_signing_up_is_refused_with_the_reason_and_keeps_name_and_address(
    story: Story, clock: Clock, values: dict[str, str], code: str
) -> None:
    make_member("Alma")
    answer = Browser().press(
        "/_account/sign-up", **({"name": "Bruno", "email": "b@example.org", "password": PASSWORD} | values)
    )
    assert answer.status_code == 422
    assert errors(answer) == [refusals.sentence(code)]
    again = fields(answer)
    assert again["email"] == values.get("email", "b@example.org")
    assert again["password"] == "", "a password is never sent back"
    assert User.objects.count() == 1


@pytest.mark.parametrize("password", ["", "short", "password1234", "1234567890"])
def test_a_weak_password_is_refused(story: Story, clock: Clock, password: str) -> None:
    answer = Browser().press("/_account/sign-up", name="Bruno", email="b@example.org", password=password)
    assert answer.status_code in {303, 422}
    assert (answer.status_code == 303) is User.objects.exists()
    assert answer.status_code == 422 or len(password) >= 10


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(story: Story, clock: Clock) -> None:
    make_member("Alma")
    answers: list[HttpResponse] = [
        Browser().press("/_account/sign-in", email=email, password="a wrong one, surely")
        for email in ("alma@example.org", "nobody@example.org")
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert errors(answers[0]) == errors(answers[1]) == [refusals.sentence("sign_in_failed")]
    assert reader_of(User.objects.get()) == alma_id()
