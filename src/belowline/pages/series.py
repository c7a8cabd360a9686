"""Pages of a numbered list. Each is a page of its own for search engines: its own canonical address, with its number in
the title (https://developers.google.com/search/docs/specialty/ecommerce/pagination-and-incremental-page-loading)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from belowline.pages.answer import Ask, BadQuestion, as_number
from belowline.pages.model import PagerView
from belowline.pages.render import number as written

if TYPE_CHECKING:
    from collections.abc import Callable

    from belowline.pages.alternates import Alternates

PAGE = "page"


def page_number(ask: Ask) -> int:
    """From 1 on. Raises BadQuestion for what is no number."""
    number = as_number(ask.query.get(PAGE, "1"))
    if not number:
        raise BadQuestion("page_unknown")
    return number


def page_address(first: str, number: int) -> str:
    """The first page has the address of the list itself, and no second one."""
    return first if number == 1 else f"{first}?{PAGE}={number}"


def page_title(title: str, number: int) -> str:
    if number == 1:
        return title
    return _("%(title)s, page %(n)s") % {"title": title, "n": written(number, language=get_language() or "en")}


def page_alternates(number: int, first: Callable[[], Alternates]) -> Alternates:
    """Of the first page alone: lists of two languages are not equally long."""
    return first() if number == 1 else ()


def pager(first: str, number: int, *, has_more: bool) -> PagerView:
    return PagerView(
        previous_url=page_address(first, number - 1) if number > 1 else "",
        next_url=page_address(first, number + 1) if has_more else "",
    )


def is_page_alone(ask: Ask) -> bool:
    """Whether nothing but a page was asked for: then search engines may list it."""
    return set(ask.query) <= {PAGE}
