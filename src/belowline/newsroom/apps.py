from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsroomConfig(AppConfig):
    name = "belowline.newsroom"
    verbose_name = _("newsroom")

    def ready(self) -> None:
        from wagtail.models import UploadedFile

        from belowline.newsroom import receivers
        from belowline.newsroom.desk import panels
        from belowline.newsroom.models.sealed import UploadStorage

        receivers.connect()
        panels.equip()
        # Where Wagtail keeps an upload whose form is not filled in yet: by itself in the public media folder.
        field = UploadedFile._meta.get_field("file")
        field.storage, field._storage_callable = (
            UploadStorage(),
            field.storage,
        )  # what migrations compare stays the same
