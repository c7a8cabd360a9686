"""Receiving what a provider tells: the signature on the very bytes, then the fact. One door for every provider."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from belowline.domain.commenting import Refused
from belowline.support.actions import Taken, take_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from belowline.support.providers.base import Provider

# Stripe's largest events are some 20 kB.
BODY_BYTES_MAX = 256 * 1024

log = logging.getLogger(__name__)


def receive(provider: Provider, body: bytes, headers: Mapping[str, str], *, now: datetime) -> Taken | Refused:
    """Take in one message. Refused: `hook_too_large`, what `parse_event` refuses, and `hook_test_mode`."""
    if len(body) > BODY_BYTES_MAX:
        return Refused("hook_too_large", status=413)
    event = provider.parse_event(body, headers, now=now)
    answer = event if isinstance(event, Refused) else take_in(provider.name, event, now=now)
    if isinstance(answer, Refused):
        log.warning("hook_refused", extra={"provider": provider.name, "code": answer.code})
    return answer
