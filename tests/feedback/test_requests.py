"""What readers ask at a passage: in the form, in public, in the desk, in the bell; without scripts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from belowline.accounts.models import User
from belowline.discussion import actions
from belowline.discussion.models import Comment
from belowline.domain.feedback import Act, State
from belowline.feedback import queries
from belowline.feedback.actions import answering, asking, offers, questions
from belowline.feedback.models import Asker, Decision, Offer, Question, Request
from belowline.newsroom.denials import Denied
from belowline.newsroom.models import ArticlePage
from belowline.notifications import telling
from belowline.notifications.models import Notice
from belowline.outbox.models import Event
from belowline.pages.letters import headline, told
from belowline.passages.models import Passage
from belowline.storage.reading import snapshot
from tests.support.desk import (
    Browser,
    Story,
    errors,
    honeypot_of,
    make_member,
    make_staff,
    page,
    publish,
    reader_of,
    soup,
    words,
)
from tests.support.passages import address, published_anew

HOLES = "The pier at Hob’s Landing has two empty bolt holes."
RULER = "Until March they held the ruler."
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def published(story_database: None) -> None:
    """In the wording that all tests begin with."""
    published_anew(publish().article, HOLES, RULER)


@pytest.fixture
def story(published: None, db: None, settings: Any, tmp_path: Path) -> Story:
    # Wagtail's own pages ask for files that a site collects once.
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.DATA = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data" / "media"
    return publish()


@pytest.fixture
def editor(story: Story) -> User:
    return make_staff("Edda", "editor")


def form_of(story: Story, words_: str = "two empty bolt holes") -> str:
    return f"/_d/{story.thread}/reply?passage={address(str(story.article.subject_key), words_)}"


def asked(story: Story, browser: Browser, *, kind: str = "source", text: str = "", **fields: str) -> Any:
    form = form_of(story)
    values = browser.form(form) | {"asks": kind, "text": text} | fields
    return browser.post(form.partition("?")[0], values)


def member(name: str) -> tuple[Browser, int]:
    user = make_member(name)
    return Browser(user), reader_of(user)


def inline(story: Story) -> Any:
    return soup(page(f"/d/{story.thread}/inline").body)


def shown(story: Story) -> list[str]:
    """What stands at the passages, as a person reads it."""
    return [" ".join(one.get_text(" ").split()) for one in inline(story).select(".asks > p:first-child")]


def act(request: Request, what: Act, editor: User, *, now: datetime = NOW, **values: Any) -> Request | Denied:
    version = Request.objects.get(pk=request.pk).version
    return answering.act_on(request.pk, what, by=editor, **({"seen_version": version, "now": now} | values))


def sent(desk: Browser, path: str) -> dict[str, str]:
    """What every form of that page sends besides its own fields."""
    form = soup(desk.get(path).content.decode()).select_one("form:has(input[name=version])")
    return {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}


def test_the_form_offers_every_kind_and_a_comment_is_chosen(story: Story) -> None:
    browser, _ = member("Alma")
    form = soup(browser.get(form_of(story)).content.decode())
    radios = form.select("input[name=asks]")
    assert [one["value"] for one in radios] == ["comment", "source", "dispute", "place", "wording", "translation"]
    assert [one["value"] for one in radios if one.has_attr("checked")] == ["comment"]
    assert not form.select_one("textarea").has_attr("required")
    reply = soup(browser.get(f"/_d/{story.thread}/reply").content.decode())
    assert not reply.select("input[name=asks]"), "only at a passage"


def test_a_source_is_asked_for_without_a_word_and_others_join(story: Story) -> None:
    (alma, _), (bruno, _) = member("Alma"), member("Bruno")
    answer = asked(story, alma)
    request = Request.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == f"/_d/request/{request.pk}"
    assert shown(story) == ["1 reader asks for a source · open"]
    mark = soup(page(story.url).body).select_one("a.mark")
    assert (mark.get_text(), mark.has_attr("data-open")) == ("1?", True)
    assert mark["aria-label"] == "0 comments on this passage, 1 open request"
    join = f"/_d/request/{request.pk}"
    assert inline(story).find("a", string="I ask for this, too")["href"] == join
    assert [bruno.press(join, act="join").status_code for _ in range(2)] == [303, 303]
    assert asked(story, alma)["Location"] == f"/_d/request/{request.pk}", "who asks already is led to what was asked"
    assert shown(story) == ["2 readers ask for a source · open"], "nobody counts twice"
    assert bruno.press(join, act="leave").status_code == 303
    assert shown(story) == ["1 reader asks for a source · open"]


def test_words_are_a_comment_that_stands_with_its_request(story: Story) -> None:
    alma, reader = member("Alma")
    assert asked(story, alma, kind="dispute").status_code == 422, "say why"
    answer = asked(story, alma, kind="dispute", text="I counted three.")
    assert answer.status_code == 303
    comment = Comment.objects.get()
    section = inline(story).select_one("section.asks")
    assert "1 reader disputes this" in section.get_text()
    assert section.select_one(f"#c-{comment.pk}"), "its words stand with it"
    twice = asked(story, alma, kind="dispute", text="I counted them again.")
    assert twice.status_code == 409
    assert "I counted them again." in twice.content.decode(), "nothing is lost"
    long = asked(story, alma, kind="wording", text="x" * 10_001)
    assert long.status_code == 422
    actions.delete_comment(reader, comment_id=comment.pk, now=NOW)
    assert shown(story) == [], "whose words are gone does not ask any more"
    assert Passage.objects.get().open_count == 0
    assert page(f"/d/{story.thread}/inline").status == 200


def test_nothing_of_a_guest_counts_before_the_address_is_confirmed(story: Story, settings: Any) -> None:
    settings.CONFIG = settings.CONFIG.model_copy(
        update={"discussion": settings.CONFIG.discussion.model_copy(update={"guests": "hold"})}
    )
    guest = Browser()
    silent = asked(story, guest, name="Gretchen", email="gretchen@example.org")
    assert silent.status_code == 403
    assert "words of your own" in errors(silent)[0]
    answer = asked(story, guest, text="Who says so?", name="Gretchen", email="gretchen@example.org")
    assert answer.status_code == 303
    assert (Request.objects.get().asker_count, shown(story)) == (0, [])
    assert soup(page(story.url).body).select("a.mark") == []
    mona = make_staff("Mona", "moderator")
    held = Comment.objects.get()
    assert held.state == "held"
    actions.change_state("approve", comment_id=held.pk, actor_id=reader_of(mona), reason="", now=NOW)
    assert shown(story) == ["1 reader asks for a source · open"]
    assert Request.objects.get().opened_at == NOW, "amber begins when readers can see it"
    actions.change_state("remove", comment_id=held.pk, actor_id=reader_of(mona), reason="abuse", now=NOW)
    assert shown(story) == []


def test_bad_input_says_what_is_wrong_and_loses_nothing(story: Story) -> None:
    alma, _ = member("Alma")
    path = f"/_d/{story.thread}/reply"
    values = alma.form(form_of(story)) | {"asks": "source", "text": ""}
    other = publish("the-other", headline="Another")
    published_anew(other.article, "Something else.")
    foreign = address(str(other.article.subject_key), "Something else.", number=2).replace("2.", "9.", 1)
    for passage in (foreign, "99.b-nothing.0.4", "2.b-headline.5.900", "nonsense"):
        answer = alma.post(path, values | {"passage": passage, "quote": ""})
        assert answer.status_code in {409, 422}, passage
        assert errors(answer)
    assert not Request.objects.exists()
    unknown = alma.post(path, values | {"asks": "bribe", "text": "A comment."})
    assert unknown.status_code == 303, "what is no kind is a comment"
    assert not Request.objects.exists()
    assert alma.get("/_d/request/999").status_code == 404


# --- the desk ---------------------------------------------------------------------------------------------------------


def test_an_answer_stands_at_the_passage_and_everybody_who_asked_is_told_once(story: Story, editor: User) -> None:
    (alma, one), (bruno, two) = member("Alma"), member("Bruno")
    asked(story, alma)
    request = Request.objects.get()
    bruno.press(f"/_d/request/{request.pk}", act="join")
    desk = Browser(editor)
    listed = desk.get("/_desk/readers-ask/").content.decode()
    assert "Source wanted · 2 readers" in words(listed)
    path = f"/_desk/readers-ask/{request.pk}/"
    done = desk.post(path, sent(desk, path) | {"act": "answer", "text": "The port’s *own* log, page 4."})  # fmt: skip
    assert done.status_code == 303, words(done.content.decode())
    section = inline(story).select_one("section.asks")
    assert "answered" in section.get_text()
    assert "Edda" in section.select_one(".reply").get_text()
    assert section.select_one(".reply em").get_text() == "own"
    mark = soup(page(story.url).body).select_one("a.mark")
    assert not mark.has_attr("data-open")
    decision = Decision.objects.get()
    for _again in range(2):
        telling.tell_decision(request.pk, decision.pk, now=NOW)
    assert sorted(Notice.objects.values_list("reader_id", flat=True)) == sorted([one, two])
    with snapshot() as cursor:
        said = told(cursor, Notice.objects.filter(reader_id=one).get())
    assert said is not None
    assert headline(said) == f"The newsroom answers: {story.article.title}"
    bell = words(alma.get("/_notices").content.decode())
    assert "The newsroom answers" in bell
    assert "page 4" in bell


def test_of_two_editors_the_second_is_told_and_keeps_what_was_written(story: Story, editor: User) -> None:
    asked(story, member("Alma")[0])
    request = Request.objects.get()
    desk = Browser(make_staff("Publia", "publisher"))
    path = f"/_desk/readers-ask/{request.pk}/"
    form = sent(desk, path)
    assert not isinstance(act(request, Act.ACKNOWLEDGE, editor), Denied)
    late = desk.post(path, {**form, "version": "1", "act": "answer", "text": "My long answer."})
    assert late.status_code == 422
    assert "in the meantime" in words(late.content.decode())
    assert "My long answer." in late.content.decode()
    assert Request.objects.get().state == State.ACKNOWLEDGED
    assert act(request, Act.ANSWER, editor, text="Now", seen_version=1) == Denied("request_changed")


def test_who_asked_in_a_duplicate_hears_the_answer_to_the_first(story: Story, editor: User) -> None:
    (alma, _), (bruno, two) = member("Alma"), member("Bruno")
    asked(story, alma)
    first = Request.objects.get()
    asked(story, bruno, kind="wording", text="Which holes?")
    second = Request.objects.exclude(pk=first.pk).get()
    assert act(second, Act.DUPLICATE, editor, target_id=999) == Denied("duplicate_unknown")
    assert not isinstance(act(second, Act.DUPLICATE, editor, target_id=first.pk), Denied)
    assert act(second, Act.ANSWER, editor, text="No") == Denied("request_duplicate")
    assert f"#r-{first.pk}" in str(inline(story).select_one(f"#r-{second.pk}"))
    act(first, Act.DECLINE, editor, text="We cannot name the source.")
    assert "We cannot name the source." in words(page(f"/d/{story.thread}/inline").body)
    telling.tell_decision(first.pk, Decision.objects.get(is_told=True).pk, now=NOW)
    assert Notice.objects.filter(reader_id=two).count() == 1


def test_the_desk_belongs_to_those_who_may_change_the_article(story: Story, editor: User) -> None:
    asked(story, member("Alma")[0])
    request = Request.objects.get()
    mona = make_staff("Mona", "moderator")
    for user in (mona, make_staff("Carla", "contributor")):
        assert Browser(user).get(f"/_desk/readers-ask/{request.pk}/").status_code in {302, 403}, user
        assert act(request, Act.ANSWER, user, text="I say so") == Denied("may_not_answer")
    assert not isinstance(act(request, Act.ACKNOWLEDGE, make_staff("Ines", "author")), Denied)


def test_after_48_hours_without_a_word_the_desk_says_so(story: Story, editor: User) -> None:
    asked(story, member("Alma")[0])
    late = datetime.now(UTC) - timedelta(hours=50)
    Request.objects.update(opened_at=late)
    said = words(Browser(editor).get("/_desk/readers-ask/").content.decode())
    assert "Waits for 50 hours" in said
    act(Request.objects.get(), Act.ACKNOWLEDGE, editor)
    assert "Waits for" not in words(Browser(editor).get("/_desk/readers-ask/").content.decode())


def test_editors_ask_readers_at_a_passage_and_the_comments_since_are_the_answers(story: Story, editor: User) -> None:
    place = address(str(story.article.subject_key), "two empty bolt holes")
    asked(story, member("Early")[0], kind="comment", text="Nobody has asked me yet.")
    Comment.objects.update(time_key=1)
    desk = Browser(editor)
    path = f"/_desk/readers-ask/questions/{story.article.pk}/?passage={place}"
    done = desk.post(path, desk.form(path) | {"act": "ask", "passage": place, "text": "Who was at the pier?"})
    assert done.status_code == 303, words(done.content.decode())
    assert "Who was at the pier?" in inline(story).select_one("[data-question]").get_text()
    asked(story, member("Alma")[0], kind="comment", text="I was.")
    Question.objects.update(asked_at=NOW - timedelta(days=9999))
    assert "1 answer" in inline(story).select_one("[data-question]").get_text()
    twice = questions.ask_readers(
        story.article, thread_id=story.thread, address=place, source="Again?", by=editor, now=NOW
    )
    assert twice == Denied("question_stands")
    asked(story, member("Cora")[0])  # something else stands there, so that the place is looked at
    assert not isinstance(questions.close_question(Question.objects.get().pk, by=editor, now=NOW), Denied)
    assert inline(story).select("[data-question]") == []


# --- sources that readers offer -----------------------------------------------------------------------------------------


def test_an_offered_source_is_public_only_with_consent_and_an_editors_press(story: Story, editor: User) -> None:
    place = address(str(story.article.subject_key), "two empty bolt holes")
    form = f"/_offer/{story.article.pk}?passage={place}"
    browser = Browser()
    first = browser.get(form).content.decode()
    assert "This form is not a secret channel." in first
    values = browser.form(form) | {"text": "The harbour log of March.", "url": "javascript:alert(1)", "contact": "0123"}
    bad = browser.post(form.partition("?")[0], values)
    assert bad.status_code == 422
    assert soup(bad.content.decode()).select_one("#f-url")["aria-invalid"] == "true"
    values |= {"url": "https://log.example.org/march"}
    assert browser.post(form.partition("?")[0], values | {"name": "Alma"}).status_code == 422, "a name without consent"
    assert (
        browser.post(form.partition("?")[0], values | {str(honeypot_of(browser.get(form))["name"]): "x"}).status_code
        == 422
    )
    assert browser.post(form.partition("?")[0], values).status_code == 200
    closed = Offer.objects.get()
    everywhere = page(f"/d/{story.thread}/inline").body + page(story.url).body
    assert "log.example.org" not in everywhere
    refused = offers.publish_offer(closed.pk, note="Look.", by=editor, seen_version=1, now=NOW)
    assert refused == Denied("offer_no_consent")
    values = browser.form(form) | values | {"key": "another-key-of-a-form", "consent": "yes", "name": "Alma  B."}
    assert browser.post(form.partition("?")[0], values).status_code == 200
    offered = Offer.objects.exclude(pk=closed.pk).get()
    assert "harbour log" in words(Browser(editor).get(f"/_desk/readers-ask/offers/{offered.pk}/").content.decode())
    done = offers.publish_offer(offered.pk, note="The port’s log.", by=editor, seen_version=1, now=NOW)
    assert not isinstance(done, Denied)
    box = inline(story).select_one("[data-source]")
    assert words(str(box)).startswith("Source offered by a reader Alma B.")
    assert (box.a["href"], box.a.get_text()) == ("https://log.example.org/march", "log.example.org")
    assert "harbour log of March" not in str(inline(story)), "the sender's words stay with the editors"
    offers.settle_offer(offered.pk, note="", by=editor, seen_version=2, now=NOW)
    assert inline(story).select("[data-source]") == []
    offers.forget_old(NOW + timedelta(days=31))
    assert Offer.objects.get(pk=offered.pk).contact == ""
    offers.forget_old(NOW + timedelta(days=366))
    assert not Offer.objects.filter(pk=offered.pk).exists()


# --- and what goes with it ------------------------------------------------------------------------------------------------


def test_the_rate_is_said_where_readers_look(story: Story, editor: User) -> None:
    alma, _ = member("Alma")
    asked(story, alma)
    asked(story, alma, kind="wording", text="Which?")
    now = datetime.now(UTC)
    Request.objects.update(opened_at=now - timedelta(hours=5))
    act(Request.objects.get(kind="source"), Act.ANSWER, editor, text="This one.", now=now)
    for address_ in (f"/d/{story.thread}/inline", "/corrections"):
        said = words(page(address_, now=now).body)
        assert "Of 2 requests of readers in the last 30 days the newsroom has answered 1; median: 5 hours." in said


def test_the_rate_counts_what_somebody_still_asks_of_an_article_that_is_public(story: Story, editor: User) -> None:
    asked(story, member("Alma")[0], kind="wording", text="Which?")
    now = datetime.now(UTC)
    act(Request.objects.get(), Act.ANSWER, editor, text="This one.", now=now)
    bruno, leaving = member("Bruno")
    asked(story, bruno)

    def counted() -> tuple[int, int]:
        with snapshot() as cursor:
            found = queries.rate(cursor, now=now)
        return found.asked, found.answered

    assert counted() == (2, 1)
    asking.forget_reader(leaving)
    assert counted() == (1, 1)
    ArticlePage.objects.get(pk=story.article.pk).unpublish()
    assert counted() == (0, 0)


def test_other_programs_read_why_somebody_speaks(story: Story, editor: User) -> None:
    alma, _ = member("Alma")
    asked(story, alma)
    asked(story, alma, kind="dispute", text="I counted three.")
    act(Request.objects.get(kind="source"), Act.ANSWER, editor, text="Page 4.")
    import json

    first = json.loads(page(f"/annotations?target={story.url}").body)["first"]
    assert sorted(one["motivation"] for one in first["items"]) == ["assessing", "assessing", "questioning", "replying"]


def test_two_readers_who_are_one_ask_once_and_who_leaves_asks_no_more(story: Story) -> None:
    (alma, one), (bruno, two) = member("Alma"), member("Bruno")
    asked(story, alma)
    bruno.press(f"/_d/request/{Request.objects.get().pk}", act="join")
    asking.merge_askers(two, into=one)
    assert Request.objects.get().asker_count == Asker.objects.count() == 1
    asking.forget_reader(one)
    assert Request.objects.get().asker_count == 0
    assert shown(story) == []


def test_a_passage_is_followed_by_its_words(story: Story, editor: User) -> None:
    asked(story, member("Alma")[0])
    bruno, reader = member("Bruno")
    link = str(inline(story).find("a", string="Follow this passage")["href"])
    form = words(bruno.get(link).content.decode())
    assert "What is said at this passage" in form
    assert "“two empty bolt holes”" in form
    passage = Passage.objects.get().pk
    done = bruno.post(link, bruno.form(link) | {f"mail-passage-{passage}": "now", f"site-passage-{passage}": "yes"})
    assert "Saved." in words(done.content.decode())
    act(Request.objects.get(), Act.ANSWER, editor, text="Page 4.")
    telling.tell_decision(Request.objects.get().pk, Decision.objects.get().pk, now=NOW)
    assert Notice.objects.get(reader_id=reader).about == "passage"
    assert bruno.get(f"/_d/{story.thread}/notify?passage=9{passage}").status_code == 404


def test_every_change_makes_the_pages_stale_that_show_it(story: Story, editor: User) -> None:
    def tags() -> set[str]:
        return set(" ".join(Event.objects.filter(kind__startswith="Feedback").values_list("tags", flat=True)).split())

    asked(story, member("Alma")[0])
    text = Passage.objects.get().text_id
    assert tags() == {f"thread:{story.thread}", f"passages:{text}", "answer-rate"}
    before = Event.objects.count()
    act(Request.objects.get(), Act.ANSWER, editor, text="Here.")
    assert Event.objects.count() == before + 2
