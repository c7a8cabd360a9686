from django.urls import path

from belowline.demo.views import become

urlpatterns = [path("as", become)]
