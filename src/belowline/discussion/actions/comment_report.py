"""Reporting a comment to the moderators, and settling what was reported. No page changes, and the author is not told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from belowline.discussion import ports
from belowline.discussion.actions import facts
from belowline.discussion.models import Report
from belowline.domain.commenting import CommentState, Refused, ReportFacts, decide_reporting
from belowline.storage.writer import write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

# Beyond these nothing is learned from one report more.
OPEN_MAX = 200


def report_comment(
    reporter_id: int | None,
    *,
    comment_id: int,
    reason: str,
    note: str,
    now: datetime,
    concern: str = "",
    email: str = "",
) -> Refused | None:
    """Store the report; another one of the same reader takes the place of the first. `reporter_id` None: a stranger;
    `concern`: whom it is about (domain.commenting.REPORT_CONCERNS); `email`: where the outcome goes, none: nowhere."""
    return write(
        lambda: _report(
            reporter_id, comment_id=comment_id, reason=reason, note=note, now=now, concern=concern, email=email
        )
    )


def _report(
    reporter_id: int | None, *, comment_id: int, reason: str, note: str, now: datetime, concern: str, email: str
) -> Refused | None:
    with connection.cursor() as cursor:
        comment = facts.stored_comment(cursor, comment_id)
    if comment is None:
        return Refused("comment_missing", status=404)
    refused = decide_reporting(
        ReportFacts(
            state=comment.state,
            is_author=comment.author_id == reporter_id,
            is_stranger=reporter_id is None,
            reason=reason,
            note=note,
            concern=concern,
        )
    )
    if refused is not None:
        return refused
    for code in filter(None, (reason, concern)):
        _tell(comment, code, reporter_id, now=now)
    said = {"reason": reason, "note": note, "concern": concern, "email": email}
    waiting = Report.objects.filter(comment_id=comment_id, settled_at=None)
    if reporter_id is not None and waiting.filter(reporter_id=reporter_id).update(**said):
        return None
    if waiting.count() < OPEN_MAX:
        Report.objects.create(comment_id=comment_id, reporter_id=reporter_id, at=now, **said)
    return None


def _tell(comment: facts.StoredComment, reason: str, reporter_id: int | None, *, now: datetime) -> None:
    now_us = facts.microseconds(now)
    stored = ports.Stored(comment.id, comment.thread_id, comment.author_id, comment.state, comment.state, now_us)
    with connection.cursor() as cursor:
        for tell in ports.reported:
            tell(cursor, stored, reason, reporter_id)


def settle_reports(comment_id: int, *, now: datetime) -> list[int]:
    """A moderator has decided about the comment: the reports that this settled."""
    return write(lambda: _settle(comment_id, now=now))


def _settle(comment_id: int, *, now: datetime) -> list[int]:
    with connection.cursor() as cursor:
        for tell in ports.settled:
            tell(cursor, comment_id)
    waiting = list(Report.objects.filter(comment_id=comment_id, settled_at=None).values_list("pk", flat=True))
    Report.objects.filter(pk__in=waiting).update(settled_at=now)
    return waiting


def open_again(comment_id: int, reports: Sequence[int], *, now: datetime) -> None:
    """These reports were settled by a decision that was undone. Whoever has reported it once more since is not counted
    twice."""

    def change() -> None:
        again = Report.objects.filter(comment_id=comment_id, settled_at=None, reporter__isnull=False)
        reporters = set(again.values_list("reporter_id", flat=True))
        rows = Report.objects.filter(pk__in=reports, comment_id=comment_id).exclude(reporter_id__in=reporters)
        codes = [code for row in rows.order_by("pk").values_list("reason", "concern") for code in row if code]
        rows.update(settled_at=None)
        with connection.cursor() as cursor:
            comment = facts.stored_comment(cursor, comment_id)
        if comment is None or comment.state is not CommentState.PUBLISHED:
            return
        for code in dict.fromkeys(codes):
            _tell(comment, code, None, now=now)

    write(change)
