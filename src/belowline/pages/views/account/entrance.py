"""The ways in and out: sign up, sign in by password, code or passkey, a new password, sign out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from allauth.account import views as account
from allauth.account.internal import flows
from allauth.account.models import Login
from allauth.mfa.base import views as mfa
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import flows as passkeys
from allauth.socialaccount.adapter import get_adapter as provider_adapter
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from belowline.accounts import limits
from belowline.accounts.identity import forget
from belowline.accounts.refusing import refuse
from belowline.domain.commenting import Refused
from belowline.pages import links
from belowline.pages.model import AccountForm, FormView, HeadView, Link, SmallForm
from belowline.pages.personal import Personal
from belowline.pages.views.account.frame import Framed, account_link, has_passkeys, known_field, resend, safe_next
from belowline.pages.views.account.words import house_rules

if TYPE_CHECKING:
    from django.forms import BaseForm

    from belowline.pages.model import Field


class SignIn(Framed, account.LoginView):
    fields = ("email", "password")

    def title(self) -> str:
        return _("Sign in")

    def button(self) -> str:
        return _("Sign in")

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        personal = self.personal
        others = [account_link("sign-up", _("Create an account"), personal)]
        if settings.HAS_MAIL:
            others.append(account_link("code", _("Sign in with a code by mail"), personal))
            others.append(account_link("reset", _("Choose a new password"), personal))
        buttons = provider_buttons(self.request, says=_("Sign in with %(provider)s"))
        return {"links": tuple(others), "beside": (*_passkey_button(personal), *buttons)}


def _passkey_button(personal: Personal) -> tuple[SmallForm, ...]:
    if not has_passkeys():
        return ()
    address = reverse("mfa_login_webauthn")
    values = (("next", target),) if (target := safe_next(personal)) else ()
    return (SmallForm(address, _("Sign in with a passkey"), passkey=address, values=values),)


def provider_buttons(request: HttpRequest, process: str = "login", *, says: str = "") -> tuple[SmallForm, ...]:
    """A button for each provider of the settings. A POST: nothing is asked of anybody before it is pressed."""
    says = says or _("Go on with %(provider)s")
    found = []
    for provider in provider_adapter().list_providers(request) if settings.SOCIALACCOUNT_PROVIDERS else ():
        values = [("process", process), ("language", Personal(request).language)]
        if target := safe_next(Personal(request)):
            values.append(("next", target))
        name = provider.app.name or provider.name
        found.append(SmallForm(provider.get_login_url(request), says % {"provider": name}, values=tuple(values)))
    return tuple(found)


class SignUp(Framed, account.SignupView):
    fields: tuple[str, ...] = ("name", "email", "new-password")

    def title(self) -> str:
        return _("Create an account")

    def button(self) -> str:
        return _("Create the account")

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        return (_("With an account you vote, edit what you wrote, and keep one name."),)

    def named_fields(self) -> tuple[Field, ...]:
        return tuple(never_shown(known_field(name)) for name in self.fields)

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        personal = self.personal
        others = [account_link("sign-in", _("Sign in instead"), personal), house_rules(personal)]
        if has_passkeys() and settings.HAS_MAIL:
            others.insert(0, account_link("sign-up/passkey", _("Use a passkey instead of a password"), personal))
        return {"links": tuple(others), "after": (age_words(),), "beside": provider_buttons(self.request)}

    def form_valid(self, form: Any) -> HttpResponse:
        form.hash_password()
        try:
            # One transaction: the rows, the letter, or neither.
            with transaction.atomic():
                response: HttpResponse = super().form_valid(form)
                return response
        except IntegrityError:
            # Two sign-ups raced for one name; the constraint let the first one through.
            form.add_error("name", refuse(Refused("name_taken", status=409)))
            return self.form_invalid(form)


class SignUpByPasskey(SignUp, account.SignupByPasskeyView):
    fields = ("name", "email")

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        return (_("First a code by mail shows that the address is yours; then your browser makes the passkey."),)

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        others = (account_link("sign-up", _("Use a password instead"), self.personal), house_rules(self.personal))
        return {"links": others, "after": (age_words(),)}


def never_shown(field: Field) -> Field:
    return replace(field, help=_("Never shown to anyone."), autocomplete="email") if field.name == "email" else field


def age_words() -> str:
    years = settings.CONFIG.accounts.minimum_age
    if not years:
        return _("By creating an account you accept the house rules.")
    text = _("By creating an account you accept the house rules, and say that you are at least %(years)s years old.")
    return text % {"years": years}


class _ByCode(Framed):
    """A page that asks for the code that a letter brought."""

    fields = ("code",)
    others = True

    def title(self) -> str:
        return _("Look into your mail")

    def button(self) -> str:
        return _("Go on")

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        sent = _("A letter went to %(address)s. If that address is right, it brings a code: type it here.")
        return (sent % {"address": context["email"]},)

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        can_resend = context.get("can_resend", False)
        back = Link(links.account("sign-in", self.personal.language), _("Begin again"))
        return {"others": resend() if can_resend else (), "links": (back,)}

    def refused_resend(self, form: BaseForm, email: str) -> HttpResponse | None:
        """Another letter counts like the first."""
        refused = limits.mail_refusal(self.request, email)
        if refused is None:
            return None
        form.add_error(None, refuse(refused))
        return self.render_to_response(self.get_context_data(form=form))  # type: ignore[attr-defined]


class AskForCode(Framed, account.RequestLoginCodeView):
    fields = ("email",)

    def title(self) -> str:
        return _("Sign in with a code")

    def button(self) -> str:
        return _("Send the code")

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        return (_("A letter brings you eight characters; with them you are in, without a password."),)

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        return {"links": (account_link("sign-in", _("Sign in with a password"), self.personal),)}


class SignInByCode(_ByCode, account.ConfirmLoginCodeView):
    def form_valid(self, form: Any) -> HttpResponse:
        if self._action == "resend" and (answer := self.refused_resend(form, self._process.state["email"])):
            return answer
        response: HttpResponse = super().form_valid(form)
        return response


class ProveEmail(_ByCode, account.ConfirmEmailVerificationCodeView):
    def form_valid(self, form: Any) -> HttpResponse:
        if self._action == "resend" and (answer := self.refused_resend(form, self._process.state["email"])):
            return answer
        if self._action == "verify":
            # The rows of the address and the reader's go together.
            with transaction.atomic():
                response: HttpResponse = super().form_valid(form)
                return response
        return super().form_valid(form)


class AskForReset(Framed, account.PasswordResetView):
    fields = ("email",)

    def title(self) -> str:
        return _("Choose a new password")

    def button(self) -> str:
        return _("Send the code")

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        return (_("A letter brings you a code; with it you choose another password."),)

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        return {"links": (account_link("sign-in", _("Sign in"), self.personal),)}


class ResetByCode(_ByCode, account.ConfirmPasswordResetCodeView):
    pass


class ResetPassword(Framed, account.CompletePasswordResetView):
    fields = ("new-password",)

    def title(self) -> str:
        return _("Choose a new password")

    def button(self) -> str:
        return _("Take this password")


def reset_done(request: HttpRequest) -> HttpResponse:
    personal = Personal(request)
    text = _("Your new password is in force, and every other session has ended.")
    back = Link(links.account("sign-in", personal.language), _("Sign in"))
    return personal.message(_("The password was changed"), (text,), back=back)


def inactive(request: HttpRequest) -> HttpResponse:
    personal = Personal(request)
    text = _("This account was closed by the newsroom. If you think that is wrong, write to it.")
    back = Link(links.standing("contact", personal.language), _("Contact"))
    return personal.message(_("This account is closed"), (text,), status=403, back=back)


class SecondFactor(Framed, mfa.AuthenticateView):
    """After password or code, for those who have a second factor."""

    fields = ("code",)

    def title(self) -> str:
        return _("One step more")

    def button(self) -> str:
        return _("Sign in")

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        return (_("Type the code that your authenticator app shows, or one of your recovery codes."),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not has_passkeys():
            self.webauthn_form = None
        context: dict[str, Any] = super().get_context_data(**kwargs)
        is_refused = self.webauthn_form is not None and self.webauthn_form.is_bound
        return context | {"form": self.webauthn_form} if is_refused else context

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        back = (Link(links.account("sign-in", self.personal.language), _("Begin again")),)
        if not has_passkeys():
            return {"links": back}
        asked = json.dumps(context["js_data"]["request_options"])
        return {
            "links": back,
            "beside": (SmallForm(self.request.path, _("Use a passkey"), passkey=asked),),
        }


class PasskeySignIn(webauthn.LoginWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        authenticator = form.cleaned_data["credential"]
        login = Login(user=authenticator.user, redirect_url=safe_next(Personal(self.request)) or None)
        response: HttpResponse = passkeys.perform_passwordless_login(self.request, authenticator, login)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        personal = Personal(self.request)
        text = _("This passkey is not known here. Sign in with your password or a code by mail, and add it again.")
        back = Link(links.account("sign-in", personal.language), _("Sign in"))
        return personal.message(_("This did not work"), (text,), status=403, back=back)


class PasskeySignUp(Framed, webauthn.SignupWebAuthnView):
    """The last step of signing up with a passkey."""

    fields = ()

    def title(self) -> str:
        return _("Make your passkey")

    def button(self) -> str:
        return ""

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        return (_("Your browser asks for your finger, your face or a key. Nothing of it leaves your device."),)

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        asked = json.dumps(context["js_data"]["creation_options"])
        # The account is there already: whose device makes none, gets in without one.
        next_url = self._login_stage.login.redirect_url or None
        other = Link(links.account("code", self.personal.language, next=next_url), _("Sign in with a code by mail"))
        return {"beside": (SmallForm(self.request.path, _("Make a passkey"), passkey=asked),), "links": (other,)}


def sign_out(request: HttpRequest) -> HttpResponse:
    personal = Personal(request)
    if request.method == "POST":
        flows.logout.logout(request)
        response = personal.see_other(links.home(personal.language))
        forget(response)
        return response
    form = FormView(
        head=HeadView(title=_("Sign out?"), is_indexed=False),
        action=links.account("sign-out", personal.language),
        token=personal.token,
    )
    return personal.page("account_form.html", AccountForm(form, (), _("Sign out")))
