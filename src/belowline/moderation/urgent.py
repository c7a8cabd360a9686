"""Urgent reports: from somebody whose word counts they hide a comment at once, until a person has looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.conf import settings

from belowline.accounts.models import Reader
from belowline.accounts.queries import holders_of
from belowline.discussion.actions import comment_screen, facts, states
from belowline.discussion.models import Revision
from belowline.domain.commenting import CommentState, ReaderKind
from belowline.domain.moderating import ActKind
from belowline.domain.readers import KNOWN_COMMENTS, Standing, in_force, is_new
from belowline.domain.screening import Finding, Outcome
from belowline.domain.urgent import URGENT_REASONS, ReporterFacts, hides_at_once
from belowline.mail.actions import queue_mail
from belowline.moderation.acts import record
from belowline.moderation.models import ReaderStanding, UrgentReport
from belowline.moderation.queries import URGENT
from belowline.moderation.roles import MODERATE

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper

    from belowline.discussion.ports import Stored

KIND = "urgent"


def look(cursor: CursorWrapper, stored: Stored, reason: str, reporter_id: int | None) -> None:
    """A reader has reported a published comment: does that hide it? In the transaction of the report."""
    if reason not in URGENT_REASONS or reporter_id is None:
        return
    now = facts.moment(stored.now_us)
    was_upheld = UrgentReport.objects.filter(comment_id=stored.comment_id, was_right=False).exists()
    if not hides_at_once(reason, _reporter(cursor, reporter_id, now=now), was_upheld=was_upheld):
        return
    comment = facts.stored_comment(cursor, stored.comment_id)
    if comment is None or comment.state is not CommentState.PUBLISHED:
        return
    report = UrgentReport.objects.create(comment_id=comment.id, reporter_id=reporter_id, reason=reason, at=now)
    _note(comment.id, reason)
    states.move(cursor, comment, CommentState.HELD, actor_id=None, reason=URGENT, now=now)
    record(
        ActKind.URGENT_HIDE,
        actor_id=None,
        reader_id=comment.author_id,
        comment_id=comment.id,
        thread_id=comment.thread_id,
        rule=reason if reason == "private" else "",
        detail={"reason": reason},
        now=now,
    )
    for address in on_call():
        queue_mail(
            f"urgent-{report.pk}-{address}",
            to=address,
            language=settings.LANGUAGE_CODE,
            kind=KIND,
            payload={"comment": comment.id, "reason": reason},
        )


def settle(comment_id: int, state: CommentState) -> None:
    """A person has decided, or taken that back: was it right to hide it? Held again, nobody knows yet."""
    was_right = {CommentState.PUBLISHED: False, CommentState.HELD: None}.get(state, True)
    last = UrgentReport.objects.filter(comment_id=comment_id).order_by("-pk").values_list("pk", flat=True).first()
    if last is not None:
        UrgentReport.objects.filter(pk=last).update(was_right=was_right)


def on_call() -> tuple[str, ...]:
    """Who is mailed: as the settings say, or else everybody who may moderate and has an address."""
    chosen = settings.CONFIG.moderation.on_call
    if chosen:
        return tuple(chosen)
    found = Reader.objects.filter(user__in=holders_of(MODERATE)).exclude(user__email="").order_by("pk")
    return tuple(found.values_list("user__email", flat=True))


def _reporter(cursor: CursorWrapper, reader_id: int, *, now: datetime) -> ReporterFacts | None:
    reader = Reader.objects.filter(pk=reader_id, kind=ReaderKind.MEMBER, merged_into=None).first()
    if reader is None:
        return None
    standing = ReaderStanding.objects.filter(reader_id=reader_id).first()
    known = None
    if standing is not None:
        known = in_force(Standing(standing.standing), until=standing.until, now=now)
    count = facts.published_before(cursor, reader_id, at_most=KNOWN_COMMENTS)
    return ReporterFacts(
        is_proved=EmailAddress.objects.filter(user_id=reader.user_id, verified=True).exists(),
        is_new=is_new(joined_at=reader.joined_at, published_before=count, now=now),
        standing=known,
        wrong=UrgentReport.objects.filter(reporter_id=reader_id, was_right=False).count(),
    )


def _note(comment_id: int, reason: str) -> None:
    """Why it waits stands with the words that wait."""
    revision = Revision.objects.filter(comment_id=comment_id).order_by("-number").first()
    if revision is not None:
        finding = Finding("report", Outcome.HOLD, URGENT, {"reason": reason})
        revision.findings = [*(revision.findings or []), comment_screen.as_row(finding)]
        revision.save(update_fields=["findings"])
