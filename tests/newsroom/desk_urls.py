"""The desk alone, so that its tests need no floor above the newsroom."""

from django.urls import include, path
from wagtail.admin import urls as wagtail_urls

urlpatterns = [path("_desk/", include(wagtail_urls))]
