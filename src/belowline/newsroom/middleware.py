"""What the newsroom says when a page of Wagtail's ends in one of our refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect

from belowline.maps.files import MapNotDrawn
from belowline.newsroom.pictures.files import UnreadablePicture
from belowline.newsroom.publishing.readiness import NotReady
from belowline.newsroom.publishing.withdrawal import StillRetracted

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    Handler = Callable[[HttpRequest], HttpResponse]


class NotPublished:
    """Whichever way somebody publishes (many at once, or by a link), a refusal is a sentence on the page they were on.
    The article's own form says it at the field, before it comes to this.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, MapNotDrawn | NotReady | StillRetracted | UnreadablePicture):
            return None
        messages.error(request, exception.sentence)
        return redirect("articles:index")
