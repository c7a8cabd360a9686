from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "belowline.feedback"
    verbose_name = _("requests of readers")

    def ready(self) -> None:
        from belowline.discussion import ports
        from belowline.feedback.actions import asking

        ports.counted_on_passage = [asking.count_words]
