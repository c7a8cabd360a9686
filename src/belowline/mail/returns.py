"""Looking for returned mail in a mailbox, every few minutes. Without one in the settings nothing runs."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections

from belowline.mail import actions
from belowline.mail.imap import MailboxAway, ReturnMailbox
from belowline.mail.returning import take_back

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

FAILED_PAUSE_SECONDS = 60.0


class Returns:
    """The thread that looks. It belongs to the worker; where several run, a mail that two take in counts once."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if settings.CONFIG.mail.mailbox:
            self._thread = threading.Thread(target=self.run, name="returns", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End after the mail that is being taken in."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def run(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            pause = settings.CONFIG.mail.mailbox_minutes * 60.0
            try:
                look(now=datetime.now(UTC), is_stopping=self._stopping.is_set)
            except MailboxAway as away:
                log.warning("return_mailbox_away", extra={"said": str(away)})
            except DatabaseError:
                log.exception("returns_database_failed")
                connections.close_all()
                pause = FAILED_PAUSE_SECONDS
            except Exception:
                log.exception("returns_failed")
            close_old_connections()
        connections.close_all()


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
