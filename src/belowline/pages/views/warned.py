"""Asking once: before a text is held for its words, its author reads which, and may choose others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from belowline.domain import markup
from belowline.pages import refusals
from belowline.pages.marked import marked
from belowline.pages.model import Warned
from belowline.pages.render import render_part

if TYPE_CHECKING:
    from django.http import HttpResponse

    from belowline.domain.commenting import Refused
    from belowline.pages.personal import Personal

ASKS = frozenset({"think_again", "think_again_private"})


def warned_of(personal: Personal, refused: Refused, *, button: str) -> Warned | None:
    """What the form says; None where it was refused for good. `button` sends the text as it is."""
    if refused.code not in ASKS:
        return None
    text = markup.prepare(personal.field("text"))
    # The passages belong to the canonical text, which is what a text that was screened has.
    quotes = () if isinstance(text, markup.Problem) else marked(text.source, refused.passages)
    return Warned(refusals.said(refused), quotes, button)


def for_scripts(personal: Personal, refused: Refused, warned: Warned) -> HttpResponse:
    """The refusal with the same box as on the page, and what the button says."""
    box = render_part("_warned.html", warned, language=personal.language)
    return personal.refusal(refused, more={"html": box, "button": warned.button})
