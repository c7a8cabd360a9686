"""Around signing in with an account elsewhere: the name is asked for here, and what is linked can be taken off."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from allauth.socialaccount import views as social
from allauth.socialaccount.internal.flows.connect import disconnect
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from requests import RequestException

from belowline.accounts.refusing import refuse
from belowline.domain.commenting import Refused
from belowline.pages import links
from belowline.pages.model import AccountForm, Choice, Field, FormError, FormView, HeadView, Link, MessagePage
from belowline.pages.personal import Personal
from belowline.pages.views.account.entrance import age_words, never_shown
from belowline.pages.views.account.frame import Framed, account_link, known_field
from belowline.pages.views.account.words import house_rules, my_page

if TYPE_CHECKING:
    from collections.abc import Callable

    View = Callable[..., HttpResponse]

log = logging.getLogger(__name__)
# Of the session: a provider knows one address to come back to.
LANGUAGE = "provider_language"


class SignUp(Framed, social.SignupView):
    fields = ("name", "email")

    def title(self) -> str:
        return _("Your name here")

    def button(self) -> str:
        return _("Create the account")

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        return (_("You are known there; here, choose the name that others read. Nothing else is taken over."),)

    def named_fields(self) -> tuple[Field, ...]:
        return tuple(never_shown(known_field(name)) for name in self.fields)

    def form_view(self, errors: tuple[FormError, ...] = (), **more: Any) -> FormView:
        view = super().form_view(errors, **more)
        if self.request.method == "POST":
            return view
        told = next(iter(self.sociallogin.email_addresses), None)
        return replace(view, values={"email": told.email if told else ""})

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        return {"after": (age_words(),), "links": (house_rules(self.personal),)}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                response: HttpResponse = super().form_valid(form)
                return response
        except IntegrityError:
            form.add_error("name", refuse(Refused("name_taken", status=409)))
            return self.form_invalid(form)


def in_their_language(view: View) -> View:
    """Around the addresses that are in no language: a reader comes back in that of the page whose button they pressed."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and request.POST.get("language") in dict(settings.LANGUAGES):
            request.session[LANGUAGE] = request.POST["language"]
        with translation.override(request.session.get(LANGUAGE, settings.LANGUAGE_CODE)):
            return view(request, *args, **kwargs)

    return answer


def patient(view: View) -> View:
    """Around every address at which we ask a provider: one that does not answer is no fault of ours."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except RequestException:
            log.warning("provider_away", exc_info=True)
            text = _("The other side does not answer at the moment. Try again later, or take another way.")
            return _told(request, _("This did not work"), text, status=503)

    return answer


def going(view: View) -> View:
    """Around an address that sends a browser to a provider.

    A form of this site may end on this site alone: browsers hold `form-action` against every redirect that follows, also
    those that a provider makes to pages of a third one, which nobody here can list. So the redirect becomes a page that
    goes on by itself, or with a press.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        personal = Personal(request)
        if request.method != "POST":
            return personal.see_other(links.account("sign-in", personal.language))
        response = view(request, *args, **kwargs)
        where = response.headers.get("Location", "")
        if not urlsplit(where).netloc:
            return response
        page = MessagePage(
            head=HeadView(title=_("Going on"), is_indexed=False),
            paragraphs=(_("You are led to %(host)s, and come back from there.") % {"host": urlsplit(where).netloc},),
            links=(Link(where, _("Go on")),),
        )
        return personal.page("going.html", page)

    return answer


def _told(request: HttpRequest, title: str, text: str, *, status: int = 200) -> HttpResponse:
    personal = Personal(request)
    return personal.message(title, (text,), status=status, back=account_link("sign-in", _("Sign in"), personal))


def cancelled(request: HttpRequest) -> HttpResponse:
    return _told(request, _("Signing in was called off"), _("Nothing was changed. You can take another way."))


def failed(request: HttpRequest) -> HttpResponse:
    text = _("The other side did not confirm who you are. Try again later, or take another way.")
    return _told(request, _("This did not work"), text, status=403)


def mine(request: HttpRequest) -> HttpResponse:
    """The accounts elsewhere that open this one; each can be taken off while another way in is left."""
    personal, user = Personal(request), request.user
    assert user.is_authenticated
    known = list(SocialAccount.objects.filter(user=user).order_by("pk"))
    errors: tuple[FormError, ...] = ()
    if request.method == "POST":
        wanted = next((one for one in known if str(one.pk) == personal.field("account", limit=20)), None)
        if wanted is not None:
            try:
                disconnect(request, wanted)
                return personal.see_other(links.account("security", personal.language))
            except ValidationError:
                text = _("This is the only way into your account: choose a password first.")
                errors = (FormError("account", text),)
    form = FormView(
        head=HeadView(title=_("Accounts elsewhere"), is_indexed=False),
        action=request.path,
        token=personal.token,
        errors=errors,
        choices=tuple(Choice(one.get_provider().name, value=str(one.pk)) for one in known),
    )
    fields = (Field("account", _("Which one no longer opens this account?"), "choice"),)
    page = AccountForm(
        form,
        fields if known else (),
        _("Take it off") if known else "",
        paragraphs=() if known else (_("There is none."),),
        links=(my_page(personal),),
    )
    return personal.page("account_form.html", page, status=422 if errors else 200)
