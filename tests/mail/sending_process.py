"""A process of its own that sends what is due and is killed at a moment of the test's choice:

python -m tests.mail.sending_process DATABASE MAILBOX before_end|in_end|after_end
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime

import tests.support.environment  # noqa: F401  (before Django's settings)


def main(database: str, url: str, moment: str) -> None:
    import django

    django.setup()
    from django.conf import settings

    from belowline.mail import actions, mailer
    from belowline.project.config import Mail
    from tests.support.databases import _point_at

    _point_at(database)
    settings.CONFIG = settings.CONFIG.model_copy(update={"mail": Mail(url=url, sender="d@weir.example")})

    def dies(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if moment == "before_end":
        actions.begin_to_end = dies  # type: ignore[assignment]
    elif moment == "in_end":
        real = actions.begin_to_end

        def ends_and_dies(*given: object, **named: object) -> None:
            real(*given, **named)  # type: ignore[arg-type]
            dies()

        actions.begin_to_end = ends_and_dies  # type: ignore[assignment]
    else:
        actions.note_taken = dies
    mailer.send_due(now=datetime.now(UTC))


if __name__ == "__main__":
    main(*sys.argv[1:4])
