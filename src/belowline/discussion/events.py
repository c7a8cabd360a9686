"""What happens below the line. Ids and numbers only; the tags name the pages that change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from belowline.accounts.events import tag_of
from belowline.outbox.events import OutboxEvent


@dataclass(frozen=True, slots=True)
class ThreadEvent(OutboxEvent):
    thread_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"thread:{self.thread_id}",)

    @property
    def about_thread(self) -> int | None:
        return self.thread_id


@dataclass(frozen=True, slots=True)
class CommentPublished(ThreadEvent):
    """Became public: posted, approved or restored. Its outbox position is the comment's `published_event`."""

    comment_id: int
    parent_id: int | None
    author_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"thread:{self.thread_id}", tag_of(self.author_id))


@dataclass(frozen=True, slots=True)
class CommentHeld(ThreadEvent):
    """Waits for a moderator. No page changes."""

    comment_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class CommentEdited(ThreadEvent):
    comment_id: int


@dataclass(frozen=True, slots=True)
class CommentHidden(ThreadEvent):
    """Was public and is not any more: deleted by its author, removed by staff, or held after an edit.

    Also when a comment that others see as a tombstone above replies goes from one of these states to another.
    """

    is_drop: ClassVar[bool] = True
    comment_id: int
    state: str
    author_id: int = 0

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"thread:{self.thread_id}", tag_of(self.author_id))


@dataclass(frozen=True, slots=True)
class RepliesStopped(ThreadEvent):
    """A comment takes no more replies, or takes them again."""

    comment_id: int


@dataclass(frozen=True, slots=True)
class SourceAsked(ThreadEvent):
    """One reader more asks for a source."""

    comment_id: int
    reader_id: int


@dataclass(frozen=True, slots=True)
class SourceAskTakenBack(ThreadEvent):
    comment_id: int


@dataclass(frozen=True, slots=True)
class SourceGiven(ThreadEvent):
    """Its author gave a source, gave another one, or withdrew it."""

    comment_id: int


@dataclass(frozen=True, slots=True)
class VoteCast(ThreadEvent):
    comment_id: int


@dataclass(frozen=True, slots=True)
class ThreadOpened(ThreadEvent):
    """A new discussion: the list of them changes."""

    @property
    def tags(self) -> tuple[str, ...]:
        return ("discussions",)


@dataclass(frozen=True, slots=True)
class ThreadChanged(ThreadEvent):
    """Mode, title or address of the thread itself."""


@dataclass(frozen=True, slots=True)
class ThreadHidden(ThreadEvent):
    """Its subject was withdrawn: every page of it goes at once."""

    is_drop: ClassVar[bool] = True

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"thread:{self.thread_id}", "discussions")


@dataclass(frozen=True, slots=True)
class ThreadImported(ThreadEvent):
    comments: int


# As many tags as a row of the outbox holds (400 characters), with ids of the most digits.
THREADS_EACH = 14


@dataclass(frozen=True, slots=True)
class AuthorRenamed(OutboxEvent):
    """Comments in these discussions, at most THREADS_EACH, stand under another name."""

    thread_ids: tuple[int, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(f"thread:{one}" for one in self.thread_ids)


@dataclass(frozen=True, slots=True)
class AuthorErased(OutboxEvent):
    """Somebody who wrote in these discussions, at most THREADS_EACH, has left: their name is shown no more."""

    is_drop: ClassVar[bool] = True
    thread_ids: tuple[int, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(f"thread:{one}" for one in self.thread_ids)


@dataclass(frozen=True, slots=True)
class ReadersMerged(OutboxEvent):
    """What was `reader_id`'s is `into`'s. Higher floors move what they keep of readers."""

    reader_id: int
    into: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (tag_of(self.into),)
