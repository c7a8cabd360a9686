"""Is it you? For accounts without password and second factor, whose owner can only be asked by mail.

allauth asks everybody else (`ReauthenticationRequired`), and lets these pass: somebody at an open browser could take
everything home, or end the account.
"""

from __future__ import annotations

import time
from functools import wraps
from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows, resume_request
from allauth.core.exceptions import ReauthenticationRequired
from allauth.core.internal.httpkit import authenticated_user
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from belowline.accounts import sessions
from belowline.pages import links, refusals
from belowline.pages.model import AccountForm, Choice, FormError, FormView, HeadView
from belowline.pages.personal import Personal
from belowline.pages.views.account.frame import has_mail, known_field, safe_next
from belowline.pages.views.account.mailed import MailedCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from belowline.accounts.models import User
    from belowline.domain.commenting import Refused

    View = Callable[..., HttpResponse]

CODE = MailedCode("again_by_mail", letter="again_code")
METHOD = "mail"
# allauth's own measure for the others (ACCOUNT_REAUTHENTICATION_TIMEOUT).
FRESH_SECONDS = 300


def asked_by_mail(view: Any) -> View:
    """A write of somebody who can only be asked by mail goes through within five minutes of the answer."""
    inner = view.as_view() if hasattr(view, "as_view") else view

    @wraps(inner, updated=())
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and request.user.is_authenticated and is_due(request):
            raise ReauthenticationRequired
        response: HttpResponse = inner(request, *args, **kwargs)
        return response

    return answer


def is_due(request: HttpRequest) -> bool:
    user = authenticated_user(request)
    if not has_mail() or get_reauthentication_flows(user):
        return False
    answers = [one for one in get_authentication_records(request, user) if one.get("method") == METHOD]
    return not answers or time.time() - answers[-1]["at"] >= FRESH_SECONDS


def again_by_mail(request: HttpRequest) -> HttpResponse:
    """GET the question; POST asks for a code, or gives it and goes on with what was wanted."""
    user: Any = authenticated_user(request)
    if not has_mail() or get_reauthentication_flows(user):
        raise Http404
    personal = Personal(request)
    if request.method != "POST":
        return _page(personal, user)
    if personal.field("action", limit=10) == "resend" or not personal.field("code", limit=20):
        return _page(personal, user, CODE.send(request, user.email))
    refused = CODE.check(request, user.email, personal.field("code", limit=20))
    if refused is not None:
        return _page(personal, user, refused)
    sessions.rotate(request)
    record_authentication(request, user, method=METHOD, reauthenticated=True)
    return resume_request(request) or personal.see_other(links.account("", personal.language))


def _page(personal: Personal, user: User, refused: Refused | None = None) -> HttpResponse:
    is_sent = CODE.is_sent(personal.request)
    errors: tuple[FormError, ...] = refusals.form_errors(refused) if refused is not None else ()
    question = _("What comes next is for the owner of the account alone. So show once more that it is you.")
    where = _("A code goes to %(address)s.") if not is_sent else _("A code went to %(address)s.")
    page = AccountForm(
        form=FormView(
            head=HeadView(title=_("Is it you?"), is_indexed=False),
            action=personal.request.path,
            token=personal.token,
            errors=errors,
            next_url=safe_next(personal),
        ),
        fields=(known_field("code"),) if is_sent else (),
        button=_("Go on") if is_sent else _("Send the code"),
        paragraphs=(question, where % {"address": user.email}),
        others=(Choice(_("Send another code"), value="resend"),) if is_sent else (),
    )
    return personal.page("account_form.html", page, refused=refused)
