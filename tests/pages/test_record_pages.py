"""The pages of the public record, as the front would be given them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.newsroom.test_record import edited, staff
from tests.support.cast import NOON
from tests.support.desk import Story, page, publish, soup, words

from belowline.newsroom.models import (
    ArticlePage,
    Correction,
    Ground,
    WithdrawalKind,
    WithdrawnDiscussion,
)
from belowline.newsroom.publishing import history, withdrawal
from belowline.outbox.delivery import Delivered, event_from
from belowline.outbox.models import Event
from belowline.pages.answer import Answer
from belowline.project.handlers import CLOCK, Schedule, hide_discussions

pytestmark = pytest.mark.once

NOTICE = "Two of its three sources have withdrawn what they said."
LATER = NOON + timedelta(days=1)


@pytest.fixture
def story(story_database: None, db: None) -> Story:
    return publish()


def withdrawn(story: Story, kind: str = "withdrawn", discussion: str = "closed") -> Answer:
    by = staff("Hanne")
    withdrawal.ask_for_withdrawal(
        story.article.pk,
        kind=WithdrawalKind(kind),
        text=NOTICE,
        discussion=WithdrawnDiscussion(discussion),
        by=by,
        now=datetime(2026, 3, 15, 9, 0, tzinfo=UTC),
    )
    if kind == "retracted":
        withdrawal.decide_withdrawal(story.article.pk, by=staff("Omar"), now=LATER)
    return page(story.url)


def deliver() -> None:
    """What the worker does with the newest event of this kind."""
    row = Event.objects.filter(kind="ArticleUnpublished").latest("id")
    hide_discussions([Delivered(row.pk, event_from(row.kind, row.payload), NOON)])


def test_the_article_leads_to_its_versions_and_they_show_what_changed(story: Story) -> None:
    edited(story.article, "The pier has three holes.", change_note="We counted again.")
    link = soup(page(story.url).body).find("a", string="Versions of this article")
    assert link is not None
    versions = page(str(link["href"]))
    assert "We counted again." in words(versions.body)
    difference = soup(page("/a/the-gauge/history/2").body)
    assert [one.text for one in difference.select(".passage del")] == ["two"]
    assert [one.text for one in difference.select(".passage ins")] == ["three"]
    assert "noindex" in page("/a/the-gauge/history/2").body
    assert page("/a/the-gauge/history/3").status == 404
    assert f"article:{story.article.pk}" in versions.tags


def test_withheld_words_are_on_no_page_and_the_page_says_why(story: Story) -> None:
    article = edited(story.article, "Ann Weir counted three holes.")
    article = edited(article, "Somebody counted three holes.")
    by = staff("Hanne")
    history.withhold_passage(article.pk, words="Ann Weir", ground=Ground.SAFETY, by=by, now=LATER)
    history.withhold_version(article.pk, number=1, ground=Ground.LAW, by=by, now=LATER)
    pages = [page(f"/a/the-gauge/history{tail}").body for tail in ("", "/1", "/2", "/3")]
    assert not any("Weir" in one for one in pages)
    assert not any("two holes" in one for one in pages)
    assert "Version 1 is withheld because of a legal duty." in words(pages[0])
    assert "Words are withheld in version 2 because of somebody’s safety." in words(pages[0])
    assert history.CUT in pages[3]
    assert not soup(pages[2]).select("ins, del"), "nothing is compared with what is withheld"


def test_corrections_stand_at_the_article_and_in_one_list(story: Story) -> None:
    article = ArticlePage.objects.get(pk=story.article.pk)
    article.corrections = [
        Correction(kind="correction", text="There are three.", was="two", now="three", at=NOON),
        Correction(kind="note", text="We were asked not to print this.", at=NOON, place="top"),
    ]
    article.save_revision().publish()
    own = soup(page(story.url).body)
    log = own.find("section", {"aria-labelledby": "corrections"})
    assert log is not None
    assert "There are three." in log.text
    assert own.body is not None
    assert own.body.text.index("We were asked") < own.body.text.index("The pier has")
    foot = own.find("footer", class_="colophon")
    assert foot is not None
    assert foot.find("a", href="/corrections"), "every page leads to the list"
    listed = page("/corrections")
    assert "Correction" in words(listed.body)
    assert soup(listed.body).find("a", href="/a/the-gauge#corrections")
    assert page("/corrections?page=2").status == 404


@pytest.mark.parametrize(("kind", "names_it"), [("withdrawn", False), ("retracted", True)])
def test_a_notice_stands_where_the_article_was(story: Story, kind: str, names_it: bool) -> None:
    answer = withdrawn(story, kind)
    assert (answer.status, answer.is_indexed) == (410, False)
    assert NOTICE in answer.body
    assert ("The gauge that moved" in answer.body) is names_it
    assert "two holes" not in answer.body
    assert page("/").body.count("/a/the-gauge") == 0
    assert page("/by/ines").status == 404
    assert page("/a/the-gauge/history").status == 404


@pytest.mark.parametrize(("discussion", "status"), [("closed", 200), ("hidden", 404)])
def test_the_discussion_is_kept_closed_or_hidden(story: Story, discussion: str, status: int) -> None:
    withdrawn(story, discussion=discussion)
    deliver()
    thread = page(f"/d/{story.thread}")
    assert thread.status == status
    is_linked = f'href="/d/{story.thread}"' in page(story.url).body
    assert is_linked is (discussion == "closed")
    if status == 200:
        assert "The article was withdrawn." in words(thread.body)


def test_a_byline_leads_to_the_authors_page(story: Story) -> None:
    byline = soup(page(story.url).body).find("a", rel="author")
    assert byline is not None
    own = page(str(byline["href"]))
    assert own.status == 200
    assert "The gauge that moved" in words(own.body)
    assert page("/by/nobody").status == 404


def test_the_worker_looks_at_the_clock() -> None:
    assert [act for _, act in CLOCK]
    assert all(seconds > 0 for seconds, _ in CLOCK)
    assert any(isinstance(act, Schedule) and seconds <= 30 for seconds, act in CLOCK), "articles go live to the minute"
