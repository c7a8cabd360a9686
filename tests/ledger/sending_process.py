"""A process of its own that sends one receipt and is killed at a moment of the test's choice:

python -m tests.ledger.sending_process DATABASE MAILBOX ENTRY before|between
"""

from __future__ import annotations

import os
import signal
import sys

import tests.support.environment  # noqa: F401  (before Django's settings)


def main(database: str, mailbox: str, entry_id: int, moment: str) -> None:
    import django

    django.setup()
    from django.conf import settings

    from belowline.project.config import Mail
    from belowline.support import receipts
    from tests.support.databases import _point_at

    _point_at(database)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = mailbox.split(":")[0], int(mailbox.split(":")[1])
    settings.CONFIG = settings.CONFIG.model_copy(
        update={"mail": Mail(url=f"smtp://{mailbox}", sender="d@weir.example")}
    )

    def dies(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if moment == "before":
        receipts.receipt = dies  # type: ignore[assignment]
    else:
        receipts.note_receipt_sent = dies
    receipts.send_receipt(entry_id, gift_url=lambda _token, _language: "http://weir.example/x")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
