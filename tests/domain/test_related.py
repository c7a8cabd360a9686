"""Which articles belong beside one: by hand, and what must always hold."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.domain.maps.positions import Position
from belowline.domain.related import Pool, Story

DAY = datetime(2026, 3, 14, tzinfo=UTC)
QUAY, PIER, FAR = Position(54.4, 2.0), Position(54.6, 2.2), Position(36.2, 37.1)


def story(number: int, words: str = "", **facts: object) -> Story:
    values: dict[str, object] = {
        "group": str(number),
        "language": "en",
        "topics": frozenset({number}),
        "places": (),
        "published_at": DAY,
    }
    return Story(article_id=number, terms=Counter(words.split()), **(values | facts))  # type: ignore[arg-type]


def test_an_article_of_the_same_rare_topic_comes_before_one_of_a_common_topic() -> None:
    mine = story(1, topics=frozenset({1, 2}))
    common = [story(n, topics=frozenset({1})) for n in (2, 3, 4)]
    rare = story(5, topics=frozenset({2}))
    found = Pool([mine, *common, rare]).neighbours(mine, at_most=2)
    assert [one.article_id for one in found] == [5, 4]


def test_the_score_is_the_sum_that_the_page_documents() -> None:
    # Two of four articles share topic 7: 3 · ln 2. Their places are near: 2. No word in common. 30 days apart: 1/2.
    mine = story(1, topics=frozenset({7}), places=(QUAY,))
    other = story(2, topics=frozenset({7}), places=(PIER,), published_at=DAY - timedelta(days=30))
    pool = Pool([mine, other, story(3), story(4)])
    assert pool.score(mine, other) == pytest.approx(3 * 0.693147 + 2 + 0.5, abs=1e-5)


def test_the_same_words_count_one_and_words_that_everybody_uses_nothing() -> None:
    mine, same = story(1, "tide gauge council"), story(2, "tide gauge council")
    everyday = story(3, "council")
    pool = Pool([mine, same, everyday, story(4, "swifts council")])
    assert pool.score(mine, same) == pytest.approx(2.0)
    assert pool.score(mine, everyday) is None


def test_a_place_on_another_continent_connects_nothing() -> None:
    mine, other = story(1, places=(QUAY,)), story(2, places=(FAR,))
    assert Pool([mine, other]).score(mine, other) is None


def test_pins_stand_first_and_what_may_never_stand_there_does_not() -> None:
    mine = story(1, topics=frozenset({7}))
    others = [story(n, topics=frozenset({7}), published_at=DAY - timedelta(days=n)) for n in (2, 3, 4)]
    pinned = story(9, language="ar")
    found = Pool([mine, *others, pinned, story(8)]).neighbours(mine, at_most=3, pins=[9], never={2})
    assert [(one.article_id, one.score is None) for one in found] == [(9, True), (3, False), (4, False)]


def test_a_story_told_again_stands_there_once_and_never_beside_itself() -> None:
    mine = story(1, topics=frozenset({7}), group="water")
    twin = story(2, topics=frozenset({7}), group="water")
    told, again = (story(n, topics=frozenset({7}), group="bells") for n in (3, 4))
    found = Pool([mine, twin, told, again, story(5)]).neighbours(mine, at_most=4)
    assert [one.article_id for one in found] == [4]


STORIES = st.lists(
    st.builds(
        story,
        st.integers(1, 40),
        st.lists(st.sampled_from(["tide", "gauge", "wall", "vote", "bell", "swift", "fog"]), max_size=6).map(" ".join),
        topics=st.frozensets(st.integers(1, 4), max_size=2),
        language=st.sampled_from(["en", "ar"]),
        places=st.lists(st.sampled_from([QUAY, PIER, FAR]), max_size=2).map(tuple),
        published_at=st.integers(0, 400).map(lambda days: DAY - timedelta(days=days)),
        group=st.sampled_from(["a", "b", "c", "d", "e", "f"]),
    ),
    min_size=2,
    max_size=20,
    unique_by=lambda one: one.article_id,
)


@given(STORIES)
def test_the_score_has_no_direction_and_the_list_no_order_of_reading(stories: list[Story]) -> None:
    forth, back = Pool(stories), Pool(reversed(stories))
    for one in stories:
        assert all(forth.score(one, other) == back.score(other, one) for other in stories)
        found = forth.neighbours(one, at_most=4)
        assert found == back.neighbours(one, at_most=4)
        groups = [forth[it.article_id].group for it in found]
        assert len(set(groups)) == len(groups)
        assert one.group not in groups
        assert all(forth[it.article_id].language == one.language for it in found)
