"""The site's addresses with those of a provider by OpenID Connect, which exist only where the settings name one."""

from allauth.socialaccount.providers.openid_connect.urls import urlpatterns as of_allauth
from django.urls import include, path

from belowline.pages.views.account.provider_urls import going_urls
from belowline.project import urls
from belowline.project.urls import handler400, handler403, handler404

__all__ = ["handler400", "handler403", "handler404", "urlpatterns"]

urlpatterns = [path("_account/with/", include(going_urls(of_allauth))), *urls.urlpatterns]
