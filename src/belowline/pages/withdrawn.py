"""What stands at the address of an article that was taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from belowline.discussion.queries import threads
from belowline.newsroom.languages import direction_of
from belowline.newsroom.queries import record
from belowline.pages import links
from belowline.pages.answer import Answer, Ask
from belowline.pages.model import HeadView, Link, NoticePage
from belowline.pages.render import render
from belowline.pages.site import site_view

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


def notice(cursor: CursorWrapper, ask: Ask, *, slug: str) -> Answer | None:
    """The notice of an article that was withdrawn or retracted; None when there is none."""
    found = record.notice(cursor, slug=slug)
    if found is None:
        return None
    thread = threads.threads_of_subjects(cursor, [found.subject_key]).get(found.subject_key)
    is_retracted = found.kind == "retracted"
    kind = _("Retracted") if is_retracted else _("Withdrawn")
    page = NoticePage(
        head=HeadView(title=kind, is_indexed=False),
        language=found.language,
        direction=direction_of(found.language),
        kind=kind,
        # A retraction says of what; a withdrawal may be there to make something unsaid.
        headline=found.headline if is_retracted else "",
        paragraphs=tuple(part for part in found.text.splitlines() if part.strip()),
        at=found.at,
        alone=_("Decided without a second person: nobody else held the right.") if found.is_alone else "",
        discussion=Link(links.thread(thread.id, thread.language), _("Read the discussion, which is closed"))
        if thread is not None and found.keeps_discussion
        else None,
    )
    tags = (f"article:{found.article_id}", *([f"thread:{thread.id}"] if thread else []), "site")
    return Answer(
        render("notice.html", site=site_view(cursor, ask), page=page), status=410, tags=tags, is_indexed=False
    )
