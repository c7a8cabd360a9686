"""Mails to me: whether they reach me, and if not, the way to have them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.core.internal.httpkit import authenticated_user
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from belowline.mail.actions import open_address
from belowline.mail.queries import closed_because
from belowline.pages import links, refusals
from belowline.pages.model import AccountForm, Choice, FormView, HeadView, Link, Section
from belowline.pages.personal import Personal
from belowline.pages.views.account.frame import known_field
from belowline.pages.views.account.mailed import MailedCode
from belowline.pages.views.account.words import my_page
from belowline.storage.writer import write

if TYPE_CHECKING:
    from belowline.domain.commenting import Refused

CODE = MailedCode("mail_reaches_me", letter="email_confirmation")


def reaching_me(request: HttpRequest) -> HttpResponse:
    """GET says whether mails go out; POST asks for a code, or gives it: then they do again."""
    personal, user = Personal(request), authenticated_user(request)
    code = personal.field("code", limit=20)
    if request.method != "POST" or not closed_because(user.email):
        return _page(personal, user.email)
    if personal.field("action", limit=10) == "resend" or not code:
        return _page(personal, user.email, CODE.send(request, user.email))
    refused = CODE.check(request, user.email, code)
    if refused is not None:
        return _page(personal, user.email, refused)
    write(lambda: open_address(user.email))
    return personal.see_other(links.account("mail", personal.language))


def _page(personal: Personal, email: str, refused: Refused | None = None) -> HttpResponse:
    why = closed_because(email)
    is_sent = bool(why) and CODE.is_sent(personal.request)
    address = {"address": email}
    paragraphs = [why_stopped(why) or _("Mails go to %(address)s.") % address]
    if is_sent:
        paragraphs.append(_("A code went to %(address)s.") % address)
    elif why:
        paragraphs.append(
            _("If mail can be read at %(address)s, have a code sent there and type it here: mails go out again.")
            % address
        )
    page = AccountForm(
        form=FormView(
            head=HeadView(title=_("Mails to you"), is_indexed=False),
            action=personal.request.path,
            token=personal.token,
            errors=refusals.form_errors(refused) if refused is not None else (),
        ),
        fields=(known_field("code"),) if is_sent else (),
        button="" if not why else _("Go on") if is_sent else _("Send the code"),
        paragraphs=tuple(paragraphs),
        others=(Choice(_("Send another code"), value="resend"),) if is_sent else (),
        links=_links(personal, is_stopped=bool(why)),
    )
    return personal.page("account_form.html", page, refused=refused)


def _links(personal: Personal, *, is_stopped: bool) -> tuple[Link, ...]:
    follows = Link(links.subscriptions(personal.language), _("Everything that you are told of"))
    other = Link(links.account("email", personal.language), _("Another e-mail address"))
    return (*((other,) if is_stopped else ()), follows, my_page(personal))


def why_stopped(why: str) -> str:
    """What a reader is told of an address that gets no mail; empty for one that does."""
    said: dict[str, Any] = {
        "bounced": _(
            "Mails to your address came back, so no more are sent. Perhaps the mailbox is full, or does not exist any more."
        ),
        "complained": _(
            "A mail to your address was reported as unwanted. Since then nothing that you follow is sent by mail; "
            "what you want to have again is chosen anew in your list."
        ),
    }
    return str(said.get(why, ""))


def stopped_section(personal: Personal, email: str) -> tuple[Section, ...]:
    """On my page, only when it matters."""
    says = why_stopped(closed_because(email))
    return (Section(Link(links.account("mail", personal.language), _("Mails to you")), says),) if says else ()
