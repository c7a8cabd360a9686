"""The list under an article, "More on this topic": worked out when something is published, never while a page is built.

The worker calls `relate` after the commit. Not every list of a large newsroom is looked at again: only that of the
article itself, those that named it, and those into which it now belongs.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db import transaction

from belowline.domain.maps.positions import Position
from belowline.domain.related import Pool, Story
from belowline.domain.search_words import words_of
from belowline.newsroom.events import RelatedChanged
from belowline.newsroom.models import ArticleRendering, RelatedArticle, RelatedChoice
from belowline.outbox.events import record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

SHOWN = 4
# How far a list looks back: the newest of the topic, and of the whole paper.
POOL_OF_TOPIC = 300
POOL_OF_PAPER = 200
# A new article enters the lists of its nearest neighbours; a popular topic must not keep the worker busy for seconds.
RENEWED_MAX = 40


def relate(article_ids: Iterable[int]) -> None:
    """Bring the lists up to date around articles that were published, changed or taken away."""
    changed = set(article_ids)
    naming = RelatedArticle.objects.filter(target_id__in=changed, place__isnull=False)
    renewed = changed | set(naming.values_list("rendering_id", flat=True))
    pools = _Pools()
    for article_id in sorted(changed):
        pool = pools.around(article_id)
        if article_id in pool:
            renewed |= set(_those_it_enters(pool, article_id))
    for article_id in sorted(renewed):
        _renew(pools.around(article_id), article_id)


class _Pools:
    """The articles that a list is chosen from: the newest of its topic and of the paper. One for each topic is read."""

    def __init__(self) -> None:
        self._of_topic: dict[int | None, Pool] = {}

    def around(self, article_id: int) -> Pool:
        """Without the article itself when it is not public."""
        row = ArticleRendering.objects.filter(pk=article_id).values("topic_id").first()
        if row is None:
            return Pool([])
        topic_id = row["topic_id"]
        if topic_id not in self._of_topic:
            newest = ArticleRendering.objects.order_by("-published_at", "-article_id").values_list("pk", flat=True)
            wanted = set(newest[:POOL_OF_PAPER]) | set(newest.filter(topic_id=topic_id)[:POOL_OF_TOPIC])
            self._of_topic[topic_id] = Pool(_stories(wanted))
        pool = self._of_topic[topic_id]
        return pool if article_id in pool else Pool([*pool, *_stories([article_id])])


def _those_it_enters(pool: Pool, article_id: int) -> list[int]:
    """Those whose list it is good enough for, the nearest first."""
    mine = pool[article_id]
    scored = [(score, one.article_id) for one in pool if one is not mine and (score := pool.score(mine, one))]
    scored.sort(reverse=True)
    worst: dict[int, float] = {}
    counts: Counter[int] = Counter()
    near = [other_id for _, other_id in scored]
    for rendering_id, score in RelatedArticle.objects.filter(rendering_id__in=near, place__isnull=False).values_list(
        "rendering_id", "score"
    ):
        counts[rendering_id] += 1
        if score is not None:
            worst[rendering_id] = min(score, worst.get(rendering_id, score))
    entered = [one for score, one in scored if counts[one] < SHOWN or score > worst.get(one, float("inf"))]
    return entered[:RENEWED_MAX]


@transaction.atomic
def _renew(pool: Pool, article_id: int) -> None:
    """Nothing is written, and no page goes stale, when the list stays as it is."""
    if article_id not in pool or not ArticleRendering.objects.filter(pk=article_id).exists():
        return
    choices = list(RelatedChoice.objects.filter(article_id=article_id).values_list("other_id", "is_never"))
    never = {other for other, is_never in choices if is_never}
    pins = [other for other, is_never in choices if not is_never]
    if missing := [one for one in pins if one not in pool]:
        pool = Pool([*pool, *_stories(missing)])
    found = pool.neighbours(pool[article_id], at_most=SHOWN, pins=pins, never=never)
    wanted: list[tuple[int, int | None, float | None]] = [
        (one.article_id, place, one.score) for place, one in enumerate(found)
    ]
    wanted += [(one, None, None) for one in sorted(never)]
    rows = RelatedArticle.objects.filter(rendering_id=article_id)
    before = list(rows.order_by("place", "target_id").values_list("target_id", "place", "score"))
    if sorted(before, key=str) == sorted(wanted, key=str):
        return
    rows.delete()
    RelatedArticle.objects.bulk_create(
        RelatedArticle(rendering_id=article_id, target_id=target, place=place, score=score)
        for target, place, score in wanted
    )
    if [row[:2] for row in before] != [row[:2] for row in wanted]:
        record(RelatedChanged(article_id=article_id))


def _stories(article_ids: Collection[int]) -> list[Story]:
    rows = ArticleRendering.objects.filter(pk__in=list(article_ids)).order_by("pk")
    return [
        Story(
            article_id=row.pk,
            group=str(row.group_id or row.pk),
            language=row.language,
            topics=frozenset([row.topic_id] if row.topic_id is not None else []),
            places=tuple(Position(latitude, longitude) for latitude, longitude in row.places),
            terms=_terms(row),
            published_at=row.published_at,
        )
        for row in rows.defer("body_html", "picture", "corrections", "bylines")
    ]


def _terms(row: ArticleRendering) -> Counter[str]:
    """Stems, as the search compares them: what one text calls walls and the other a wall is one word."""
    words = words_of(f"{row.headline}\n{row.standfirst}", language=row.language)
    return Counter(token for word in words for token in word.tokens)
