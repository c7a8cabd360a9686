"""Readers without an account: the page that asks whose an address is, and what this browser knows of them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from belowline.accounts import confirming
from belowline.accounts.identity import forget, remember_guest
from belowline.accounts.networks import count_use
from belowline.accounts.queries import reader_facts
from belowline.discussion import actions
from belowline.discussion.queries import own
from belowline.domain.commenting import ReaderKind, Refused
from belowline.domain.notifying import About
from belowline.mail.message import ascii_address
from belowline.mail.queries import closed_because
from belowline.notifications import matrix
from belowline.pages import form_keys, links, refusals
from belowline.pages.model import (
    ConfirmPage,
    FormError,
    FormView,
    GuestPage,
    HeadView,
    LineView,
    Link,
    WaitingComment,
)
from belowline.pages.personal import Personal
from belowline.pages.subjects import named
from belowline.pages.views.account.mails import why_stopped
from belowline.pages.views.own import own_view
from belowline.pages.views.shown import thread_link, without_buttons
from belowline.storage.reading import snapshot


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET what the owner of the address is asked, and changes nothing: mail programs open links by themselves. POST yes
    (with the comments that are theirs) or no."""
    personal = Personal(request)
    if request.method == "POST" and personal.field("answer", limit=10) == "no":
        refused = actions.decline_guest(token, now=personal.now)
        return _unknown(personal) if refused is not None else _declined(personal)
    asked = confirming.asked(token, now=personal.now)
    if asked is None:
        return _unknown(personal)
    if request.method != "POST":
        return personal.page("confirm.html", _confirm_page(personal, token, asked))
    chosen = {int(one) for one in request.POST.getlist("c")[:50] if one.isascii() and one.isdigit() and len(one) <= 18}
    followed = {
        int(one) for one in request.POST.getlist("s")[:200] if one.isascii() and one.isdigit() and len(one) <= 18
    }
    readers = matrix.keep_lines(asked.email, chosen=followed)
    answer = actions.confirm_guest(token, publish=chosen, also=readers, now=personal.now)
    return _unknown(personal) if isinstance(answer, Refused) else _confirmed(personal, answer)


def _unknown(personal: Personal) -> HttpResponse:
    return personal.message(_("This link does not work"), (refusals.sentence("token_unknown"),), status=410)


def _declined(personal: Personal) -> HttpResponse:
    words = (
        _("What was written under your address is deleted, and was never published."),
        _("This address gets no such mail from us again."),
    )
    return personal.message(_("Thank you"), words)


def _confirm_page(personal: Personal, token: str, asked: confirming.Asked) -> ConfirmPage:
    reader = reader_facts(asked.reader_id)
    return ConfirmPage(
        head=HeadView(title=_("Is this you?"), is_indexed=False),
        form=FormView(head=HeadView(title=""), action=links.confirm(token, personal.language), token=personal.token),
        name="" if reader is None else reader.name,
        email=asked.email,
        comments=tuple(_waiting(personal, one) for one in actions.waiting_for(asked.email)),
        lines=_lines(personal, asked.email),
    )


def _waiting(personal: Personal, comment_id: int) -> WaitingComment:
    with snapshot() as cursor:
        found = own.own_comment(cursor, comment_id)
    assert found is not None, comment_id
    return WaitingComment(comment_id, without_buttons(own_view(personal, found)), thread_link(personal, found.thread))


def _lines(personal: Personal, email: str) -> tuple[LineView, ...]:
    """What mails were asked for under the address; `name` is the line's id here."""
    found = matrix.waiting_lines(email)
    subjects = named([(About(one.about), one.target) for one in found], language=personal.language)
    return tuple(
        LineView(str(one.pk), subject.says, Link(subject.url, subject.text), (), on_site=False)
        for one in found
        if (subject := subjects.get((About(one.about), one.target))) is not None
    )


def _confirmed(personal: Personal, answer: actions.Confirmed) -> HttpResponse:
    """To the comment that is public now, on whichever device this is."""
    shown = (*answer.published, *answer.waiting)
    reader = reader_facts(answer.reader_id)
    if reader is None or not reader.name:  # who only asked for mails has no name that this browser could know
        return personal.message(_("Thank you"), (_("Your address is confirmed. Mails begin now."),))
    where = links.own_comment(shown[0], personal.language) if shown else links.guest(personal.language)
    response = personal.see_other(where)
    if not personal.is_member:
        remember_guest(response, answer.reader_id)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest) -> HttpResponse:
    """Name and address of the guest that this browser remembers. POST: ask again, change the address, forget me."""
    personal = Personal(request)
    if personal.reader is None or personal.reader.kind is not ReaderKind.GUEST:
        return _no_guest(personal)
    if request.method != "POST":
        return personal.page("guest.html", _guest_page(personal))
    act = personal.field("act", limit=10)
    if act == "forget":
        response = personal.see_other(links.home(personal.language))
        forget(response)
        return response
    acts = {"again": _ask_again, "change": _change_address}
    answer = personal.once(lambda: acts.get(act, _act_unknown)(personal) or "")
    if isinstance(answer, Refused):
        if personal.wants_json:
            return personal.refusal(answer)
        page = _guest_page(personal, errors=refusals.form_errors(answer))
        return personal.page("guest.html", page, refused=answer)
    return personal.see_other(links.guest(personal.language))


def _no_guest(personal: Personal) -> HttpResponse:
    if personal.is_member:
        raise Http404
    words = (_("This browser knows no guest's name. It will when you have written something."),)
    return personal.message(_("You as a guest"), words)


def _act_unknown(_personal: Personal) -> Refused:
    return Refused("act_unknown", status=400)


def _ask_again(personal: Personal) -> Refused | None:
    assert personal.reader is not None
    why = closed_because(confirming.address_of(personal.reader.id))
    # Whoever called our mails unwanted is not written to again because somebody has their name in a browser.
    if why == "complained":
        return Refused("address_unreachable", status=409)
    if personal.reader.is_confirmed and not why:
        return Refused("address_confirmed", status=409)
    return _too_often(personal) or confirming.ask_again(
        personal.reader.id, language=personal.language, now=personal.now
    )


def _change_address(personal: Personal) -> Refused | None:
    assert personal.reader is not None
    email = personal.field("email", limit=500).strip()
    problem = refusals.email_refusal(email) or _too_often(personal)
    if problem is not None:
        return problem
    return confirming.change_address(
        personal.reader.id, ascii_address(email), language=personal.language, now=personal.now
    )


def _too_often(personal: Personal) -> Refused | None:
    until = count_use(confirming.RATE, personal.client_address, now=personal.now)
    return None if until is None else Refused("mails_often", status=429, until=until)


def _guest_page(personal: Personal, *, errors: tuple[FormError, ...] = ()) -> GuestPage:
    assert personal.reader is not None
    email = confirming.address_of(personal.reader.id)
    why = closed_because(email)
    form = FormView(
        head=HeadView(title=""),
        action=links.guest(personal.language),
        token=personal.token,
        key=form_keys.new_form_key(personal.now),
        values={"email": personal.field("email", limit=300)},
        errors=errors,
    )
    return GuestPage(
        head=HeadView(title=_("You as a guest"), is_indexed=False),
        form=form,
        name=personal.reader.name,
        address=confirming.masked(email) if email else "",
        is_confirmed=personal.reader.is_confirmed,
        is_asked=confirming.is_asked(personal.reader.id, now=personal.now),
        sign_up=Link(links.account("sign-up", personal.language), _("Create an account")),
        stopped=why_stopped(why),
        can_ask=why == "bounced" and personal.reader.is_confirmed,
    )
