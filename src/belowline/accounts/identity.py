"""Who is asking: a member by session, a guest by a signed cookie, or nobody. The readers' issue extends this module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing

from belowline.accounts.queries import ReaderFacts, reader_facts
from belowline.domain.commenting import ReaderKind

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

GUEST_COOKIE = "__Host-bl_guest" if settings.IS_HTTPS else "bl_guest"
# Says only "this browser has a state to ask for"; scripts read it, and it carries no identity.
MARKER_COOKIE = "bl_me"
GUEST_SECONDS = 180 * 86_400
_SALT = "belowline.guest"


def current_reader(request: HttpRequest) -> ReaderFacts | None:
    """The reader behind a personal request; None for somebody without account and guest cookie."""
    user = getattr(request, "user", None)  # a request that was refused at the gate has none yet
    if user is not None and user.is_authenticated:
        reader_id = getattr(getattr(user, "reader", None), "pk", None)
        return None if reader_id is None else reader_facts(reader_id)
    return _guest(request)


def _guest(request: HttpRequest) -> ReaderFacts | None:
    value = request.COOKIES.get(GUEST_COOKIE)
    if not value:
        return None
    try:
        reader_id = signing.loads(value, salt=_SALT, max_age=GUEST_SECONDS)
    except signing.BadSignature:
        return None
    reader = reader_facts(reader_id) if isinstance(reader_id, int) else None
    return reader if reader is not None and reader.kind is ReaderKind.GUEST else None


def remember_guest(response: HttpResponse, reader_id: int) -> None:
    response.set_cookie(
        GUEST_COOKIE,
        signing.dumps(reader_id, salt=_SALT),
        max_age=GUEST_SECONDS,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    mark(response)


def mark(response: HttpResponse) -> None:
    """Let the scripts know that this browser has a personal state."""
    response.set_cookie(MARKER_COOKIE, "1", max_age=GUEST_SECONDS, secure=settings.IS_HTTPS, samesite="Lax")


def forget(response: HttpResponse) -> None:
    response.delete_cookie(GUEST_COOKIE)
    response.delete_cookie(MARKER_COOKIE)
