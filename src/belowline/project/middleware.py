"""Two small gates in front of every personal request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    Handler = Callable[[HttpRequest], HttpResponse]

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def desk(get_response: Handler) -> Handler:
    """What the front says about the client becomes request attributes. Nothing a client sends can reach these names."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.client_address = request.headers.get("Belowline-Client", "")  # type: ignore[attr-defined]
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def same_origin(get_response: Handler) -> Handler:
    """A write from another site is refused before any view sees it, whatever token it carries.

    Browsers send Sec-Fetch-Site with every request since 2023; older ones fall back to Origin, which Django's token
    check compares as well.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS:
            site = request.headers.get("Sec-Fetch-Site", "same-origin")
            if site not in {"same-origin", "none"} or request.headers.get("Origin") == "null":
                raise PermissionDenied
        return get_response(request)

    return middleware
