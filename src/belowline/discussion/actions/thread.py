"""Threads and the sites they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Sum

from belowline.discussion.events import ThreadChanged
from belowline.discussion.models import Site, Thread, ThreadAlias, ThreadDelta
from belowline.domain.commenting import ThreadMode
from belowline.outbox.events import record
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime


def ensure_site(origin: str, *, now: datetime) -> int:
    """The id of the site with this origin, made if it is new."""
    return write(lambda: Site.objects.get_or_create(origin=origin, defaults={"created_at": now})[0].pk)


def ensure_thread(site_id: int, *, subject_key: str, now: datetime, **fields: object) -> int:
    """The id of the subject's thread, made if it is new; title, url, language and mode are brought up to date."""

    def ensure() -> int:
        alias = ThreadAlias.objects.filter(site_id=site_id, subject_key=subject_key).first()
        if alias is not None:
            return alias.thread_id
        thread, is_new = Thread.objects.get_or_create(
            site_id=site_id, subject_key=subject_key, defaults={**fields, "created_at": now}
        )
        changed = {name: value for name, value in fields.items() if getattr(thread, name) != value}
        if changed:
            Thread.objects.filter(pk=thread.pk).update(**changed)
            record(ThreadChanged(thread.pk))
        return thread.pk

    return write(ensure)


def close_thread(thread_id: int, *, reason: str) -> None:
    """No more comments and votes; the reason is public."""

    def close() -> None:
        Thread.objects.filter(pk=thread_id).update(mode=ThreadMode.CLOSED, mode_reason=reason)
        record(ThreadChanged(thread_id))

    write(close)


def fold_counts(*, at_most: int = 1000) -> int:
    """Add the oldest delta rows to their threads' counts. Returns how many rows were folded."""

    def fold() -> int:
        ids = list(ThreadDelta.objects.order_by("pk").values_list("pk", flat=True)[:at_most])
        if not ids:
            return 0
        changes = ThreadDelta.objects.filter(pk__in=ids).values("thread_id").annotate(change=Sum("comments"))
        for row in changes.order_by("thread_id"):
            Thread.objects.filter(pk=row["thread_id"]).update(comment_count=F("comment_count") + row["change"])
        ThreadDelta.objects.filter(pk__in=ids).delete()
        return len(ids)

    return write(fold)
