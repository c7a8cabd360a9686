"""`python -m bench.holding --data DIR`: everything but a few comments of the large discussion waits for a moderator.

Prints, as JSON, the cookie of a moderator who is signed in, and an author and a reason of many cases.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from belowline.project.django_setup import set_up_django
from belowline.project.site import data_folder

CODES = ("many_links", "personal_data", "listed_words", "sent_around", "first_comments")


def hold_everything(root: Path) -> dict[str, object]:
    set_up_django(data_folder(root))
    from django.conf import settings
    from django.db import connection, transaction
    from django.db.models import Count
    from django.test import Client

    from belowline.accounts.actions import create_staff
    from belowline.domain.commenting import Refused
    from belowline.moderation.models import Case
    from belowline.moderation.roles import ensure_roles

    ensure_roles()
    moderator = create_staff(name="Mona", email="mona@example.org", password="seven herons standing", role="moderator")
    assert not isinstance(moderator, Refused), moderator
    codes = " ".join(f"WHEN {number} THEN '{code}'" for number, code in enumerate(CODES))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE discussion_comment SET state = 'held' WHERE id > 5")
        cursor.execute(
            "INSERT INTO moderation_case (comment_id, queue, thread_id, author_id, language, code, place, opened_at) "
            "SELECT c.id, 'held', c.thread_id, c.author_id, CASE WHEN c.id %% 3 = 0 THEN 'ar' ELSE t.language END, "
            f"CASE c.id %% {len(CODES)} {codes} END, c.time_key, %s FROM discussion_comment c "
            "JOIN discussion_thread t ON t.id = c.thread_id WHERE c.state = 'held'",
            [cursor.db.ops.adapt_datetimefield_value(datetime.now(UTC))],
        )
    author = Case.objects.values("author_id").annotate(cases=Count("id")).order_by("-cases").first()
    assert author is not None
    client = Client()
    client.force_login(moderator)
    return {
        "cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}",
        "cases": Case.objects.count(),
        "author": author["author_id"],
        "code": CODES[0],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    json.dump(hold_everything(parser.parse_args().data), sys.stdout)
