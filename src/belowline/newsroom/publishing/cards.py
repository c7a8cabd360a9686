"""Social cards: what stands on them, and their files. The worker draws them after a publication (project/handlers.py).

A card whose words or picture are not those of the article any more goes in the transaction that changed them, so that
nothing withdrawn, withheld or corrected stays on one; until the next is drawn the page names the site's own card.
"""

from __future__ import annotations

import hashlib
import json
import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from belowline.imaging import jobs
from belowline.imaging.drawn import names_of
from belowline.newsroom.events import CardDrawn, SiteCardDrawn
from belowline.newsroom.languages import direction_of
from belowline.newsroom.models import ArticleKind, ArticleRendering, SiteCard, SocialCard
from belowline.newsroom.pictures.public import PublicPicture
from belowline.newsroom.queries.values import topic_of
from belowline.outbox.events import record
from belowline.storage.writer import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import BinaryIO

    from django.db.backends.utils import CursorWrapper

log = logging.getLogger(__name__)

# Raise it when the same words would come out differently.
DRAWING = 1
# A second of computing each: what a restart or an upgrade finds missing is drawn a few at a time.
AT_ONCE = 3
# The picture's place is 560 pixels wide.
PICTURE_WIDTH_LEAST = 640
_SAID_KINDS = ("analysis", "opinion", "interview", "fact_check", "live")


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that decides how a card looks. `picture` is the name of a public file, empty for none."""

    words: dict[str, Any]
    picture: str = ""

    @property
    def source(self) -> str:
        said = json.dumps([DRAWING, self.words, self.picture], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:40]


def wanted_of(rendering: ArticleRendering) -> Wanted:
    """`rendering` with its topic, saved or not."""
    picture = _picture_of(rendering)
    words = {
        "paper": settings.CONFIG.site.name,
        "language": rendering.language,
        "direction": direction_of(rendering.language),
        "headline": _plain(rendering.headline),
        "labels": _labels(rendering),
        "credit": _plain(picture.credit) if picture is not None else "",
    }
    return Wanted(words, _file_for_card(picture) if picture is not None else "")


def _picture_of(rendering: ArticleRendering) -> PublicPicture | None:
    """The one that stands for the article in lists, too. A sensitive one is on no card."""
    if not rendering.picture:
        return None
    picture = PublicPicture.from_json(rendering.picture)
    return None if picture.is_sensitive else picture


def _file_for_card(picture: PublicPicture) -> str:
    jpegs = sorted((one for one in picture.files if one.mime_type == "image/jpeg"), key=lambda one: one.width)
    chosen = next((one for one in jpegs if one.width >= PICTURE_WIDTH_LEAST), jpegs[-1] if jpegs else None)
    return chosen.url.removeprefix(settings.MEDIA_URL) if chosen is not None else ""


def _labels(rendering: ArticleRendering) -> list[str]:
    """The topic or kicker, and what readers must know before they share it, in the article's language."""
    with translation.override(rendering.language):
        topic = topic_of(rendering.topic, language=rendering.language).title if rendering.topic is not None else ""
        kind = str(ArticleKind(rendering.kind).label) if rendering.kind in _SAID_KINDS else ""
        corrected = _("Corrected") if any(one["kind"] == "correction" for one in rendering.corrections) else ""
    return [_plain(one) for one in (rendering.kicker or topic, kind, corrected) if one]


def _plain(text: str) -> str:
    """Without what has no shape: a control character or a direction mark would be drawn as a box."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


# --- articles ---------------------------------------------------------------------------------------------------------


def drop_outdated_card(rendering: ArticleRendering) -> None:
    """In the transaction that publishes: what is no longer said goes at once."""
    card = SocialCard.objects.filter(pk=rendering.pk).first()
    if card is not None and card.source != wanted_of(rendering).source:
        remove_card(rendering.pk)


def remove_card(article_id: int) -> None:
    """In the transaction that takes the article away."""
    names = set(SocialCard.objects.filter(pk=article_id).values_list("name", flat=True))
    SocialCard.objects.filter(pk=article_id).delete()
    transaction.on_commit(lambda: _remove_files(names))


def draw_card(article_id: int) -> None:
    """Draw the article's card if it lacks one. Not in a transaction: drawing takes half a second."""
    rendering = ArticleRendering.objects.select_related("topic").filter(pk=article_id).first()
    if rendering is None:
        return
    wanted = wanted_of(rendering)
    if SocialCard.objects.filter(pk=article_id, source=wanted.source).exists():
        return
    name = _drawn(wanted, article_id)

    def keep() -> set[str]:
        # The article may have changed or gone meanwhile: then this card is nobody's.
        now = (
            ArticleRendering.objects.select_for_update(of=("self",))
            .select_related("topic")
            .filter(pk=article_id)
            .first()
        )
        if now is None or wanted_of(now).source != wanted.source:
            return {name}
        former = set(SocialCard.objects.filter(pk=article_id).values_list("name", flat=True)) - {name}
        SocialCard.objects.update_or_create(pk=article_id, defaults={"source": wanted.source, "name": name})
        record(CardDrawn(article_id=article_id))
        return former

    _remove_files(write(keep))


def draw_due(now: datetime) -> None:
    """The worker's clock: the site's own cards, and those that articles lack: after an upgrade, or a lost file."""
    for language, _name in settings.LANGUAGES:
        _draw_site_card(language)
    lacking = ArticleRendering.objects.filter(~Exists(SocialCard.objects.filter(pk=OuterRef("pk"))))
    for article_id in lacking.order_by("-published_at").values_list("pk", flat=True)[:AT_ONCE]:
        draw_card(article_id)


def card_name(cursor: CursorWrapper, *, article_id: int) -> str:
    """The file of an article's card; empty when there is none. One query."""
    cursor.execute("SELECT name FROM newsroom_socialcard WHERE article_id = %s", [article_id])
    row = cursor.fetchone()
    return row[0] if row is not None else ""


# --- the site ---------------------------------------------------------------------------------------------------------


def _draw_site_card(language: str) -> None:
    site = settings.CONFIG.site
    words = {
        "paper": _plain(site.name),
        "strap": _plain(site.strap),
        "language": language,
        "direction": direction_of(language),
    }
    wanted = Wanted(words)
    if SiteCard.objects.filter(pk=language, source=wanted.source).exists():
        return
    name = _drawn(wanted, 0)

    def keep() -> set[str]:
        former = set(SiteCard.objects.filter(pk=language).values_list("name", flat=True)) - {name}
        SiteCard.objects.update_or_create(pk=language, defaults={"source": wanted.source, "name": name})
        record(SiteCardDrawn())
        return former

    _remove_files(write(keep))


# --- files ------------------------------------------------------------------------------------------------------------


def _drawn(wanted: Wanted, article_id: int) -> str:
    """The stored file's name; empty where it cannot be drawn, which is remembered, so that it is not tried for ever."""
    try:
        with _opened(wanted.picture) as picture:
            file = jobs.draw_card(picture, words=wanted.words)
    except jobs.PictureRefused as refusal:
        log.warning("card_not_drawn", extra={"article": article_id, "reason": str(refusal)})
        return ""
    (name,) = names_of([file])
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(file.data))
    return name


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO | None]:
    if not name or not default_storage.exists(name):
        yield None
        return
    with default_storage.open(name) as picture:
        yield cast("BinaryIO", picture)


def _remove_files(names: set[str]) -> None:
    used = set(SocialCard.objects.filter(name__in=names).values_list("name", flat=True))
    used |= set(SiteCard.objects.filter(name__in=names).values_list("name", flat=True))
    for name in names - used - {""}:
        default_storage.delete(name)
