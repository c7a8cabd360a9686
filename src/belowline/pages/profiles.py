"""A member's public page: who it is, since when, and what they wrote. Guests have none (decision 0036)."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from belowline.accounts.events import tag_of
from belowline.accounts.queries import profile as found_profile
from belowline.discussion.queries import comments, threads
from belowline.discussion.queries.profiles import published_by, published_count
from belowline.domain.commenting import ReaderKind
from belowline.domain.cursors import read_cursor, write_cursor
from belowline.pages import links
from belowline.pages.answer import Answer, Ask, BadQuestion, Gone, NotHere
from belowline.pages.comments import Context, badge_words, comment_view, quote_passages
from belowline.pages.faces import face_svg
from belowline.pages.model import HeadView, Link, PagerView, ProfilePage, Said
from belowline.pages.render import render
from belowline.pages.site import site_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.utils import CursorWrapper

    from belowline.accounts.queries import Profile
    from belowline.pages.model import CommentView

COMMENTS_ON_A_PAGE = 25
# Each counted comment is a row that is read; beyond this the number says less than the time it costs.
COUNTED = 1_000


def profile(cursor: CursorWrapper, ask: Ask, *, reader_id: int) -> Answer:
    """410 for somebody who has left; 404 for everybody without an account, whatever they wrote here."""
    who = found_profile(cursor, reader_id)
    if who is None:
        raise NotHere
    if who.kind is ReaderKind.ERASED:
        raise Gone
    behind = _behind(ask, who)
    is_listed = who.lists_comments and not who.is_closed
    rows = published_by(cursor, who.id, behind_id=behind, at_most=COMMENTS_ON_A_PAGE + 1) if is_listed else []
    shown = rows[:COMMENTS_ON_A_PAGE]
    said, tags = _said(cursor, ask, shown)
    is_first = behind is None
    is_indexed = who.is_indexed and is_first and not who.is_closed
    page = ProfilePage(
        head=HeadView(
            title=who.name if is_first else _("%(name)s: earlier comments") % {"name": who.name},
            canonical_url=links.absolute(links.profile(who.id, ask.language)),
            is_indexed=is_indexed,
            kind="profile",
            styles=("profile.css",),
        ),
        name=who.name,
        face=face_svg(who.id, who.name),
        badges=badge_words(who.badge, get_language() or ""),
        since=who.joined_at,
        count=published_count(cursor, who.id, at_most=COUNTED + 1) if is_listed else None,
        most_counted=COUNTED,
        said=said,
        is_closed=who.is_closed,
        is_silent=not who.lists_comments,
        pager=PagerView(
            next_url=_address(who, ask, shown[-1][0]) if len(rows) > len(shown) else "",
            first_url="" if is_first else links.profile(who.id, ask.language),
        ),
    )
    return Answer(
        render("profile.html", site=site_view(cursor, ask), page=page),
        tags=(tag_of(who.id), *tags, "discussions", "site"),
        is_admitted_late=True,
        is_indexed=is_indexed,
    )


def _said(
    cursor: CursorWrapper, ask: Ask, shown: Sequence[tuple[int, int]]
) -> tuple[tuple[Said, ...], tuple[str, ...]]:
    """The comments, those of one discussion that follow each other together; and the tags of all that they quote."""
    found = threads.threads_by_id(cursor, {thread_id for _id, thread_id in shown})
    contexts = {thread_id: Context(thread, ask.language, ask.now) for thread_id, thread in found.items()}
    rows = comments.comment_rows(cursor, [comment_id for comment_id, _thread in shown])
    every = next(iter(contexts.values()), None)
    if every is not None:
        # One query for all discussions: what is quoted does not depend on where.
        quote_passages(cursor, every, rows.values())
        for context in contexts.values():
            context.passages = every.passages
    groups = []
    for thread_id, ids in groupby(shown, key=lambda one: one[1]):
        thread, context = found[thread_id], contexts[thread_id]
        views = tuple(_read_only(comment_view(rows[comment_id], context)) for comment_id, _thread in ids)
        groups.append(
            Said(Link(links.thread(thread_id, ask.language), thread.title or thread.url, lang=thread.language), views)
        )
    tags = tuple(f"thread:{thread_id}" for thread_id in sorted(found))
    return tuple(groups), (*tags, *(every.passage_tags if every is not None else ()))


def _read_only(view: CommentView) -> CommentView:
    """Answers and votes belong into the discussion, where what was answered stands beside it."""
    return replace(view, votes=False, reply_url="", is_stopped=False)


def _behind(ask: Ask, who: Profile) -> int | None:
    if "after" not in ask.query:
        return None
    behind = read_cursor(ask.query["after"], scope=_scope(who), secret=_secret())
    if behind is None:
        raise BadQuestion("cursor_unknown")
    return behind


def _address(who: Profile, ask: Ask, behind_id: int) -> str:
    text = write_cursor(behind_id, scope=_scope(who), secret=_secret())
    return links.profile(who.id, ask.language, after=text)


def _scope(who: Profile) -> str:
    return f"reader:{who.id}"


def _secret() -> bytes:
    return settings.SECRET_KEY.encode()
