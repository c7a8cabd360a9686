"""Who may speak under an article: the editor's choice, the topic's, and "no comments" from the first minute."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.support.cast import NOON
from tests.support.desk import page, words

from belowline.discussion.models import Thread
from belowline.newsroom.actions import pages
from belowline.newsroom.body import made
from belowline.newsroom.models import ArticlePage, TopicPage
from belowline.outbox.delivery import Delivered, event_from
from belowline.outbox.models import Event
from belowline.project.handlers import open_discussions

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("served")]


@pytest.fixture
def topic(db: None) -> TopicPage:
    pages.ensure_front_page()
    return pages.create_topic(slug="courts", title="Courts")


def publish(topic: TopicPage, slug: str = "the-trial", mode: str = "") -> ArticlePage:
    return pages.publish_article(
        slug=slug,
        topic=topic,
        headline="The trial",
        blocks=[made.Paragraph("It began.")],
        published_at=NOON,
        discussion_mode=mode,
    )


def choose(page_: ArticlePage | TopicPage, mode: str) -> None:
    page_.refresh_from_db()
    page_.discussion_mode = mode
    page_.save_revision().publish()


@pytest.fixture
def deliver() -> Callable[[], None]:
    """What the worker does with every event since the last call."""
    seen = [0]

    def work() -> None:
        rows = list(Event.objects.filter(kind="ArticlePublished", id__gt=seen[0]).order_by("id"))
        if rows:
            seen[0] = rows[-1].pk
        open_discussions([Delivered(row.pk, event_from(row.kind, row.payload), NOON) for row in rows])

    return work


def test_an_article_without_comments_never_has_a_discussion(topic: TopicPage, deliver: Callable[[], None]) -> None:
    article = publish(topic, mode="none")
    deliver()
    assert not Thread.objects.exists()
    article.save_revision().publish()
    deliver()
    article.unpublish()
    ArticlePage.objects.get(pk=article.pk).save_revision().publish()
    deliver()
    assert not Thread.objects.exists()
    shown = words(page("/a/the-trial").body)
    assert "Write a comment" not in shown


def test_the_topics_choice_holds_for_articles_that_say_nothing(topic: TopicPage, deliver: Callable[[], None]) -> None:
    choose(topic, "none")
    publish(topic)
    publish(topic, "the-verdict", mode="members")
    deliver()
    assert [(one.url, one.mode) for one in Thread.objects.all()] == [("/a/the-verdict", "members")]


@pytest.mark.parametrize(("mode", "is_hidden", "status"), [("none", True, 404), ("closed", False, 200)])
def test_turned_off_later_the_discussion_is_hidden_or_kept_as_chosen(
    topic: TopicPage, deliver: Callable[[], None], mode: str, is_hidden: bool, status: int
) -> None:
    article = publish(topic)
    deliver()
    thread = Thread.objects.get()
    assert page(f"/d/{thread.pk}").status == 200
    choose(article, mode)
    deliver()
    thread.refresh_from_db()
    assert thread.is_hidden is is_hidden
    assert thread.mode == ("closed" if mode == "closed" else "open")
    assert page(f"/d/{thread.pk}").status in {status, 410 if status == 404 else status}
    choose(article, "open")
    deliver()
    thread.refresh_from_db()
    assert (thread.is_hidden, thread.mode) == (False, "open"), "nothing was lost"


def test_a_topic_that_turns_comments_off_does_so_under_its_public_articles(
    topic: TopicPage, deliver: Callable[[], None]
) -> None:
    publish(topic)
    publish(topic, "the-verdict", mode="members")
    deliver()
    choose(topic, "none")
    deliver()
    assert {one.url: one.is_hidden for one in Thread.objects.all()} == {"/a/the-trial": True, "/a/the-verdict": False}
    choose(topic, "premoderated")
    deliver()
    assert Thread.objects.get(url="/a/the-trial").mode == "premoderated"
    assert not Thread.objects.get(url="/a/the-trial").is_hidden
