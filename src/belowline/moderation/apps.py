from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "belowline.moderation"
    verbose_name = _("moderation")

    def ready(self) -> None:
        from belowline.discussion import ports
        from belowline.moderation import cases, screener, standings, urgent

        ports.read_wording = screener.read_wording
        ports.complete_facts = screener.complete_facts
        ports.keep_wording = screener.keep_wording
        ports.objection_to_act = standings.objection_to_act
        ports.state_changed = [cases.follow]
        ports.reported = [cases.open_report, urgent.look]
        ports.settled = [cases.close_reports]
        ports.merged = [standings.merge]
        ports.erased = [standings.forget]
