"""Where allauth asks this site: who a new user is, what a mail says, how often somebody may try."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from belowline.accounts import letters, limits
from belowline.accounts.actions import store_reader
from belowline.accounts.refusing import refuse
from belowline.domain.commenting import Refused

if TYPE_CHECKING:
    from django.core.exceptions import ValidationError
    from django.forms import BaseForm
    from django.http import HttpRequest

    from belowline.accounts.models import User

# What allauth calls it, and what this site says: sentences in pages/refusals.py.
_SAID = {
    "account_inactive": Refused("account_inactive", status=403),
    "duplicate_email": Refused("email_same", status=422),
    "email_password_mismatch": Refused("sign_in_failed", status=403),
    "email_taken": Refused("email_taken", status=409),
    "enter_current_password": Refused("password_wrong", status=403),
    "incorrect_code": Refused("code_wrong", status=403),
    "incorrect_password": Refused("password_wrong", status=403),
    "invalid_login": Refused("sign_in_failed", status=403),
    "too_many_login_attempts": Refused("code_spent", status=403),
    "rate_limited": Refused("code_spent", status=403),
    "same_as_current": Refused("email_same", status=422),
}


class AccountAdapter(DefaultAccountAdapter):
    def validation_error(self, code: str, *args: Any) -> ValidationError:
        known = _SAID.get(code)
        return super().validation_error(code, *args) if known is None else refuse(known)

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "belowline.accounts.second_factor.SecondStep"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """The user with its reader. The password was hashed before the transaction began: it takes a third of a second,
        and nobody else could write meanwhile."""
        user.email = form.cleaned_data["email"]
        user.password = getattr(form, "hashed_password", "") or user.password
        if not user.password:
            user.set_unusable_password()
        if commit:
            user.save()
            store_reader(user, form.cleaned_data["name"])
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        letters.send(template_prefix.rpartition("/")[2], to=email, code=context.get("code", ""))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        refused = limits.try_to_enter(request, credentials.get("email", ""))
        if refused is not None:
            raise refuse(refused)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: Any = super().authenticate(request, **credentials)
        if user is not None:
            limits.entered(credentials.get("email", ""))
        return user

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing of ours lies in a cache."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """No letter names an address, and none is stored."""
        return ""

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Whoever has neither password nor second factor is asked by mail (pages/views/account/again.py)."""
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return found or [{"id": "mail", "description": "", "url": reverse("again_by_mail")}]

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Pages say what happened themselves (pages/views/account)."""

    def is_ajax(self, request: HttpRequest) -> bool:
        return request.headers.get("Accept") == "application/json" and request.method == "GET"

    def is_safe_url(self, url: str | None) -> bool:
        """A path of this site, and nothing else (S25)."""
        return bool(url) and str(url).startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return _home()

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return _home()

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return _home()


def _home() -> str:
    language = get_language() or settings.LANGUAGE_CODE
    return "/" if language == settings.LANGUAGE_CODE else f"/{language}/"
