"""What only the desk sees: drafts that waited for a merge, links to drafts, and the task of a review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Page

if TYPE_CHECKING:
    from belowline.accounts.models import User


class AsideDraft(models.Model):
    """What somebody wanted to save when another person had saved meanwhile: kept as it was until they merged it.

    `base` is what both began with, None when it is not kept any more; `wish` is what was pressed (save, publish,
    submit, …). `digest` makes the same form sent twice one row. `revision_id` is the draft that the merge became.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    base = models.JSONField(null=True)
    content = models.JSONField()
    wish = models.CharField(max_length=30)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    merged_at = models.DateTimeField(null=True)
    revision_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "by", "digest"], name="newsroom_aside_draft")]


class PreviewLink(models.Model):
    """A secret address under which somebody outside reads the newest draft. Of its token only the hash is kept."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(_("for whom"), max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["page", "-made_at"], name="newsroom_preview_links")]


class ReviewTask(AbstractGroupApprovalTask):
    """Somebody else reads it before it is published. Who may approve is decided in actions/review.py."""

    class Meta:
        verbose_name = _("review by a second person")
        verbose_name_plural = _("reviews by a second person")

    def get_actions(self, obj: Any, user: User) -> list[tuple[str, str, bool]]:
        from belowline.newsroom.actions import review

        found = super().get_actions(obj, user)
        if review.approval_of(obj, user=user) in review.MAY:
            return list(found)
        return [one for one in found if one[0] != "approve"]

    def on_action(self, task_state: Any, user: User, action_name: str, **options: Any) -> Any:
        from belowline.newsroom.actions import review

        if action_name == "approve":
            options["comment"] = review.approved_comment(task_state, user=user, comment=options.get("comment", ""))
        return super().on_action(task_state, user, action_name, **options)

    @classmethod
    def get_description(cls) -> str:
        return str(_("A member of these groups approves it; nobody approves what they asked for or began themselves."))
