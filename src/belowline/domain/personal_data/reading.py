"""What the readers of numbers share: digits alone, and the word that must stand in front."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

# A look through a plain text: where something stands, in any order.
Look = Callable[[str], Iterator[tuple[int, int]]]

# How far behind its word ("tel.", "passport") a number may stand.
_CONTEXT: Final = 28


def digits_of(text: str) -> str:
    return "".join(one for one in text if one in "0123456789")


def is_after(text: str, start: int, words: re.Pattern[str]) -> bool:
    return words.search(text, max(0, start - _CONTEXT), start) is not None


def luhn(number: str) -> bool:
    """ISO/IEC 7812-1, annex B: every second digit from the right doubled, the sum of all digits divisible by ten."""
    doubled = (int(one) * (1 + place % 2) for place, one in enumerate(reversed(number)))
    return sum(one // 10 + one % 10 for one in doubled) % 10 == 0
