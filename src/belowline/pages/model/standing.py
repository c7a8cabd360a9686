"""Pages that stand for years: about, imprint, house rules …"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from belowline.pages.model.frame import HeadView


@dataclass(frozen=True, slots=True)
class StandingView:
    """`body_html` is the stored rendering of the published revision, in `language`."""

    head: HeadView
    language: str
    direction: str
    body_html: Markup
    rate: str = ""  # how readers' requests are answered, in the reader's language
