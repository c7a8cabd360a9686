"""The demo bar: one press makes the visitor somebody else. Exists only in demo mode, which listens on loopback alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from belowline.accounts.identity import forget, mark
from belowline.accounts.models import User
from belowline.discussion.models import Comment
from belowline.pages import links


def answered_comment(user: User) -> str:
    """The reader's newest comment that somebody has answered."""
    found = Comment.objects.filter(author__user=user, is_listed=True, listed_replies__gt=0).order_by("-pk").first()
    return "/" if found is None else links.comment(found.thread_id, found.pk, settings.LANGUAGE_CODE)


# Whom each role is, and where something waits for them.
ROLES: dict[str, tuple[str, Callable[[Any], str]]] = {
    "visitor": ("", lambda _user: "/"),
    "reader": ("reader@demo.invalid", answered_comment),
    "moderator": ("moderator@demo.invalid", lambda _user: "/_staff/comments"),
    "editor": ("editor@demo.invalid", lambda _user: "/_desk/"),
    "treasurer": ("treasurer@demo.invalid", lambda _user: "/_desk/accounts/"),
}


# The button stands in cached pages, which carry no token; the same-origin gate before this view still holds, and all
# that a forged press could do is to change the costume in a demo.
@csrf_exempt
@require_POST
def become(request: HttpRequest) -> HttpResponse:
    role = request.POST.get("as", "")
    if not settings.CONFIG.demo or role not in ROLES:
        raise Http404
    email, place = ROLES[role]
    user = User.objects.filter(email=email).first()
    if email and user is None:
        raise Http404  # the demo is still being written
    logout(request)
    response = HttpResponseRedirect(place(user))
    response.status_code = 303
    if user is None:
        forget(response)
        return response
    login(request, user)
    mark(response)
    return response
