"""Where an article stands on its way to the reader, from facts about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    CHANGES_ASKED = "changes_asked"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Facts:
    """`review` is in_progress, needs_changes, approved or "" (none, or one that is over). `is_approved_still`: nobody
    has saved since the approval."""

    is_live: bool
    is_withdrawn: bool = False
    is_retracted: bool = False
    is_updated: bool = False
    is_scheduled: bool = False
    has_newer_draft: bool = False
    review: str = ""
    is_approved_still: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """`public` is what readers see; `draft` how far the newest draft is, None where there is none of its own."""

    public: State | None
    draft: State | None


def stage_of(facts: Facts) -> Stage:
    """An article that is public can have a draft on its way; one that is not is a draft or was taken away."""
    if not facts.is_live:
        if facts.is_retracted or facts.is_withdrawn:
            gone = State.RETRACTED if facts.is_retracted else State.WITHDRAWN
            return Stage(gone, None if _draft(facts) is State.DRAFT else _draft(facts))
        return Stage(None, _draft(facts))
    public = State.UPDATED if facts.is_updated else State.PUBLISHED
    return Stage(public, _draft(facts) if facts.has_newer_draft else None)


def _draft(facts: Facts) -> State:
    if facts.is_scheduled:
        return State.SCHEDULED
    if facts.review == "in_progress":
        return State.REVIEW
    if facts.review == "needs_changes":
        return State.CHANGES_ASKED
    if facts.review == "approved" and facts.is_approved_still:
        return State.APPROVED
    return State.DRAFT
