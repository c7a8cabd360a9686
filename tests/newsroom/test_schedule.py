"""Articles that go live by themselves: to the minute, once, whatever happened meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Revision

from belowline.newsroom.models import ArticlePage, ArticleRendering
from belowline.newsroom.publishing import publication, schedule
from belowline.outbox.models import Event
from belowline.project.handlers import SCHEDULE_AGAIN, Schedule
from tests.newsroom.conftest import Newsroom


def scheduled(newsroom: Newsroom, slug: str, *, at: datetime) -> int:
    """An unpublished article whose last revision an editor has approved for that moment."""
    article = newsroom.publish(slug)
    article.unpublish()
    article = ArticlePage.objects.get(pk=article.pk)
    article.title = f"Live: {slug}"
    revision = article.save_revision(approved_go_live_at=at)
    return revision.pk


def published() -> list[int]:
    kinds = Event.objects.filter(kind="ArticlePublished").order_by("id")
    return [event.payload["article_id"] for event in kinds]


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def test_what_is_due_is_published_once_and_what_is_not_waits(newsroom: Newsroom, now: datetime) -> None:
    scheduled(newsroom, "due", at=now - timedelta(seconds=1))
    scheduled(newsroom, "later", at=now + timedelta(minutes=1))
    before = len(published())
    assert schedule.publish_due(now=now) == (1, frozenset())
    assert list(ArticleRendering.objects.values_list("headline", flat=True)) == ["Live: due"]
    assert schedule.publish_due(now=now) == (0, frozenset())
    assert len(published()) == before + 1


def test_after_three_downtimes_each_article_was_published_exactly_once(
    newsroom: Newsroom, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the transaction, within it, and just after it; then everything that came due meanwhile."""
    for number in range(3):
        scheduled(newsroom, f"story-{number}", at=now - timedelta(hours=3 - number))
    before = len(published())

    class Killed(BaseException):
        pass

    def dies(*_: Any, **__: Any) -> None:
        raise Killed

    for place in ("prepare", "update_article"):
        with monkeypatch.context() as patch:
            patch.setattr(publication, place, dies)
            with pytest.raises(Killed):
                schedule.publish_due(now=now)
        assert not ArticleRendering.objects.exists()
    real = schedule._publish

    def dies_after(revision_id: int, *, now: datetime) -> bool:
        real(revision_id, now=now)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(schedule, "_publish", dies_after)
        with pytest.raises(Killed):
            schedule.publish_due(now=now)
    assert list(ArticleRendering.objects.values_list("slug", flat=True)) == ["story-0"]
    assert schedule.publish_due(now=now) == (2, frozenset())
    found = published()[before:]
    assert len(found) == len(set(found)) == 3


def test_one_that_cannot_be_published_holds_up_no_other_and_stays_due(
    newsroom: Newsroom, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = scheduled(newsroom, "broken", at=now - timedelta(hours=2))
    scheduled(newsroom, "whole", at=now - timedelta(hours=1))
    real = publication.prepare

    def picky(page: ArticlePage, **options: Any) -> None:
        if page.slug == "broken":
            raise ValueError("its picture cannot be read")
        real(page, **options)

    with monkeypatch.context() as patch:
        patch.setattr(publication, "prepare", picky)
        assert schedule.publish_due(now=now) == (1, frozenset({broken}))
    assert list(ArticleRendering.objects.values_list("slug", flat=True)) == ["whole"]
    assert schedule.publish_due(now=now) == (1, frozenset())


def test_what_failed_is_left_alone_for_a_while(
    newsroom: Newsroom, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduled(newsroom, "broken", at=now - timedelta(hours=2))
    tried = []

    def fails(page: ArticlePage, **_: Any) -> None:
        tried.append(page.slug)
        raise ValueError

    monkeypatch.setattr(publication, "prepare", fails)
    wake = Schedule()
    for seconds in (0, 10, SCHEDULE_AGAIN.total_seconds() + 1):
        wake(now + timedelta(seconds=seconds))
    assert tried == ["broken", "broken"]


def test_an_editor_who_was_quicker_is_not_published_over(
    newsroom: Newsroom, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = scheduled(newsroom, "the-gauge", at=now - timedelta(seconds=1))
    real = publication.prepare

    def meanwhile(page: ArticlePage, **options: Any) -> None:
        monkeypatch.setattr(publication, "prepare", real)
        article = ArticlePage.objects.get(slug="the-gauge")
        article.title = "By hand"
        article.save_revision().publish()

    monkeypatch.setattr(publication, "prepare", meanwhile)
    assert schedule.publish_due(now=now) == (0, frozenset())
    assert ArticleRendering.objects.get().headline == "By hand"
    assert Revision.objects.get(pk=due).approved_go_live_at is None


def test_an_article_ends_when_its_time_is_over(newsroom: Newsroom, now: datetime) -> None:
    article = newsroom.publish()
    article.expire_at = now - timedelta(seconds=1)
    article.save_revision().publish()
    ArticlePage.objects.filter(pk=article.pk).update(live=True, expired=False)
    schedule.publish_due(now=now)
    assert not ArticlePage.objects.get(pk=article.pk).live
    assert schedule.publish_due(now=now)[0] == 0
