"""Inline feedback: marks beside an article's words, what is said at them, and what can be spoken of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from markupsafe import Markup

from belowline.discussion.queries import comments, threads
from belowline.domain.anchoring.blocks import units_of
from belowline.domain.anchoring.choosing import CHARACTERS_MAX, address_of
from belowline.newsroom.languages import direction_of
from belowline.newsroom.queries import articles as newsroom
from belowline.pages import feedback, links, series
from belowline.pages.answer import Answer, Ask, BadQuestion, NotHere
from belowline.pages.comments import Around, Context, comment_view, passage_view, subject_url
from belowline.pages.model import (
    Choosable,
    ChoosePage,
    HeadView,
    InlinePage,
    Link,
    PagerView,
    SpokenOf,
)
from belowline.pages.render import number, render
from belowline.pages.site import site_view
from belowline.passages import queries
from belowline.passages.queries import outer_block, tag_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.backends.utils import CursorWrapper

    from belowline.discussion.queries.threads import ThreadRow
    from belowline.newsroom.queries.articles import Article
    from belowline.pages.model import CommentView
    from belowline.pages.model.feedback import Beside
    from belowline.passages.queries import Mark, Marks, PassageRow, Revision

PASSAGES_ON_A_PAGE = 40
# In the list; the page of a block has them all, up to as many as any page of a discussion.
COMMENTS_EACH = 10
COMMENTS_EACH_IN_A_BLOCK = 200
PASSAGES_IN_A_BLOCK = 50
PIECES_ON_A_PAGE = 200


# --- beside the article -----------------------------------------------------------------------------------------------


def marks_of(found: Marks | None, thread: ThreadRow, language: str) -> dict[str, Markup]:
    """For each block of which somebody speaks: the mark that stands at its end, in the public bytes. A link to what is said
    there; for scripts the places of its passages: `id.start.length` in code points of the block."""
    blocks: dict[str, list[Mark]] = {}
    for one in found.marks if found is not None else ():
        blocks.setdefault(outer_block(one.block), []).append(one)
    return {block: _mark(block, said, thread, language) for block, said in blocks.items()}


def _mark(block: str, said: list[Mark], thread: ThreadRow, language: str) -> Markup:
    count = sum(one.count for one in said)
    waiting = sum(one.waiting for one in said)
    # Where nobody has written a word, what else is there is counted.
    shown = number(count or sum(one.beside for one in said), language=language)
    name = ngettext("%(n)s comment on this passage", "%(n)s comments on this passage", count) % {
        "n": number(count, language=language)
    }
    if waiting:
        asked = ngettext("%(n)s open request", "%(n)s open requests", waiting)
        name = f"{name}, {asked % {'n': number(waiting, language=language)}}"
    places = " ".join(
        f"{one.passage_id}.{one.offset}.{one.length}" + (f".{one.block}" if one.block != block else "") for one in said
    )
    # Told apart by a sign, not by colour alone.
    sign = pgettext("mark of an open request", "?") if waiting else ""
    return Markup('<a class="mark" rel="nofollow" href="{}" data-at="{}" aria-label="{}"{}>{}</a>').format(
        links.inline(thread.id, language, block), places, name, Markup(" data-open") if waiting else "", shown + sign
    )


def with_marks(found: Article, marks: Mapping[str, Markup]) -> Markup:
    """The stored body with the marks behind its blocks. Nothing is read again: where each ends was stored with it."""
    parts, done = [], 0
    for block, end in found.block_ends if marks else ():
        if block in marks:
            parts += [found.body_html[done:end], str(marks[block])]
            done = end
    return Markup("".join([*parts, found.body_html[done:]]))  # noqa: S704 - the newsroom's rendering, sanitised when stored


def words_of(found: Marks | None) -> str:
    """ "5", or "5 4" while passages are still those of revision 4."""
    if found is None:
        return ""
    return str(found.number) if found.placed == found.number else f"{found.number} {found.placed}"


def inline_url(cursor: CursorWrapper, thread: ThreadRow, language: str) -> str:
    """Where all inline feedback is; empty where there is none. At most one query."""
    if not thread.url.startswith("/") or not queries.is_spoken_of(cursor, thread.subject_key):
        return ""
    return links.inline(thread.id, language)


# --- pages of their own -----------------------------------------------------------------------------------------------


def inline(cursor: CursorWrapper, ask: Ask, *, thread_id: int) -> Answer:
    """Every passage that somebody speaks of, in the order of the text, with what is said."""
    thread, text = _thread_and_text(cursor, thread_id)
    after = after_of(ask)
    rows = queries.spoken_of(cursor, thread.subject_key, after=after or (-1, 0), at_most=PASSAGES_ON_A_PAGE + 1)
    shown = rows[:PASSAGES_ON_A_PAGE]
    if after is not None and not shown:
        raise NotHere
    following = f"{shown[-1].start}.{shown[-1].id}" if len(rows) > len(shown) else ""
    title = _("Inline feedback: %(title)s") % {"title": thread.title}
    address = links.inline(thread.id, ask.language)
    page = _inline_page(cursor, ask, thread, text, shown, title=title, each=COMMENTS_EACH)
    page = replace(
        page,
        head=replace(page.head, canonical_url=links.absolute(address), is_indexed=False),
        choose_url=links.choose_passage(thread.id, ask.language) if _is_open(thread, ask) else "",
        rate=feedback.rate_sentence(cursor, now=ask.now, language=ask.language),
        pager=PagerView(
            next_url=links.inline(thread.id, ask.language, after=following) if following else "",
            first_url=address if after is not None else "",
        ),
    )
    return _answer(cursor, ask, "inline.html", page, thread, text)


def block(cursor: CursorWrapper, ask: Ask, *, thread_id: int, block: str) -> Answer:
    """What is said at one block: where a mark leads, and what the panel beside the article shows."""
    thread, text = _thread_and_text(cursor, thread_id)
    is_there = any(one.id == block for one in text.canonical.blocks)
    rows = queries.in_block(cursor, thread.subject_key, block, at_most=PASSAGES_IN_A_BLOCK)
    if not is_there and not rows:
        raise NotHere
    title = _("Said at this passage: %(title)s") % {"title": thread.title}
    page = _inline_page(cursor, ask, thread, text, rows, title=title, each=COMMENTS_EACH_IN_A_BLOCK)
    page = replace(page, list_url=links.inline(thread.id, ask.language), is_part=True)
    return _answer(cursor, ask, "inline.html", page, thread, text, is_admitted_late=not rows)


def choose(cursor: CursorWrapper, ask: Ask, *, thread_id: int) -> Answer:
    """The article in pieces, each with the way to comment on it."""
    thread, text = _thread_and_text(cursor, thread_id)
    if not _is_open(thread, ask):
        raise NotHere
    page_number = series.page_number(ask)
    first = (page_number - 1) * PIECES_ON_A_PAGE
    pieces = _pieces(text, thread, ask.language)
    shown = pieces[first : first + PIECES_ON_A_PAGE]
    if page_number > 1 and not shown:
        raise NotHere
    address = links.choose_passage(thread.id, ask.language)
    page = ChoosePage(
        head=HeadView(
            title=_("Comment on a passage: %(title)s") % {"title": thread.title},
            canonical_url=links.absolute(subject_url(thread)),
            is_indexed=False,
        ),
        article=Link(subject_url(thread), thread.title),
        language=thread.language,
        direction=direction_of(thread.language),
        pieces=tuple(shown),
        list_url=inline_url(cursor, thread, ask.language),
        made_at=text.made_at,
        pager=series.pager(address, page_number, has_more=first + PIECES_ON_A_PAGE < len(pieces)),
    )
    return _answer(cursor, ask, "choose_passage.html", page, thread, text)


def _thread_and_text(cursor: CursorWrapper, thread_id: int) -> tuple[ThreadRow, Revision]:
    """Raises NotHere for a discussion about something that is not here, or not public."""
    thread = threads.thread(cursor, thread_id)
    text = queries.revision(cursor, thread.subject_key) if thread is not None and subject_url(thread) else None
    if thread is None or text is None:
        raise NotHere
    return thread, text


def _is_open(thread: ThreadRow, ask: Ask) -> bool:
    return Context(thread, ask.language, ask.now).is_open


def after_of(ask: Ask) -> tuple[int, int] | None:
    """Behind which (start, id) the list goes on. Raises BadQuestion."""
    if "after" not in ask.query:
        return None
    start, _dot, id_ = ask.query["after"].partition(".")
    if not all(one.isascii() and one.isdigit() and len(one) <= 15 for one in (start, id_)):
        raise BadQuestion("cursor_unknown")
    return int(start), int(id_)


def _inline_page(
    cursor: CursorWrapper,
    ask: Ask,
    thread: ThreadRow,
    text: Revision,
    rows: list[PassageRow],
    *,
    title: str,
    each: int,
) -> InlinePage:
    context = Context(thread, ask.language, ask.now)
    said: dict[int, list[comments.CommentRow]] = {}
    for row in comments.on_passages(cursor, [one.id for one in rows], at_most=each):
        said.setdefault(row.passage_id or 0, []).append(row)
    views = {one.id: _views(said.get(one.id, []), context) for one in rows}
    others = feedback.beside(cursor, rows, views, context)
    article_id = newsroom.article_id(cursor, subject_key=thread.subject_key)
    return InlinePage(
        head=HeadView(title=title, canonical_url=links.absolute(subject_url(thread)), is_indexed=False),
        article=Link(subject_url(thread), thread.title),
        language=thread.language,
        direction=direction_of(thread.language),
        passages=tuple(
            _spoken_of(one, views[one.id], others.get(one.id), context, text, article_id=article_id) for one in rows
        ),
        thread_url=links.thread(thread.id, ask.language),
    )


def _views(said: Iterable[comments.CommentRow], context: Context) -> tuple[CommentView, ...]:
    return tuple(
        # Without votes: they belong to the conversation, where the whole of it can be seen.
        replace(
            comment_view(one, context, around=Around()),
            votes=False,
            continue_url=links.comment(context.thread.id, one.id, context.language) if one.replies else "",
        )
        for one in said
    )


def _spoken_of(
    row: PassageRow,
    views: tuple[CommentView, ...],
    others: tuple[Beside, tuple[CommentView, ...]] | None,
    context: Context,
    text: Revision,
    *,
    article_id: int,
) -> SpokenOf:
    language, thread_id = context.language, context.thread.id
    can_write = _can_write(row, context)
    address = address_in(row, text) if can_write else ""
    return SpokenOf(
        id=row.id,
        passage=passage_view(row, context.frame.subject_url),
        count=row.count,
        comments=views if others is None else others[1],
        write_url=links.post_form(thread_id, language, passage=address) if can_write else "",
        more_url=links.inline(thread_id, language, outer_block(row.block))
        if row.count > len(views) and row.block
        else "",
        beside=others[0] if others is not None else feedback.NOTHING,
        offer_url=links.offer_form(article_id, language, passage=address) if can_write and article_id else "",
        notify_url="" if row.is_withheld else links.notify_passage(thread_id, row.id, language),
    )


def _can_write(row: PassageRow, context: Context) -> bool:
    return context.is_open and bool(row.block) and not row.is_withheld


def address_in(row: PassageRow, text: Revision) -> str:
    """Of the passage where it stands in the revision that passages were last placed in."""
    if row.is_figure:
        return address_of(text.placed, row.block)
    return address_of(text.placed, row.block, row.offset, row.offset + row.length)


def _pieces(text: Revision, thread: ThreadRow, language: str) -> list[Choosable]:
    found = []
    for one in text.canonical.blocks:
        if one.is_figure:
            words = " ".join(text.canonical.text[one.start : one.end].split())
            url = links.post_form(thread.id, language, passage=address_of(text.number, one.id))
            found.append(Choosable(words, url, is_figure=True))
            continue
        for start, end in units_of(text.canonical, one):
            # Of a paragraph that is longer than a passage can be: as many whole words as one can have.
            last = (
                end if end - start <= CHARACTERS_MAX else text.canonical.text.rindex(" ", start, start + CHARACTERS_MAX)
            )
            address = address_of(text.number, one.id, start - one.start, last - one.start)
            url = links.post_form(thread.id, language, passage=address)
            found.append(Choosable(text.canonical.text[start:last], url))
    return found


def _answer(
    cursor: CursorWrapper,
    ask: Ask,
    template: str,
    page: InlinePage | ChoosePage,
    thread: ThreadRow,
    text: Revision,
    *,
    is_admitted_late: bool = False,
) -> Answer:
    has_rate = isinstance(page, InlinePage) and not page.is_part
    return Answer(
        render(template, site=site_view(cursor, ask), page=page),
        tags=(f"thread:{thread.id}", tag_of(text.text_id), *((feedback.RATE_TAG,) if has_rate else ()), "site"),
        fresh_until=feedback.rate_ends(ask.now) if has_rate else None,
        is_indexed=False,
        is_admitted_late=is_admitted_late or "after" in ask.query,
    )
