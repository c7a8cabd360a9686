"""The orders of comments as numbers: the formulas, and that a key sorts as its formula does."""

from __future__ import annotations

from decimal import Decimal, getcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.domain import ranking

votes = st.integers(min_value=0, max_value=5_000_000)
# Counted votes are thousandths: a vote can count for less than one.
counted = st.integers(min_value=0, max_value=5_000_000_000).map(lambda milli: milli / 1000)
ids = st.integers(min_value=1, max_value=ranking.MAX_ID)


def quantum(key: int) -> int:
    return key >> ranking.ID_BITS


@pytest.mark.parametrize(
    ("up", "down", "bound"),
    # Without a vote down the bound is n / (n + z^2), with z^2 = 1.642374.
    [(0, 0, 0.0), (0, 1, 0.0), (0, 50, 0.0), (1, 0, 0.378448), (2, 0, 0.549092), (1, 1, 0.164252), (10, 0, 0.858931)],
)
def test_the_wilson_bound_of_a_few_votes(up: int, down: int, bound: float) -> None:
    assert ranking.wilson_lower_bound(up=up, down=down) == pytest.approx(bound, abs=1e-6)


def wilson_as_the_root_of_its_equation(up: int, down: int) -> float:
    """The smaller q with (p - q)^2 = z^2 q (1 - q) / n: Wilson's own statement, solved as a quadratic in q."""
    if up + down == 0:
        return 0.0
    n, z2 = Decimal(up + down), Decimal("1.281551565545") ** 2
    a, b, c = 1 + z2 / n, -(2 * Decimal(up) / n + z2 / n), (Decimal(up) / n) ** 2
    return float((-b - (b * b - 4 * a * c).sqrt()) / (2 * a))


def test_the_wilson_bound_solves_wilsons_equation_for_every_common_count() -> None:
    getcontext().prec = 40
    worst = max(
        abs(ranking.wilson_lower_bound(up=up, down=down) - wilson_as_the_root_of_its_equation(up, down))
        for up in range(400)
        for down in range(100)
    )
    assert worst <= 1e-6


@pytest.mark.parametrize(
    ("up", "down", "value"), [(0, 0, 0), (9, 0, 0), (0, 9, 0), (1, 1, 2), (5, 5, 10), (2, 1, 3**0.5), (1, 2, 3**0.5)]
)
def test_controversy_wants_many_votes_evenly_split(up: int, down: int, value: float) -> None:
    assert ranking.controversy(up=up, down=down) == pytest.approx(value)


@given(up=counted, down=counted)
def test_the_wilson_bound_is_a_share(up: float, down: float) -> None:
    assert 0 <= ranking.wilson_lower_bound(up=up, down=down) <= 1


@given(up=votes, down=votes)
def test_one_more_vote_up_never_makes_a_comment_worse(up: int, down: int) -> None:
    before = ranking.wilson_lower_bound(up=up, down=down)
    assert ranking.wilson_lower_bound(up=up + 1, down=down) >= before - 1e-12


KEYS = {
    "best": (ranking.best_key, ranking.wilson_lower_bound),
    "net": (ranking.net_key, lambda *, up, down: float(max(min(up - down, 2**22 - 1), -(2**22)))),
    "controversial": (ranking.controversial_key, ranking.controversy),
}


@pytest.mark.parametrize("name", KEYS)
@given(one=st.tuples(counted, counted, ids), two=st.tuples(counted, counted, ids))
def test_keys_sort_as_their_formula_but_inside_one_quantum(
    name: str, one: tuple[float, float, int], two: tuple[float, float, int]
) -> None:
    make, formula = KEYS[name]
    (low, low_key), (high, high_key) = sorted(
        (formula(up=up, down=down), make(up=up, down=down, comment_id=comment_id))
        for up, down, comment_id in (one, two)
    )
    assert low_key <= high_key or quantum(low_key) == quantum(high_key), (low, high)


@pytest.mark.parametrize("name", KEYS)
@given(up=counted, down=counted, comment_id=ids)
def test_keys_fit_a_signed_64_bit_column_and_carry_the_id(name: str, up: float, down: float, comment_id: int) -> None:
    key = KEYS[name][0](up=up, down=down, comment_id=comment_id)
    assert 0 <= key < 2**63
    other = KEYS[name][0](up=up, down=down, comment_id=comment_id - 1)
    assert key != other


@pytest.mark.parametrize("name", ["net", "controversial"])
def test_of_two_equally_voted_comments_the_earlier_comes_first(name: str) -> None:
    make = KEYS[name][0]
    assert make(up=4, down=2, comment_id=10) > make(up=4, down=2, comment_id=11)


def test_of_two_equally_good_comments_the_newer_comes_first_while_votes_are_few() -> None:
    assert ranking.best_key(up=2, down=0, comment_id=11) > ranking.best_key(up=2, down=0, comment_id=10)
    assert ranking.best_key(up=3, down=0, comment_id=10) > ranking.best_key(up=3, down=0, comment_id=11)


def test_among_comments_without_a_good_word_the_unvoted_stand_above_the_downvoted() -> None:
    assert ranking.best_key(up=0, down=0, comment_id=1) > ranking.best_key(up=0, down=9, comment_id=2)


@pytest.mark.parametrize("votes", [1, 2, 10, 1000, 4_000_000])
def test_the_scale_keeps_neighbouring_counts_apart(votes: int) -> None:
    assert ranking.net_key(up=votes + 1, down=0, comment_id=1) > ranking.net_key(up=votes, down=0, comment_id=1)
    if votes <= 1000:
        better = ranking.best_key(up=votes + 1, down=1, comment_id=1)
        assert quantum(better) > quantum(ranking.best_key(up=votes, down=1, comment_id=1))


def test_counts_beyond_the_scale_stay_at_its_ends() -> None:
    assert quantum(ranking.net_key(up=10**9, down=0, comment_id=1)) == ranking.MAX_QUANTUM
    assert quantum(ranking.net_key(up=0, down=10**9, comment_id=1)) == 0
    assert quantum(ranking.controversial_key(up=2**62, down=2**62, comment_id=1)) == ranking.MAX_QUANTUM
