"""Looking for returned mail in a mailbox, every few minutes. Without one in the settings nothing runs."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.conf import settings

from belowline.mail import actions
from belowline.mail.imap import MailboxAway, ReturnMailbox
from belowline.mail.returning import take_back
from belowline.storage.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


class Returns(Rounds):
    """The thread that looks. It belongs to the worker; where several run, a mail that two take in counts once."""

    name = "returns"
    failed_pause = 60.0

    def start(self) -> None:
        if settings.CONFIG.mail.mailbox:
            super().start()

    def round(self) -> float:
        try:
            look(now=datetime.now(UTC), is_stopping=self._stopping.is_set)
        except MailboxAway as away:
            log.warning("return_mailbox_away", extra={"said": str(away)})
        return float(settings.CONFIG.mail.mailbox_minutes * 60)


def look(*, now: datetime, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Take in what lies in the mailbox; how many mails. Raises MailboxAway, noted for the operator. Each mail is put out
    of the way after its transaction: whoever kills us in between has it read once more, and counted once."""
    mail, count = settings.CONFIG.mail, 0
    try:
        box = ReturnMailbox(mail.mailbox, done=mail.mailbox_done)
        try:
            for uid, raw in box.waiting():
                if is_stopping():
                    break
                take_back(raw, now=now)
                box.finish(uid)
                count += 1
        finally:
            box.close()
    except MailboxAway as away:
        actions.note_mailbox_away(said=str(away), now=now)
        raise
    actions.note_mailbox_read(now)
    return count
