"""allauth's views in this site's frame: its flows decide, our pages speak.

A view names its title, its fields and its button; the rest is here: errors as our sentences, what was typed kept
(passwords and codes never), a marker for the scripts, 303 after a POST.
"""

from __future__ import annotations

from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from belowline.accounts.identity import MARKER_COOKIE, mark
from belowline.accounts.refusing import refusal_of
from belowline.pages import links, refusals
from belowline.pages.model import AccountForm, Choice, Field, FormError, FormView, HeadView, Link
from belowline.pages.personal import Personal

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import BaseForm

    View = Callable[..., HttpResponse]

# The parameter of the address, and the hidden field: where to go afterwards.
NEXT_CHARACTERS = 500
SECRETS = frozenset({"password", "oldpassword", "code", "credential"})


READ = ("GET", "HEAD")
WRITE = (*READ, "POST")


def page(view: Any, methods: tuple[str, ...] = WRITE) -> View:
    """A view of allauth, or of ours, as an address: GET and POST alone, 303 after a write, the marker where it belongs."""
    shown = _callable(view)

    @sensitive_post_parameters("password", "oldpassword", "code", "credential")
    @require_http_methods(list(methods))
    @wraps(shown, updated=())
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = shown(request, *args, **kwargs)
        if hasattr(response, "render") and callable(response.render):
            response.render()
        if response.status_code == 302 and request.method == "POST":
            response.status_code = 303
        if request.user.is_authenticated and MARKER_COOKIE not in request.COOKIES:
            mark(response)
        return response

    return answer


def _callable(view: Any) -> Any:
    return view.as_view() if hasattr(view, "as_view") else view


def members_only(view: Any, methods: tuple[str, ...] = WRITE) -> View:
    """For those who are signed in; the others are led to the sign-in page and back."""
    inner = page(view, methods)

    @wraps(inner)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in methods and not request.user.is_authenticated:
            language = Personal(request).language
            return HttpResponseRedirect(links.account("sign-in", language, next=request.get_full_path()))
        return inner(request, *args, **kwargs)

    return answer


def safe_next(personal: Personal) -> str:
    """Where to go afterwards: a path of this site, or nothing. Never another site (S25)."""
    from allauth.account.adapter import get_adapter

    wanted = personal.field(REDIRECT_FIELD_NAME, limit=NEXT_CHARACTERS)
    wanted = wanted or personal.request.GET.get(REDIRECT_FIELD_NAME, "")[:NEXT_CHARACTERS]
    return wanted if get_adapter().is_safe_url(wanted) else ""


class Framed:
    """Mixed into a view of allauth, in front. `fields` are those of the form, by the names they have on the page."""

    request: HttpRequest
    fields: tuple[str, ...] = ()

    @cached_property
    def personal(self) -> Personal:
        return Personal(self.request)

    def title(self) -> str:
        raise NotImplementedError

    def button(self) -> str:
        raise NotImplementedError

    def paragraphs(self, context: dict[str, Any]) -> tuple[str, ...]:
        return ()

    def more(self, context: dict[str, Any]) -> dict[str, Any]:
        """What else the page shows, as fields of AccountForm."""
        return {}

    def named_fields(self) -> tuple[Field, ...]:
        return tuple(known_field(name) for name in self.fields)

    def render_to_response(self, context: dict[str, Any], **_kwargs: Any) -> HttpResponse:
        form = context.get("form")
        errors = form_errors(form)
        view = AccountForm(
            form=self.form_view(errors),
            **{
                "fields": self.named_fields(),
                "button": self.button(),
                "paragraphs": self.paragraphs(context),
                **self.more(context),
            },
        )
        return self.personal.page("account_form.html", view, status=status_of(form))

    def form_view(self, errors: tuple[FormError, ...] = (), **more: Any) -> FormView:
        personal = self.personal
        kept = [one.name for one in self.named_fields() if one.name not in SECRETS]
        return FormView(
            head=HeadView(title=self.title(), is_indexed=False),
            action=self.request.path,
            token=personal.token,
            values={name: personal.field(name, limit=300) for name in kept},
            errors=errors,
            next_url=safe_next(personal),
            **more,
        )


def form_errors(form: BaseForm | None) -> tuple[FormError, ...]:
    """Every error once, at its field."""
    if form is None or not form.is_bound:
        return ()
    found: list[FormError] = []
    for name, errors in form.errors.as_data().items():
        field = "" if name == "__all__" else form.add_prefix(name)
        for one in errors:
            refused = refusal_of(one)
            said = refusals.form_errors(refused) if refused is not None else None
            found += [FormError(field or said[0].field, said[0].text)] if said else _texts(field, one.messages)
    return tuple(dict.fromkeys(found))


def _texts(field: str, texts: list[str]) -> list[FormError]:
    return [FormError(field, text) for text in texts]


def status_of(form: BaseForm | None) -> int:
    """200; or for a form that was refused the status of its first refusal, 422 where it names none."""
    if form is None or not form.is_bound or not form.errors:
        return 200
    refused = [refusal_of(one) for errors in form.errors.as_data().values() for one in errors]
    return max([one.status for one in refused if one is not None and one.status == 429], default=0) or (
        refused[0].status if len(refused) == 1 and refused[0] is not None and refused[0].status == 403 else 422
    )


def known_field(name: str) -> Field:
    """The fields of all these forms, worded once."""
    match name:
        case "email":
            return Field("email", _("E-mail address"), "email", autocomplete="username")
        case "password":
            return Field("password", _("Password"), "password", autocomplete="current-password", is_kept=False)
        case "new-password":
            text = _("At least 10 characters. A few words are better than one with signs in it.")
            return Field("password", _("Password"), "password", text, "new-password", is_kept=False)
        case "oldpassword":
            label = _("Your present password")
            return Field("oldpassword", label, "password", autocomplete="current-password", is_kept=False)
        case "name":
            return Field(
                "name", _("Name"), help=_("As others will read it. You can change it later."), autocomplete="nickname"
            )
        case "code":
            return Field("code", _("Code"), autocomplete="one-time-code", is_kept=False)
    raise KeyError(name)


def account_link(act: str, text: str, personal: Personal) -> Link:
    return Link(links.account(act, personal.language, next=safe_next(personal)), text)


def has_passkeys() -> bool:
    return bool(settings.PASSKEY_HOST)


def only_with(*conditions: Callable[[], bool]) -> Callable[[Any], View]:
    """404 where the site cannot do it: without mail there are no codes, at a bare address no passkeys."""

    def decorate(view: Any) -> View:
        inner = _callable(view)

        @wraps(inner, updated=())
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not all(condition() for condition in conditions):
                raise Http404
            response: HttpResponse = inner(request, *args, **kwargs)
            return response

        return answer

    return decorate


def has_mail() -> bool:
    return bool(settings.HAS_MAIL)


def resend() -> tuple[Choice, ...]:
    return (Choice(_("Send another code"), value="resend"),)
