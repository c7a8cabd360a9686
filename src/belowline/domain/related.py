"""Which articles belong beside one: a score of shared topics, near places, words in common, and nearness in time.

The sum is 3 · Σ idf(shared topics) + 2 (a place within 50 km) + cosine(headline and standfirst, per language) + 2^(−days
between them / 30). Time is the distance between the two articles, never the clock: the same articles give the same
list on every day. Ties go to the newer article, then to the larger id.

tf-idf and cosine: Manning, Raghavan, Schütze, Introduction to Information Retrieval (2008), chapter 6, with
tf = 1 + ln(count) and idf = ln(N / df).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from belowline.domain.maps.positions import Position, distance_m

TOPIC_WEIGHT = 3.0
PLACE_WEIGHT = 2.0
NEAR_M = 50_000.0
HALF_LIFE_DAYS = 30.0
# Below this two texts share little more than the newsroom's everyday words.
LIKE_FROM = 0.1


@dataclass(frozen=True, slots=True)
class Story:
    """An article as the score sees it. `terms` are the words of headline and standfirst with their counts; stories of
    one `group` are the same story told again (a translation), and stand in a list once."""

    article_id: int
    group: str
    language: str
    topics: frozenset[int]
    places: tuple[Position, ...]
    terms: Mapping[str, int]
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Neighbour:
    """`score` is None where an editor chose the article."""

    article_id: int
    score: float | None


class Pool:
    """The articles that are compared. What is rare among them counts more."""

    def __init__(self, stories: Iterable[Story]) -> None:
        self._stories = {one.article_id: one for one in stories}
        self._topics = Counter(topic for one in self._stories.values() for topic in one.topics)
        self._words = Counter((one.language, term) for one in self._stories.values() for term in one.terms)
        self._texts = Counter(one.language for one in self._stories.values())
        self._weighed: dict[int, dict[str, float]] = {}

    def __iter__(self) -> Iterator[Story]:
        return iter(self._stories.values())

    def __getitem__(self, article_id: int) -> Story:
        return self._stories[article_id]

    def __contains__(self, article_id: int) -> bool:
        return article_id in self._stories

    def score(self, one: Story, other: Story) -> float | None:
        """None where nothing but the date connects them. Symmetric."""
        shared = one.topics & other.topics
        likeness = self._cosine(one, other)
        is_near = any_near(one.places, other.places)
        if not shared and not is_near and likeness < LIKE_FROM:
            return None
        days = abs((one.published_at - other.published_at).total_seconds()) / 86_400
        nearness_in_time: float = 0.5 ** (days / HALF_LIFE_DAYS)
        return (
            TOPIC_WEIGHT * sum(self._rarity(self._topics[topic], len(self._stories)) for topic in sorted(shared))
            + PLACE_WEIGHT * is_near
            + likeness
            + nearness_in_time
        )

    def neighbours(
        self, one: Story, *, at_most: int, pins: Iterable[int] = (), never: Collection[int] = ()
    ) -> list[Neighbour]:
        """The pins in their order, then the best. Only articles in the same language, but for pins; none of the same
        group, and of each group one."""
        chosen: list[Neighbour] = []
        groups = {one.group}

        def take(found: Story, score: float | None) -> None:
            if len(chosen) < at_most and found.group not in groups and found.article_id not in never:
                groups.add(found.group)
                chosen.append(Neighbour(found.article_id, score))

        for pin in pins:
            if pin in self._stories:
                take(self._stories[pin], None)
        scored = [
            (score, other)
            for other in self._stories.values()
            if other.language == one.language and (score := self.score(one, other)) is not None
        ]
        scored.sort(key=lambda found: (found[0], found[1].published_at, found[1].article_id), reverse=True)
        for score, other in scored:
            take(other, score)
        return chosen

    @staticmethod
    def _rarity(count: int, of: int) -> float:
        return math.log(of / count) if count else 0.0

    def _vector(self, story: Story) -> dict[str, float]:
        found = self._weighed.get(story.article_id)
        if found is None:
            texts = self._texts[story.language]
            weights = {
                term: (1 + math.log(count)) * self._rarity(self._words[story.language, term], texts)
                for term, count in story.terms.items()
            }
            length = math.sqrt(sum(weight * weight for weight in weights.values()))
            found = {term: weight / length for term, weight in weights.items()} if length else {}
            self._weighed[story.article_id] = found
        return found

    def _cosine(self, one: Story, other: Story) -> float:
        if one.language != other.language:
            return 0.0
        mine, theirs = self._vector(one), self._vector(other)
        if len(theirs) < len(mine):
            mine, theirs = theirs, mine
        # Summed exactly, whatever the order: both directions give the same bits.
        return math.fsum(weight * theirs[term] for term, weight in mine.items() if term in theirs)


def any_near(some: Iterable[Position], others: Collection[Position]) -> bool:
    return any(distance_m(one, other) < NEAR_M for one in some for other in others)
