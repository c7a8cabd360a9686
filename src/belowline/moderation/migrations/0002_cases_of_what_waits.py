"""What waits already, and what is reported already, becomes a case."""

import json
from datetime import UTC, datetime

from django.db import migrations

CHUNK = 500
# domain.moderating.place, as it was then: nothing of it is urgent, the longest waiting stands first.
CLASS = 1 << 61


def open_cases(apps, schema_editor):
    comments = apps.get_model("discussion", "Comment").objects
    revisions = apps.get_model("discussion", "Revision").objects
    reports = apps.get_model("discussion", "Report").objects
    case = apps.get_model("moderation", "Case")

    def opened(queue_of):
        """One case for each comment of `queue_of`, which says its queue and its code."""
        wanted = comments.filter(pk__in=list(queue_of)).select_related("thread")
        case.objects.bulk_create(
            case(
                comment_id=one.pk,
                queue=queue_of[one.pk][0],
                thread_id=one.thread_id,
                author_id=one.author_id,
                language=one.thread.language,
                code=queue_of[one.pk][1][:30],
                place=CLASS + one.time_key,
                opened_at=datetime.fromtimestamp(one.time_key / 1_000_000, UTC),
            )
            for one in wanted
        )

    held = dict(comments.filter(state="held").order_by("pk").values_list("pk", "revision"))
    ids = list(held)
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        rows = revisions.filter(comment_id__in=part).values_list("comment_id", "number", "findings")
        opened({pk: _queue(findings) for pk, number, findings in rows if held[pk] == number})
    reported = {}
    for pk, reason in (
        reports.filter(settled_at=None, comment__state="published").order_by("pk").values_list("comment_id", "reason")
    ):
        reported.setdefault(pk, ("reported", reason))
    ids = list(reported)
    for start in range(0, len(ids), CHUNK):
        opened({pk: reported[pk] for pk in ids[start : start + CHUNK]})


def _queue(findings):
    found = json.loads(findings) if isinstance(findings, str) else findings
    codes = [one["code"] for one in found or []]
    others = [code for code in codes if code != "guest_unconfirmed"]
    queue = "held" if len(others) == len(codes) else "unconfirmed"
    return queue, (others or codes or [""])[0]


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_what_waits_and_what_was_decided")]

    operations = [migrations.RunPython(open_cases, migrations.RunPython.noop)]
