"""What becomes public of standing pages. The only writer of StandingText.

Called by receivers.py inside the transaction that publishes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from belowline.maps.publishing import TextMaps
from belowline.newsroom.body.rendering import RENDERER, Body, render_body
from belowline.newsroom.events import StandingChanged, StandingHidden
from belowline.newsroom.models import StandingKind, StandingPage, StandingText
from belowline.newsroom.publishing.topics import is_public
from belowline.outbox.events import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wagtail.models import Page


@transaction.atomic
def update_standing(page: StandingPage) -> None:
    """Make the public row what the page is now. `page` is the live version, never a draft."""
    if not is_public(page):
        hide_standing(page.pk)
        return
    body = _rendered(page)
    before = StandingText.objects.filter(pk=page.pk).first()
    row = StandingText(
        page_id=page.pk,
        kind=page.kind,
        language=page.language,
        title=page.title,
        body_html=body.html,
        rules=list(_rules(page.body)),
        gaps=sum(1 for block in page.body if block.block_type == "gap"),
        is_first=bool(page.first_digest) and page.first_digest == _digest(page, body),
        renderer=RENDERER,
        changed_at=timezone.now(),
    )
    if before is not None and (before.kind, before.language) != (row.kind, row.language):
        hide_standing(page.pk)
        before = None
    row.save()
    # Every page names it in its foot, and tells programs of what the newsroom has written.
    is_named_anew = before is None or (before.title, _is_ready(before)) != (row.title, _is_ready(row))
    record(StandingChanged(page_id=page.pk, is_named_anew=is_named_anew))


@transaction.atomic
def hide_standing(page_id: int) -> None:
    if StandingText.objects.filter(pk=page_id).delete()[0]:
        record(StandingHidden(page_id=page_id))


def update_below(page: Page) -> None:
    """After a view restriction came or went."""
    for one in StandingPage.objects.descendant_of(page, inclusive=True).live():
        update_standing(one)


def outdated_standing() -> list[StandingPage]:
    """Public pages that an older version of this program rendered."""
    outdated = StandingText.objects.exclude(renderer=RENDERER).values("pk")
    return list(StandingPage.objects.filter(pk__in=outdated).live())


def unedited() -> list[StandingText]:
    """Public pages with words that the program brought or with gaps, in the order of the desk."""
    order = {kind.value: place for place, kind in enumerate(StandingKind)}
    found = [one for one in StandingText.objects.defer("body_html") if one.is_first or one.gaps]
    return sorted(found, key=lambda one: (order.get(one.kind, len(order)), one.language != settings.LANGUAGE_CODE))


def missing_kinds() -> list[str]:
    """What has no public page in the site's own language, as values of StandingKind."""
    public = set(StandingText.objects.filter(language=settings.LANGUAGE_CODE).values_list("kind", flat=True))
    return [kind.value for kind in StandingKind if kind.value not in public]


def _is_ready(row: StandingText) -> bool:
    return not row.is_first and not row.gaps


def _rendered(page: StandingPage) -> Body:
    return render_body(page.body, maps=TextMaps(language=page.language, now=timezone.now()), files_of=_no_pictures)


def _no_pictures(picture: Any) -> Any:
    raise AssertionError("a standing page has no pictures")


def _rules(body: Any) -> Iterator[dict[str, str]]:
    for block in body:
        if block.block_type == "rules":
            yield from ({"code": one["code"], "title": one["title"]} for one in block.value)


def digest_of(page: StandingPage) -> str:
    return _digest(page, _rendered(page))


def _digest(page: StandingPage, body: Body) -> str:
    """Of the words alone: the desk's editor writes other marks around the same ones."""
    words = "\n".join([page.title, *(one.text for one in body.passages)])
    return hashlib.sha256(words.encode()).hexdigest()[:40]
