"""Below the line: comments, threads, and the pages that show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from markupsafe import Markup

from belowline.pages.model.article import ArticleView, DiscussionLine
from belowline.pages.model.frame import ONE_PAGE, Choice, HeadView, Link, PagerView
from belowline.pages.model.live import LiveView
from belowline.pages.model.meter import MeterView

# One `content-visibility` section per 50 comments: per comment it costs seconds of style recalculation on large pages,
# per section it is the fastest of all (measured at 200 to 10,000 comments) and permalinks land where they should.
SECTION_SIZE = 50
NOTHING = Markup("")


def in_sections(comments: Iterable[CommentView], *, size: int = SECTION_SIZE) -> tuple[tuple[CommentView, ...], ...]:
    """The comments of a page, in order, cut into sections of `size`; nothing for no comments."""
    row = tuple(comments)
    return tuple(row[start : start + size] for start in range(0, len(row), size))


class CommentState(StrEnum):
    """How a comment is shown. Deleted is the author's word, removed is the staff's."""

    PUBLISHED = "published"
    DELETED = "deleted"
    REMOVED = "removed"
    HELD = "held"
    UNCONFIRMED = "unconfirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """The parent in one line: at most 80 characters of it, without markup. Empty for a parent that is gone."""

    url: str  # a fragment of this page, or the parent's permalink
    number: int
    name: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class EditedView:
    """`history_url` is empty while there is no public revision."""

    at: datetime
    history_url: str = ""
    is_after_reply: bool = False


@dataclass(frozen=True, slots=True)
class RepliesView:
    """All replies below one comment. `is_folded`: they are left out of this page, and `url` brings them back."""

    count: int
    url: str
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class MoreReplies:
    """Replies to `number` by `name` that did not fit here. `depth` is that of the missing replies."""

    count: int
    url: str
    number: int
    name: str
    depth: int


@dataclass(frozen=True, slots=True)
class PassageView:
    """What of the article a comment speaks of. `quote` is what stands there now, or, of an orphan, what stood there;
    `older` what it was when somebody chose it, where that differs. `url` leads to it, and is empty where nothing is left.

    `state` is a State of the anchors, or "withheld": then there are no words.
    """

    quote: str
    state: str
    url: str = ""
    older: str = ""
    changed_at: datetime | None = None
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class AskedView:
    """`asks` readers ask for a source, and `given` is the link that the author gave; empty while there is none. `page_url`
    is where others join, and where the author answers."""

    asks: int
    page_url: str
    given: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a comment waits, or came to the moderators: a sentence, and the passages of the text that it is about, marked
    (pages/marked.py)."""

    text: str
    quotes: tuple[Markup, ...] = ()
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class CommentView:
    """One comment or tombstone.

    `depth` is relative to the page's root (1 = not indented), `level` is the true one and is spoken in the heading.
    `number` is the permanent number in the thread. `up` and `down` are votes as cast, `counted_less` says how many of
    them weigh less; with `counts_hidden` none of the three is printed. Empty control URLs print no control.
    """

    id: int
    number: int
    depth: int
    level: int
    name: str
    url: str
    at: datetime
    body_html: Markup = NOTHING
    language: str = ""  # only when it differs from the page's
    state: CommentState = CommentState.PUBLISHED
    reason: str = ""  # why it was removed, held or rejected, when that is public
    reasons: tuple[Reason, ...] = ()  # why it waits, for its author alone
    badges: tuple[str, ...] = ()
    reply_to: ReplyTo | None = None
    root_url: str = ""
    next_url: str = ""
    up: int = 0
    down: int = 0
    counted_less: int = 0
    counts_hidden: bool = False
    votes: bool = True
    reply_url: str = ""
    is_stopped: bool = False  # its author takes no more replies
    report_url: str = ""
    edited: EditedView | None = None
    replies: RepliesView | None = None  # link to this comment's branch, the hook of folding
    continue_url: str = ""  # its replies are too deep for this page
    after: tuple[MoreReplies, ...] = ()  # branches whose last shown comment this is, innermost first
    seq: int = 0  # outbox position at which it became public; 0 for a comment that is not
    is_long: bool = False
    is_current: bool = False
    is_pinned: bool = False
    passage: PassageView | None = None
    source: AskedView | None = None  # where somebody asked for one, or one was given


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A discussion, or the part of it on this page.

    `sections` holds the comments in document order, at most 50 each (`in_sections`). `position` is the outbox position
    that the page's data had seen. `notice` says why nobody can write here now; `reply_url` is then empty.
    """

    id: int
    position: int
    title: str
    url: str
    count: int
    me_url: str
    vote_url: str
    sort: str = "best"
    view: str = "conversation"
    subject_url: str = ""
    sections: tuple[tuple[CommentView, ...], ...] = ()
    sorts: tuple[Choice, ...] = ()
    views: tuple[Choice, ...] = ()
    sizes: tuple[Choice, ...] = ()
    pager: PagerView = ONE_PAGE
    view_all_url: str = ""
    reply_url: str = ""
    since_url: str = ""
    arrived: str = ""  # heading of the page of what is new
    feed_url: str = ""
    notify_url: str = ""
    inline_url: str = ""
    notice: str = ""
    counts_notice: str = ""

    @property
    def published(self) -> str:
        """When the published comments of the sections became public, in the order of their ids: first, differences."""
        shown = sorted(
            (one.id, one.seq) for part in self.sections for one in part if one.state is CommentState.PUBLISHED
        )
        positions = [seq for _id, seq in shown]
        return " ".join(str(after - before) for before, after in zip([0, *positions], positions, strict=False))


@dataclass(frozen=True, slots=True)
class ThreadPage:
    head: HeadView
    thread: ThreadView


@dataclass(frozen=True, slots=True)
class ArticlePage:
    head: HeadView
    article: ArticleView
    thread: ThreadView | None = None
    meter: MeterView | None = None
    is_handed_out: bool = False  # a draft, under a link for somebody outside
    live: LiveView | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What one member said in one discussion, comment by comment."""

    thread: Link
    comments: tuple[CommentView, ...]


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """A member as everybody sees them. `count` is None where nothing is listed; above `most_counted` it was not counted
    further. `is_silent`: the member lists no comments; `is_closed`: the newsroom closed the account."""

    head: HeadView
    name: str
    face: Markup
    badges: tuple[str, ...]
    since: datetime
    count: int | None
    most_counted: int
    said: tuple[Said, ...] = ()
    is_closed: bool = False
    is_silent: bool = False
    pager: PagerView = ONE_PAGE


@dataclass(frozen=True, slots=True)
class BranchPage:
    """A permalink: every ancestor's name, the last three in full, the comment (`is_current`), its replies."""

    head: HeadView
    thread: ThreadView
    trail: tuple[Link, ...] = ()  # all ancestors, root first, as "#12 Name"
    hidden_ancestors: int = 0
    all_ancestors_url: str = ""
    choices_url: str = ""  # what a reader may decide about the comment
    author: Link | None = None  # its author's profile
    report_url: str = ""
    source_url: str = ""  # where a source is asked for
    own_url: str = ""  # its permalink, whole, to be copied
    ancestors: tuple[CommentView, ...] = ()


@dataclass(frozen=True, slots=True)
class RevisionView:
    number: int
    at: datetime
    body_html: Markup
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class GivenView:
    """A link that an author gave as a source; empty: it was withdrawn then."""

    at: datetime
    url: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    head: HeadView
    number: int
    name: str
    comment_url: str
    revisions: tuple[RevisionView, ...]  # newest first
    sources: tuple[GivenView, ...] = ()  # newest first


@dataclass(frozen=True, slots=True)
class DiscussionsPage:
    head: HeadView
    lines: tuple[DiscussionLine, ...]
    pager: PagerView = ONE_PAGE
