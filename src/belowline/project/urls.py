"""Every address of the site that is not public: personal pages, staff, the newsroom's desk."""

from django.urls import include, path
from wagtail.admin import urls as wagtail_urls

urlpatterns = [
    path("_desk/", include(wagtail_urls)),
]
