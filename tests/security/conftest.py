"""What the tests of routes share: the world of `world.py`, written once for a module."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import override_settings

from tests.pages.conftest import served
from tests.security.world import SETTINGS, World, a_gift, make_world
from tests.support.cast import invite_cast

__all__ = ["served"]


@pytest.fixture(scope="module")
def gifts(story_database: None) -> tuple[str, str]:
    """One that was paid and one that was not; once for all tests."""
    with override_settings(**SETTINGS):
        return a_gift(is_paid=True), a_gift(is_paid=False)


@pytest.fixture(scope="module")
def first_world(gifts: tuple[str, str]) -> World:
    """Written once, below every test's transaction."""
    with override_settings(**SETTINGS):
        return make_world(gifts, invite_cast())


@pytest.fixture
def world(db: None, served: None, first_world: World, settings: Any) -> World:
    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    return replace(first_world, browsers={role: one.copy() for role, one in first_world.browsers.items()}, tokens={})
