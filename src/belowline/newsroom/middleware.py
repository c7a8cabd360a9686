"""What the newsroom says when a page of the desk ends in a refusal, or was sent only in part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.html import escape
from django.utils.translation import gettext as _

from belowline.newsroom.pictures.files import UnreadablePicture
from belowline.newsroom.publishing.readiness import NotReady
from belowline.newsroom.publishing.withdrawal import StillRetracted

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    Handler = Callable[[HttpRequest], HttpResponse]


class DeskRefusals:
    """Whichever way somebody publishes (many at once, or by a link), a refusal is a sentence on the page they were on.
    The article's own form says it at the field, before it comes to this.

    Wagtail's blocks ask for all their fields: a form that comes without one, cut off on its way or made by hand, is
    no fault of ours and no trace in the log.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, MultiValueDictKeyError) and request.method == "POST":
            words = _(
                "This form came without “%(name)s”, and nothing was saved. Go back, reload the page and try again."
            )
            return HttpResponseBadRequest(escape(words % {"name": str(exception.args[0]).strip("'\"")[:80]}))
        if not isinstance(exception, NotReady | StillRetracted | UnreadablePicture):
            return None
        messages.error(request, exception.sentence)
        return redirect("articles:index")
