"""The public pages: one function each, from an address and a snapshot to an answer with its tags."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from belowline.accounts.events import tag_of as reader_tag
from belowline.discussion.actions.facts import moment
from belowline.discussion.queries import comments, threads
from belowline.domain.asking import source_host
from belowline.domain.commenting import CommentState
from belowline.pages import alternates, articles, links, script_words, thread_news
from belowline.pages.answer import Answer, Ask, BadQuestion, Gone, NotHere, as_number
from belowline.pages.comment_text import shown_text
from belowline.pages.comments import profile_link, shown_name, subject_url
from belowline.pages.model import (
    BranchPage,
    DiscussionLine,
    DiscussionsPage,
    GivenView,
    HeadView,
    HistoryPage,
    Link,
    MessagePage,
    PagerView,
    RevisionView,
    ThreadPage,
)
from belowline.pages.passages import inline_url
from belowline.pages.render import render
from belowline.pages.site import site_view
from belowline.pages.thread import (
    OWN_PAGE_SIZE,
    branch_view,
    context_of,
    conversation_view,
    read_wish,
    timeline_view,
)

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from belowline.discussion.queries.comments import Spot
    from belowline.discussion.queries.threads import ThreadRow

front, topic, article = articles.front, articles.topic, articles.article

DISCUSSIONS_ON_A_PAGE = 50


def _thread(cursor: CursorWrapper, thread_id: int) -> ThreadRow:
    row = threads.thread(cursor, thread_id)
    if row is None:
        raise NotHere
    return row


def _own_address(row: ThreadRow, ask: Ask) -> str:
    """Where a discussion is at home: under its article, in the article's language, or on a page of its own."""
    return subject_url(row) or links.thread(row.id, ask.language)


def _moved(path: str, ask: Ask) -> Answer:
    return Answer("", status=308, location=path, tags=(*_named_tag(ask), "site"))


def _named_tag(ask: Ask) -> tuple[str, ...]:
    """The tag of the thread that an address lies in, or of the member that it names: what is missing there may come, what
    is gone may be restored."""
    match = re.match(r"/([dr])/([1-9][0-9]{0,17})(?:/|$)", ask.path)
    if match is None:
        return ()
    return (f"thread:{match[2]}" if match[1] == "d" else reader_tag(int(match[2])),)


def _spot(cursor: CursorWrapper, thread_id: int, comment_id: int) -> Spot:
    """Where the comment stands. What never was public has no address, so that its id says nothing (NotHere)."""
    spot = comments.spot(cursor, comment_id)
    if spot is None or spot.thread_id != thread_id:
        raise NotHere
    is_known = spot.was_published or spot.is_listed
    if not is_known or (spot.state in {CommentState.HELD, CommentState.REJECTED} and not spot.is_listed):
        raise NotHere
    return spot


def thread(cursor: CursorWrapper, ask: Ask, *, thread_id: int) -> Answer:
    """The discussion's own page: a conversation or the timeline."""
    row = _thread(cursor, thread_id)
    if row.merged_into_id is not None:
        return _moved(links.thread(row.merged_into_id, ask.language), ask)
    wish = read_wish(ask, row, size=OWN_PAGE_SIZE)
    context = context_of(ask, row, wish)
    if "since" in ask.query:
        return thread_news.since_page(cursor, ask, row, context, wish)
    build = timeline_view if wish.view == "timeline" else conversation_view
    view = replace(build(cursor, row, context, wish), inline_url=inline_url(cursor, row, ask.language))
    head = HeadView(
        title=_("Discussion: %(title)s") % {"title": row.title},
        canonical_url=links.absolute(_own_address(row, ask)),
        is_indexed=not ask.query,
    )
    return Answer(
        render("thread.html", site=site_view(cursor, ask), page=ThreadPage(head, view)),
        tags=(f"thread:{row.id}", *context.passage_tags, "site"),
        fresh_until=context.fresh_until,
        is_admitted_late=wish.after is not None,
        is_indexed=not ask.query,
    )


def updates(cursor: CursorWrapper, ask: Ask, *, thread_id: int) -> Answer:
    """JSON: what is new in a discussion. One that was merged or hidden has no news; its new home has its own."""
    row = _thread(cursor, thread_id)
    if row.merged_into_id is not None:
        raise NotHere
    return thread_news.updates(cursor, ask, row, context_of(ask, row, read_wish(ask, row, size=OWN_PAGE_SIZE)))


def branch(cursor: CursorWrapper, ask: Ask, *, thread_id: int, comment_id: int) -> Answer:
    """A permalink: the ancestors above, the comment, its replies. 410, with its context kept, for one that is gone."""
    row = _thread(cursor, thread_id)
    spot = _spot(cursor, thread_id, comment_id)
    is_public = spot.state == CommentState.PUBLISHED
    if not is_public and not spot.is_listed:
        raise Gone
    wish = read_wish(ask, row, parent_id=comment_id, size=OWN_PAGE_SIZE)
    context = context_of(ask, row, wish)
    found = branch_view(cursor, row, spot, context, wish)
    own = found.rows[comment_id]
    name = shown_name(own.name, own.kind) if is_public else ""
    title = _("Comment #%(number)s by %(name)s") if name else _("Comment #%(number)s")
    page = BranchPage(
        head=HeadView(
            title=f"{title % {'number': own.position, 'name': name}} – {row.title}",
            canonical_url=links.absolute(_own_address(row, ask)),
            is_indexed=False,
        ),
        thread=found.thread,
        trail=found.trail,
        hidden_ancestors=found.hidden,
        all_ancestors_url=found.trail[0].url if found.hidden and found.trail else "",
        ancestors=found.above,
        report_url=links.own_comment(comment_id, ask.language, "report") if is_public else "",
        choices_url=links.own_comment(comment_id, ask.language, "choices") if is_public else "",
        author=profile_link(own, ask.language) if is_public else None,
        own_url=links.absolute(links.comment(row.id, comment_id, ask.language)),
        source_url=links.own_comment(comment_id, ask.language, "source") if is_public else "",
    )
    return Answer(
        render("branch.html", site=site_view(cursor, ask), page=page),
        status=200 if is_public else 410,
        tags=(f"thread:{row.id}", *context.passage_tags, "site"),
        fresh_until=context.fresh_until,
        is_admitted_late=True,
        is_indexed=False,
    )


def history(cursor: CursorWrapper, ask: Ask, *, thread_id: int, comment_id: int) -> Answer:
    """The public wordings of a comment."""
    row = _thread(cursor, thread_id)
    spot = _spot(cursor, thread_id, comment_id)
    revisions = comments.public_revisions(cursor, comment_id)
    if not revisions:
        raise Gone if spot.state in {CommentState.DELETED, CommentState.REMOVED} else NotHere
    own = comments.comment_rows(cursor, [comment_id])[comment_id]
    page = HistoryPage(
        head=HeadView(title=_("Earlier wordings of comment #%(number)s") % {"number": own.position}, is_indexed=False),
        number=own.position,
        name=shown_name(own.name, own.kind),
        comment_url=links.comment(thread_id, comment_id, ask.language),
        revisions=tuple(
            RevisionView(
                one.number,
                moment(one.written_us),
                shown_text(one.html),
                is_current=index == 0,
            )
            for index, one in enumerate(revisions)
        ),
        sources=tuple(
            GivenView(moment(one.given_us), one.url, source_host(one.url) if one.url else "")
            for one in comments.given_sources(cursor, comment_id)
        ),
    )
    return Answer(
        render("history.html", site=site_view(cursor, ask), page=page),
        tags=(f"thread:{row.id}", "site"),
        is_admitted_late=True,
        is_indexed=False,
    )


def discussions(cursor: CursorWrapper, ask: Ask) -> Answer:
    """All discussions, the newest first."""
    before = as_number(ask.query["after"]) if "after" in ask.query else None
    if "after" in ask.query and before is None:
        raise BadQuestion("cursor_unknown")
    found = threads.latest_threads(cursor, before_id=before, at_most=DISCUSSIONS_ON_A_PAGE + 1)
    shown = found[:DISCUSSIONS_ON_A_PAGE]
    following = links.discussions(ask.language, after=shown[-1].id) if len(found) > len(shown) else ""
    page = DiscussionsPage(
        head=HeadView(
            title=_("Discussions") if before is None else _("Earlier discussions"),
            canonical_url=links.absolute(links.discussions(ask.language, after=before)),
            alternates=alternates.in_every_language(links.discussions) if before is None else (),
        ),
        lines=tuple(
            DiscussionLine(
                url=links.thread(row.id, ask.language),
                title=row.title or row.url,
                count=row.count,
                language=row.language,
            )
            for row in shown
        ),
        pager=PagerView(next_url=following),
    )
    return Answer(
        render("discussions.html", site=site_view(cursor, ask), page=page),
        tags=("site", "discussions", *(f"thread:{row.id}" for row in shown[:20])),
        fresh_until=ask.now + articles.COUNTS_FRESH,
        is_admitted_late=before is not None,
    )


def imported(cursor: CursorWrapper, ask: Ask, *, thread_id: int, source: str, source_id: str) -> Answer:
    """A permalink of the system that the discussion came from."""
    comment_id = comments.imported_comment(cursor, thread_id=thread_id, source=source, source_id=source_id)
    if comment_id is None:
        raise NotHere
    _spot(cursor, thread_id, comment_id)
    return replace(_moved(links.comment(thread_id, comment_id, ask.language), ask), is_admitted_late=True)


def words(cursor: CursorWrapper, ask: Ask) -> Answer:
    """The scripts' sentences in the page's language, as a module."""
    return Answer(script_words.module(ask.language), tags=("site",), content_type="text/javascript; charset=utf-8")


def robots(cursor: CursorWrapper, ask: Ask) -> Answer:
    rules = ["/_", "/*?sort=", "/*?after=", "/*?since=", "/live?", "/search?", "/*/search?"]
    lines = ["User-agent: *", *(f"Disallow: {rule}" for rule in rules), ""]
    lines += [*(f"Sitemap: {links.absolute(links.sitemap(name))}" for name in ("", "news")), ""]
    return Answer("\n".join(lines), tags=("site",), content_type="text/plain; charset=utf-8")


def _message(
    cursor: CursorWrapper, ask: Ask, *, title: str, paragraphs: tuple[str, ...], status: int, code: int = 0
) -> Answer:
    """A page that only says something. Any publication and any new discussion may change what its address means."""
    page = MessagePage(
        head=HeadView(title=title, is_indexed=False),
        paragraphs=paragraphs,
        links=(
            Link(links.home(ask.language), _("To the front page")),
            Link(links.discussions(ask.language), _("All discussions")),
        ),
        code=code,
    )
    return Answer(
        render("message.html", site=site_view(cursor, ask), page=page),
        status=status,
        tags=(*_named_tag(ask), "site", "front", "discussions"),
        is_admitted_late=True,
        is_indexed=False,
    )


def not_found(cursor: CursorWrapper, ask: Ask) -> Answer:
    return _message(
        cursor,
        ask,
        title=_("There is nothing at this address"),
        paragraphs=(_("The page may have moved, or the link was cut short when it was copied."),),
        status=404,
        code=404,
    )


def gone(cursor: CursorWrapper, ask: Ask) -> Answer:
    return _message(
        cursor,
        ask,
        title=_("This is gone"),
        paragraphs=(_("It was here and has been taken away. The address will not be used again."),),
        status=410,
        code=410,
    )


def bad_question(cursor: CursorWrapper, ask: Ask, *, code: str) -> Answer:
    """An address whose parameters mean nothing: says which, and where the page begins."""
    sentences = {
        "target_unknown": _("Give the address of an article here: /annotations?target=/a/…"),
        "sort_unknown": _("This order does not exist. Choose one of the orders above the comments."),
        "view_unknown": _("This view does not exist."),
        "page_unknown": _("This page number does not exist."),
        "size_unknown": ngettext(
            "A page holds 25, 50, 100 or %(n)s comment.", "A page holds 25, 50, 100 or %(n)s comments.", OWN_PAGE_SIZE
        )
        % {"n": OWN_PAGE_SIZE},
        "since_unknown": _("This link to what is new is damaged. Begin with the whole discussion."),
        "cursor_unknown": _("This link to a further page is damaged. Begin with the first page."),
    }
    answer = _message(
        cursor,
        ask,
        title=_("This address does not work"),
        paragraphs=(sentences[code],),
        status=400,
    )
    # Not cached: anybody can make up such addresses without end.
    return replace(answer, tags=())
