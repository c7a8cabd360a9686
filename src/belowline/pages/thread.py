"""The discussion as the template wants it: under an article, on its own page, as a timeline, as one branch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext as translated

from belowline.discussion.queries import comments, conversation
from belowline.discussion.queries.orders import Sort
from belowline.domain.commenting import CommentState, ThreadMode
from belowline.domain.cursors import read_cursor, write_cursor
from belowline.pages import links
from belowline.pages.answer import Ask, BadQuestion, NotHere
from belowline.pages.comments import Context, comment_view, quote_passages, shown_name, tree_views
from belowline.pages.model import Choice, Link, PagerView, ThreadView, in_sections

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.utils import CursorWrapper

    from belowline.discussion.queries.comments import CommentRow, Spot
    from belowline.discussion.queries.threads import ThreadRow
    from belowline.pages.model import CommentView

PAGE_SIZES = (25, 50, 100, 200)
OWN_PAGE_SIZE = 200
ANCESTORS_IN_FULL = 3
# A trail of names is bounded (invariant 7); what lies above is one link away.
ANCESTORS_NAMED = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address asks for, checked."""

    sort: Sort
    view: str
    page: int
    size: int
    after: int | None
    is_default_sort: bool


def read_wish(ask: Ask, thread: ThreadRow, *, parent_id: int | None = None, size: int) -> Wish:
    """Raises BadQuestion for an unknown order, view, page or size, and for a cursor that is not ours."""
    default = Sort(thread.default_sort or settings.CONFIG.discussion.default_sort)
    try:
        sort = Sort(ask.query.get("sort", default))
    except ValueError:
        raise BadQuestion("sort_unknown") from None
    view = ask.query.get("view", "conversation")
    if view not in {"conversation", "timeline"}:
        raise BadQuestion("view_unknown")
    wanted_size = ask.query.get("n", str(size))
    if wanted_size not in {str(one) for one in PAGE_SIZES}:
        raise BadQuestion("size_unknown")
    page = ask.query.get("page", "1")
    if not page.isascii() or not page.isdigit() or not 1 <= int(page) <= 10_000_000:
        raise BadQuestion("page_unknown")
    after = None
    if "after" in ask.query:
        after = read_cursor(ask.query["after"], scope=_scope(thread.id, parent_id, sort), secret=_secret())
        if after is None:
            raise BadQuestion("cursor_unknown")
    return Wish(sort, view, int(page), int(wanted_size), after, sort is default)


def _secret() -> bytes:
    return settings.SECRET_KEY.encode()


def _scope(thread_id: int, parent_id: int | None, sort: Sort) -> str:
    return f"{thread_id}:{parent_id or 0}:{sort}"


def sort_choices(wish: Wish, url: Callable[..., str]) -> tuple[Choice, ...]:
    """The orders, each with the one sentence that says what it does."""
    return tuple(
        Choice(text, url(sort=sort.value), help_, sort.value, sort is wish.sort)
        for sort, text, help_ in _sort_words(get_language())
    )


@cache
def _sort_words(_language: str | None) -> tuple[tuple[Sort, str, str], ...]:
    return (
        (Sort.BEST, _("Best"), _("What most readers found helpful, careful with few votes.")),
        (Sort.NEWEST, _("Newest"), _("The latest first.")),
        (Sort.OLDEST, _("Oldest"), _("From the beginning.")),
        (Sort.MOST_VOTED, _("Most voted"), _("Helpful votes minus not helpful ones.")),
        (Sort.CONTROVERSIAL, _("Controversial"), _("Many votes, evenly split.")),
    )


def view_choices(thread: ThreadRow, wish: Wish, language: str) -> tuple[Choice, ...]:
    sort = None if wish.is_default_sort else wish.sort.value
    return (
        Choice(_("Conversation"), links.thread(thread.id, language, sort=sort), is_current=wish.view == "conversation"),
        Choice(_("Timeline"), links.thread(thread.id, language, view="timeline"), is_current=wish.view == "timeline"),
    )


def size_choices(thread: ThreadRow, wish: Wish, language: str) -> tuple[Choice, ...]:
    sort = None if wish.is_default_sort else wish.sort.value
    return tuple(
        Choice(str(size), links.thread(thread.id, language, sort=sort, n=size), is_current=size == wish.size)
        for size in PAGE_SIZES
    )


def context_of(ask: Ask, thread: ThreadRow, wish: Wish) -> Context:
    sort = "" if wish.is_default_sort else wish.sort.value
    return Context(thread, ask.language, ask.now, sort=sort, position=ask.position)


def frame(thread: ThreadRow, context: Context, wish: Wish) -> ThreadView:
    """Everything about a discussion but its comments."""
    language = context.language
    return ThreadView(
        id=thread.id,
        position=context.position,
        title=thread.title,
        url=links.thread(thread.id, language),
        count=thread.count,
        me_url=links.me(thread.id, language),
        vote_url=links.vote(thread.id, language),
        sort=wish.sort.value,
        view=wish.view,
        subject_url=thread.url if thread.url.startswith("/") else "",
        since_url=links.thread(thread.id, language, since=context.position),
        reply_url=links.post_form(thread.id, language) if context.is_open else "",
        notify_url=links.notify_of(thread.id, language),
        notice=mode_notice(thread),
        counts_notice=_hidden_counts_notice(),
    )


MODE_NOTICES = {
    ThreadMode.CLOSED.value: gettext_lazy("This discussion is closed."),
    ThreadMode.MEMBERS.value: gettext_lazy("Members only: sign in to take part."),
    ThreadMode.PREMODERATED.value: gettext_lazy("Every comment here is read by a moderator before it is published."),
}


def mode_notice(thread: ThreadRow) -> str:
    """Why not everybody can write here now; empty when everybody can."""
    said = MODE_NOTICES.get(thread.mode)
    reason = translated(thread.mode_reason) if thread.mode_reason else ""
    return " ".join(str(part) for part in (said, reason) if part)


def _hidden_counts_notice() -> str:
    rules = settings.CONFIG.discussion
    if not rules.hide_counts_minutes or not rules.hide_counts_votes:
        return ""
    return ngettext(
        "Vote counts show after %(votes)s votes or %(minutes)s minute, whichever comes first.",
        "Vote counts show after %(votes)s votes or %(minutes)s minutes, whichever comes first.",
        rules.hide_counts_minutes,
    ) % {"votes": rules.hide_counts_votes, "minutes": rules.hide_counts_minutes}


def conversation_view(
    cursor: CursorWrapper, thread: ThreadRow, context: Context, wish: Wish, *, under_article: str = ""
) -> ThreadView:
    """A page of roots and their first replies. `under_article` is the article's address, where the orders lead then."""
    selection = conversation.Selection(thread.id, wish.sort, after=wish.after, budget=wish.size)
    found = conversation.conversation_page(cursor, selection)
    views = _tree(cursor, found, context)
    language = context.language
    sort = None if wish.is_default_sort else wish.sort.value

    def url(**query: str | int | None) -> str:
        return f"{under_article}?sort={query['sort']}#discussion" if under_article else here(**query)

    def here(**query: str | int | None) -> str:
        size = wish.size if wish.size != OWN_PAGE_SIZE and not under_article else None
        return links.thread(thread.id, language, **query, n=size)

    following = ""
    if found.next_key is not None:
        text = write_cursor(found.next_key, scope=_scope(thread.id, None, wish.sort), secret=_secret())
        following = here(sort=sort, after=text)
    return replace(
        frame(thread, context, wish),
        sections=in_sections(views),
        sorts=sort_choices(wish, url),
        views=view_choices(thread, wish, language),
        sizes=() if under_article else size_choices(thread, wish, language),
        pager=PagerView(next_url=following, first_url=here(sort=sort) if wish.after is not None else ""),
        view_all_url=links.thread(thread.id, language, sort=sort) if under_article else "",
    )


def _tree(cursor: CursorWrapper, found: conversation.ConversationPage, context: Context) -> list[CommentView]:
    from belowline.domain.paging import document_order

    rows = comments.comment_rows(cursor, [node.comment.id for node in document_order(found.roots)])
    quote_passages(cursor, context, rows.values())
    return tree_views(found.roots, rows, context)


def timeline_view(cursor: CursorWrapper, thread: ThreadRow, context: Context, wish: Wish) -> ThreadView:
    """A numbered page of the flat view. Raises NotHere past the last page."""
    last = max(1, -(-thread.last_position // comments.POSITIONS_PER_PAGE))
    if wish.page > last:
        raise NotHere
    rows = comments.timeline_rows(cursor, thread_id=thread.id, page=wish.page)
    context.on_page = frozenset(row.id for row in rows)
    quote_passages(cursor, context, rows)

    def url(page: int) -> str:
        return links.thread(thread.id, context.language, view="timeline", page=page)

    near = sorted({1, last, *range(max(1, wish.page - 2), min(last, wish.page + 2) + 1)})
    pager = PagerView(
        previous_url=url(wish.page - 1) if wish.page > 1 else "",
        next_url=url(wish.page + 1) if wish.page < last else "",
        pages=tuple(Link(url(page), str(page), page == wish.page) for page in near) if last > 1 else (),
    )
    return replace(
        frame(thread, context, wish),
        sections=in_sections(comment_view(row, context) for row in rows),
        views=view_choices(thread, wish, context.language),
        pager=pager,
    )


@dataclass(frozen=True, slots=True)
class Branch:
    """A permalink's parts. `hidden` counts the ancestors above the trail."""

    thread: ThreadView
    trail: tuple[Link, ...]
    hidden: int
    above: tuple[CommentView, ...]
    rows: dict[int, CommentRow]


def branch_view(cursor: CursorWrapper, thread: ThreadRow, spot: Spot, context: Context, wish: Wish) -> Branch:
    """The ancestors above a comment, the comment itself, and a page of its replies."""
    selection = conversation.Selection(thread.id, wish.sort, parent_id=spot.id, after=wish.after, budget=wish.size)
    found = conversation.conversation_page(cursor, selection)
    named = comments.ancestor_ids(cursor, spot, at_most=ANCESTORS_NAMED)
    rows = comments.comment_rows(cursor, [*named, spot.id])
    quote_passages(cursor, context, rows.values())
    replies = _tree(cursor, found, context)
    context.on_page = context.on_page | set(named[-ANCESTORS_IN_FULL:]) | {spot.id}
    own = replace(comment_view(rows[spot.id], context), is_current=True)
    below = [replace(view, depth=view.depth + 1) for view in replies]
    view = replace(
        frame(thread, context, wish),
        sections=in_sections([own, *below]),
        notify_url=links.notify_of(thread.id, context.language, branch=spot.id),
        sorts=sort_choices(wish, lambda **query: links.comment(thread.id, spot.id, context.language, **query)),
        pager=_branch_pager(thread, spot, context, wish, next_key=found.next_key),
    )
    trail = tuple(_trail_link(rows[one], context) for one in named)
    above = tuple(comment_view(rows[one], context) for one in named[-ANCESTORS_IN_FULL:])
    return Branch(view, trail, spot.depth - 1 - len(named), above, rows)


def _branch_pager(thread: ThreadRow, spot: Spot, context: Context, wish: Wish, *, next_key: int | None) -> PagerView:
    sort = None if wish.is_default_sort else wish.sort.value

    def here(after: str | None) -> str:
        return links.comment(thread.id, spot.id, context.language, sort=sort, after=after)

    text = None
    if next_key is not None:
        text = write_cursor(next_key, scope=_scope(thread.id, spot.id, wish.sort), secret=_secret())
    return PagerView(next_url=here(text) if text else "", first_url=here(None) if wish.after is not None else "")


def _trail_link(row: CommentRow, context: Context) -> Link:
    name = shown_name(row.name, row.kind) if row.state == CommentState.PUBLISHED else "…"
    return Link(links.comment(context.thread.id, row.id, context.language), f"#{row.position} {name}")
