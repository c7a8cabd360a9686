"""Where somebody is signed in: a list of browsers for their own eyes, and the ends of sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.utils import timezone

from belowline.accounts.models import SignIn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from belowline.accounts.models import User

# In the session: the day it was last noted to be used, and its line in the list.
_NOTED, _ROW = "noted_on", "sign_in"
MOST_SHOWN = 50
# The order matters: each of the later names also stands in the header of an earlier one.
_FAMILIES = (
    ("Firefox", "Firefox/"),
    ("Edge", "Edg/"),
    ("Opera", "OPR/"),
    ("Samsung Internet", "SamsungBrowser/"),
    ("Chrome", "Chrome/"),
    ("Chrome", "CriOS/"),
    ("Firefox", "FxiOS/"),
    ("Safari", "Safari/"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS X"),
    ("Linux", "Linux"),
)


def family(header: str) -> str:
    """ "Firefox · Android": as much as somebody needs to know their own device by, and no version."""
    names = (next((name for name, mark in known if mark in header), "") for known in (_FAMILIES, _SYSTEMS))
    return " · ".join(name for name in names if name)


def remember(request: HttpRequest, user: User) -> None:
    """This browser has just signed in; its session has got a new id."""
    if not request.session.session_key:
        request.session.create()
    now = datetime.now(UTC)
    values = {"user": user, "browser": family(request.META.get("HTTP_USER_AGENT", "")[:1000]), "used_at": now}
    row, _is_new = SignIn.objects.update_or_create(
        session_key=request.session.session_key, defaults=values, create_defaults=values | {"began_at": now}
    )
    request.session[_ROW] = row.pk
    request.session[_NOTED] = now.date().isoformat()


def note_use(request: HttpRequest) -> None:
    """Once a day; the session then lasts from this day on."""
    today = datetime.now(UTC).date().isoformat()
    if request.session.get(_NOTED) == today:
        return
    request.session[_NOTED] = today
    SignIn.objects.filter(session_key=request.session.session_key).update(used_at=datetime.now(UTC))


def rotate(request: HttpRequest) -> None:
    """Another id for this session: what it may do has changed, and the former id is worth nothing."""
    request.session.cycle_key()
    follow_id(request)


def follow_id(request: HttpRequest) -> None:
    """The line of the list follows a session whose id has changed."""
    key = request.session.session_key
    if key:
        SignIn.objects.filter(pk=request.session.get(_ROW, 0)).update(session_key=key)


def living(user: User) -> Sequence[SignIn]:
    """The browsers that are signed in, the last used first. Two queries."""
    rows = SignIn.objects.filter(user=user).order_by("-used_at", "-pk")[:MOST_SHOWN]
    keys = [row.session_key for row in rows]
    alive = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    known = set(alive.values_list("session_key", flat=True))
    return [row for row in rows if row.session_key in known]


def end(user: User, sign_in_id: int) -> bool:
    """End one; whether it was this user's."""
    row = SignIn.objects.filter(user=user, pk=sign_in_id).first()
    if row is None:
        return False
    Session.objects.filter(session_key=row.session_key).delete()
    row.delete()
    return True


def end_all(user: User, *, but: str = "") -> None:
    """End every session of this user, except for the one with the key `but`."""
    rows = SignIn.objects.filter(user=user).exclude(session_key=but)
    Session.objects.filter(session_key__in=list(rows.values_list("session_key", flat=True))).delete()
    rows.delete()


def forget_expired(now: datetime) -> None:
    """The worker's clock: sessions that are over."""
    Session.objects.filter(expire_date__lt=now).delete()
    SignIn.objects.filter(used_at__lt=now - timedelta(days=61)).delete()
