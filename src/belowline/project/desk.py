"""`python -m belowline.project.desk`: the process with Django and Wagtail, behind the front, on a Unix socket.

granian's own server would add a second Python process that only watches this one, which the supervisor does already.
So its WSGI worker runs right here. These few names are granian's inner ones (2.8); tests/project/test_desk.py starts
the real thing, so that an upgrade that moves them is noticed.

On SQLite this process also holds the one writer thread and the thread that delivers outbox events.
"""

from __future__ import annotations

import argparse
import gc
import logging
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from belowline.project.site import data_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BACKLOG = 1024
# Requests that wait inside for a thread; the front asks for at most 16 pages at a time and passes the rest on.
BACKPRESSURE = 1024
THREAD_IDLE_SECONDS = 30

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="belowline.project.desk")
    parser.add_argument("--data", required=True)
    parser.add_argument("--threads", type=int, default=8)
    options = parser.parse_args(arguments)
    folder = data_folder(options.data)

    from belowline.project import logs
    from belowline.project.django_setup import set_up_django

    logs.set_up("desk")
    set_up_django(folder)
    from django.conf import settings

    logs.set_up("desk", level=settings.CONFIG.log.level)
    from belowline.project.wsgi import application

    helpers = start_helpers()
    # What start-up made stays for good: the collector need not walk it, and its pages stay shared and untouched.
    gc.collect()
    gc.freeze()
    try:
        serve(application, socket_path=folder.socket, threads=options.threads)
    finally:
        for stop in reversed(helpers):
            stop()
    log.info("desk_stopped")
    return 0


def start_helpers() -> list[Callable[[], None]]:
    """Start the writer and the deliveries where they belong to the desk; what stops them, in starting order."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return []
    from belowline.mail.mailer import Mailer
    from belowline.mail.returns import Returns
    from belowline.project.worker import Worker
    from belowline.storage.writer import writer

    writer.start()
    worker, mailer, returns = Worker(), Mailer(), Returns()
    worker.start()
    mailer.start()
    returns.start()
    return [writer.stop, worker.stop, mailer.stop, returns.stop]


def serve(application: Any, *, socket_path: Path, threads: int) -> None:
    """Answer requests on the socket until SIGTERM or SIGINT, then finish those under way."""
    import asyncio

    from granian._futures import _new_cbscheduler
    from granian._granian import UnixListenerSpec, WorkerSignal, WSGIWorker
    from granian.wsgi import _callback_wrapper

    socket_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileNotFoundError):
        socket_path.unlink()  # of a process that was killed; the folder's lock says that none is alive
    listener = UnixListenerSpec(str(socket_path), BACKLOG, 0o600).build()
    stopping, ended = WorkerSignal(), threading.Event()
    stopping.add_cb(ended.set)

    def on_signal(number: int, _frame: object) -> None:
        log.info("desk_stopping", extra={"signal": number})
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    make_worker: Any = WSGIWorker  # the stub in the package describes another version
    worker = make_worker(
        1,  # the worker's number
        (None, listener),
        None,  # no pipe to a parent
        1,  # runtime threads
        1,  # runtime blocking threads
        threads,
        THREAD_IDLE_SECONDS,
        BACKPRESSURE,
        "1",  # HTTP/1.1 alone
        None,
        None,
        None,  # no static files
        *(False, None, None, None, "tls1.3", None, [], False),  # no TLS on a socket
        (None, None),  # no metrics
    )
    loop = asyncio.new_event_loop()
    make_scheduler: Any = _new_cbscheduler
    scheduler = make_scheduler(loop, _callback_wrapper(application, {}, None), impl_asyncio=True)
    worker.serve_mtr_uds(scheduler, loop, stopping)
    log.info("desk_listening", extra={"threads": threads})
    ended.wait()
    with suppress(FileNotFoundError):
        socket_path.unlink()


if __name__ == "__main__":
    sys.exit(main())
