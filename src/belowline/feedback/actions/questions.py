"""Editors ask readers something at a passage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from belowline.domain.commenting import Refused
from belowline.feedback import rights
from belowline.feedback.actions.answering import rendered
from belowline.feedback.actions.asking import renew_counts
from belowline.feedback.events import FeedbackChanged, FeedbackTakenBack
from belowline.feedback.models import Question
from belowline.newsroom.denials import Denied
from belowline.outbox.events import record
from belowline.passages.actions.choosing import keep_passage, locked_text_of, wanted_passage
from belowline.storage.reading import snapshot
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

    from belowline.accounts.models import User
    from belowline.newsroom.models import ArticlePage


def ask_readers(
    article: ArticlePage, *, thread_id: int, address: str, source: str, by: User, now: datetime
) -> Question | Denied:
    """`address` names the passage as forms do (domain/anchoring/choosing.py)."""
    if not rights.may_answer(by, article):
        return Denied("may_not_answer")
    text = rendered(source)
    if isinstance(text, Denied):
        return Denied("question_empty") if text.code == "answer_empty" else text
    with snapshot() as cursor:
        wanted = wanted_passage(cursor, str(article.subject_key), address)
    if isinstance(wanted, Refused):
        return Denied("passage_unknown")

    def store() -> Question | Denied:
        with connection.cursor() as cursor:
            passage_id = keep_passage(cursor, wanted, now=now)
            text_id = locked_text_of(cursor, passage_id)
            if Question.objects.filter(passage_id=passage_id, closed_at=None).exists():
                return Denied("question_stands")
            question = Question.objects.create(
                passage_id=passage_id,
                article=article,
                thread_id=thread_id,
                source=text.source,
                html=text.html,
                asked_at=now,
                asked_by=by,
            )
            renew_counts(cursor, passage_id)
            record(FeedbackChanged(thread_id, text_id), cursor=cursor)
            return question

    return write(store)


def close_question(question_id: int, *, by: User, now: datetime) -> Question | Denied:
    """Readers see it no more; the answers are comments, and stay."""

    def change() -> Question | Denied:
        question = Question.objects.select_related("article").filter(pk=question_id, closed_at=None).first()
        if question is None:
            return Denied("question_missing")
        if not rights.may_answer(by, question.article):
            return Denied("may_not_answer")
        with connection.cursor() as cursor:
            text_id = locked_text_of(cursor, question.passage_id)
            question.closed_at, question.closed_by = now, by
            question.save(update_fields=["closed_at", "closed_by"])
            renew_counts(cursor, question.passage_id)
            record(FeedbackTakenBack(question.thread_id, text_id), cursor=cursor)
        return question

    return write(change)
