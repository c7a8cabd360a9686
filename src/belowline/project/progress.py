"""A bar for long work on a terminal; silence elsewhere, so that a log or a pipe is not filled with it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress(what: str, *, total: int | None, unit: str = "B") -> Iterator[Callable[[int], None]]:
    """Gives a function that is told of each bit of work done, in `unit` ("B" is shown as kB, MB, with the rate)."""
    from tqdm import tqdm

    with tqdm(
        total=total,
        desc=what,
        unit=unit,
        unit_scale=unit == "B",
        unit_divisor=1024,
        file=sys.stderr,
        leave=False,
        disable=not sys.stderr.isatty(),
    ) as bar:

        def advance(done: int) -> None:
            bar.update(done)

        yield advance
