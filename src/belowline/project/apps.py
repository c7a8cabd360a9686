"""Plugging in: what lower floors ask of higher ones is answered here, once, at start-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from datetime import datetime


class ProjectConfig(AppConfig):
    name = "belowline.project"
    label = "project"

    def ready(self) -> None:
        from belowline.accounts import confirming
        from belowline.accounts import ports as accounts
        from belowline.feedback.actions import asking, offers
        from belowline.mail import ports as mail
        from belowline.moderation import appeals, receipts, statements, urgent
        from belowline.newsroom import ports
        from belowline.notifications import matrix, sending
        from belowline.pages import letters, links, statement_letters
        from belowline.pages.views.preview import article_preview

        accounts.address_proved = _take_over
        accounts.forget_reader = [matrix.forget_reader, asking.forget_reader, offers.forget_sender]
        ports.render_preview = article_preview
        ports.preview_address = links.draft
        mail.composes[confirming.KIND] = letters.confirmation
        mail.composes[sending.KIND] = letters.notices
        mail.composes[statements.KIND] = statement_letters.statement
        mail.composes[appeals.KIND] = statement_letters.appeal
        mail.composes[receipts.KIND] = statement_letters.receipt
        mail.composes[urgent.KIND] = statement_letters.urgent
        mail.unsubscribes[sending.KIND] = sending.stop_mails_like
        mail.complained = [_stop_all_mails]


def _take_over(member_id: int, email: str) -> None:
    from belowline.discussion.actions import adopt_guests
    from belowline.storage.writer import write

    write(lambda: adopt_guests(member_id, email=email))


def _stop_all_mails(email: str, now: datetime) -> None:
    from belowline.notifications.sending import stop_all_mails_to

    stop_all_mails_to(email, now=now)
