"""What the newsroom does to a request. Each act is kept; two editors never both act on what one of them saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from belowline.domain import markup
from belowline.domain.feedback import (
    REASON_CHARACTERS,
    Act,
    ActFacts,
    Impossible,
    Kind,
    State,
    decide_act,
)
from belowline.feedback import rights
from belowline.feedback.actions.asking import renew_counts, waiting_request
from belowline.feedback.events import FeedbackChanged, RequestDecided
from belowline.feedback.models import Decision, Request
from belowline.newsroom.denials import Denied
from belowline.outbox.events import record
from belowline.passages.actions.choosing import locked_text_of
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

    from belowline.accounts.models import User

TOLD = frozenset({State.ANSWERED, State.DECLINED})
_PROBLEMS = {"text_empty": "answer_empty", "text_too_long": "answer_long", "text_too_nested": "answer_nested"}


def rendered(source: str) -> markup.Text | Denied:
    """What editors write at a passage passes the one renderer of readers' texts."""
    text = markup.prepare(source)
    return Denied(_PROBLEMS[text.code]) if isinstance(text, markup.Problem) else text


def act_on(
    request_id: int, act: Act, *, by: User, seen_version: int, now: datetime, text: str = "", target_id: int = 0
) -> Request | Denied:
    """`text` is the answer or the reason, `target_id` the request that this one repeats."""
    answer = rendered(text) if act is Act.ANSWER else None
    if isinstance(answer, Denied):
        return answer
    reason = " ".join(text.split()) if act is Act.DECLINE else ""
    if len(reason) > REASON_CHARACTERS:
        return Denied("reason_long")
    return write(
        lambda: _act(
            request_id,
            act,
            by=by,
            seen_version=seen_version,
            answer=answer,
            reason=reason,
            target_id=target_id,
            now=now,
        )
    )


def _act(
    request_id: int,
    act: Act,
    *,
    by: User,
    seen_version: int,
    answer: markup.Text | None,
    reason: str,
    target_id: int,
    now: datetime,
) -> Request | Denied:
    seen = Request.objects.select_related("article").filter(pk=request_id).first()
    if seen is None or seen.opened_at is None:
        return Denied("request_missing")
    if not rights.may_answer(by, seen.article):
        return Denied("may_not_answer")
    target = Request.objects.filter(pk=target_id).first() if act is Act.DUPLICATE else None
    with connection.cursor() as cursor:
        # In one order, so that two editors who point two requests at each other do not wait for ever.
        texts = {
            passage: locked_text_of(cursor, passage)
            for passage in sorted({one.passage_id for one in (seen, target) if one is not None})
        }
        request = Request.objects.get(pk=request_id)
        if target is not None:
            target.refresh_from_db()
        before = State(request.state)
        asked_anew = waiting_request(request.passage_id, Kind(request.kind)) if act is Act.REOPEN else None
        after = decide_act(
            act,
            ActFacts(
                state=before,
                version=request.version,
                seen_version=seen_version,
                has_text=answer is not None or bool(reason),
                target_state=State(target.state) if target is not None else None,
                is_target_here=target is not None
                and target.article_id == request.article_id
                and target.pk != request.pk
                and target.opened_at is not None,
                is_asked_elsewhere=asked_anew is not None,
            ),
        )
        if isinstance(after, Impossible):
            return Denied(after.code)
        _apply(request, after, answer=answer, reason=reason, target=target, by=by, now=now)
        is_told = after in TOLD and before is not after
        decision = Decision.objects.create(
            request=request,
            at=now,
            by=by,
            act=act,
            before=before,
            after=after,
            text=answer.source if answer is not None else reason or (str(target.pk) if target is not None else ""),
            is_told=is_told,
        )
        renew_counts(cursor, request.passage_id)
        record(FeedbackChanged(request.thread_id, texts[request.passage_id]), cursor=cursor)
        if is_told:
            record(RequestDecided(request.pk, decision.pk), cursor=cursor)
        if target is not None:
            _tell_of(target)
        return request


def _apply(
    request: Request,
    after: State,
    *,
    answer: markup.Text | None,
    reason: str,
    target: Request | None,
    by: User,
    now: datetime,
) -> None:
    request.state = after
    request.version += 1
    request.duplicate_of = target
    request.settled_at = now if after in {*TOLD, State.DUPLICATE} else None
    if after in {State.ACKNOWLEDGED, *TOLD} and request.acknowledged_at is None:
        request.acknowledged_at = now
    request.reason = reason
    if answer is not None:
        request.answer_source, request.answer_html = answer.source, answer.html
        # A better answer is a new one: it says when, and the first one's wait counts in the rate.
        request.answered_at = request.answered_at or now
        request.answered_by = by
    request.save()
    if target is not None:
        # What repeated this one repeats that one now: nobody follows a chain.
        Request.objects.filter(duplicate_of=request).update(duplicate_of=target)


def _tell_of(target: Request) -> None:
    """Whoever asked in a request that repeats an answered one hears of that answer; the others have heard."""
    told = Decision.objects.filter(request=target, is_told=True).order_by("-pk").first()
    if told is not None:
        record(RequestDecided(target.pk, told.pk))
