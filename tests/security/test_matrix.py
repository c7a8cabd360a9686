"""S19: every personal address, every method, every role: what may happen is written in world.py, and nothing else does.

On both databases: every personal page is opened here at least once.
"""

from __future__ import annotations

import pytest

from tests.security.world import MATRIX, ROLES, World, routes, send, statuses
from tests.support.databases import IS_POSTGRES

pytestmark = pytest.mark.django_db


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
