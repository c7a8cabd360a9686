from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsroomConfig(AppConfig):
    name = "belowline.newsroom"
    verbose_name = _("newsroom")

    def ready(self) -> None:
        from belowline.newsroom import receivers

        receivers.connect()
