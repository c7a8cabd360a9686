"""Where somebody is signed in, and the ends of sessions."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from belowline.accounts import sessions
from belowline.pages import links
from belowline.pages.model import HeadView, SessionRow, SessionsPage
from belowline.pages.personal import Personal
from belowline.pages.views.account.words import my_page

ALL = "all"


def listed(request: HttpRequest) -> HttpResponse:
    personal, user = Personal(request), request.user
    assert user.is_authenticated
    here = request.session.session_key
    if request.method == "POST":
        wanted = personal.field("end", limit=20)
        if wanted == ALL:
            sessions.end_all(user, but=here or "")
        elif not (wanted.isdigit() and sessions.end(user, int(wanted))):
            raise Http404
        return personal.see_other(links.account("sessions", personal.language))
    rows = [
        SessionRow(one.pk, one.browser or _("Another program"), one.began_at, one.used_at, one.session_key == here)
        for one in sessions.living(user)
    ]
    page = SessionsPage(
        head=HeadView(title=_("Where you are signed in"), is_indexed=False),
        action=links.account("sessions", personal.language),
        token=personal.token,
        rows=tuple(rows),
        links=(my_page(personal),),
    )
    return personal.page("sessions.html", page)
