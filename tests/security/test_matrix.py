"""S19: every personal address, every method, every role: what may happen is written in world.py, and nothing else does.

On both databases: every personal page is opened here at least once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, get_resolver

from tests.security.world import MATRIX, ROLES, World, send, statuses
from tests.support.databases import IS_POSTGRES

pytestmark = pytest.mark.django_db


def routes() -> Iterator[str]:
    """Every address of the site's own, as the resolver knows it."""

    def walk(patterns: Any, prefix: str) -> Iterator[str]:
        for one in patterns:
            place = prefix + str(one.pattern)
            if place.startswith("_desk/"):
                continue
            if isinstance(one, URLPattern):
                yield place
            else:
                yield from walk(one.url_patterns, place)

    yield from walk(get_resolver().url_patterns, "")


def test_every_route_is_in_the_matrix(world: World) -> None:
    assert set(routes()) == set(MATRIX)


# The writing one last: it may sign somebody out. A method that nobody answers reaches no database.
METHODS = ("GET", "POST") if IS_POSTGRES else ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "POST")


@pytest.mark.parametrize("route", sorted(MATRIX))
def test_each_role_may_do_what_the_matrix_says(world: World, route: str) -> None:
    for method in METHODS:
        for role, allowed in zip(ROLES, statuses(route, method), strict=True):
            answer = send(world, role, route, method)
            assert str(answer.status_code) in allowed, (role, method, answer.status_code)
