"""The way to the reader: a review by a second person, and where each article stands.

Contributors and authors submit, whoever may publish approves. Nobody approves what they began or submitted themselves
where somebody else could; where nobody else can, after a day, and the log says so (domain/second_person.py). An approved
text is not public: publishing it, or setting its time, is another decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.fields import CharField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.models import Revision, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from belowline.domain.publishing import Facts, Stage, State, stage_of
from belowline.domain.second_person import Second, may_decide
from belowline.newsroom.models import ArticlePage, ReviewTask, Withdrawal, WithdrawalKind

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from wagtail.models import Page

    from belowline.accounts.models import User

MAY = frozenset({Second.ALLOWED, Second.ALONE})
REVIEWERS = ("editor", "publisher", "administrator")

LABELS = {
    State.DRAFT: pgettext_lazy("state of an article", "Draft"),
    State.REVIEW: gettext_lazy("In review"),
    State.CHANGES_ASKED: gettext_lazy("Changes asked for"),
    State.APPROVED: pgettext_lazy("state of an article", "Approved"),
    State.SCHEDULED: pgettext_lazy("state of an article", "Scheduled"),
    State.PUBLISHED: pgettext_lazy("state of an article", "Published"),
    State.UPDATED: pgettext_lazy("state of an article", "Published, updated"),
    State.WITHDRAWN: pgettext_lazy("state of an article", "Withdrawn"),
    State.RETRACTED: pgettext_lazy("state of an article", "Retracted"),
}


# --- the review -------------------------------------------------------------------------------------------------------


def ensure_review(front: Page) -> None:
    """Every page of the newsroom is reviewed by whoever may publish, unless the newsroom has set up something else."""
    task = ReviewTask.objects.first()
    if task is None:
        # One who has set up a way of their own, or switched ours off, is left alone.
        if Workflow.objects.filter(active=True).exclude(name="Moderators approval").exists():
            return
        # Stored once, in the site's language, and then the newsroom's own to rename.
        task = ReviewTask.objects.create(name=_("Review"))
        workflow = Workflow.objects.create(name=task.name)
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
        WorkflowPage.objects.update_or_create(page=front, defaults={"workflow": workflow})
        # Wagtail's own migration makes one for groups that a newsroom of ours does not have.
        for old in Workflow.objects.filter(name="Moderators approval", active=True):
            WorkflowPage.objects.filter(workflow=old).delete()
            old.deactivate()
    task.groups.add(*Group.objects.filter(name__in=REVIEWERS))


def approval_of(page: Any, *, user: User) -> Second:
    """Whether `user` may approve the review under way."""
    state = page.current_workflow_state
    task_state = state.current_task_state if state else None
    if task_state is None:
        return Second.NO_RIGHT
    own = {state.requested_by_id, getattr(page, "owner_id", None)}
    return may_decide(
        decider_id=user.pk,
        asker_id=user.pk if user.pk in own else None,
        asked_at=task_state.started_at,
        now=timezone.now(),
        holder_ids=reviewers(task_state.task.specific),
    )


def reviewers(task: ReviewTask) -> frozenset[int]:
    """The active users who could approve."""
    users = get_user_model().objects.filter(Q(groups__in=task.groups.all()) | Q(is_superuser=True), is_active=True)
    return frozenset(users.values_list("pk", flat=True))


def approved_comment(task_state: Any, *, user: User, comment: str) -> str:
    """What the log says of the approval. Raises PermissionDenied where somebody else has to approve."""
    from django.core.exceptions import PermissionDenied

    answer = approval_of(task_state.workflow_state.content_object.specific, user=user)
    if answer not in MAY:
        raise PermissionDenied
    alone = _("Decided without a second person.") if answer is Second.ALONE else ""
    return " ".join(part for part in (comment.strip(), alone) if part)


# --- where an article stands ------------------------------------------------------------------------------------------


def with_stage(articles: QuerySet[ArticlePage]) -> QuerySet[ArticlePage]:
    """The articles with what `stage` needs, without a query for each."""
    gone = Withdrawal.objects.filter(article_id=OuterRef("pk"), decided_at__isnull=False)
    reviews = WorkflowState.objects.filter(
        object_id=Cast(OuterRef("pk"), CharField()), base_content_type__model="page"
    ).order_by("-created_at", "-pk")
    scheduled = Revision.page_revisions.filter(
        object_id=Cast(OuterRef("pk"), CharField()), approved_go_live_at__isnull=False
    )
    return articles.annotate(
        gone_as=Subquery(gone.values("kind")[:1]),
        review_status=Subquery(reviews.values("status")[:1]),
        reviewed_at=Subquery(reviews.values("current_task_state__finished_at")[:1]),
        is_scheduled=Exists(scheduled),
    )


def stage(article: Any) -> Stage:
    """Of one article of `with_stage`."""
    saved_at = article.latest_revision_created_at
    return stage_of(
        Facts(
            is_live=article.live,
            is_withdrawn=bool(article.gone_as),
            is_retracted=article.gone_as == WithdrawalKind.RETRACTED,
            is_updated=article.updated_at is not None,
            is_scheduled=article.is_scheduled,
            has_newer_draft=article.has_unpublished_changes,
            review=article.review_status or "",
            is_approved_still=bool(article.reviewed_at and (saved_at is None or article.reviewed_at >= saved_at)),
        )
    )


def stage_words(article: Any) -> str:
    """Such as "Published · In review"."""
    found = stage(article)
    return " · ".join(str(LABELS[one]) for one in (found.public, found.draft) if one is not None)


def stage_lines(article_id: int, *, user: User) -> tuple[str, list[str]]:
    """For the article's own page in the desk: its state, and what that means."""
    article = with_stage(ArticlePage.objects.filter(pk=article_id)).get()
    found = stage(article)
    lines = [str(_LINES[one]) for one in (found.public, found.draft) if one in _LINES]
    if found.draft is State.CHANGES_ASKED and (comment := _last_comment(article)):
        lines.append(comment)
    if found.draft is State.REVIEW:
        answer = approval_of(article, user=user)
        if answer in {Second.NEEDS_ANOTHER, Second.TOO_EARLY}:
            lines.append(str(_WAITS[answer]))
    return stage_words(article), lines


def _last_comment(article: ArticlePage) -> str:
    state = article.current_workflow_state
    return state.current_task_state.comment if state and state.current_task_state else ""


_LINES = {
    State.DRAFT: gettext_lazy("The newest text is a draft: only the newsroom sees it."),
    State.REVIEW: gettext_lazy("It waits for somebody who may approve it."),
    State.CHANGES_ASKED: gettext_lazy("It was read, and changes are asked for. Submit it again when they are made."),
    State.APPROVED: gettext_lazy("It was read and approved, and is not public yet: publish it, or set its time."),
    State.SCHEDULED: gettext_lazy("It is published by itself at the time that was set."),
    State.WITHDRAWN: gettext_lazy("It was taken away; a notice stands at its address."),
    State.RETRACTED: gettext_lazy(
        "It was retracted. Publishing it again takes two people, too: “Withdraw or retract”."
    ),
}
_WAITS = {
    Second.NEEDS_ANOTHER: gettext_lazy("It is your own text: somebody else has to approve it."),
    Second.TOO_EARLY: gettext_lazy(
        "It is your own text, and nobody else may approve it. You can do so yourself 24 hours after you submitted it."
    ),
}
