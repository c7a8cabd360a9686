"""The payment providers of this site, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from belowline.support.providers.manual import ManualProvider

if TYPE_CHECKING:
    from belowline.support.providers.base import Provider


def providers() -> dict[str, Provider]:
    """What is configured. The test provider exists in demo mode alone."""
    found: dict[str, Provider] = {"manual": ManualProvider()}
    config = settings.CONFIG
    if config.demo:
        from belowline.support.providers.test import TestProvider

        books = settings.DATA / "private" / "test-provider.jsonl"
        found["test"] = TestProvider(secret=settings.SECRET_KEY, books=books)
    key = config.support.stripe_key()
    if key:
        from belowline.support.providers.stripe import StripeProvider

        found["stripe"] = StripeProvider(
            key=key, hook_secrets=config.support.stripe_hook_secrets(), api=config.support.stripe_api
        )
    return found


def hosted_provider() -> Provider | None:
    """Where donors are sent to; None where money only comes by bank or in cash."""
    return next((one for one in providers().values() if one.is_hosted), None)
