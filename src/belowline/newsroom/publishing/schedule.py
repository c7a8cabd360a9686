"""Publishing and ending at the time that was set. The worker asks every few seconds (project/handlers.py).

Whatever came due while nobody looked is done at the next look, oldest first, each exactly once: what marks it as done
is stored in the transaction that publishes.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import transaction
from wagtail.models import Page, Revision

from belowline.newsroom.publishing import publication

if TYPE_CHECKING:
    from datetime import datetime

log = logging.getLogger(__name__)

AT_ONCE = 20


def publish_due(*, now: datetime, without: frozenset[int] = frozenset()) -> tuple[int, frozenset[int]]:
    """Publish the revisions that are due and end the pages that have expired, at most AT_ONCE of each.

    How many were done, and the ids of revisions that could not be published: they stay due, and the log says why.
    `without` passes some over.
    """
    failed: set[int] = set()
    done = 0
    for revision_id in _due(now, without):
        try:
            done += _publish(revision_id, now=now)
        except Exception:
            log.exception("scheduled_publication_failed", extra={"revision": revision_id})
            failed.add(revision_id)
    for page in Page.objects.filter(live=True, expire_at__lte=now).order_by("expire_at")[:AT_ONCE]:
        page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
        done += 1
    return done, frozenset(failed)


def _due(now: datetime, without: frozenset[int]) -> list[int]:
    due = Revision.page_revisions.filter(approved_go_live_at__lte=now).exclude(pk__in=without)
    return list(due.order_by("approved_go_live_at", "pk").values_list("pk", flat=True)[:AT_ONCE])


def _publish(revision_id: int, *, now: datetime) -> bool:
    """Whether it was still due: an editor may have been quicker."""
    publication.prepare(Revision.objects.get(pk=revision_id).as_object())
    with transaction.atomic():
        still_due = Revision.objects.select_for_update().filter(pk=revision_id, approved_go_live_at__lte=now).first()
        if still_due is None:
            return False
        still_due.publish(log_action="wagtail.publish.scheduled")
        return True
