"""What keeps an account its owner's: address, password, second factors, and being asked again before they change."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from allauth.account import views as account
from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from markupsafe import Markup

from belowline.accounts import sessions
from belowline.accounts.second_factor import has_second_factor
from belowline.pages import links
from belowline.pages.model import Field, HeadView, Link, SecurityPage, SecurityRow, SmallForm
from belowline.pages.personal import Personal
from belowline.pages.views.account.entrance import provider_buttons
from belowline.pages.views.account.frame import Framed, has_passkeys
from belowline.pages.views.account.words import my_page

DONE = "done"


class ChangeEmail(Framed, account.EmailView):
    fields = ("email",)

    def title(self) -> str:
        return _("Another e-mail address")

    def button(self) -> str:
        return _("Send the code")

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        known = _("Your address is %(address)s.") % {"address": authenticated_user(self.request).email}
        return (known, _("A code goes to the new one; typed in, it takes the place of the old one."))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sent: Any = request.POST.copy()
        sent["action_add"] = "yes"
        request.POST = sent
        return super().post(request, *args, **kwargs)

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        return {"links": (my_page(self.personal),)}


class ChangePassword(Framed, account.PasswordChangeView):
    fields = ("oldpassword", "new-password")

    def title(self) -> str:
        return _("Another password")

    def button(self) -> str:
        return _("Take this password")

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        return (_others_end(),)

    def get_default_success_url(self) -> str:
        return f"{reverse('mfa_index')}?{DONE}=password"


class FirstPassword(Framed, account.PasswordSetView):
    fields = ("new-password",)

    def title(self) -> str:
        return _("Choose a password")

    def button(self) -> str:
        return _("Take this password")

    def get_default_success_url(self) -> str:
        return f"{reverse('mfa_index')}?{DONE}=password"


class _Again(Framed):
    def title(self) -> str:
        return _("Is it you?")

    def button(self) -> str:
        return _("Go on")

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        return (_("What comes next changes who can open your account. So show once more that it is you."),)

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        others = [Link(one["url"], _way(one["id"])) for one in context["reauthentication_alternatives"]]
        return {"links": tuple(others)}

    def form_valid(self, form: Any) -> HttpResponse:
        sessions.rotate(self.request)
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return response


def _way(name: str) -> str:
    ways = {"reauthenticate": _("With the password"), "mfa_reauthenticate": _("With a code of the app")}
    return ways.get(name, _("With a passkey"))


class AgainByPassword(_Again, account.ReauthenticateView):
    fields = ("password",)


class AgainByCode(_Again, mfa.ReauthenticateView):
    fields = ("code",)


class AgainByPasskey(_Again, webauthn.ReauthenticateWebAuthnView):
    def button(self) -> str:
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"reauthentication_alternatives": self.get_reauthentication_alternatives(), **kwargs}

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        asked = json.dumps(context["js_data"]["request_options"])
        target = self.personal.field("next", limit=500) or self.request.GET.get("next", "")
        values = (("next", target),) if target else ()
        passkey = SmallForm(self.request.path, _("Use a passkey"), passkey=asked, values=values)
        return super().more(context) | {"beside": (passkey,)}


def overview(request: HttpRequest) -> HttpResponse:
    """Everything that opens the account, with the way to change it."""
    personal, user = Personal(request), request.user
    assert user.is_authenticated
    known = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at"))
    kinds = {one.type for one in known}
    language = personal.language
    rows = [_password_row(user.has_usable_password(), language), _app_row(Authenticator.Type.TOTP in kinds, language)]
    rows += [_passkey_row(one, language) for one in known if one.type == Authenticator.Type.WEBAUTHN]
    more = []
    if has_passkeys():
        more.append(Link(links.account("security/passkeys/add", language), _("Add a passkey")))
    if Authenticator.Type.RECOVERY_CODES in kinds:
        more.append(Link(links.account("security/codes", language), _("Recovery codes")))
    more.append(Link(links.account("sessions", language), _("Where you are signed in")))
    is_short = settings.CONFIG.accounts.staff_second_factor and user.is_staff and not has_second_factor(user)
    page = SecurityPage(
        head=HeadView(title=_("Sign-in and safety"), is_indexed=False),
        token=personal.token,
        notice=_demand() if is_short else _said(request.GET.get(DONE, "")),
        rows=tuple(rows),
        beside=provider_buttons(request, "connect"),
        links=(*more, my_page(personal)),
    )
    return personal.page("security.html", page)


def _demand() -> str:
    return _(
        "This newsroom asks its staff for a second factor: add a passkey or an authenticator app, then the desk opens."
    )


def _said(what: str) -> str:
    said = {"password": _("Your password was changed, and every other session has ended.")}
    return said.get(what, "")


def _password_row(has_one: bool, language: str) -> SecurityRow:
    if has_one:
        return SecurityRow(_("Password"), _("There is one."), Link(links.account("password", language), _("Change it")))
    return SecurityRow(
        _("Password"), _("There is none."), Link(links.account("password/first", language), _("Choose one"))
    )


def _app_row(has_one: bool, language: str) -> SecurityRow:
    what = _("Authenticator app")
    if has_one:
        return SecurityRow(
            what,
            _("It is asked at every sign-in."),
            Link(links.account("security/app/off", language), _("Take it off")),
        )
    return SecurityRow(what, _("There is none."), Link(links.account("security/app", language), _("Add one")))


def _passkey_row(one: Authenticator, language: str) -> SecurityRow:
    base = f"security/passkeys/{one.pk}"
    return SecurityRow(
        _("Passkey"),
        one.wrap().name,
        Link(links.account(f"{base}/remove", language), _("Take it off")),
        Link(links.account(f"{base}/name", language), _("Rename")),
        since=one.created_at,
        used_at=one.last_used_at,
    )


class AddApp(Framed, totp.ActivateTOTPView):
    fields = ("code",)

    def title(self) -> str:
        return _("Add an authenticator app")

    def button(self) -> str:
        return _("Add it")

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        return (
            _("Let the app read this picture, or type the key into it. Then type the code that it shows."),
            _("The key: %(key)s") % {"key": context["form"].secret},
            _others_end(),
        )

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        return {"picture": drawn(context["totp_url"]), "links": (_safety(self.personal),)}


def drawn(url: str) -> Markup:
    """The picture that an app reads: one path of black squares on white, in both schemes."""
    import qrcode

    code = qrcode.QRCode(border=4)
    code.add_data(url)
    code.make()
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    size = len(rows)
    label = Markup.escape(_("The key as a picture"))
    return Markup(  # noqa: S704 - made of numbers
        f'<svg class="qr" role="img" aria-label="{label}" viewBox="0 0 {size} {size}" width="240" height="240">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>'
    )


class RemoveApp(Framed, totp.DeactivateTOTPView):
    success_url = reverse_lazy("mfa_index")

    def title(self) -> str:
        return _("Take the authenticator app off?")

    def button(self) -> str:
        return _("Take it off")

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        return (_("Signing in then asks for no code of the app any more."), _others_end())

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        return {"is_grave": True, "links": (_safety(self.personal),)}


class RecoveryCodes(Framed, codes.ViewRecoveryCodesView):
    def title(self) -> str:
        return _("Recovery codes")

    def button(self) -> str:
        return ""

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        return (
            _(
                "If the app or the passkey is lost, each of these opens your account once. Print them, or write them down."
            ),
        )

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        new = Link(links.account("security/codes/new", self.personal.language), _("Make new ones"))
        return {"codes": tuple(context["unused_codes"]), "links": (new, _safety(self.personal))}


class NewRecoveryCodes(Framed, codes.GenerateRecoveryCodesView):
    def title(self) -> str:
        return _("New recovery codes?")

    def button(self) -> str:
        return _("Make new ones")

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        return (_("Those you have are worth nothing afterwards."), _others_end())

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        return {"links": (_safety(self.personal),)}


class AddPasskey(Framed, webauthn.AddWebAuthnView):
    def title(self) -> str:
        return _("Add a passkey")

    def button(self) -> str:
        return ""

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        asked = _("Your browser asks for your finger, your face or a key. Nothing of it leaves your device.")
        return (asked, _others_end())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs) | kwargs
        # One that signs in alone: it is asked who is there, and known without an address.
        context["js_data"] = {"creation_options": auth.begin_registration(self.request.user, True)}
        return context

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        asked = json.dumps(context["js_data"]["creation_options"])
        values = (("passwordless", "on"),)
        passkey = SmallForm(self.request.path, _("Make a passkey"), passkey=asked, values=values)
        return {"beside": (passkey,), "links": (_safety(self.personal),)}


class NamePasskey(Framed, webauthn.EditWebAuthnView):
    fields = ("name",)
    success_url = reverse_lazy("mfa_index")

    def title(self) -> str:
        return _("Name of this passkey")

    def button(self) -> str:
        return _("Take this name")

    def form_view(self, *args: Any, **more: Any) -> Any:
        view = super().form_view(*args, **more)
        return replace(view, values={"name": view.value("name") or self.object.wrap().name})

    def named_fields(self) -> Any:
        return (Field("name", _("Name")),)


class RemovePasskey(Framed, webauthn.RemoveWebAuthnView):
    success_url = reverse_lazy("mfa_index")

    def title(self) -> str:
        return _("Take this passkey off?")

    def button(self) -> str:
        return _("Take it off")

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        return (_("It opens this account no more: %(name)s") % {"name": self.object.wrap().name}, _others_end())

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        return {"is_grave": True, "links": (_safety(self.personal),)}


def _others_end() -> str:
    return _("Every other session of yours ends with it.")


def _safety(personal: Personal) -> Link:
    return Link(links.account("security", personal.language), _("Sign-in and safety"))
