"""What the newsroom says when a page of Wagtail's ends in one of our refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect

from belowline.newsroom.pictures import UnreadablePicture
from belowline.newsroom.readiness import NotReady

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    Handler = Callable[[HttpRequest], HttpResponse]


def not_published(get_response: Handler) -> Handler:
    """Whichever way somebody publishes (many at once, or by approving), a refusal is a sentence on the page they were
    on. The article's own form says it at the field, before it comes to this.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, NotReady | UnreadablePicture):
            return None
        messages.error(request, exception.sentence)
        return redirect("articles:index")

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
