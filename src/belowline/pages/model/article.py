"""Above the line: articles, teasers, the front page, topics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from belowline.pages.model.frame import ONE_PAGE, HeadView, LanguageLink, Link, PagerView


@dataclass(frozen=True, slots=True)
class SourceView:
    """One `<source>`: all widths of one format."""

    mime_type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class PictureView:
    """`url` is the fallback; `width` and `height` are its pixels and keep its place while it loads. `srcset` has all
    widths of its format. `facts`: an old picture or not, where and when it was taken, in the article's language.
    """

    url: str
    width: int
    height: int
    alt: str
    sources: tuple[SourceView, ...] = ()
    full_url: str = ""
    caption: str = ""
    credit: str = ""
    licence: Link | None = None
    facts: Markup | None = None
    srcset: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionView:
    kind: str  # already in the reader's language: "Correction", "Update"
    at: datetime
    text: str
    was: str = ""
    now: str = ""


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
    notes: tuple[CorrectionView, ...] = ()  # corrections that stand above the text
    corrections: tuple[CorrectionView, ...] = ()
    versions_url: str = ""
    translations: tuple[LanguageLink, ...] = ()
    report_error_url: str = ""
    offer_source_url: str = ""
    marks: Mapping[str, Markup] = field(
        default_factory=dict
    )  # beside the headline, the standfirst and the opening picture
    words: str = ""  # the revision of its words, and the one that the marks belong to where that is another
    choose_url: str = ""
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
    """`beside` stands next to the lead, `row` under both (front_layout.py)."""

    head: HeadView
    lead: TeaserView | None = None
    beside: tuple[TeaserView, ...] = ()
    row: tuple[TeaserView, ...] = ()
    blocks: tuple[TopicBlock, ...] = ()
    discussions: tuple[DiscussionLine, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicView:
    head: HeadView
    name: str
    description: str
    teasers: tuple[TeaserView, ...]
    pager: PagerView = ONE_PAGE
    notify_url: str = ""
