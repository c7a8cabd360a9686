"""The desk, and where it leads those who may not."""

from django.urls import include, path
from wagtail.admin import urls as wagtail_urls

# Whoever may not is led to the sign-in page, whose address has to be known.
urlpatterns = [path("_desk/", include(wagtail_urls)), path("", include("belowline.pages.urls"))]
