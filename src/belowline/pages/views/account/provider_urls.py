"""The addresses of the providers that the settings name, and the pages around them."""

from importlib import import_module

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from belowline.pages.views.account import providers
from belowline.pages.views.account.frame import READ, members_only, page

urlpatterns: list[URLPattern | URLResolver] = [
    path("cancelled", page(providers.cancelled, READ), name="socialaccount_login_cancelled"),
    path("failed", page(providers.failed, READ), name="socialaccount_login_error"),
    path("sign-up", page(providers.SignUp), name="socialaccount_signup"),
    path("mine", members_only(providers.mine), name="socialaccount_connections"),
]
for app in ("google", "github", "openid_connect"):
    name = f"allauth.socialaccount.providers.{app}"
    if name in settings.INSTALLED_APPS:
        urlpatterns += import_module(f"{name}.urls").urlpatterns
