from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiveConfig(AppConfig):
    name = "belowline.live"
    verbose_name = _("live coverage")

    def ready(self) -> None:
        from belowline.live import publication, search_documents
        from belowline.newsroom import ports

        ports.pictures_beside = publication.pictures_of
        ports.render_beside = publication.render_all
        ports.documents_beside = search_documents.documents_of
