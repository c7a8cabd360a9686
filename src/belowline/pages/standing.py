"""Standing pages (about, imprint, house rules …) and what programs ask for in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from markupsafe import Markup

from belowline.newsroom.models import StandingKind
from belowline.newsroom.queries import standing
from belowline.pages import alternates, feedback, links
from belowline.pages.answer import Answer, Ask, NotHere
from belowline.pages.model import HeadView, StandingView
from belowline.pages.render import render
from belowline.pages.site import site_view

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

ADDRESSES = "|".join(StandingKind.values)


def page(cursor: CursorWrapper, ask: Ask, *, kind: str) -> Answer:
    """One standing page: in the reader's language, or in the one there is."""
    found = standing.standing(cursor, kind=kind, language=ask.language)
    if found is None:
        raise NotHere
    # Who says what it is also says how it answers.
    is_about = kind == StandingKind.ABOUT
    view = StandingView(
        head=HeadView(
            title=found.title,
            canonical_url=links.absolute(links.standing(kind, found.language)),
            alternates=alternates.in_languages(found.languages, lambda code: links.standing(kind, code)),
        ),
        language=found.language,
        direction=found.direction,
        body_html=Markup(found.body_html),  # noqa: S704 - the newsroom's rendering is sanitised when stored
        rate=feedback.rate_sentence(cursor, now=ask.now, language=ask.language) if is_about else "",
    )
    # Another language of it may come.
    return Answer(
        render("standing.html", site=site_view(cursor, ask), page=view),
        tags=(f"standing:{found.page_id}", *((feedback.RATE_TAG,) if is_about else ()), "site"),
        fresh_until=feedback.rate_ends(ask.now) if is_about else None,
    )


def trust(cursor: CursorWrapper, ask: Ask) -> Answer:
    """`trust.txt`: a line for each statement, `name=value`, `#` before a remark (JournalList's reference document of
    July 2024; draft-org-trust-relationship-protocol-00, section 3). Only what this newsroom has written is stated; of
    memberships (`belongto`) and of other firms (`control`, `vendor`) the program knows nothing.
    """
    pages = standing.furniture(cursor, language=settings.LANGUAGE_CODE).pages
    stated = [("disclosure", kind) for kind in ("ownership", "about", "imprint")] + [("contact", "contact")]
    lines = [
        f"{name}={links.absolute(links.standing(kind, pages[kind].language))}"
        for name, kind in stated
        if kind in pages and pages[kind].is_ready
    ]
    lines.append(f"disclosure={links.absolute(links.corrections(settings.LANGUAGE_CODE))}")
    body = "\n".join([f"# {' '.join(settings.CONFIG.site.name.split())}", *lines, ""])
    return Answer(body, tags=("site",), content_type="text/plain; charset=utf-8")
