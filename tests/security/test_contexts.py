"""S4: what people and editors write never leaves the place where it is printed.

A page with a hostile name or title has the same elements with the same attribute names as its harmless twin.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.discussion.models import Thread
from belowline.newsroom.actions import pages as newsroom
from belowline.newsroom.models import ArticlePage, TopicPage
from belowline.pages import script_words
from tests.domain.allowlist import cases
from tests.support.cast import NOON, Cast, make_reader, posted
from tests.support.desk import (
    Browser,
    Story,
    errors,
    make_member,
    make_staff,
    page,
    publish,
    reader_of,
    script_texts,
    shape,
    soup,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("story_database")]

BREAKOUTS: list[str] = cases("breakouts.txt")
# What Wagtail and the importers let into a title: anything that fits. NUL is refused by PostgreSQL itself.
STORED = [case for case in BREAKOUTS if "\x00" not in case]
NAUGHTY: list[str] = [case for case in cases("naughty_strings.txt") if case.strip() and "\x00" not in case]
HARMLESS = "Plain"


@pytest.fixture
def story(served: None, cast: Cast, settings: Any) -> Story:
    return publish()


def test_there_are_sixty_break_outs() -> None:
    assert len(BREAKOUTS) >= 60
    assert len(set(BREAKOUTS)) == len(BREAKOUTS)


def assert_same_shape(addresses: list[str], before: dict[str, list[Any]], case: str) -> None:
    for address in addresses:
        html = page(address, now=NOON + timedelta(hours=2)).body
        assert shape(html) == before[address], address
        # Data for programs say what was written (tests/pages/test_structured.py); nothing runs them.
        running = soup(html).select("script:not([type='application/ld+json']), style")
        assert "hit(1)" not in "".join(str(one) for one in running), (address, case)


def test_a_hostile_name_stays_inside_its_place_on_every_page(story: Story, cast: Cast) -> None:
    """Names of an import are kept as they are: nobody signs in with them."""
    reader = make_reader("name")
    root = posted(reader, "First", thread=story.thread)
    posted(reader, "Second", thread=story.thread, parent=root, minutes=1)
    actions.edit_comment(reader, comment_id=root, markdown="First, changed", now=NOON + timedelta(minutes=10))
    thread = f"/d/{story.thread}"
    addresses = [
        story.url, thread, f"{thread}?view=timeline", f"{thread}/c/{root}", f"{thread}/c/{root}/history", f"/ar{thread}",
    ]  # fmt: skip
    rename(reader, HARMLESS)
    before = {address: shape(page(address, now=NOON + timedelta(hours=2)).body) for address in addresses}
    for case in [*STORED, *NAUGHTY[::4]]:
        rename(reader, case)
        assert_same_shape(addresses, before, case)
    rename(reader, '"><b>')
    assert '"><b> #1' in soup(page(thread).body).select_one("article h3 bdi").get_text()


def rename(reader: int, name: str) -> None:
    Reader.objects.filter(pk=reader).update(name=name[:80])


def test_a_hostile_title_of_a_discussion_stays_inside_its_place(story: Story, cast: Cast) -> None:
    posted(cast.alice, "First", thread=story.thread)
    thread = f"/d/{story.thread}"
    addresses = ["/d", thread, f"{thread}?view=timeline", "/", f"/ar{thread}"]
    Thread.objects.filter(pk=story.thread).update(title=HARMLESS)
    before = {address: shape(page(address, now=NOON + timedelta(hours=2)).body) for address in addresses}
    for case in [*STORED, *NAUGHTY[::4]]:
        Thread.objects.filter(pk=story.thread).update(title=case[:300])
        assert_same_shape(addresses, before, case)
        title = soup(page(thread).body).title.get_text()
        assert " ".join(title.split()).startswith("Discussion:")


def test_a_hostile_headline_stays_inside_its_place(story: Story, cast: Cast) -> None:
    posted(cast.alice, "First", thread=story.thread)
    addresses = ["/", "/t/the-barrier", story.url, "/d"]
    rewrite(story, HARMLESS)
    before = {address: shape(page(address, now=NOON + timedelta(hours=2)).body) for address in addresses}
    for case in STORED:
        rewrite(story, case)
        assert_same_shape(addresses, before, case)


def rewrite(story: Story, headline: str) -> None:
    """An editor publishes the article anew, with this in every field of words."""
    article = ArticlePage.objects.get(pk=story.article.pk)
    article.title = headline
    for field in ("standfirst", "kicker"):
        setattr(article, field, headline)
    article.save_revision().publish()


def test_a_hostile_topic_stays_inside_its_place_in_the_frame_of_every_page(story: Story) -> None:
    addresses = ["/", "/t/the-barrier", story.url, "/d", f"/d/{story.thread}", "/nothing"]

    def name(title: str) -> None:
        topic = TopicPage.objects.get(slug="the-barrier")
        topic.title = topic.description = title
        topic.save_revision().publish()

    name(HARMLESS)
    before = {address: shape(page(address, now=NOON + timedelta(hours=2)).body) for address in addresses}
    for case in STORED[::4]:
        name(case)
        assert_same_shape(addresses, before, case)


def test_a_hostile_byline_stays_inside_its_place(story: Story) -> None:
    author = newsroom.create_author(slug="ines", name="Ines Marrick")
    before: dict[str, list[Any]] = {}
    for case in [HARMLESS, *STORED[::3]]:
        author.name = case
        author.save()
        rewrite(story, "The gauge that moved")
        for address in ("/", story.url):
            assert shape(page(address).body) == before.setdefault(address, shape(page(address).body)), case


@pytest.mark.parametrize("form", ["own", "delete", "edit", "reply", "vote", "queue", "form"])
def test_a_hostile_name_and_title_stay_inside_their_place_on_personal_and_staff_pages(
    story: Story, cast: Cast, form: str
) -> None:
    member = make_member("Alma")
    mine = posted(reader_of(member), "Mine", thread=story.thread)
    theirs = posted(cast.bob, "Theirs", thread=story.thread)
    posted(make_reader("guest", kind="guest"), "Held", thread=story.thread)
    browser = Browser(make_staff("Mona", "moderator") if form == "queue" else member)
    path = {
        "own": f"/_d/comment/{mine}",
        "delete": f"/_d/comment/{mine}/delete",
        "edit": f"/_d/comment/{mine}/edit",
        "reply": f"/_d/{story.thread}/reply/{theirs}",
        "form": f"/_d/{story.thread}/reply",
        "queue": "/_staff/comments",
        "vote": f"/_d/{story.thread}/vote",
    }[form]

    def shown() -> list[Any]:
        answer = browser.post(path, {"up": str(theirs)}) if form == "vote" else browser.get(path)
        return shape(answer.content.decode())

    before: list[Any] = []
    for case in [HARMLESS, *STORED[::2]]:
        Reader.objects.update(name=case[:80])
        Thread.objects.update(title=case[:300])
        assert shown() == (before or before.extend(shown()) or before), case


@pytest.mark.parametrize("field", ["text", "name", "email", "key"])
def test_what_a_refused_form_gives_back_stays_inside_its_field(story: Story, field: str) -> None:
    browser, path = Browser(), f"/_d/{story.thread}/reply"
    form = browser.form(path)
    before: dict[tuple[str, ...], list[Any]] = {}
    for case in ["Plain", *BREAKOUTS]:
        answer = browser.post(path, form | {"text": "", "name": "1", "email": "x"} | {field: case})
        assert answer.status_code in {303, 422}
        if answer.status_code == 422:
            found = shape(answer.content.decode())
            assert found == before.setdefault(tuple(errors(answer)), found), case
    assert before


def test_a_hostile_place_to_go_afterwards_stays_inside_its_field(story: Story) -> None:
    browser = Browser()
    before = shape(browser.get("/_account/sign-in?next=/d").content.decode())
    plain = shape(browser.get("/_account/sign-in").content.decode())
    for case in BREAKOUTS:
        answer = browser.client.get("/_account/sign-in", {"next": f"/{case}"})
        assert shape(answer.content.decode()) in (before, plain), case


@pytest.mark.parametrize("case", STORED, ids=ascii)
def test_the_scripts_words_stay_plain_values_whatever_a_translator_writes(
    served: None, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    class Catalogue:
        plural = staticmethod(lambda number: int(number != 1))

        def info(self) -> dict[str, str]:
            return {"plural-forms": "nplurals=2; plural=(n != 1);"}

        def gettext(self, text: str) -> str:
            return case

        def ngettext(self, one: str, many: str, number: int) -> str:
            return case

    monkeypatch.setattr(script_words.trans_real, "translation", lambda _language: Catalogue())
    module = script_words.module("en")
    assert case in script_texts(module)


def test_a_plural_rule_that_is_more_than_arithmetic_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Catalogue:
        def info(self) -> dict[str, str]:
            return {"plural-forms": "nplurals=2; plural=alert(1);"}

    monkeypatch.setattr(script_words.trans_real, "translation", lambda _language: Catalogue())
    with pytest.raises(ValueError, match="no plain expression"):
        script_words._plural_rule(Catalogue())
