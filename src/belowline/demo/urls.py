from django.urls import path

from belowline.demo.mailbox import mailbox
from belowline.demo.payments import pay
from belowline.demo.views import become

urlpatterns = [path("as", become), path("mail", mailbox), path("pay/<str:token>", pay)]
