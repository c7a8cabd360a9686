"""Who reported a comment and left an address is told that it came, and what came of it (Digital Services Act, 16(4, 5))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from belowline.discussion.models import Report
from belowline.domain.commenting import CommentState
from belowline.domain.moderating import UNDO_FOR
from belowline.mail.actions import queue_mail
from belowline.storage.writer import write

if TYPE_CHECKING:
    from collections.abc import Sequence

KIND = "receipt"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`stands`: the comment is public after a person has looked; None: nobody has looked yet."""

    comment_id: int
    thread_id: int
    title: str
    reported_at: datetime
    stands: bool | None


def received(comment_id: int, email: str, *, language: str, now: datetime) -> None:
    """In the transaction of the report."""
    found = Report.objects.filter(comment_id=comment_id, email=email, settled_at=None).order_by("-pk").first()
    if found is not None:
        queue_mail(
            f"report-{found.pk}", to=email, language=language, kind=KIND, payload={"report": found.pk}, due_at=now
        )


def answered(reports: Sequence[int], *, now: datetime) -> None:
    """Once it cannot be undone; the address is then forgotten (forget)."""
    found = Report.objects.filter(pk__in=reports).exclude(email="").select_related("comment__thread")
    for one in found:
        queue_mail(
            f"report-{one.pk}-{int(now.timestamp())}",
            to=one.email,
            language=one.comment.thread.language,
            kind=KIND,
            payload={"report": one.pk, "answers": True},
            due_at=now + UNDO_FOR,
        )


def outcome(report_id: int) -> Outcome | None:
    """None for a report that is gone."""
    found = Report.objects.filter(pk=report_id).select_related("comment__thread").first()
    if found is None:
        return None
    comment = found.comment
    stands = None if found.settled_at is None else comment.state == CommentState.PUBLISHED
    return Outcome(comment.pk, comment.thread_id, comment.thread.title, found.at, stands)


def forget(now: datetime) -> None:
    """The addresses of reports that were settled a day ago."""
    old = Report.objects.exclude(email="").filter(settled_at__lt=now - 144 * UNDO_FOR)
    write(lambda: old.update(email=""))
