"""The gates in front of every personal request, and the headers on every answer to one."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from belowline.accounts.second_factor import has_second_factor
from belowline.accounts.sessions import note_use
from belowline.front.answers import PUBLIC_POLICY, SAFETY, STRICT_TRANSPORT
from belowline.pages import refusals
from belowline.pages.views import forms
from belowline.storage.writer import StorageBusy

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    Handler = Callable[[HttpRequest], HttpResponse]

log = logging.getLogger(__name__)

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# The only writes that come from elsewhere: the views behind them believe a signature and nothing else. Payment providers
# tell what was paid; mail programs end mails for their reader (RFC 8058).
FROM_ELSEWHERE = re.compile(r"/_support/hook/[a-z]+|(?:/[a-z]{2})?/_u/[^/]+")
# Behind staff login and never cached. Wagtail 8 writes inline scripts and style attributes, shows pictures before they
# are uploaded (blob:, data:) and previews an article in a frame of its own. Everything else is as strict as elsewhere.
EDITORS = "/_desk/"
EDITORS_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "object-src 'none'",
        "manifest-src 'self'",
    ]
)


def desk(get_response: Handler) -> Handler:
    """What the front says about the client becomes a request attribute, which nothing a client sends can reach; the
    answer is nobody else's and says what a browser may do with it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.client_address = request.headers.get("Belowline-Client", "")  # type: ignore[attr-defined]
        response = get_response(request)
        response.headers["Cache-Control"] = "private, no-store"
        if request.path_info.startswith(EDITORS):
            # Over what the page itself would have: Wagtail's preview asks for an article within its own request.
            response.headers["Content-Security-Policy"] = EDITORS_POLICY
        response.headers.setdefault("Content-Security-Policy", PUBLIC_POLICY)
        for name, value in SAFETY.items():
            response.headers.setdefault(name, value)
        if settings.IS_HTTPS:
            response.headers.setdefault(*STRICT_TRANSPORT)
        return response

    return middleware


def same_origin(get_response: Handler) -> Handler:
    """A write from another site is refused before any view sees it, whatever token it carries.

    Browsers send Sec-Fetch-Site with every request since 2023, and Origin with every POST; a client that sends neither
    is no browser, and has no cookies to abuse. A payment provider and a mail program may say where they come from; what
    they send is signed and uses no cookie.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS and not FROM_ELSEWHERE.fullmatch(request.path_info):
            site = request.headers.get("Sec-Fetch-Site", "same-origin")
            if site not in {"same-origin", "none"} or not _is_own(request, request.headers.get("Origin")):
                raise PermissionDenied
        return get_response(request)

    return middleware


def sessions(get_response: Handler) -> Handler:
    """Once a day a session notes that it is used, and so lasts from then; staff without a second factor are led to one
    where the site demands it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        note_use(request)
        is_desk = request.path_info.startswith((EDITORS, "/_staff/")) or "/_staff/" in request.path_info[:12]
        if is_desk and settings.CONFIG.accounts.staff_second_factor and not has_second_factor(request.user):
            return HttpResponseRedirect(reverse("mfa_index"))
        return get_response(request)

    return middleware


def _is_own(request: HttpRequest, origin: str | None) -> bool:
    return origin is None or origin in {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}


def storage(get_response: Handler) -> Handler:
    """A full writer or a database that is away is "once more, please" with the text kept, never an error page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, StorageBusy | OperationalError):
            return None
        log.warning("storage_busy", exc_info=isinstance(exception, OperationalError))
        retry_after = exception.retry_after if isinstance(exception, StorageBusy) else 2
        try:
            return forms.storage_busy(request, retry_after=retry_after)
        except OperationalError:
            # Not even the page's frame can be read.
            return HttpResponse(
                refusals.sentence("storage_busy"),
                status=503,
                content_type="text/plain; charset=utf-8",
                headers={"Retry-After": str(retry_after)},
            )

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
