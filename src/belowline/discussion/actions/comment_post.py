"""Posting a comment or a reply."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, connection

from belowline.accounts import confirming
from belowline.accounts.actions import NewGuest, admit_guest
from belowline.discussion import listing, ports, rows
from belowline.discussion.actions import comment_screen, facts
from belowline.discussion.actions.comment_name import Wanted as WantedNames
from belowline.discussion.actions.comment_name import keep_mentions, wanted_names
from belowline.discussion.actions.states import count_comments, tell
from belowline.discussion.events import CommentHeld, CommentPublished
from belowline.discussion.models import Submission as SubmissionRow
from belowline.discussion.models import Thread
from belowline.domain import markup, screening, tree
from belowline.domain.commenting import (
    CommentState,
    ParentFacts,
    PostingFacts,
    Refused,
    decide_posting,
)
from belowline.outbox.events import record
from belowline.passages.actions.choosing import count_on_passage, keep_passage
from belowline.storage.ids import catch_up_positions, draw_ids, draw_positions
from belowline.storage.turns import one_at_a_time
from belowline.storage.writer import StorageBusy, taken_constraint, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper

    from belowline.passages.actions.choosing import Wanted

# What two transactions on PostgreSQL can both take before either sees the other: the same microsecond, and a position
# whose counter a crash took back. Running again finds the other one's row.
RACES = {"comment_time", "comment_position"}
RETRIES = 5
RETRY_SPREAD_US = 1000
# security.md, S22: a form that is sent again gets the first answer for so long.
SUBMISSIONS_KEPT = timedelta(hours=24)
FORGET_ROWS = 500


@dataclass(frozen=True, slots=True)
class Posted:
    """`is_repeat`: the same form with the same text was sent before, this is the first answer again.
    `is_other_text`: the form was sent before with another text; nothing was stored, editing is the way.
    """

    comment_id: int
    reader_id: int
    state: CommentState
    is_repeat: bool = False
    is_other_text: bool = False


# Nothing is known of how it was sent.
BY_HAND = screening.Sending()


@dataclass(frozen=True, slots=True)
class Submission:
    """What one press of the button carries. `form_key` is the random field of the form, empty for other entrances, with
    whatever else makes two presses different besides the reader, the place and the text; `can_be_asked`: whether a mail
    can be sent to a guest, in `language`; `passage` what the comment speaks of, checked by
    `passages.actions.choosing.wanted_passage`. `asks_again`: its author can still choose other words. `network` is where
    it came from (accounts.networks), `is_network_busy` whether much too much comes from there. On a higher floor, in the
    comment's transaction: `objection` says why it must not be posted, `beside` stores what belongs to it. None of the four
    that can be called is, when the form was sent before."""

    reader: int | NewGuest
    thread_id: int
    parent_id: int | None
    form_key: str = ""
    sending: screening.Sending = BY_HAND
    asks_again: bool = False
    network: str = ""
    is_network_busy: Callable[[], bool] = lambda: False
    can_be_asked: Callable[[], bool] = lambda: False
    language: str = "en"
    passage: Wanted | None = None
    objection: Callable[[], Refused | None] = lambda: None
    beside: Callable[[CursorWrapper, OnPassage], None] | None = None


@dataclass(frozen=True, slots=True)
class OnPassage:
    """A comment on a passage that was stored just now."""

    comment_id: int
    passage_id: int
    thread_id: int
    reader_id: int
    is_published: bool


@dataclass(frozen=True, slots=True)
class Words:
    """A text that was checked and rendered before the writer saw it."""

    rendered: markup.Text
    wording: screening.Wording  # what lists and patterns find in it
    digest: bytes
    names: WantedNames  # whom it may name


def words(source: str, *, language: str, now_us: int) -> Words | Refused:
    """Render and read once, outside the transaction; `language` is the discussion's. 422 with the renderer's code when the
    text cannot be stored."""
    rendered = markup.prepare(source)
    if isinstance(rendered, markup.Problem):
        return Refused(rendered.code, status=422)
    digest = hashlib.sha256(rendered.source.encode()).digest()[:8]
    wording = ports.read_wording(rendered, language, now_us)
    return Words(rendered=rendered, wording=wording, digest=digest, names=wanted_names(rendered.html))


def post_comment(submission: Submission, *, markdown: str, now: datetime) -> Posted | Refused:
    """Store a comment. It is on disk when this returns. Sent twice with one form key, it is stored once."""
    now_us = facts.microseconds(now)
    text = words(markdown, language=thread_language(submission.thread_id), now_us=now_us)
    if isinstance(text, Refused):
        return text
    for is_retry in [False] + [True] * RETRIES:
        try:
            return write(partial(_post, submission, text=text, now_us=now_us, is_retry=is_retry))
        except IntegrityError as error:
            if (taken := taken_constraint(error)) not in RACES:
                raise
            if taken == "comment_position":
                write(partial(_catch_up_positions, submission.thread_id))
    raise StorageBusy


def thread_language(thread_id: int) -> str:
    """Empty for a discussion that does not exist: that is refused later."""
    return Thread.objects.filter(pk=thread_id).values_list("language", flat=True).first() or ""


def forget_submissions(now: datetime) -> None:
    """The worker's clock: answers to forms that nobody sends again, in chunks."""
    before_us = facts.microseconds(now - SUBMISSIONS_KEPT)

    def delete_chunk() -> int:
        old = SubmissionRow.objects.filter(received_us__lt=before_us).values_list("pk", flat=True)[:FORGET_ROWS]
        return SubmissionRow.objects.filter(pk__in=list(old)).delete()[0]

    while write(delete_chunk) == FORGET_ROWS:
        pass


def _catch_up_positions(thread_id: int) -> None:
    with connection.cursor() as cursor:
        catch_up_positions(cursor, thread_id=thread_id)


def _post(submission: Submission, *, text: Words, now_us: int, is_retry: bool) -> Posted | Refused:
    with connection.cursor() as cursor:
        earlier = _earlier_answer(cursor, submission, text=text)
        if earlier is not None:
            return earlier
        if isinstance(submission.reader, int):
            # How much somebody writes is counted from what is stored.
            one_at_a_time(f"writes {submission.reader}")
        refused = submission.objection()
        if refused is not None:
            return refused
        can_be_asked = submission.can_be_asked()  # both count: before any row is locked
        is_network_busy = submission.is_network_busy()
        # Lock the parent first: it must not be deleted between the decision and the insert.
        parent = facts.stored_comment(cursor, submission.parent_id) if submission.parent_id is not None else None
        draft = ports.Draft(
            reader_id=submission.reader if isinstance(submission.reader, int) else None,
            thread_id=submission.thread_id,
            comment_id=None,
            now_us=now_us,
            network=submission.network,
        )
        pace = screening.Pace(is_network_busy=is_network_busy)
        verdict = _decide(cursor, submission, draft, parent=parent, can_be_asked=can_be_asked, pace=pace, text=text)
        if isinstance(verdict, Refused):
            return verdict
        reader_id = submission.reader if isinstance(submission.reader, int) else admit_guest(submission.reader)
        if isinstance(reader_id, Refused):
            return reader_id
        if any(finding.code == screening.UNCONFIRMED for finding in verdict.findings):
            confirming.ask(reader_id, language=submission.language, now=facts.moment(now_us))
        position = draw_positions(cursor, thread_id=submission.thread_id)[0]
        if is_retry:
            # All who met at one microsecond come again together; their positions differ and so part them.
            now_us += position % RETRY_SPREAD_US
        return _store(
            cursor,
            submission,
            draft,
            parent=parent,
            position=position,
            reader_id=reader_id,
            verdict=verdict,
            text=text,
            now_us=now_us,
        )


FIRST_TIME_GUEST = "guest"


def _submission_key(submission: Submission, *, who: int | str = "") -> str:
    """A member's key is bound to the account and the place; a first-time guest's to the unguessable form key."""
    who = who or (submission.reader if isinstance(submission.reader, int) else FIRST_TIME_GUEST)
    bound = f"{who}|{submission.thread_id}|{submission.parent_id}|{submission.form_key}"
    return hashlib.sha256(bound.encode()).hexdigest()


def _earlier_answer(cursor: CursorWrapper, submission: Submission, *, text: Words) -> Posted | None:
    if not submission.form_key:
        return None
    reader_id = submission.reader if isinstance(submission.reader, int) else 0
    key = _submission_key(submission)
    # The same form may be sent several times at once: the later ones wait here until the first has its answer.
    one_at_a_time(key)
    cursor.execute(
        "SELECT s.body_digest, c.id, c.author_id, c.state FROM discussion_submission s "
        # A guest's second press comes with their name remembered: it is still the first-time guest's form.
        "JOIN discussion_comment c ON c.id = s.comment_id WHERE s.key = %s OR (s.key = %s AND c.author_id = %s)",
        [key, _submission_key(submission, who=FIRST_TIME_GUEST), reader_id],
    )
    row = cursor.fetchone()
    if row is None:
        return None
    is_same = bytes(row[0]) == text.digest
    return Posted(row[1], row[2], CommentState(row[3]), is_repeat=is_same, is_other_text=not is_same)


def _decide(
    cursor: CursorWrapper,
    submission: Submission,
    draft: ports.Draft,
    *,
    parent: facts.StoredComment | None,
    can_be_asked: bool,
    pace: screening.Pace,
    text: Words,
) -> screening.Verdict | Refused:
    situation = facts.situation(
        cursor, reader_id=draft.reader_id, thread_id=submission.thread_id, at_most=screening.NEW_AUTHOR_COMMENTS
    )
    mode, kind = situation.mode, situation.kind
    if mode is None:
        return Refused("thread_missing", status=404)
    if kind is None:
        return Refused("reader_missing", status=403)
    decision = decide_posting(
        PostingFacts(
            thread_id=submission.thread_id,
            mode=mode,
            reader_kind=kind,
            are_guests_accepted=settings.CONFIG.discussion.guests != "off",
            parent=None
            if parent is None
            else ParentFacts(parent.id, parent.thread_id, parent.state, parent.is_branch_closed),
            is_parent_missing=parent is None and submission.parent_id is not None,
        )
    )
    if isinstance(decision, Refused):
        return decision
    likeness = screening.Likeness()
    if draft.reader_id is not None:
        likeness = _own_likeness(cursor, submission, reader_id=draft.reader_id, digest=text.digest)
    known = screening.ScreeningFacts(
        wording=text.wording,
        place=screening.Place(mode),
        author=comment_screen.author(situation, now_us=draft.now_us, can_be_asked=can_be_asked),
        rules=comment_screen.rules(),
        pace=pace,
        sending=submission.sending,
        likeness=likeness,
    )
    return comment_screen.screen(cursor, draft, known, asks_again=submission.asks_again)


def _own_likeness(
    cursor: CursorWrapper, submission: Submission, *, reader_id: int, digest: bytes
) -> screening.Likeness:
    """The author's comment with this very text at this very place among their last ten, and how often it stands elsewhere
    in this discussion."""
    cursor.execute(
        "SELECT c.id, coalesce(c.parent_id, 0), r.digest, p.now_start, p.now_end FROM "
        "(SELECT id, thread_id, parent_id, passage_id, revision, state, time_key FROM discussion_comment "
        "WHERE author_id = %s ORDER BY time_key DESC LIMIT 10) c "
        "JOIN discussion_revision r ON r.comment_id = c.id AND r.number = c.revision "
        "LEFT JOIN passages_passage p ON p.id = c.passage_id "
        "WHERE c.thread_id = %s AND c.state IN ('published', 'held')",
        [reader_id, submission.thread_id],
    )
    place = submission.passage.place if submission.passage is not None else None
    here = (submission.parent_id or 0, *((None, None) if place is None else (place.start, place.end)))
    same = [(row[0], (row[1], row[3], row[4])) for row in cursor.fetchall() if bytes(row[2]) == digest]
    return screening.Likeness(
        same_text=next((comment_id for comment_id, where in same if where == here), 0), own_here=len(same)
    )


def _store(
    cursor: CursorWrapper,
    submission: Submission,
    draft: ports.Draft,
    *,
    parent: facts.StoredComment | None,
    position: int,
    reader_id: int,
    verdict: screening.Verdict,
    text: Words,
    now_us: int,
) -> Posted:
    is_published = verdict.outcome is screening.Outcome.PUBLISH
    state = CommentState.PUBLISHED if is_published else CommentState.HELD
    thread_id = submission.thread_id
    comment_id = draw_ids(cursor, "comment")[0]
    if parent is None:
        place = tree.root_place(comment_id)
    else:
        above = tree.Place(parent.depth, parent.root_id, parent.segment, parent.path)
        place = tree.reply_place(comment_id, parent_id=parent.id, parent=above)
        # A clock that was set back must not put a reply before what it answers.
        now_us = max(now_us, parent.time_key + 1)
    if is_published:
        event = record(CommentPublished(thread_id, comment_id, submission.parent_id, reader_id), cursor=cursor)
    else:
        record(CommentHeld(thread_id, comment_id), cursor=cursor)
    passage_id = None
    if submission.passage is not None:
        passage_id = keep_passage(cursor, submission.passage, now=facts.moment(now_us))
    comment = rows.new_comment(
        comment_id,
        place=place,
        thread_id=thread_id,
        author_id=reader_id,
        parent_id=submission.parent_id,
        position=position,
        state=state.value,
        is_listed=is_published,
        published_event=event if is_published else None,
        time_key=facts.free_time_key(cursor, thread_id=thread_id, wanted=now_us),
        passage_id=passage_id,
    )
    rows.insert_comments(cursor, [comment], [revision(comment_id, 1, text=text, now_us=now_us, verdict=verdict)])
    if text.names:
        keep_mentions(cursor, text.names, comment_id=comment_id, thread_id=thread_id, author_id=reader_id)
    if is_published:
        count_comments(cursor, thread_id=thread_id, change=1)
        count_on_passage(cursor, passage_id, change=1)
        listing.show_below(cursor, parent_id=submission.parent_id, now_us=now_us)
    has_findings = bool(verdict.findings)
    stored = ports.Stored(comment_id, thread_id, reader_id, None, state, comment.time_key, has_findings)
    ports.keep_wording(cursor, stored, draft, text.wording)
    tell(cursor, stored)
    if submission.beside is not None and passage_id is not None:
        submission.beside(cursor, OnPassage(comment_id, passage_id, thread_id, reader_id, is_published))
    if submission.form_key:
        cursor.execute(
            "INSERT INTO discussion_submission (key, body_digest, comment_id, outcome, received_us) "
            "VALUES (%s, %s, %s, '{}', %s)",
            [_submission_key(submission), text.digest, comment_id, now_us],
        )
    return Posted(comment_id, reader_id, state)


def revision(comment_id: int, number: int, *, text: Words, now_us: int, verdict: screening.Verdict) -> rows.NewRevision:
    return rows.NewRevision(
        comment_id=comment_id,
        number=number,
        source=text.rendered.source,
        html=text.rendered.html,
        excerpt=text.rendered.excerpt,
        digest=text.digest,
        renderer=markup.RENDERER,
        written_us=now_us,
        is_public=True,
        findings=comment_screen.as_json(verdict),
    )
