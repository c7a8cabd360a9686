"""What the templates are given: finished facts, frozen.

A template decides nothing. Whoever builds a view has already chosen: whether counts are hidden, which links exist, what
the excerpt says. `None` and empty tuples mean "not there", and the template then prints nothing. Every URL is finished
(path, query, fragment); every moment is an aware datetime, printed in the newsroom's zone; every `Markup` has passed the
one sanitiser. Nothing here may differ between two readers of a public page.
"""

from belowline.pages.model.article import (
    ArticleView,
    CorrectionView,
    DiscussionLine,
    FrontView,
    PictureView,
    SourceView,
    TeaserView,
    TopicBlock,
    TopicView,
)
from belowline.pages.model.discussion import (
    NOTHING,
    SECTION_SIZE,
    ArticlePage,
    BranchPage,
    CommentState,
    CommentView,
    DiscussionsPage,
    EditedView,
    HistoryPage,
    MoreReplies,
    RepliesView,
    ReplyTo,
    RevisionView,
    ThreadPage,
    ThreadView,
    in_sections,
)
from belowline.pages.model.forms import FormError, FormView, MessagePage, OwnCommentPage, QueueItem, QueuePage
from belowline.pages.model.frame import Choice, HeadView, LanguageLink, Link, PagerView, SiteView
from belowline.pages.model.record import (
    AuthorView,
    ChangeView,
    CorrectionsPage,
    DifferencePage,
    NoticePage,
    PieceView,
    VersionLine,
    VersionsPage,
)

__all__ = [
    "NOTHING",
    "SECTION_SIZE",
    "ArticlePage",
    "ArticleView",
    "AuthorView",
    "BranchPage",
    "ChangeView",
    "Choice",
    "CommentState",
    "CommentView",
    "CorrectionView",
    "CorrectionsPage",
    "DifferencePage",
    "DiscussionLine",
    "DiscussionsPage",
    "EditedView",
    "FormError",
    "FormView",
    "FrontView",
    "HeadView",
    "HistoryPage",
    "LanguageLink",
    "Link",
    "MessagePage",
    "MoreReplies",
    "NoticePage",
    "OwnCommentPage",
    "PagerView",
    "PictureView",
    "PieceView",
    "QueueItem",
    "QueuePage",
    "RepliesView",
    "ReplyTo",
    "RevisionView",
    "SiteView",
    "SourceView",
    "TeaserView",
    "ThreadPage",
    "ThreadView",
    "TopicBlock",
    "TopicView",
    "VersionLine",
    "VersionsPage",
    "in_sections",
]
