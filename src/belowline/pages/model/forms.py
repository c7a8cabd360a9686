"""Small forms and messages, never cached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from markupsafe import Markup

from belowline.pages.model.discussion import CommentView, PassageView, Reason
from belowline.pages.model.frame import ONE_PAGE, Choice, HeadView, Link, PagerView

if TYPE_CHECKING:
    from belowline.pages.model.notify import LineView


@dataclass(frozen=True, slots=True)
class FormError:
    """`field` is empty when the error belongs to the whole form."""

    field: str
    text: str
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Warned:
    """What a form says once before a text is sent that would be held for its words. `quotes` are those words, marked
    (pages/marked.py); `button` is what its button says from then on."""

    text: str
    quotes: tuple[Markup, ...]
    button: str


@dataclass(frozen=True, slots=True)
class FormView:
    """Any small form. `values` is what the reader wrote before: it is always printed again.

    `token` protects the form, `key` is the idempotency key (empty: the form has none). `comment` is what is answered,
    edited, deleted, reported or voted on. `choices` are the reasons of a report.
    """

    head: HeadView
    action: str
    token: str
    key: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[FormError, ...] = ()
    notice: str = ""
    comment: CommentView | None = None
    thread: Link | None = None
    choices: tuple[Choice, ...] = ()
    is_guest: bool = False
    cancel_url: str = ""
    preview_html: Markup | None = None
    max_length: int = 10_000
    links: tuple[Link, ...] = ()
    next_url: str = ""
    passage: PassageView | None = None
    rules: str = ""  # what a guest accepts by writing
    rules_url: str = ""
    names_url: str = ""  # whom the text may name
    warned: Warned | None = None
    honeypot: str = ""  # the name of the field that nobody sees (pages/honeypot.py); empty: the form has none

    def error(self, field: str) -> str:
        """The field's own error, or nothing."""
        return next((error.text for error in self.errors if error.field == field), "")

    def value(self, field: str) -> str:
        return self.values.get(field, "")


@dataclass(frozen=True, slots=True)
class OwnCommentPage:
    """The author's own view after a write: the comment with its state, and what may still be done to it."""

    head: HeadView
    comment: CommentView
    thread: Link
    text: str
    edit_url: str = ""
    edit_until: datetime | None = None
    delete_url: str = ""
    guest_url: str = ""  # where a guest whose address is not confirmed asks for another mail
    choices_url: str = ""
    decision_url: str = ""  # what was decided about it, and where its author objects


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One decision for a moderator. `reasons` says why it is here, strongest first."""

    comment: CommentView
    thread: Link
    reasons: tuple[Reason, ...]
    reports: int = 0
    notes: tuple[str, ...] = ()
    replies_url: str = ""  # all replies of its author to who reported
    keep: Choice | None = None  # approve or restore
    refuse: Choice | None = None  # reject or remove; needs a ground
    narrower: tuple[Link, ...] = ()  # what else waits of this author, here, for this reason
    author: str = ""  # what the newsroom knows of its author, in one line
    author_url: str = ""  # all of it, and where it is decided
    in_hand: str = ""  # a colleague looks at it


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A discussion in a list, and in a few words how it is kept; empty: as every other one."""

    link: Link
    said: str = ""


@dataclass(frozen=True, slots=True)
class QueuePage:
    head: HeadView
    action: str
    token: str
    items: tuple[QueueItem, ...]
    waiting: int
    queues: tuple[Choice, ...] = ()
    reasons: tuple[Choice, ...] = ()  # the grounds offered for a removal
    pager: PagerView = ONE_PAGE
    narrowed: str = ""  # by what the queue is narrowed down
    whole_url: str = ""
    is_reported: bool = False
    bulk: int = 0  # so many are decided about with one press; 0: not offered
    done: str = ""  # what was decided a moment ago
    undo: int = 0  # the act that undoing names; 0: not any more
    proposed: tuple[KeptLine, ...] = ()  # discussions in which raid mode is proposed


@dataclass(frozen=True, slots=True)
class ActView:
    """One line of the record: what was done, when, by whom, and what they wrote about it."""

    text: str
    at: datetime
    by: str  # empty: a rule
    cause: str = ""
    comment: Link | None = None


@dataclass(frozen=True, slots=True)
class StaffReaderPage:
    """A reader as moderators see them. `standing` is what holds now, in words; empty: nothing was decided."""

    head: HeadView
    form: FormView
    name: str
    known: str
    standing: str
    since: datetime | None
    standings: tuple[Choice, ...]
    lengths: tuple[Choice, ...]
    rules: tuple[Choice, ...]
    acts: tuple[ActView, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class RaidView:
    """Raid mode here or everywhere: what holds, in words, and for how long it can be switched on."""

    text: str
    is_on: bool
    lengths: tuple[Choice, ...]
    proposal: str = ""  # why it is proposed


@dataclass(frozen=True, slots=True)
class StaffDiscussionPage:
    """How one discussion is kept. `form` sets its rules; `zone` is that of its hours."""

    head: HeadView
    form: FormView
    discussion: Link
    said: str
    modes: tuple[Choice, ...]
    waits: tuple[Choice, ...]
    zone: str
    raid: RaidView
    acts: tuple[ActView, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class StaffDiscussionsPage:
    head: HeadView
    form: FormView
    raid: RaidView
    proposed: tuple[KeptLine, ...]
    kept: tuple[KeptLine, ...]
    latest: tuple[KeptLine, ...]
    pager: PagerView = ONE_PAGE


@dataclass(frozen=True, slots=True)
class ListedWord:
    """One line of a list, in words. `value` names it to the form that takes it away; empty: it cannot be, for somebody has
    proposed that, or it is not yet agreed to."""

    term: str
    about: str
    note: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class ProposedChange:
    id: int
    term: str
    about: str
    by: str
    at: datetime
    says: str  # what it is, and whether it counts now
    note: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class WordListPage:
    """One list: what waits for a second person, what is on it, and the form that adds a word."""

    head: HeadView
    form: FormView
    language: str
    proposed: tuple[ProposedChange, ...]
    found: tuple[ListedWord, ...]
    count: int
    wanted: str
    kinds: tuple[Choice, ...]
    severities: tuple[Choice, ...]
    matches: tuple[Choice, ...]
    targets: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    queue: Link


@dataclass(frozen=True, slots=True)
class AppealView:
    """What somebody wrote against a decision, and what came of it; `says` empty: it waits."""

    text: str
    at: datetime
    says: tuple[str, ...] = ()
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """What was decided about whoever reads it. `form` objects; its `notice` says why there is nothing to object to."""

    head: HeadView
    form: FormView
    said: tuple[str, ...]
    at: datetime
    can_object: bool
    appeal: AppealView | None
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class AppealLine:
    link: Link
    at: datetime
    said: str


@dataclass(frozen=True, slots=True)
class StaffAppealsPage:
    head: HeadView
    waiting: tuple[AppealLine, ...]
    answered: tuple[AppealLine, ...]
    queue: Link


@dataclass(frozen=True, slots=True)
class StaffAppealPage:
    """One appeal and the form that answers it. `act` is what it is against."""

    head: HeadView
    form: FormView
    act: ActView
    reader: Link
    appeal: AppealView
    can_answer: bool
    queue: Link


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A page that says one thing: a mail was sent, a link has expired, you are signed out."""

    head: HeadView
    paragraphs: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    code: int = 0  # the HTTP status, where a reader may have to name it
    kept_text: str = ""  # what the reader wrote, when it could not be taken
    retry_seconds: int = 0


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """Some words, and one button for each answer; `field` is the buttons' name."""

    form: FormView
    paragraphs: tuple[str, ...]
    field: str
    answers: tuple[Choice, ...]

    @property
    def head(self) -> HeadView:
        return self.form.head


@dataclass(frozen=True, slots=True)
class WaitingComment:
    id: int
    comment: CommentView
    thread: Link


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """Whose is an address, and which of these comments did its owner write?"""

    head: HeadView
    form: FormView
    name: str
    email: str
    comments: tuple[WaitingComment, ...]
    lines: tuple[LineView, ...] = ()


@dataclass(frozen=True, slots=True)
class GuestPage:
    """What this browser knows of a reader without an account. `address` is masked; `stopped`: why it gets no mail."""

    head: HeadView
    form: FormView
    name: str
    address: str
    is_confirmed: bool
    is_asked: bool
    sign_up: Link
    stopped: str = ""
    can_ask: bool = False
