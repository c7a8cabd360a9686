"""A process of its own that writes: `python -m tests.discussion.writing_process posts|chunks <database> …`.

`posts` acknowledges each comment on its output once the action has answered; `chunks` writes transactions of 50 ms.
"""

from __future__ import annotations

import sys
import threading
import time
from datetime import UTC, datetime

import tests.support.environment  # noqa: F401  (before Django's settings)


def connect(database: str) -> None:
    import django

    django.setup()
    from tests.support.databases import _point_at

    _point_at(database)


def posts(thread: int, readers: list[int]) -> None:
    """Post from every reader at the same time until killed."""
    from belowline.discussion import actions
    from belowline.storage.writer import writer

    if sys.argv[3] == "sqlite":
        writer.start()
    lock = threading.Lock()

    def post(reader: int) -> None:
        for number in range(1_000_000):
            submission = actions.Submission(reader=reader, thread_id=thread, parent_id=None, form_key=f"{number}")
            answer = actions.post_comment(submission, markdown=f"Words {reader} {number}", now=datetime.now(UTC))
            with lock:
                print(reader, number, answer.comment_id, flush=True)  # type: ignore[union-attr]

    people = [threading.Thread(target=post, args=[reader]) for reader in readers]
    for person in people:
        person.start()
    for person in people:
        person.join()


def chunks() -> None:
    """Write as a command does, 50 ms at a time without a pause between; print the seconds that each waited."""
    from django.db import transaction

    from belowline.outbox.models import Delivery

    end = time.monotonic() + float(sys.argv[3])
    while time.monotonic() < end:
        asked = time.perf_counter()
        with transaction.atomic():
            print(f"{time.perf_counter() - asked:.6f}", flush=True)
            until = time.perf_counter() + 0.050
            number = 0
            while time.perf_counter() < until:
                Delivery.objects.update_or_create(consumer=f"chunk {number % 50}", defaults={"position": number})
                number += 1


if __name__ == "__main__":
    connect(sys.argv[2])
    if sys.argv[1] == "posts":
        posts(int(sys.argv[4]), [int(word) for word in sys.argv[5:]])
    else:
        chunks()
