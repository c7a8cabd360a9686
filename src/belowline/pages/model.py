"""What the templates are given: finished facts, frozen.

A template decides nothing. Whoever builds a view has already chosen: whether counts are hidden, which links exist, what
the excerpt says. `None` and empty tuples mean "not there", and the template then prints nothing. Every URL is finished
(path, query, fragment); every moment is an aware datetime, printed in the newsroom's zone; every `Markup` has passed the
one sanitiser. Nothing here may differ between two readers of a public page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from markupsafe import Markup

# One `content-visibility` section per 50 comments: per comment it costs seconds of style recalculation on large pages,
# per section it is the fastest of all (measured at 200 to 10,000 comments) and permalinks land where they should.
SECTION_SIZE = 50
NOTHING = Markup("")


# --- the site ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    text: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several links or radio buttons. `help` is one sentence; `value` is used only in forms."""

    text: str
    url: str = ""
    help: str = ""
    value: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class LanguageLink:
    url: str
    name: str  # in its own language
    code: str
    direction: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class SiteView:
    """The frame of every page. `demo` lists the roles of the demo bar; empty outside the demo.

    `account` is the reader's name with the way to sign out: only on uncached pages, None in public bytes.
    """

    name: str
    strap: str
    language: str  # BCP 47, of the page's own words
    direction: str  # ltr | rtl
    home_url: str = "/"
    discussions_url: str = "/d"
    sign_in_url: str = "/_account/sign-in"
    languages: tuple[LanguageLink, ...] = ()
    topics: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()
    demo: tuple[Choice, ...] = ()
    account: Link | None = None


@dataclass(frozen=True, slots=True)
class HeadView:
    """The page's `<head>`. `title` comes without the site's name."""

    title: str
    description: str = ""
    canonical_url: str = ""
    feed_url: str = ""
    image_url: str = ""
    kind: str = "website"  # Open Graph type
    is_indexed: bool = True
    alternates: tuple[LanguageLink, ...] = ()


# --- articles ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SourceView:
    """One `<source>`: all widths of one format."""

    mime_type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class PictureView:
    """`url` is the fallback; `width` and `height` are its pixels and keep its place while it loads."""

    url: str
    width: int
    height: int
    alt: str
    sources: tuple[SourceView, ...] = ()
    full_url: str = ""
    caption: str = ""
    credit: str = ""
    licence: Link | None = None
    place: str = ""
    taken: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionView:
    kind: str  # already in the reader's language: "Correction", "Update"
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class TeaserView:
    """An article on the front page or in a list. `comment_count` None: no discussion."""

    url: str
    headline: str
    standfirst: str
    published_at: datetime
    language: str
    direction: str
    topic: Link | None = None
    kind: str = ""
    authors: tuple[str, ...] = ()
    picture: PictureView | None = None
    comment_count: int | None = None
    comments_url: str = ""


@dataclass(frozen=True, slots=True)
class ArticleView:
    """`body_html` is the stored rendering of the published revision."""

    url: str
    headline: str
    standfirst: str
    body_html: Markup
    published_at: datetime
    language: str
    direction: str
    updated_at: datetime | None = None
    topic: Link | None = None
    kind: str = ""
    bylines: tuple[Link, ...] = ()  # a byline without a page has an empty url
    picture: PictureView | None = None
    share: tuple[Link, ...] = ()
    corrections: tuple[CorrectionView, ...] = ()
    report_error_url: str = ""
    related_title: str = ""
    related: tuple[TeaserView, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicBlock:
    topic: Link
    teasers: tuple[TeaserView, ...]


@dataclass(frozen=True, slots=True)
class DiscussionLine:
    """A discussion in a list. `latest_at` None: nothing was said yet."""

    url: str
    title: str
    count: int
    language: str = ""
    direction: str = ""
    latest_at: datetime | None = None
    latest_name: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class FrontView:
    head: HeadView
    lead: TeaserView | None = None
    secondary: tuple[TeaserView, ...] = ()
    blocks: tuple[TopicBlock, ...] = ()
    discussions: tuple[DiscussionLine, ...] = ()


@dataclass(frozen=True, slots=True)
class PagerView:
    """Numbered pages never change their meaning; `next_url` alone is a keyset page."""

    previous_url: str = ""
    next_url: str = ""
    first_url: str = ""
    pages: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicView:
    head: HeadView
    name: str
    description: str
    teasers: tuple[TeaserView, ...]
    pager: PagerView = PagerView()


# --- the discussion ---------------------------------------------------------------------------------------------------


class CommentState(StrEnum):
    """How a comment is shown. Deleted is the author's word, removed is the staff's."""

    PUBLISHED = "published"
    DELETED = "deleted"
    REMOVED = "removed"
    HELD = "held"
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
    report_url: str = ""
    edited: EditedView | None = None
    replies: RepliesView | None = None  # link to this comment's branch, the hook of folding
    continue_url: str = ""  # its replies are too deep for this page
    after: tuple[MoreReplies, ...] = ()  # branches whose last shown comment this is, innermost first
    seq: int = 0  # outbox position at which it became public; 0 for a comment that is not
    is_long: bool = False
    is_current: bool = False
    is_pinned: bool = False


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
    pager: PagerView = PagerView()
    view_all_url: str = ""
    reply_url: str = ""
    since_url: str = ""
    feed_url: str = ""
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


@dataclass(frozen=True, slots=True)
class BranchPage:
    """A permalink: every ancestor's name, the last three in full, the comment (`is_current`), its replies."""

    head: HeadView
    thread: ThreadView
    trail: tuple[Link, ...] = ()  # all ancestors, root first, as "#12 Name"
    hidden_ancestors: int = 0
    all_ancestors_url: str = ""
    ancestors: tuple[CommentView, ...] = ()


@dataclass(frozen=True, slots=True)
class RevisionView:
    number: int
    at: datetime
    body_html: Markup
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class HistoryPage:
    head: HeadView
    number: int
    name: str
    comment_url: str
    revisions: tuple[RevisionView, ...]  # newest first


@dataclass(frozen=True, slots=True)
class DiscussionsPage:
    head: HeadView
    lines: tuple[DiscussionLine, ...]
    pager: PagerView = PagerView()


# --- forms (never cached) ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FormError:
    """`field` is empty when the error belongs to the whole form."""

    field: str
    text: str


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


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One decision for a moderator. `reasons` says why it is here, strongest first."""

    comment: CommentView
    thread: Link
    reasons: tuple[str, ...]
    reports: int = 0
    keep: Choice | None = None  # approve or restore
    refuse: Choice | None = None  # reject or remove; needs a ground


@dataclass(frozen=True, slots=True)
class QueuePage:
    head: HeadView
    action: str
    token: str
    items: tuple[QueueItem, ...]
    waiting: int
    queues: tuple[Choice, ...] = ()
    reasons: tuple[Choice, ...] = ()  # the grounds offered for a removal
    pager: PagerView = PagerView()


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A page that says one thing: a mail was sent, a link has expired, you are signed out."""

    head: HeadView
    paragraphs: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    kept_text: str = ""  # what the reader wrote, when it could not be taken
    retry_seconds: int = 0


def in_sections(comments: Iterable[CommentView], *, size: int = SECTION_SIZE) -> tuple[tuple[CommentView, ...], ...]:
    """The comments of a page, in order, cut into sections of `size`; nothing for no comments."""
    row = tuple(comments)
    return tuple(row[start : start + size] for start in range(0, len(row), size))
