from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.front.site import Site


@pytest.fixture(scope="session")
def shared_site() -> Iterator[Site]:
    # Not tmp_path: the path of a Unix socket may have 107 bytes only.
    with tempfile.TemporaryDirectory(prefix="front-") as folder:
        site = Site(Path(folder), trusted_proxies=["10.0.0.0/8"], cdn_seconds=60)
        yield site
        site.close()


@pytest.fixture
def site(shared_site: Site) -> Site:
    """One front for all tests that do not need a special one, with an empty cache and a desk without pages."""
    shared_site.reset()
    return shared_site


@pytest.fixture
def start_site() -> Iterator[Callable[..., Site]]:
    """Start a front of one's own with other settings."""
    sites: list[Site] = []
    with tempfile.TemporaryDirectory(prefix="front-") as folder:

        def start(**config: object) -> Site:
            place = Path(folder) / str(len(sites))
            place.mkdir()
            sites.append(Site(place, **config))
            return sites[-1]

        yield start
        for site in sites:
            site.close()
