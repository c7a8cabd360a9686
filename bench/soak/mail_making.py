"""`python -m bench.soak.mail_making --data DIR --subscribers N`: a discussion that N members follow, and one comment in it.

Prints a JSON object: how long it took to make the notices of that comment, on the clock and in CPU time.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import UTC, datetime, timedelta

from belowline.project.django_setup import set_up_django
from belowline.project.site import data_folder

AT_ONCE = 1_000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--subscribers", type=int, required=True)
    given = parser.parse_args()
    set_up_django(data_folder(given.data))

    from belowline.accounts.models import Reader
    from belowline.discussion import actions
    from belowline.notifications import telling
    from belowline.notifications.models import Notice, Subscription
    from belowline.storage.writer import write

    now = datetime.now(UTC)
    site = actions.ensure_site(actions.OWN_SITE, now=now)
    thread = actions.ensure_thread(site, subject_key="soak", now=now, title="Soak", url="/a/soak")

    def invite(first: int, last: int) -> None:
        crowd = Reader.objects.bulk_create(
            Reader(kind="member", name=f"Member {n}", skeleton=f"member{n}", email=f"m{n}@example.org", joined_at=now)
            for n in range(first, last)
        )
        Subscription.objects.bulk_create(
            Subscription(reader=one, about="thread", target=thread, language="en", made_at=now) for one in crowd
        )

    for first in range(0, given.subscribers, AT_ONCE):
        write(lambda first=first: invite(first, min(first + AT_ONCE, given.subscribers)))  # type: ignore[misc]
    author = Reader.objects.create(kind="member", name="Author", skeleton="author", joined_at=now)
    posted = actions.post_comment(
        actions.Submission(reader=author.pk, thread_id=thread, parent_id=None), markdown="What was said.", now=now
    )
    begun, begun_cpu = time.perf_counter(), time.process_time()
    told = telling.tell_comment(posted.comment_id, now=now)  # type: ignore[union-attr]
    took, took_cpu = time.perf_counter() - begun, time.process_time() - begun_cpu
    assert told == Notice.objects.count() == given.subscribers, told
    # Nobody waits for the five minutes in which a comment may still be edited.
    write(lambda: Notice.objects.update(due_at=now - timedelta(seconds=1)))
    print(json.dumps({"comment": posted.comment_id, "seconds": took, "cpu_seconds": took_cpu}))  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
