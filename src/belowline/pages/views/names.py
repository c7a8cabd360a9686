"""Whom a comment may name: the names that stand in the discussion anyway, for whoever types "@"."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from belowline.accounts.networks import count_here
from belowline.discussion.queries import comments, threads
from belowline.domain.commenting import Refused
from belowline.domain.rates import Rate
from belowline.pages.personal import Personal
from belowline.storage.reading import snapshot

# A form asks once. This is for programs.
RATE = Rate("names", most=200, window=timedelta(minutes=10))
NAMES_MAX = 300


@require_GET
def names(request: HttpRequest, thread_id: int) -> HttpResponse:
    """JSON: the names under the public comments of this discussion, who wrote last first. Of no other members."""
    personal = Personal(request)
    until = count_here(RATE, personal.client_address, now=personal.now)
    if until is not None:
        return personal.refusal(Refused("names_often", status=429, until=until))
    me = personal.reader.id if personal.reader else 0
    with snapshot() as cursor:
        if threads.thread(cursor, thread_id) is None:
            raise Http404
        found = comments.names_in_thread(cursor, thread_id, except_for=me, at_most=NAMES_MAX)
    return personal.data({"names": found})
