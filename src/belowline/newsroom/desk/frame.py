"""What all pages of our own in the desk share: Wagtail's frame with a title and the way back, and the answer to a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

Crumb = dict[str, str]


def crumb(url: str, label: str) -> Crumb:
    """One step of the way back."""
    return {"url": url, "label": label}


def desk_page(
    request: HttpRequest,
    template: str,
    title: str,
    values: dict[str, Any],
    *,
    icon: str,
    above: Sequence[Crumb] = (),
    status: int = 200,
) -> HttpResponse:
    """`template` within Wagtail's frame, below the pages `above`."""
    frame = {
        "header_title": title,
        "page_title": title,
        "header_icon": icon,
        "breadcrumbs_items": [*above, crumb("", title)],
    }
    return TemplateResponse(request, template, frame | values, status=status)


def see_other(url: str) -> HttpResponse:
    """A form that did something: whoever reloads the page that follows does not send it again."""
    answer = HttpResponseRedirect(url)
    answer.status_code = 303
    return answer
