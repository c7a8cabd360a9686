"""`python -m belowline.project.worker_process --data DIR`: the worker as a process of its own, on PostgreSQL."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from typing import TYPE_CHECKING

from belowline.project.site import data_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="belowline.project.worker_process")
    parser.add_argument("--data", required=True)
    folder = data_folder(parser.parse_args(arguments).data)

    from belowline.project import logs
    from belowline.project.django_setup import set_up_django

    logs.set_up("worker")
    set_up_django(folder)
    from django.conf import settings

    logs.set_up("worker", level=settings.CONFIG.log.level)
    from belowline.mail.mailer import Mailer
    from belowline.mail.returns import Returns
    from belowline.project.worker import Worker

    worker, mailer, returns = Worker(), Mailer(), Returns()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.ask_to_stop())
    log.info("worker_started")
    mailer.start()
    returns.start()
    worker.run()
    returns.stop()
    mailer.stop()
    log.info("worker_stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
