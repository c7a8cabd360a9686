"""What accounts ask of floors above them. `project` plugs the answers in at start-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _nobody(member_id: int, email: str) -> None:
    """Where nothing was ever written, nothing is taken over."""


address_proved: Callable[[int, str], None] = _nobody
"""A member (by reader id) has shown that an address is theirs; called within the transaction that notes it."""


forget_reader: Sequence[Callable[[int], None]] = ()
"""What floors above know of a reader is deleted by these, in the transaction that erases the account."""
