"""Who may ask the author of a comment for a source, and what the author may answer. Neither changes any order."""

from __future__ import annotations

from dataclasses import dataclass

from belowline.domain.commenting import CommentState, ReaderKind, Refused, ThreadMode
from belowline.domain.markup import links

# What is changed more often than this is no slip any more.
CHANGES_MAX = 20


@dataclass(frozen=True, slots=True)
class AskingFacts:
    """`is_confirmed`: a guest has shown that the address is theirs; of members it is not asked."""

    state: CommentState
    mode: ThreadMode
    is_author: bool
    reader_kind: ReaderKind
    is_confirmed: bool


def decide_asking(facts: AskingFacts, *, is_taking_back: bool = False) -> Refused | None:
    """None: yes. What was asked can be taken back at any time, as long as the comment stands."""
    if facts.state in {CommentState.HELD, CommentState.REJECTED}:
        return Refused("comment_missing", status=404)
    if facts.state is not CommentState.PUBLISHED:
        return Refused("comment_gone", status=410)
    if is_taking_back:
        return None
    if facts.is_author:
        return Refused("ask_own", status=409)
    if facts.reader_kind is ReaderKind.GUEST and not facts.is_confirmed:
        return Refused("ask_unconfirmed")
    if facts.reader_kind not in {ReaderKind.MEMBER, ReaderKind.GUEST}:
        return Refused("reader_cannot_write")
    return Refused("thread_closed") if facts.mode is ThreadMode.CLOSED else None


@dataclass(frozen=True, slots=True)
class GivingFacts:
    """`asks` readers ask now; `changes` links were given, changed and withdrawn before; `has_source`: one stands."""

    state: CommentState
    mode: ThreadMode
    is_author: bool
    asks: int
    changes: int
    has_source: bool


def decide_giving(facts: GivingFacts, *, is_withdrawing: bool = False) -> Refused | None:
    """May the author attach a link, or another one, or take it away? None: yes.

    What everybody sees unanswered can be answered in a closed discussion, too. Where each text is read by a moderator
    first, a link does not slip past them.
    """
    if not facts.is_author:
        return Refused("not_yours")
    if facts.state is not CommentState.PUBLISHED:
        return Refused("comment_gone", status=410)
    if is_withdrawing:
        return None
    if not facts.asks and not facts.has_source:
        return Refused("source_not_asked", status=409)
    if facts.mode is ThreadMode.PREMODERATED:
        return Refused("source_premoderated")
    return Refused("source_changes", status=409) if facts.changes >= CHANGES_MAX else None


def source_address(typed: str) -> str | Refused:
    """The address in canonical form: absolute, http or https, by the rule for every link in a comment."""
    target = links.web_target(typed)
    return Refused("source_address", status=422) if target is None else target


def source_host(address: str) -> str:
    """The host of a canonical address, as people should read it."""
    return links.shown_host(links.host_of(address))
