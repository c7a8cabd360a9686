"""Asking for a source, on its page and below the comment; what names, spoilers and addresses of pictures look like."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tests.support.cast import NOON, Cast, posted
from tests.support.desk import Browser, Story, errors, fields, make_member, page, publish, reader_of, soup, words

from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.discussion.models import Comment, GivenSource, SourceAsk, Thread
from belowline.domain.names import skeleton
from belowline.domain.rates import Rate
from belowline.pages import refusals
from belowline.pages.views import names, sources

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story_database")]


@pytest.fixture
def story(served: None, cast: Cast) -> Story:
    return publish()


@pytest.fixture
def alma(story: Story) -> Browser:
    return Browser(make_member("Alma"))


@pytest.fixture
def claim(alma: Browser, story: Story) -> int:
    return posted(Reader.objects.get(name="Alma").pk, "It was paid twice.", thread=story.thread)


def form(comment: int) -> str:
    return f"/_d/comment/{comment}/source"


def below(story: Story, comment: int) -> str:
    """The line below the comment that everybody sees."""
    found = soup(page(f"/d/{story.thread}").body).select_one(f"#c-{comment} .source")
    return " ".join(found.get_text(" ").split()) if found else ""


def test_readers_ask_and_the_author_answers_and_everybody_sees_it(story: Story, alma: Browser, claim: int) -> None:
    bruno, clara = Browser(make_member("Bruno")), Browser(make_member("Clara"))
    assert below(story, claim) == ""
    assert errors(alma.press(form(claim), act="give", source="https://example.org/")) == [
        refusals.sentence("source_not_asked")
    ]
    assert bruno.press(form(claim), act="ask").status_code == 303
    assert below(story, claim) == "Alma #1 1 reader asks for a source No source given yet"
    clara.press(form(claim), act="ask")
    assert below(story, claim).startswith("Alma #1 2 readers ask for a source")
    assert "You asked for a source." in words(clara.get(form(claim)).content.decode())
    answer = alma.press(form(claim), act="give", source="Council minutes, page 4")
    assert answer.status_code == 422
    assert errors(answer) == [refusals.sentence("source_address")]
    assert fields(answer)["source"] == "Council minutes, page 4", "what was typed is kept"
    alma.press(form(claim), act="give", source="https://ex\u0430mple.org/minutes.pdf")
    assert below(story, claim) == "Source given: xn--exmple-4nf.org Alma #1 2 readers asked for it"
    link = soup(page(f"/d/{story.thread}").body).select_one(".source a[rel*=ugc]")
    assert link["rel"] == ["ugc", "nofollow", "noopener", "noreferrer"]
    clara.press(form(claim), act="leave")
    assert below(story, claim).endswith("1 reader asked for it")
    alma.press(form(claim), act="withdraw")
    assert below(story, claim).endswith("No source given yet")
    history = words(page(f"/d/{story.thread}/c/{claim}/history").body)
    assert "Sources that were given" in history
    assert "withdrawn" in history


def test_nothing_is_asked_by_a_get_and_strangers_are_led_to_sign_in(story: Story, claim: int) -> None:
    stranger, bruno = Browser(), Browser(make_member("Bruno"))
    assert bruno.get(f"{form(claim)}?act=ask").status_code == 200
    answer = stranger.get(form(claim))
    assert answer.status_code == 403
    assert soup(answer.content.decode()).select_one("main a[href*='sign-in']")["href"].endswith("source")
    assert not SourceAsk.objects.exists()
    for state in ("deleted", "removed", "held", "rejected"):
        Comment.objects.filter(pk=claim).update(state=state)
        assert bruno.get(form(claim)).status_code == 404


def test_scripts_are_answered_in_numbers_and_codes(story: Story, alma: Browser, claim: int) -> None:
    bruno = Browser(make_member("Bruno"))

    def send(browser: Browser, **data: str) -> dict[str, object]:
        _status, answer = browser.json(form(claim), data)
        return answer  # type: ignore[no-any-return]

    assert send(bruno, act="ask") == {"comment": claim, "asks": 1, "source": ""}
    assert send(alma, act="ask")["code"] == "ask_own"
    assert send(alma, act="give", source="//example.org")["field"] == "source"
    assert send(bruno, act="shout")["code"] == "choice_unknown"
    Thread.objects.update(mode="premoderated")
    assert send(alma, act="give", source="https://example.org/")["code"] == "source_premoderated"


def test_who_asks_everywhere_has_to_wait_and_nothing_that_was_typed_is_lost(
    story: Story, alma: Browser, claim: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    Browser(make_member("Bruno")).press(form(claim), act="ask")
    monkeypatch.setattr(sources, "RATE", Rate("source", most=1, window=timedelta(hours=1)))
    alma.press(form(claim), act="give", source="https://example.org/a")
    answer = alma.press(form(claim), act="give", source="https://example.org/b")
    assert answer.status_code == 429
    assert fields(answer)["source"] == "https://example.org/b"
    assert GivenSource.objects.count() == 1


def test_a_comment_that_is_gone_shows_no_source(story: Story, alma: Browser, claim: int, cast: Cast) -> None:
    actions.ask_for_source(cast.bob, comment_id=claim, is_asking=True, now=NOON)
    author = Reader.objects.get(name="Alma").pk
    actions.give_source(author, comment_id=claim, url="https://example.org/secret", now=NOON)
    posted(cast.bob, "Where?", thread=story.thread, parent=claim, minutes=1)
    actions.change_state("remove", comment_id=claim, actor_id=cast.mona, reason="spam", now=NOON)
    assert "example.org" not in page(f"/d/{story.thread}").body
    assert page(f"/d/{story.thread}/c/{claim}/history").status == 410


def test_names_spoilers_and_pictures_are_markup_of_the_page_and_not_of_the_text(story: Story, cast: Cast) -> None:
    Reader.objects.filter(pk=cast.bob).update(name="كريم منصور", skeleton=skeleton("كريم منصور"))
    text = "@كريم منصور, ||it sinks||.\n\nhttps://example.org/a/ship.JPG?w=2\n\nSee https://example.org/b.png there."
    comment = posted(cast.alice, text, thread=story.thread)
    shown = soup(page(f"/d/{story.thread}").body).select_one(f"#c-{comment} .text")
    assert shown.select_one("p > bdi").get_text() == "@كريم منصور"
    spoiler = shown.select_one(".spoiler")
    assert (spoiler["tabindex"], spoiler["role"]) == ("0", "group")
    assert spoiler.find("span").get_text() == "it sinks"
    (card,) = shown.select(".card")
    assert card["href"] == "https://example.org/a/ship.JPG?w=2"
    assert card["rel"] == ["ugc", "nofollow", "noopener", "noreferrer"]
    assert "Picture at example.org" in card.get_text()
    assert not shown.select("img, iframe")
    stored = Comment.objects.get(pk=comment).revisions.get().html
    assert "bdi" not in stored
    assert "card" not in stored
    assert "it sinks" not in Comment.objects.get(pk=comment).revisions.get().excerpt


def test_the_names_of_a_discussion_are_offered_and_no_others(
    story: Story, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(make_member("Alma"))
    posted(reader_of(make_member("Bruno")), "Here.", thread=story.thread)
    make_member("Clara")
    assert json.loads(browser.get(f"/_d/{story.thread}/names").content) == {"names": ["Bruno"]}
    assert browser.get("/_d/987654/names").status_code == 404
    monkeypatch.setattr(names, "RATE", Rate("names-few", most=1, window=timedelta(minutes=10)))
    # Those whose network nobody knows share ten times as much.
    answers = [browser.get(f"/_d/{story.thread}/names").status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
