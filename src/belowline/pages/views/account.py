"""Sign up, sign in, sign out: name, e-mail and password. The readers' issue grows this into full accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import authenticate, login, logout, password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from belowline.accounts.actions import SignUp, sign_up
from belowline.accounts.identity import forget, mark
from belowline.domain.commenting import Refused
from belowline.pages import links, refusals
from belowline.pages.model import FormError, FormView, HeadView, Link
from belowline.pages.personal import Personal

if TYPE_CHECKING:
    from belowline.accounts.models import User


# Longer ones are cut, at sign-up and at sign-in alike, so that nobody makes us hash megabytes.
PASSWORD_CHARACTERS = 1_000


def _next(personal: Personal) -> str:
    """Where to go afterwards: a path of this site, else the front page. Never another site (S25)."""
    wanted = personal.field("next", limit=500) or personal.request.GET.get("next", "")[:500]
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if is_ours else links.home(personal.language)


def _password(personal: Personal) -> str:
    return personal.field("password", limit=PASSWORD_CHARACTERS)


def _form(
    personal: Personal, act: str, title: str, *, errors: tuple[FormError, ...] = (), others: tuple[Link, ...] = ()
) -> FormView:
    target = _next(personal)
    return FormView(
        head=HeadView(title=title, is_indexed=False),
        action=links.account(act, personal.language),
        token=personal.token,
        values={name: personal.field(name, limit=300) for name in ("name", "email")},
        errors=errors,
        links=others,
        next_url=target if target != links.home(personal.language) else "",
    )


def _enter(personal: Personal, user: User) -> HttpResponse:
    """Signed in: the session gets a new id, the browser its marker."""
    target = _next(personal)
    login(personal.request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    response = personal.see_other(target)
    mark(response)
    return response


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_view(request: HttpRequest) -> HttpResponse:
    personal = Personal(request)
    errors: tuple[FormError, ...] = ()
    if request.method == "POST":
        user = authenticate(request, username=personal.field("email", limit=500).strip(), password=_password(personal))
        if user is not None:
            return _enter(personal, user)
        errors = refusals.form_errors(Refused("sign_in_failed"))
    target = _next(personal)
    others = (Link(links.account("sign-up", personal.language, next=target), _("Create an account")),)
    form = _form(personal, "sign-in", _("Sign in"), errors=errors, others=others)
    return personal.page("sign_in.html", form, status=403 if errors else 200)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up_view(request: HttpRequest) -> HttpResponse:
    personal = Personal(request)
    errors: tuple[FormError, ...] = ()
    if request.method == "POST":
        answer = _sign_up(personal)
        if not isinstance(answer, tuple):
            return _enter(personal, answer)
        errors = answer
    others = (Link(links.account("sign-in", personal.language, next=_next(personal)), _("Sign in instead")),)
    form = _form(personal, "sign-up", _("Create an account"), errors=errors, others=others)
    return personal.page("sign_up.html", form, status=422 if errors else 200)


def _sign_up(personal: Personal) -> User | tuple[FormError, ...]:
    """The new member, or everything that is wrong at once."""
    email, password = personal.field("email", limit=500).strip(), _password(personal)
    errors: list[FormError] = []
    problem = refusals.email_refusal(email)
    if problem is not None:
        errors.extend(refusals.form_errors(problem))
    try:
        password_validation.validate_password(password)
    except ValidationError as weak:
        errors.extend(FormError("password", text) for text in weak.messages)
    if errors:
        return tuple(errors)
    answer = sign_up(SignUp(personal.field("name", limit=200), email, password))
    return refusals.form_errors(answer) if isinstance(answer, Refused) else answer


@require_http_methods(["GET", "HEAD", "POST"])
def sign_out_view(request: HttpRequest) -> HttpResponse:
    personal = Personal(request)
    if request.method == "POST":
        logout(request)
        response = personal.see_other(links.home(personal.language))
        forget(response)
        return response
    form = _form(personal, "sign-out", _("Sign out"))
    return personal.page("sign_out.html", form)
