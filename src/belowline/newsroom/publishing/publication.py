"""What becomes public and what stops being it: the only writer of the rows in models/public.py.

Called by receivers.py, inside the transaction that publishes, withdraws, moves or restricts a page. An article is
public when it is live and neither it nor a page above it has a view restriction.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from belowline.maps import files as map_files
from belowline.maps import publishing as map_publishing
from belowline.maps.publishing import TextMaps
from belowline.newsroom import ports
from belowline.newsroom.body.rendering import maps_in
from belowline.newsroom.events import (
    ArticlePublished,
    ArticleUnpublished,
    AuthorChanged,
)
from belowline.newsroom.models import (
    ArticleAuthor,
    ArticlePage,
    ArticleRedirect,
    ArticleRendering,
    ArticleVersion,
    Author,
    Picture,
    PublicCorrection,
    RenderingByline,
    RenderingLink,
    RenderingPicture,
    TopicPage,
    Withdrawal,
    WithdrawnDiscussion,
    WithheldPassage,
)
from belowline.newsroom.pictures import files as picture_files
from belowline.newsroom.pictures.public import PublicPicture
from belowline.newsroom.pictures.shown import public_picture
from belowline.newsroom.publishing import (
    cards,
    history,
    readiness,
    search_documents,
    texts,
    topics,
    translations,
    withdrawal,
)
from belowline.newsroom.publishing.renderings import pictures_of, rendering_of, stored_bylines
from belowline.outbox.events import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from uuid import UUID

    FilesOf = Callable[[Picture], PublicPicture]


log = logging.getLogger(__name__)

# A map that could not be drawn anew: a full disk, a database that is away.
RETRY_MAPS = timedelta(minutes=5)


def require_ready(page: Page) -> None:
    """Before every publication, also one for later. Raises NotReady when a picture has not all that readers need, and
    StillRetracted where two people took it away."""
    if isinstance(page, ArticlePage):
        withdrawal.require_allowed(page.pk)
        readiness.require(page)


def prepare(page: Page, *, is_restricted: bool | None = None) -> None:
    """Encode the pictures and draw the maps that publishing the page would show. Slow for new ones: call it before the
    transaction.

    `is_restricted` None looks it up. Nothing is encoded for a page that will not be public now.
    """
    if not isinstance(page, ArticlePage) or (page.go_live_at and page.go_live_at > timezone.now()):
        return
    if page.get_view_restrictions().exists() if is_restricted is None else is_restricted:
        return
    prepare_new(page)


def prepare_new(page: ArticlePage) -> None:
    """The same for an article that has no place in the tree yet."""
    picture_files.encode_for_public(pictures_of(page))
    map_publishing.prepare((one.value for one in maps_in(page.body)), language=page.language, now=timezone.now())


def prepare_below(page: Page) -> None:
    """The same for every live article at or below a page whose restriction is about to be lifted."""
    for article in ArticlePage.objects.descendant_of(page, inclusive=True).live():
        prepare(article, is_restricted=False)


# --- articles ---------------------------------------------------------------------------------------------------------


_COMPARED = ("slug", "topic_id", "headline", "language", "updated_at", "group_id")


@transaction.atomic
def update_article(page: ArticlePage, *, revision_id: int | None = None) -> None:
    """Make the public row what the page is now. `page` is the live version, never a draft."""
    if not topics.is_public(page):
        hide_article(page.pk)
        return
    picture_files.encode_for_public(pictures_of(page))
    before = ArticleRendering.objects.filter(pk=page.pk).values(*_COMPARED).first()
    maps = TextMaps(language=page.language, now=timezone.now())
    rendering, body = rendering_of(page, files_of=public_picture, maps=maps)
    rendering.revision_id = revision_id or page.live_revision_id
    if before is not None and before["slug"] != rendering.slug:
        ArticleRedirect.objects.update_or_create(slug=before["slug"], defaults={"article_id": page.pk})
    ArticleRedirect.objects.filter(slug=rendering.slug, article_id=page.pk).delete()
    rendering.save()
    texts.keep(rendering)
    ports.render_beside(page)
    _show_pictures(rendering, {one.pk for one in pictures_of(page)})
    maps.show(_owner(page.pk))
    _list_under_authors(rendering, page)
    _list_corrections(rendering)
    _name_articles(rendering, body.links)
    search_documents.keep(rendering)
    left = before["group_id"] if before is not None else None
    translations.renew(rendering.group_id or page.pk, *([left] if left else []), changed_id=page.pk)
    cards.drop_outdated_card(rendering)
    is_substantive = before is None or before["updated_at"] != rendering.updated_at
    history.remember_version(rendering, body.passages, note=page.change_note, is_substantive=is_substantive)
    Withdrawal.objects.filter(pk=page.pk, decided_at__isnull=False).delete()
    topic_id = rendering.topic_id or 0
    old_topic_id = before["topic_id"] or 0 if before is not None else topic_id
    record(
        ArticlePublished(
            article_id=page.pk,
            topic_id=topic_id,
            is_new=before is None,
            old_topic_id=old_topic_id if old_topic_id != topic_id else 0,
        )
    )
    if before is None or any(before[name] != getattr(rendering, name) for name in ("slug", "headline", "language")):
        _renew_those_that_name(page.pk)


@transaction.atomic
def hide_article(article_id: int) -> None:
    """Take the article away from readers, with the public files of pictures that nothing else shows."""
    rendering = ArticleRendering.objects.filter(pk=article_id).first()
    if rendering is None:
        return
    shown = list(rendering.pictures.values_list("picture_id", flat=True))
    # Its address stays its own: it may come back under another one.
    ArticleRedirect.objects.update_or_create(slug=rendering.slug, defaults={"article_id": article_id})
    rendering.delete()
    texts.hide(rendering)
    search_documents.drop(article_id)
    translations.renew(rendering.group_id or article_id, changed_id=article_id)
    cards.remove_card(article_id)
    picture_files.remove_unused_files(shown)
    map_files.hide(_owner(article_id))
    taken_away = Withdrawal.objects.filter(pk=article_id, decided_at__isnull=False).first()
    record(
        ArticleUnpublished(
            article_id=article_id,
            topic_id=rendering.topic_id or 0,
            subject_key=str(rendering.subject_key),
            keeps_discussion=taken_away is not None and taken_away.discussion == WithdrawnDiscussion.CLOSED,
        )
    )
    _renew_those_that_name(article_id)


def _renew_those_that_name(article_id: int) -> None:
    """Render the public articles anew whose text gives this one's headline or address."""
    naming = RenderingLink.objects.filter(target_id=article_id).exclude(rendering_id=article_id)
    for page in ArticlePage.objects.filter(pk__in=naming.values("rendering_id")).live():
        update_article(page)


@transaction.atomic
def forget_article(article_id: int, *, subject_key: UUID | None = None) -> None:
    """The page is deleted: its addresses are free again."""
    hide_article(article_id)
    if subject_key is not None:
        texts.forget(subject_key)
    for model in (ArticleRedirect, ArticleVersion, WithheldPassage):
        model.objects.filter(article_id=article_id).delete()
    Withdrawal.objects.filter(pk=article_id).delete()


def update_pictures(page: ArticlePage) -> None:
    """What stands beside the article's text shows other pictures now: keep their public files, drop the others'."""
    rendering = ArticleRendering.objects.filter(pk=page.pk).first()
    if rendering is not None:
        _show_pictures(rendering, {one.pk for one in pictures_of(page)})


def _list_corrections(rendering: ArticleRendering) -> None:
    PublicCorrection.objects.filter(rendering=rendering).delete()
    PublicCorrection.objects.bulk_create(
        PublicCorrection(rendering=rendering, place_in_article=place, at=one["at"])
        for place, one in enumerate(rendering.corrections)
    )


def _list_under_authors(rendering: ArticleRendering, page: ArticlePage) -> None:
    wanted = {one.author_id for one in page.bylines.all()}
    listed = set(RenderingByline.objects.filter(rendering=rendering).values_list("author_id", flat=True))
    RenderingByline.objects.filter(rendering=rendering, author_id__in=listed - wanted).delete()
    RenderingByline.objects.bulk_create(
        RenderingByline(rendering=rendering, author_id=author_id) for author_id in sorted(wanted - listed)
    )


def _name_articles(rendering: ArticleRendering, article_ids: frozenset[int]) -> None:
    named = set(rendering.links.values_list("target_id", flat=True))
    rendering.links.filter(target_id__in=named - article_ids).delete()
    RenderingLink.objects.bulk_create(
        RenderingLink(rendering=rendering, target_id=target_id) for target_id in sorted(article_ids - named)
    )


def _show_pictures(rendering: ArticleRendering, picture_ids: set[int]) -> None:
    shown = set(rendering.pictures.values_list("picture_id", flat=True))
    rendering.pictures.filter(picture_id__in=shown - picture_ids).delete()
    RenderingPicture.objects.bulk_create(
        RenderingPicture(rendering=rendering, picture_id=picture_id) for picture_id in sorted(picture_ids - shown)
    )
    picture_files.remove_unused_files(shown - picture_ids)


@transaction.atomic
def update_below(page: Page) -> None:
    """Everything at and below the page: after a move, or when a view restriction came or went."""
    for topic in TopicPage.objects.descendant_of(page, inclusive=True).live():
        topics.update_topic(topic)
    for article in ArticlePage.objects.descendant_of(page, inclusive=True).live():
        update_article(article)


# --- authors and pictures ---------------------------------------------------------------------------------------------


@transaction.atomic
def update_bylines(author: Author) -> None:
    """Renew the name in every public article by this author."""
    articles = ArticleAuthor.objects.filter(author=author).values("article_id")
    found = list(ArticleRendering.objects.filter(article_id__in=articles).only("article_id", "bylines"))
    authors: dict[int, list[Author]] = {}
    lines = ArticleAuthor.objects.filter(article_id__in=[one.article_id for one in found])
    for line in lines.order_by("article_id", "sort_order").select_related("author"):
        authors.setdefault(line.article_id, []).append(line.author)
    changed = []
    for one in found:
        bylines = stored_bylines(authors.get(one.article_id, []))
        if one.bylines != bylines:
            one.bylines = bylines
            changed.append(one)
    if changed:
        ArticleRendering.objects.bulk_update(changed, ["bylines"], batch_size=200)
        search_documents.rename(changed)
        record(AuthorChanged(author_id=author.pk))


def _owner(article_id: int) -> str:
    """What maps call an article."""
    return f"article:{article_id}"


def has_all_map_files(article_id: int) -> bool:
    """False while a map of the public article waits for its picture."""
    return not map_files.without_picture(_owner(article_id))


def wake_maps(*, now: datetime) -> int:
    """Render the articles anew whose maps the clock, or a change of the gazetteer, has made stale; how many.

    Each once, however late: what is due is taken away in the transaction that renders. One that fails is tried again
    after a pause, and holds no other up.
    """
    done = 0
    for owner in map_files.due(now=now):
        page = ArticlePage.objects.filter(pk=owner.removeprefix("article:")).live().first()
        try:
            if page is not None:
                prepare(page)
            with transaction.atomic():
                if map_files.take_waking(owner, now=now) and page is not None:
                    update_article(page)
                    done += 1
        except Exception:
            log.exception("map_not_renewed", extra={"owner": owner})
            map_files.wake([owner], at=now + RETRY_MAPS)
    return done


def articles_with(picture: Picture) -> list[int]:
    return list(RenderingPicture.objects.filter(picture=picture).values_list("rendering_id", flat=True))


def update_articles(article_ids: Iterable[int]) -> None:
    """Render these articles anew, each in its own transaction."""
    for page in ArticlePage.objects.filter(pk__in=article_ids).live():
        prepare(page)
        update_article(page)


def update_picture(picture: Picture) -> None:
    """Its words or its file changed: renew the public articles that show it, then drop the old file's renditions."""
    article_ids = articles_with(picture)
    if article_ids:
        update_articles(article_ids)
        picture_files.remove_outdated_files(picture)
