"""Links under which somebody outside the newsroom reads a draft: secret, for some days, until they are taken back.

A link shows the newest draft, whatever is saved after it was made. It opens nothing else: the pictures of that draft,
and no page of the desk. Opening one writes nothing, so there is no count of openings: messengers open links by
themselves, and a count would say more than is known.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from belowline.newsroom.denials import LINKS_MOST, Denied
from belowline.newsroom.models import ArticlePage, Picture, PreviewLink, Withdrawal
from belowline.newsroom.publishing import renderings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet

    from belowline.accounts.models import User
    from belowline.newsroom.queries.values import Article

# 192 bits: nobody finds one by trying.
TOKEN_BYTES = 24
DAYS_MOST, DAYS_USUAL = 30, 7


def make_link(page: ArticlePage, *, label: str, days: int, by: User, now: datetime) -> tuple[PreviewLink, str] | Denied:
    """The link and its token, which is told this once. `days` is 1 to DAYS_MOST."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        ArticlePage.objects.select_for_update().get(pk=page.pk)
        if open_links(page.pk, now=now).count() >= LINKS_MOST:
            return Denied("too_many_links")
        link = PreviewLink.objects.create(
            page=page,
            label=label,
            token_hash=_hash(token),
            made_by=by,
            made_at=now,
            expires_at=now + timedelta(days=min(max(days, 1), DAYS_MOST)),
        )
    return link, token


def open_links(page_id: int, *, now: datetime) -> QuerySet[PreviewLink]:
    return PreviewLink.objects.filter(page_id=page_id, revoked_at__isnull=True, expires_at__gt=now)


def revoke_link(link_id: int, *, page_id: int, by: User, now: datetime) -> None:
    """Take it back. What is over already stays as it is."""
    PreviewLink.objects.filter(pk=link_id, page_id=page_id, revoked_at__isnull=True).update(
        revoked_at=now, revoked_by=by
    )


def _hash(token: str) -> str:
    # Looked up by its hash: how long that takes says nothing about the token.
    return hashlib.sha256(token.encode()).hexdigest()


def draft_of(token: str, *, now: datetime) -> ArticlePage | None:
    """The newest draft that the link opens; None for every link that opens nothing, whatever the reason."""
    link = PreviewLink.objects.filter(token_hash=_hash(token), revoked_at__isnull=True, expires_at__gt=now).first()
    page = ArticlePage.objects.filter(pk=link.page_id).first() if link is not None else None
    if page is None or Withdrawal.objects.filter(pk=page.pk, decided_at__isnull=False).exists():
        return None
    return page.get_latest_revision_as_object()


def shown_draft(page: ArticlePage, *, picture_url: Callable[[int], str]) -> Article:
    """The draft as readers would see it; its pictures are under the link, too."""
    return renderings.preview_of(page, picture_url=picture_url)


def picture_of(page: ArticlePage, picture_id: int) -> Picture | None:
    """A picture of this draft; None for every other."""
    return next((one for one in renderings.pictures_of(page) if one.pk == picture_id), None)
