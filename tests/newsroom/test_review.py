"""The way to the reader: who submits, who approves, and who may undo a retraction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Workflow

from belowline.accounts.models import User
from belowline.domain.publishing import State
from belowline.moderation.roles import ensure_roles
from belowline.newsroom.actions import review
from belowline.newsroom.denials import Denied
from belowline.newsroom.models import (
    ArticlePage,
    ArticleRendering,
    ReviewTask,
    Withdrawal,
    WithdrawalKind,
    WithdrawnDiscussion,
)
from belowline.newsroom.publishing import withdrawal
from tests.newsroom.conftest import Newsroom
from tests.newsroom.test_desk import form
from tests.newsroom.test_record import staff

pytestmark = [pytest.mark.urls("tests.newsroom.desk_urls"), pytest.mark.once]


@pytest.fixture
def plain_files(settings: Any) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


def at_the_desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def submitted(newsroom: Newsroom, by: User) -> ArticlePage:
    """A draft that `by` wrote and handed in."""
    add = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", newsroom.topic.pk])
    answer = at_the_desk(by).post(add, form(**{"action-submit": "1"}))
    assert answer.status_code == 302
    return ArticlePage.objects.get()


def state(article: ArticlePage) -> tuple[State | None, State | None]:
    found = review.stage(review.with_stage(ArticlePage.objects.filter(pk=article.pk)).get())
    return found.public, found.draft


def decide(article: ArticlePage, by: User, name: str, comment: str = "") -> None:
    task_state = ArticlePage.objects.get(pk=article.pk).current_workflow_task_state
    task_state.task.specific.on_action(task_state, by, name, **({"comment": comment} if comment else {}))


def test_a_new_newsroom_has_a_review_and_running_again_adds_none(newsroom: Newsroom) -> None:
    ensure_roles()
    ensure_roles()
    assert [one.name for one in Workflow.objects.active()] == ["Review"]
    assert set(ReviewTask.objects.get().groups.values_list("name", flat=True)) == set(review.REVIEWERS)
    assert newsroom.publish().get_workflow().name == "Review"


def test_a_newsroom_that_has_its_own_way_keeps_it(newsroom: Newsroom) -> None:
    ReviewTask.objects.all().delete()
    Workflow.objects.update(name="Four eyes")
    ensure_roles()
    assert not ReviewTask.objects.exists()


def test_a_contributor_submits_an_editor_asks_for_changes_and_approves(newsroom: Newsroom, plain_files: None) -> None:
    kim, hanne = staff("Kim", "contributor"), staff("Hanne", "editor")
    article = submitted(newsroom, kim)
    assert state(article) == (None, State.REVIEW)
    decide(article, hanne, "reject", "Who says so?")
    assert state(article) == (None, State.CHANGES_ASKED)
    edit = reverse("wagtailadmin_pages:edit", args=[article.pk])
    assert "Who says so?" in at_the_desk(kim).get(edit).content.decode()
    assert at_the_desk(kim).post(edit, form(title="With a source", **{"action-submit": "1"})).status_code == 302
    assert state(article) == (None, State.REVIEW)
    decide(article, hanne, "approve")
    assert state(article) == (None, State.APPROVED)
    assert not ArticleRendering.objects.exists(), "approved is not published"
    listing = at_the_desk(hanne).get(reverse("articles:index")).content.decode()
    assert "Approved" in listing
    assert at_the_desk(hanne).post(edit, form(**{"action-publish": "1"})).status_code == 302
    assert state(article) == (State.PUBLISHED, None)


def test_a_text_that_is_changed_after_its_approval_is_a_draft_again(newsroom: Newsroom, plain_files: None) -> None:
    article = submitted(newsroom, staff("Kim", "contributor"))
    decide(article, staff("Hanne", "editor"), "approve")
    ArticlePage.objects.get(pk=article.pk).save_revision()
    assert state(article) == (None, State.DRAFT)


def test_nobody_approves_their_own_text_where_somebody_else_could(newsroom: Newsroom, plain_files: None) -> None:
    hanne, mara = staff("Hanne", "editor"), staff("Mara", "publisher")
    article = submitted(newsroom, hanne)
    task = article.current_workflow_task
    assert [name for name, *_ in task.get_actions(article, hanne)] == ["reject"]
    assert "approve" in [name for name, *_ in task.get_actions(article, mara)]
    with pytest.raises(PermissionDenied):
        decide(article, hanne, "approve")
    page = at_the_desk(hanne).get(reverse("wagtailadmin_pages:edit", args=[article.pk])).content.decode()
    assert "somebody else has to approve it" in page
    answer = at_the_desk(hanne).post(
        reverse("wagtailadmin_pages:edit", args=[article.pk]),
        form(**{"action-workflow-action": "1", "workflow-action-name": "approve"}),
    )
    assert answer.status_code in {200, 302}
    assert state(article) == (None, State.REVIEW)


def test_where_nobody_else_can_the_author_may_after_a_day_and_the_log_says_so(
    newsroom: Newsroom, plain_files: None
) -> None:
    hanne = staff("Hanne", "editor")
    article = submitted(newsroom, hanne)
    with pytest.raises(PermissionDenied):
        decide(article, hanne, "approve")
    task_state = article.current_workflow_task_state
    task_state.started_at = timezone.now() - timedelta(hours=25)
    task_state.save()
    decide(article, hanne, "approve", "It is right.")
    task_state.refresh_from_db()
    assert task_state.comment == "It is right. Decided without a second person."


# --- coming back after a retraction -----------------------------------------------------------------------------------


@pytest.fixture
def retracted(newsroom: Newsroom) -> ArticlePage:
    article = newsroom.publish()
    asked, decided = staff("Hanne"), staff("Mara")
    withdrawal.ask_for_withdrawal(
        article.pk,
        kind=WithdrawalKind.RETRACTED,
        text="Two of its three sources have withdrawn.",
        discussion=WithdrawnDiscussion.HIDDEN,
        by=asked,
        now=timezone.now(),
    )
    withdrawal.decide_withdrawal(article.pk, by=decided, now=timezone.now())
    return ArticlePage.objects.get(pk=article.pk)


def test_no_one_alone_publishes_what_was_retracted(
    newsroom: Newsroom, retracted: ArticlePage, plain_files: None
) -> None:
    hanne = User.objects.get(email="hanne@gauge.example")
    edit = reverse("wagtailadmin_pages:edit", args=[retracted.pk])
    answer = at_the_desk(hanne).post(edit, form(title="Once more", **{"action-publish": "1"}))
    assert answer.status_code == 200
    assert "one person asks for it and another allows it" in answer.content.decode()
    with pytest.raises(withdrawal.StillRetracted):
        retracted.save_revision().publish()
    for later in (timezone.now() + timedelta(days=1), timezone.now() - timedelta(minutes=1)):
        with pytest.raises(withdrawal.StillRetracted):
            retracted.save_revision(approved_go_live_at=later).publish()
    assert not ArticleRendering.objects.exists()
    assert Withdrawal.objects.filter(pk=retracted.pk).exists()


def test_two_people_bring_it_back(newsroom: Newsroom, retracted: ArticlePage, plain_files: None) -> None:
    hanne, mara = (User.objects.get(email=f"{name}@gauge.example") for name in ("hanne", "mara"))
    path = reverse("newsroom_withdraw", args=[retracted.pk])
    at_the_desk(hanne).post(path, {"act": "ask_return", "reason": "The third source has papers that hold."})
    refused = at_the_desk(hanne).post(path, {"act": "allow_return"}).content.decode()
    assert "somebody else has to decide" in refused
    at_the_desk(mara).post(path, {"act": "allow_return"})
    retracted.save_revision().publish()
    assert ArticleRendering.objects.exists()
    assert not Withdrawal.objects.exists()


@pytest.mark.parametrize(("reason", "code"), [("Short.", "return_reason_too_short"), ("x" * 40, "")])
def test_the_return_is_asked_for_with_a_reason(retracted: ArticlePage, reason: str, code: str) -> None:
    by = User.objects.get(email="hanne@gauge.example")
    answer = withdrawal.ask_for_return(retracted.pk, reason=reason, by=by, now=timezone.now())
    assert (answer.code if isinstance(answer, Denied) else "") == code
    assert Group.objects.filter(name="publisher").exists()
