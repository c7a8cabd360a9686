"""The newsroom of tests/newsroom with a small gazetteer: a town, a village, a house."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from belowline.accounts.models import User
from belowline.maps.models import Place
from belowline.newsroom.body import made
from belowline.newsroom.models import ArticlePage, ArticleRendering, ArticleVersion
from tests.newsroom.conftest import Newsroom, newsroom

__all__ = ["Maps", "maps", "newsroom"]

# Digits that no coast, scale or size of a drawing has by chance.
HOUSE = (35.93717, 36.63419)


@dataclass
class Maps:
    newsroom: Newsroom
    town: Place
    village: Place
    house: Place
    ines: User
    hanne: User

    def publish(self, *places: tuple[Place, dict[str, Any]], slug: str = "the-road", **words: Any) -> ArticlePage:
        block = made.Map(places=tuple((place.pk, use) for place, use in places), **words)
        return self.newsroom.publish(slug, blocks=[made.Paragraph("A road."), block])

    def html(self, slug: str = "the-road") -> str:
        return ArticleRendering.objects.get(slug=slug).body_html

    def files(self) -> dict[str, bytes]:
        """Everything of maps that is public on the disk, by name."""
        folder = Path(settings.MEDIA_ROOT) / "maps"
        return {path.name: path.read_bytes() for path in sorted(folder.glob("*"))} if folder.exists() else {}

    def public_bytes(self) -> str:
        """The stored texts, former versions too, and every file of a map, with their names. PNG has no text."""
        texts = list(ArticleRendering.objects.values_list("body_html", flat=True))
        texts += map(str, ArticleVersion.objects.values_list("passages", flat=True))
        return "\n".join(
            [*texts, *self.files(), *(data.decode() for name, data in self.files().items() if not name.endswith("png"))]
        )


@pytest.fixture(autouse=True)
def quick_pictures(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendering a PNG takes half a second: a name of the drawing in its place, but where the picture is the matter."""
    if request.node.get_closest_marker("real_png") is None:
        monkeypatch.setattr("belowline.maps.files.png_of", lambda svg, width: f"png of {hash(svg)}, {width}".encode())


@pytest.fixture
def maps(newsroom: Newsroom) -> Maps:
    ines = User.objects.create_user("ines@gauge.example", "a long passphrase")
    hanne = User.objects.create_user("hanne@gauge.example", "a long passphrase")
    town = Place.objects.create(
        name="Aleppo", names="ar: حلب\nHalab", latitude=36.20124, longitude=37.16117, precision="locality"
    )
    village = Place.objects.create(name="Sufuhun", names="ar: سفوهن", latitude=35.6133, longitude=36.4921)
    house = Place.objects.create(
        name="House of the mayor",
        latitude=HOUSE[0],
        longitude=HOUSE[1],
        precision="exact",
        is_home_or_person=True,
        set_by=ines,
    )
    return Maps(newsroom, town, village, house, ines, hanne)
