"""Signing in with an account elsewhere: linked by the provider and its subject id, never by an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter

from belowline.accounts.actions import store_reader

if TYPE_CHECKING:
    from django.http import HttpRequest

    from belowline.accounts.models import User


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

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
