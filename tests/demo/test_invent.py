"""Invented comments are the same for the same seed, never repeat themselves nearby, and grow like a real thread."""

import tracemalloc
from collections import Counter, deque
from itertools import islice, pairwise
from statistics import median

import pytest

from belowline.demo.content import HERO, load_content, sentences
from belowline.demo.grammar import grammar
from belowline.demo.invent import REPEAT_WINDOW, InventedComment, hero_crowd, invent

CAMPS = ("pro", "against", "", "expert", "sceptic", "joker", "newcomer", "affected", "local", "pro", "against", "local")
SPAN = 252_000


@pytest.fixture(scope="module")
def thread() -> list[InventedComment]:
    return list(invent(5, 3_000, camps=CAMPS, span_seconds=SPAN))


def depths(thread: list[InventedComment]) -> list[int]:
    found: list[int] = []
    for comment in thread:
        found.append(1 if comment.parent_index is None else found[comment.parent_index] + 1)
    return found


def test_the_same_seed_writes_the_same_thread(thread: list[InventedComment]) -> None:
    assert list(islice(invent(5, 3_000, camps=CAMPS, span_seconds=SPAN), 400)) == thread[:400]
    assert next(invent(6, 10, camps=CAMPS)).text != thread[0].text


def test_the_stock_holds_at_least_three_hundred_templates_and_a_hundred_thousand_sentences() -> None:
    templates = {template for pool in grammar().values() for template in pool}
    assert len(templates) >= 300
    fillings = 0
    for template in templates:
        product = 1
        for words in template.options:
            product *= len(words)
        fillings += product
    assert fillings > 100_000


def test_no_sentence_repeats_within_two_hundred_comments() -> None:
    # Some authors type in lower case or without apostrophes: neither makes a sentence new.
    window: deque[set[str]] = deque(maxlen=REPEAT_WINDOW)
    near: Counter[str] = Counter()
    for comment in invent(11, 6_000, camps=CAMPS):
        if len(window) == REPEAT_WINDOW:
            near.subtract(window[0])
        said = {sentence.replace("'", "") for sentence in sentences(comment.text)}
        assert not [sentence for sentence in said if near[sentence] > 0 and len(sentence.split()) > 2]
        window.append(said)
        near.update(said)


def test_parents_come_first_and_nobody_answers_themselves(thread: list[InventedComment]) -> None:
    for comment in thread:
        if comment.parent_index is not None:
            assert comment.parent_index < comment.index
            assert thread[comment.parent_index].author_index != comment.author_index


def test_authors_without_a_camp_stay_silent(thread: list[InventedComment]) -> None:
    assert CAMPS.index("") not in {comment.author_index for comment in thread}


def test_the_thread_has_the_shape_of_real_threads(thread: list[InventedComment]) -> None:
    replies = sum(comment.parent_index is not None for comment in thread) / len(thread)
    assert 0.55 <= replies <= 0.65
    assert max(depths(thread)) > 60
    answers = Counter(comment.parent_index for comment in thread if comment.parent_index is not None)
    assert answers.most_common(1)[0][1] >= 12  # some comments draw many answers, most draw none
    assert sum(comment.index not in answers for comment in thread) > len(thread) / 2


def test_lengths_are_those_of_real_comments(thread: list[InventedComment]) -> None:
    lengths = sorted(len(comment.text) for comment in thread)
    assert 150 <= median(lengths) <= 215
    assert lengths[len(lengths) // 10] < 100
    assert lengths[-1] > 800


def test_edits_deletions_and_removals_are_as_rare_as_they_are(thread: list[InventedComment]) -> None:
    states = Counter(comment.state for comment in thread)
    assert 0.01 < states["deleted"] / len(thread) < 0.03
    assert 0.004 < states["removed"] / len(thread) < 0.017
    edited = [comment for comment in thread if comment.edited_seconds is not None]
    assert 0.02 < len(edited) / len(thread) < 0.04
    assert all(
        comment.edited_seconds > comment.seconds_after_publication for comment in edited if comment.edited_seconds
    )


def test_time_never_runs_backwards_and_the_first_day_is_the_busiest(thread: list[InventedComment]) -> None:
    times = [comment.seconds_after_publication for comment in thread]
    assert all(early <= late for early, late in pairwise(times))
    assert times[0] >= 240
    assert times[-1] < SPAN
    assert sum(time < 86_400 for time in times) > len(times) / 2


def test_evenings_are_busier_than_nights(thread: list[InventedComment]) -> None:
    hours = Counter(int(13 + comment.seconds_after_publication / 3600) % 24 for comment in thread)
    assert hours[20] > 3 * hours[3]
    assert hours[8] > 1.5 * hours[3]


def test_votes_are_heavy_tailed_and_stay_under_the_limit(thread: list[InventedComment]) -> None:
    ups = sorted(comment.up for comment in thread)
    assert median(ups) <= 6
    assert ups[-1] >= 60
    capped = list(invent(5, 2_000, camps=CAMPS, most_votes=40))
    assert max(max(comment.up, comment.down) for comment in capped) < 40
    assert any(comment.down > 8 and comment.up > 8 for comment in capped)


def test_a_million_would_fit_because_memory_does_not_grow() -> None:
    stream = invent(3, 9_000, camps=CAMPS)
    deque(islice(stream, 5_000), maxlen=0)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    deque(stream, maxlen=0)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 600_000


def test_every_sentence_is_whole(thread: list[InventedComment]) -> None:
    for comment in thread:
        assert "{" not in comment.text
        assert "%s" not in comment.text
        assert "  " not in comment.text
        assert " a a" not in comment.text.replace(" a allot", "")


def test_one_author_alone_cannot_quarrel() -> None:
    with pytest.raises(ValueError, match="at least two authors"):
        next(invent(1, 5, camps=("pro", "")))


def test_the_demo_crowd_can_fill_the_contested_thread() -> None:
    camps = load_content().crowd_camps()
    comments = list(hero_crowd(camps))
    assert len({comment.author_index for comment in comments}) > 60


def test_the_first_screens_are_written_by_hand_in_time_and_in_votes() -> None:
    content = load_content()
    written = [comment for comment in content.comments[HERO] if comment.state == "published"]
    crowd = list(hero_crowd(content.crowd_camps()))
    assert sum(comment.minutes * 60 < crowd[0].seconds_after_publication for comment in written) >= 40
    assert sum(comment.minutes * 60 > crowd[-1].seconds_after_publication for comment in written) >= 40
    best_of_crowd = max(comment.up for comment in crowd)
    assert sum(comment.up > best_of_crowd for comment in written) >= 200
