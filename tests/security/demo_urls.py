"""The site's addresses with those of a demo, which exist only there."""

from django.urls import include, path

from belowline.project import urls
from belowline.project.urls import handler400, handler403, handler404

__all__ = ["handler400", "handler403", "handler404", "urlpatterns"]

urlpatterns = [
    *[one for one in urls.urlpatterns if str(one.pattern) != "_demo/"],
    path("_demo/", include("belowline.demo.urls")),
]
