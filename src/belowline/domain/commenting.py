"""May this reader do this now? Pure decisions on facts that were read inside the writing transaction.

Each decision answers `Allowed` or `Refused`. A refusal is a value with a stable code; `pages.refusals` turns codes
into sentences, and docs/errors.md lists them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class CommentState(StrEnum):
    """Of a comment. Deleted is the author's act, removed is the staff's."""

    PUBLISHED = "published"
    HELD = "held"
    REJECTED = "rejected"
    REMOVED = "removed"
    DELETED = "deleted"


class ThreadMode(StrEnum):
    OPEN = "open"
    MEMBERS = "members"
    PREMODERATED = "premoderated"
    CLOSED = "closed"


class ReaderKind(StrEnum):
    MEMBER = "member"
    GUEST = "guest"
    IMPORTED = "imported"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Allowed:
    is_after_reply: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """code is stable; status is the HTTP status; until says when it would be allowed, if ever; passages are the words that
    it is about: code points of the canonical text that was sent."""

    code: str
    status: int = 403
    until: datetime | None = None
    passages: tuple[tuple[int, int], ...] = ()


Decision = Allowed | Refused
ALLOWED = Allowed()


@dataclass(frozen=True, slots=True)
class EditRules:
    edit_minutes: int = 15
    after_reply_minutes: int = 5
    quiet_minutes: int = 2


@dataclass(frozen=True, slots=True)
class ParentFacts:
    id: int
    thread_id: int
    state: CommentState
    is_branch_closed: bool = False


@dataclass(frozen=True, slots=True)
class PostingFacts:
    """What posting depends on. `parent` is None for a comment at the top; `is_parent_missing` if it does not exist."""

    thread_id: int
    mode: ThreadMode
    reader_kind: ReaderKind
    are_guests_accepted: bool
    parent: ParentFacts | None = None
    is_parent_missing: bool = False


def decide_posting(facts: PostingFacts) -> Decision:
    if facts.is_parent_missing:
        return Refused("parent_missing", status=404)
    if facts.mode is ThreadMode.CLOSED:
        return Refused("thread_closed", status=403)
    if facts.reader_kind not in {ReaderKind.MEMBER, ReaderKind.GUEST}:
        return Refused("reader_cannot_write")
    if facts.reader_kind is ReaderKind.GUEST and (facts.mode is ThreadMode.MEMBERS or not facts.are_guests_accepted):
        return Refused("members_only")
    if facts.parent is not None:
        return _decide_reply(facts.parent, thread_id=facts.thread_id)
    return ALLOWED


def _decide_reply(parent: ParentFacts, *, thread_id: int) -> Decision:
    if parent.thread_id != thread_id:
        return Refused("parent_elsewhere", status=409)
    if parent.state is CommentState.DELETED:
        return Refused("parent_deleted", status=410)
    if parent.state in {CommentState.REMOVED, CommentState.REJECTED}:
        return Refused("parent_removed", status=410)
    if parent.state is CommentState.HELD:
        return Refused("parent_held", status=409)
    if parent.is_branch_closed:
        return Refused("branch_closed")
    return ALLOWED


@dataclass(frozen=True, slots=True)
class EditingFacts:
    is_author: bool
    state: CommentState
    posted_at: datetime
    first_reply_at: datetime | None
    mode: ThreadMode


def edit_deadline(facts: EditingFacts, *, rules: EditRules) -> datetime:
    """Until when the author may edit: 15 minutes; once a reply exists, 5 minutes in any case (product.md, section 2).

    A reply does not cut a running edit short below the 5 minutes, and never prolongs the 15.
    """
    minutes = rules.edit_minutes if facts.first_reply_at is None else rules.after_reply_minutes
    return facts.posted_at + timedelta(minutes=min(minutes, rules.edit_minutes))


def decide_editing(facts: EditingFacts, *, rules: EditRules, now: datetime) -> Decision:
    if not facts.is_author:
        return Refused("not_yours")
    if facts.state not in {CommentState.PUBLISHED, CommentState.HELD}:
        return Refused("comment_gone", status=410)
    if facts.mode is ThreadMode.CLOSED:
        return Refused("thread_closed")
    deadline = edit_deadline(facts, rules=rules)
    if now > deadline:
        return Refused("edit_window_over", until=deadline)
    return Allowed(is_after_reply=facts.first_reply_at is not None and facts.first_reply_at <= now)


def is_quiet_edit(*, posted_at: datetime, now: datetime, rules: EditRules) -> bool:
    """An edit this early corrects a slip and leaves no public revision."""
    return posted_at <= now <= posted_at + timedelta(minutes=rules.quiet_minutes)


def decide_deleting(*, is_author: bool, state: CommentState) -> Decision:
    if not is_author:
        return Refused("not_yours")
    if state not in {CommentState.PUBLISHED, CommentState.HELD}:
        return Refused("comment_gone", status=410)
    return ALLOWED


REPORT_REASONS = frozenset(
    {"insult", "hate", "private", "threat", "child", "intimate", "spam", "illegal", "follows", "other"}
)
# Whom it is about: such a report does not wait behind the others.
REPORT_CONCERNS = frozenset({"about_me", "about_child"})
REPORT_NOTE_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class ReportFacts:
    state: CommentState
    is_author: bool
    is_stranger: bool
    reason: str
    note: str
    concern: str = ""


def decide_reporting(facts: ReportFacts) -> Refused | None:
    """None: the report is taken. Whom somebody follows has to be known: that reason needs a name."""
    if facts.state in {CommentState.HELD, CommentState.REJECTED}:
        return Refused("comment_missing", status=404)
    if facts.state is not CommentState.PUBLISHED:
        return Refused("comment_gone", status=410)
    if facts.is_author:
        return Refused("report_own", status=409)
    if facts.reason not in REPORT_REASONS:
        return Refused("report_reason_missing", status=422)
    if facts.concern and facts.concern not in REPORT_CONCERNS:
        return Refused("choice_unknown", status=400)
    if len(facts.note) > REPORT_NOTE_CHARACTERS:
        return Refused("report_note_long", status=422)
    return Refused("report_needs_name") if facts.reason == "follows" and facts.is_stranger else None


def decide_stopping(*, is_author: bool, state: CommentState) -> Refused | None:
    """May the author stop the replies to this comment, or take them again? None: yes."""
    if not is_author:
        return Refused("not_yours")
    return None if state is CommentState.PUBLISHED else Refused("comment_gone", status=410)


def decide_ignoring(*, is_self: bool, count: int, most: int) -> Refused | None:
    """`count` are ignored already. None: yes."""
    if is_self:
        return Refused("ignore_yourself", status=409)
    return Refused("ignored_full", status=409) if count >= most else None


@dataclass(frozen=True, slots=True)
class VotingFacts:
    state: CommentState
    is_author: bool
    reader_kind: ReaderKind
    are_guest_votes_accepted: bool
    mode: ThreadMode
    is_confirmed: bool = False


def decide_voting(facts: VotingFacts, *, value: int) -> Decision:
    """value: 1 helpful, -1 not helpful, 0 takes the vote back."""
    if value not in {-1, 0, 1}:
        return Refused("vote_unknown", status=400)
    if facts.is_author:
        return Refused("own_comment", status=409)
    if facts.state is not CommentState.PUBLISHED:
        return Refused("comment_gone", status=410)
    if facts.reader_kind is ReaderKind.GUEST and not facts.are_guest_votes_accepted:
        return Refused("members_only")
    if facts.reader_kind is ReaderKind.GUEST and not facts.is_confirmed:
        return Refused("address_unconfirmed")
    if facts.reader_kind not in {ReaderKind.MEMBER, ReaderKind.GUEST}:
        return Refused("reader_cannot_write")
    if facts.mode is ThreadMode.CLOSED:
        return Refused("thread_closed")
    return ALLOWED


# Which staff act leads from which states to which one.
STAFF_ACTS: dict[str, tuple[frozenset[CommentState], CommentState]] = {
    "approve": (frozenset({CommentState.HELD, CommentState.REJECTED}), CommentState.PUBLISHED),
    "reject": (frozenset({CommentState.HELD}), CommentState.REJECTED),
    "remove": (frozenset({CommentState.PUBLISHED, CommentState.HELD}), CommentState.REMOVED),
    "restore": (frozenset({CommentState.REMOVED}), CommentState.PUBLISHED),
}


def decide_staff_act(act: str, *, state: CommentState) -> CommentState | Refused:
    """The state after the act, or why not: another moderator may have been faster."""
    if act not in STAFF_ACTS:
        return Refused("act_unknown", status=400)
    allowed_from, after = STAFF_ACTS[act]
    return after if state in allowed_from else Refused("state_changed", status=409)


def counts_visible_us(*, posted_us: int, votes: int, hide_minutes: int, hide_votes: int) -> int | None:
    """When the vote counts of a comment show, in microseconds of Unix time; None if they already may, whatever the
    clock says."""
    return None if votes >= hide_votes else posted_us + hide_minutes * 60_000_000
