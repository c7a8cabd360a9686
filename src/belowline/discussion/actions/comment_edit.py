"""Editing one's own comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection

from belowline.discussion import ports
from belowline.discussion.actions import comment_screen, facts, states
from belowline.discussion.actions.comment_name import keep_mentions
from belowline.discussion.actions.comment_post import Posted, Words, revision, words
from belowline.discussion.events import CommentEdited
from belowline.discussion.models import Comment
from belowline.discussion.rows import insert_comments
from belowline.domain import screening
from belowline.domain.commenting import (
    CommentState,
    EditingFacts,
    EditRules,
    Refused,
    decide_editing,
    is_quiet_edit,
)
from belowline.outbox.events import record
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper


def edit_rules() -> EditRules:
    rules = settings.CONFIG.discussion
    return EditRules(rules.edit_minutes, rules.edit_after_reply_minutes, rules.quiet_edit_minutes)


def editing_facts(comment: facts.StoredComment, *, reader_id: int) -> EditingFacts:
    return EditingFacts(
        is_author=comment.author_id == reader_id,
        state=comment.state,
        posted_at=facts.moment(comment.time_key),
        first_reply_at=None if comment.first_reply_us is None else facts.moment(comment.first_reply_us),
        mode=comment.mode,
    )


def edit_comment(
    reader_id: int, *, comment_id: int, markdown: str, now: datetime, asks_again: bool = False
) -> Posted | Refused:
    """Give a comment a new revision. The same text again changes nothing. `asks_again`: the author can still choose other
    words."""
    text = words(markdown, language=_language(comment_id), now_us=facts.microseconds(now))
    if isinstance(text, Refused):
        return text
    return write(lambda: _edit(reader_id, comment_id=comment_id, text=text, now=now, asks_again=asks_again))


def _language(comment_id: int) -> str:
    found = Comment.objects.filter(pk=comment_id).values_list("thread__language", flat=True).first()
    return found or ""


def _edit(reader_id: int, *, comment_id: int, text: Words, now: datetime, asks_again: bool) -> Posted | Refused:
    with connection.cursor() as cursor:
        comment = facts.stored_comment(cursor, comment_id)
        if comment is None:
            return Refused("comment_missing", status=404)
        decision = decide_editing(editing_facts(comment, reader_id=reader_id), rules=edit_rules(), now=now)
        if isinstance(decision, Refused):
            return decision
        if _current_digest(cursor, comment) == text.digest:
            return Posted(comment_id, reader_id, comment.state, is_repeat=True)
        now_us = facts.microseconds(now)
        draft = ports.Draft(reader_id, comment.thread_id, comment_id, now_us)
        verdict = _screen(cursor, comment, draft, text=text, asks_again=asks_again)
        if isinstance(verdict, Refused):
            return verdict
        is_quiet = not decision.is_after_reply and is_quiet_edit(
            posted_at=facts.moment(comment.time_key), now=now, rules=edit_rules()
        )
        if is_quiet or comment.state is CommentState.HELD:
            cursor.execute(
                "UPDATE discussion_revision SET is_public = FALSE WHERE comment_id = %s AND number = %s",
                [comment_id, comment.revision],
            )
        number = comment.revision + 1
        insert_comments(cursor, [], [revision(comment_id, number, text=text, now_us=now_us, verdict=verdict)])
        cursor.execute(
            "UPDATE discussion_comment SET revision = %s, edited_us = CASE WHEN %s THEN edited_us ELSE %s END, "
            "is_edited_after_reply = (is_edited_after_reply OR %s) WHERE id = %s",
            [number, is_quiet, now_us, decision.is_after_reply, comment_id],
        )
        keep_mentions(
            cursor, text.names, comment_id=comment_id, thread_id=comment.thread_id, author_id=comment.author_id
        )
        state = _announce(cursor, comment, verdict=verdict, now=now)
        stored = ports.Stored(comment_id, comment.thread_id, comment.author_id, comment.state, state, now_us)
        ports.keep_wording(cursor, stored, draft, text.wording)
        return Posted(comment_id, comment.author_id, state)


def _current_digest(cursor: CursorWrapper, comment: facts.StoredComment) -> bytes:
    cursor.execute(
        "SELECT digest FROM discussion_revision WHERE comment_id = %s AND number = %s", [comment.id, comment.revision]
    )
    return bytes(cursor.fetchone()[0])


def _screen(
    cursor: CursorWrapper, comment: facts.StoredComment, draft: ports.Draft, *, text: Words, asks_again: bool
) -> screening.Verdict | Refused:
    """An edited text passes the same phases; only a double post cannot happen here."""
    situation = facts.situation(
        cursor, reader_id=comment.author_id, thread_id=comment.thread_id, at_most=screening.NEW_AUTHOR_COMMENTS
    )
    is_held = comment.state is CommentState.HELD
    can_be_asked = is_held and facts.is_unconfirmed(cursor, comment)
    # A guest's comment that a moderator approved is not held again for being a guest's.
    rules = comment_screen.rules() if is_held else screening.Rules(guests=screening.Guests.PUBLISH)
    known = screening.ScreeningFacts(
        wording=text.wording,
        place=screening.Place(comment.mode),
        author=comment_screen.author(situation, now_us=draft.now_us, can_be_asked=can_be_asked),
        rules=rules,
    )
    return comment_screen.screen(cursor, draft, known, asks_again=asks_again)


def _announce(
    cursor: CursorWrapper, comment: facts.StoredComment, *, verdict: screening.Verdict, now: datetime
) -> CommentState:
    if comment.state is CommentState.PUBLISHED and verdict.outcome is screening.Outcome.HOLD:
        states.move(cursor, comment, CommentState.HELD, actor_id=None, reason="edit_screened", now=now)
        return CommentState.HELD
    if comment.state is CommentState.PUBLISHED:
        record(CommentEdited(comment.thread_id, comment.id), cursor=cursor)
    same = comment.state
    now_us = facts.microseconds(now)
    states.tell(cursor, ports.Stored(comment.id, comment.thread_id, comment.author_id, same, same, now_us))
    return same
