"""Signing in with an account elsewhere: linked by the provider and its subject id, never by an address."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthError
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpResponseRedirect
from django.urls import reverse

from belowline.accounts.actions import store_reader

if TYPE_CHECKING:
    from django.http import HttpRequest

    from belowline.accounts.models import User

log = logging.getLogger(__name__)


class ProviderAdapter(DefaultSocialAccountAdapter):
    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        user: User = sociallogin.user
        user.set_unusable_password()
        user.email = form.cleaned_data["email"]
        user.first_name = user.last_name = ""
        sociallogin.account.extra_data = {}  # what the provider tells about a person is not kept
        sociallogin.save(request)
        store_reader(user, form.cleaned_data["name"])
        return user

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Our own page says it, whatever it was: why a sign-in failed is of use to an attacker and to the operator. It
        still knows where the reader came from."""
        page = "socialaccount_login_cancelled"
        if error != AuthError.CANCELLED:
            log.warning("provider_sign_in_failed", extra={"provider": provider.id, "why": type(exception).__name__})
            page = "socialaccount_login_error"
        came_from = ((extra_context or {}).get("state") or {}).get("next")
        query = f"?{urlencode({REDIRECT_FIELD_NAME: came_from})}" if came_from else ""
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse(page) + query))

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
