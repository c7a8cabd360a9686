"""Threads and the sites they belong to."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import F

from belowline.discussion.events import ThreadChanged, ThreadHidden, ThreadOpened
from belowline.discussion.models import Site, Thread, ThreadAlias
from belowline.domain.commenting import ThreadMode
from belowline.outbox.events import record
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime


# The newsroom itself: its address may change (a new domain, another port) without its discussions becoming others.
OWN_SITE = ""
TITLE_CHARACTERS = 300


def ensure_site(origin: str, *, now: datetime) -> int:
    """The id of the site with this origin, made if it is new."""
    return write(lambda: Site.objects.get_or_create(origin=origin, defaults={"created_at": now})[0].pk)


def ensure_thread(site_id: int, *, subject_key: str, now: datetime, **fields: object) -> int:
    """The id of the subject's thread, made if it is new; title, url, language and mode are brought up to date. A mode
    that moderators have set stays."""

    if "mode" in fields:
        fields |= {"mode_reason": "", "subject_mode": fields["mode"], "subject_reason": ""}
    if isinstance(fields.get("title"), str):
        # A headline somewhere else may be of any length; here it is a label.
        fields["title"] = str(fields["title"])[:TITLE_CHARACTERS]

    def ensure() -> int:
        alias = ThreadAlias.objects.filter(site_id=site_id, subject_key=subject_key).first()
        if alias is not None:
            return alias.thread_id
        thread, is_new = Thread.objects.get_or_create(
            site_id=site_id, subject_key=subject_key, defaults={**fields, "created_at": now}
        )
        if is_new:
            record(ThreadOpened(thread.pk))
        kept = {"mode", "mode_reason"} if thread.is_mode_kept else set()
        changed = {name: value for name, value in fields.items() if name not in kept and getattr(thread, name) != value}
        if changed:
            Thread.objects.filter(pk=thread.pk).update(**changed)
            record(ThreadChanged(thread.pk))
            if changed.get("is_hidden") is False:
                # Lists from which it was taken away do not know its tag any more.
                record(ThreadOpened(thread.pk))
        return thread.pk

    return write(ensure)


def hide_thread(subject_key: str) -> None:
    """Take a withdrawn subject's discussion out of every page. `ensure_thread(is_hidden=False)` brings it back."""

    def hide() -> None:
        for thread_id in Thread.objects.filter(subject_key=subject_key, is_hidden=False).values_list("pk", flat=True):
            Thread.objects.filter(pk=thread_id).update(is_hidden=True)
            record(ThreadHidden(thread_id))

    write(hide)


def close_thread(thread_id: int, *, reason: str) -> None:
    """No more comments and votes, for the subject's sake; the reason is public."""

    def close() -> None:
        closed = {"mode": ThreadMode.CLOSED, "mode_reason": reason}
        subject = {"subject_mode": ThreadMode.CLOSED, "subject_reason": reason}
        Thread.objects.filter(pk=thread_id).update(**closed, **subject, is_mode_kept=False)
        record(ThreadChanged(thread_id))

    write(close)


def keep_mode(thread_id: int, mode: ThreadMode | None, *, reason: str) -> bool:
    """Moderators set the mode, with a public reason; None gives it back to the subject. False: nothing changes."""

    def keep() -> bool:
        thread = Thread.objects.get(pk=thread_id)
        after = {
            "mode": thread.subject_mode if mode is None else mode.value,
            "mode_reason": thread.subject_reason if mode is None else reason,
            "is_mode_kept": mode is not None,
        }
        if all(getattr(thread, name) == value for name, value in after.items()):
            return False
        Thread.objects.filter(pk=thread_id).update(**after)
        record(ThreadChanged(thread_id))
        return True

    return write(keep)


def close_discussion(subject_key: str, *, reason: str) -> None:
    """The same for the threads of a subject. Closing them again changes nothing."""
    for thread_id in Thread.objects.filter(subject_key=subject_key).exclude(mode=ThreadMode.CLOSED).values_list("pk"):
        close_thread(thread_id[0], reason=reason)


def fold_counts(*, at_most: int = 1000) -> int:
    """Add the oldest delta rows to their threads' counts. Returns how many rows were folded."""
    return write(lambda: _fold(at_most))


def _fold(at_most: int) -> int:
    with connection.cursor() as cursor:
        # Taking the rows away comes first: two workers must not add the same row twice.
        lock = " FOR UPDATE" if cursor.db.vendor == "postgresql" else ""
        cursor.execute(
            "DELETE FROM discussion_threaddelta WHERE id IN "
            f"(SELECT id FROM discussion_threaddelta ORDER BY id LIMIT %s{lock}) RETURNING thread_id, comments",
            [at_most],
        )
        folded = cursor.fetchall()
        changes: Counter[int] = Counter()
        for thread_id, change in folded:
            changes[thread_id] += change
        # In one order, so that two workers never wait for each other.
        for thread_id, change in sorted(changes.items()):
            Thread.objects.filter(pk=thread_id).update(comment_count=F("comment_count") + change)
        return len(folded)
