"""The addresses of the providers that the settings name: where a browser leaves, and the one where it comes back."""

from importlib import import_module

from django.conf import settings
from django.urls import URLPattern, URLResolver

from belowline.pages.views.account import providers
from belowline.pages.views.account.frame import page


def going_urls(found: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """allauth's addresses of a provider: those that lead away do it by a page of ours."""
    made: list[URLPattern | URLResolver] = []
    for one in found:
        if isinstance(one, URLResolver):
            made.append(URLResolver(one.pattern, going_urls(one.url_patterns)))
            continue
        view = providers.patient(one.callback)
        if (one.name or "").endswith("_login"):
            view = providers.going(view)
        made.append(URLPattern(one.pattern, page(providers.in_their_language(view)), one.default_args, one.name))
    return made


urlpatterns: list[URLPattern | URLResolver] = []
for app in ("google", "github", "openid_connect"):
    name = f"allauth.socialaccount.providers.{app}"
    if name in settings.INSTALLED_APPS:
        urlpatterns += going_urls(import_module(f"{name}.urls").urlpatterns)
