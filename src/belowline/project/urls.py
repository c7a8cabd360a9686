"""Every personal address of the site. Public ones are in pages/fill.py."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtail_urls

from belowline.pages.views.support import hook
from belowline.storage.reading import snapshot


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The desk answers and its database can be read. Asked by the front's /health."""
    with snapshot() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("_health", health, name="health"),
    # Staff sign in where everybody does.
    path("_desk/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("_desk/", include(wagtail_urls)),
    # Without a language in front: a provider knows one address to come back to.
    path("_account/with/", include("belowline.pages.views.account.provider_urls")),
    # Without a language in front: this is the one address that the same-origin gate leaves open.
    path("_support/hook/<slug:provider>", hook, name="hook"),
    *i18n_patterns(path("", include("belowline.pages.urls")), prefix_default_language=False),
]
if settings.CONFIG.demo:
    urlpatterns.append(path("_demo/", include("belowline.demo.urls")))

handler404 = "belowline.pages.views.forms.not_found"
handler400 = "belowline.pages.views.forms.bad_request"
handler403 = "belowline.pages.views.forms.forbidden"
