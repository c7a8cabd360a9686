"""Templates to text: one environment per language, made once a process."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import trans_real

from belowline.pages import assets
from belowline.pages.environment import environment

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2 import Environment

    from belowline.pages.model import SiteView


@cache
def _environment(language: str) -> Environment:
    # Django's merged catalogue itself: activating a language for each of a page's 600 words would cost milliseconds.
    words = trans_real.translation(language)
    return environment(assets.manifest_urls(settings.STATIC_ROOT), words, language=language, zone=settings.TIME_ZONE)


def render(template: str, *, site: SiteView, page: object) -> str:
    """The page's HTML. `page` is one of the views of pages.model."""
    return _environment(site.language).get_template(template).render(site=site, page=page)


def render_part(template: str, part: object, *, language: str) -> str:
    """A piece of a page, for a script that puts it into one. `part` is one of the views of pages.model."""
    return _environment(language).get_template(template).render(part=part).strip()


def clock(at: datetime, *, language: str) -> str:
    """The time of day as the pages of that language write it, in the newsroom's zone."""
    return str(_environment(language).filters["clock"](at))


def moment(at: datetime, *, language: str) -> str:
    """The day and the time of day."""
    return str(_environment(language).filters["moment"](at))


def number(value: int, *, language: str) -> str:
    """In the digits of that language."""
    return str(_environment(language).filters["number"](value))
