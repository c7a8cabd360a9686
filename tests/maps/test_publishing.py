"""A map in a published article: what readers get, and what they must never get."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from belowline.maps import files
from belowline.maps.markup import source_link
from belowline.maps.models import BaseLayer, MapFile, Place, PlaceApproval, Waking
from belowline.maps.png import NoPicture
from belowline.newsroom.body import made
from belowline.newsroom.models import ArticlePage, ArticleRendering
from belowline.newsroom.publishing import publication, renderings
from tests.maps.conftest import HOUSE, Maps
from tests.newsroom.conftest import Newsroom

pytestmark = pytest.mark.once

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
EXACTLY = tuple(f"{degrees:.3f}" for degrees in HOUSE)


def figure_of(maps: Maps, slug: str = "the-road") -> Any:
    return BeautifulSoup(maps.html(slug), "html.parser").find("figure", class_="map")


def test_a_map_is_a_drawing_with_its_words_links_and_a_table(
    maps: Maps, django_capture_on_commit_callbacks: Any
) -> None:
    maps.publish(
        (maps.town, {}),
        (maps.village, {"label": "Sufuhun (captured)"}),
        title="Where the road is cut",
        caption="Reported on 1 March.",
        credit="Map: The Gauge",
        source_url="https://maps.example/7",
    )
    figure = figure_of(maps)
    assert figure.find(class_="title").text == "Where the road is cut"
    assert "Aleppo, Sufuhun (captured)" in figure.img["alt"]
    links = {link.text: link["href"] for link in figure.find_all("a")}
    assert links["Source: maps.example"] == "https://maps.example/7"
    assert links["Click to see full-size map"].endswith(".svg")
    assert links["As a picture (PNG)"].endswith(".png")
    assert "Natural Earth; borders as drawn there" in figure.figcaption.text
    assert figure.find("button", hidden=True).text == "Open interactive map"
    rows = [[cell.text for cell in row.find_all(["td", "th"])] for row in figure.find_all("tr")]
    assert rows == [
        ["Number", "Place", "How exactly", "Position"],
        ["1", "Aleppo", "Within 5 km", "36.201° N, 37.161° E"],
        ["2", "Sufuhun (captured)", "Within 5 km", "35.613° N, 36.492° E"],
    ]
    named = {figure["data-map"], figure.img["src"], figure.source["srcset"], *list(links.values())[1:]}
    assert {url.removeprefix("/media/maps/") for url in named} == set(maps.files())


@pytest.mark.real_png
def test_the_picture_is_a_png_of_the_same_drawing(maps: Maps) -> None:
    maps.publish((maps.town, {}), (maps.village, {}))
    row = MapFile.objects.get(role="picture")
    with Image.open(BytesIO(maps.files()[row.name.removeprefix("maps/")])) as picture:
        assert (picture.format, picture.size) == ("PNG", (row.width, row.height))
        assert len(picture.convert("RGB").getcolors(1 << 20)) > 50


def test_an_arabic_article_has_an_arabic_map(maps: Maps) -> None:
    article = maps.publish((maps.town, {}))
    article.language = "ar"
    article.save_revision().publish()
    figure = figure_of(maps)
    assert figure.find("tbody").th.text == "حلب"
    assert "ضمن 5 كم" in figure.find("tbody").text  # digits: decision 0012
    drawing = next(data.decode() for name, data in maps.files().items() if name.endswith("svg"))
    assert "حلب" in drawing
    assert "كم" in drawing


def test_publishing_again_draws_nothing(maps: Maps, monkeypatch: pytest.MonkeyPatch) -> None:
    article = maps.publish((maps.town, {}))
    before = maps.files()

    def fails(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("belowline.maps.files._made", fails)
    article.save_revision().publish()
    assert maps.files() == before


def test_a_home_is_published_no_finer_than_its_locality(maps: Maps) -> None:
    maps.publish((maps.house, {}))
    public = maps.public_bytes()
    assert not any(digits in public for digits in EXACTLY)
    assert "Within 5 km" in public


def test_a_second_person_may_allow_it_and_moving_the_place_takes_that_back(
    maps: Maps, django_capture_on_commit_callbacks: Any
) -> None:
    article = maps.publish((maps.house, {}))
    own = {"place": maps.house, "precision": "exact", "latitude": HOUSE[0], "longitude": HOUSE[1]}
    PlaceApproval.objects.create(**own, approved_by=maps.ines, approved_at=SOON)
    article.save_revision().publish()
    assert not any(digits in maps.public_bytes() for digits in EXACTLY), "the one who set it is no second person"
    PlaceApproval.objects.create(**own, approved_by=maps.hanne, approved_at=SOON)
    article.save_revision().publish()
    assert all(digits in maps.public_bytes() for digits in EXACTLY)
    Place.objects.filter(pk=maps.house.pk).update(latitude=35.99999)
    with django_capture_on_commit_callbacks(execute=True):
        article.save_revision().publish()
    assert "Exact" not in maps.public_bytes()
    assert EXACTLY[1] not in maps.public_bytes()


def test_what_is_coarsened_later_is_gone_from_every_file_and_text(
    maps: Maps, django_capture_on_commit_callbacks: Any
) -> None:
    maps.village.precision = "exact"
    maps.village.save()
    article = maps.publish((maps.village, {}))
    assert "35.6133" in maps.public_bytes()
    article.body[1].value["places"][0]["coarsen_to"] = "locality"
    with django_capture_on_commit_callbacks(execute=True):
        article.save_revision().publish()
    assert "35.61" not in maps.public_bytes()
    assert len(maps.files()) == 5
    assert "35.61" not in json.dumps(article.latest_revision.content, default=str), (
        "a revision names the place, never its position"
    )


def test_a_withheld_place_is_nowhere_and_appears_once_at_its_time(
    maps: Maps, django_capture_on_commit_callbacks: Any
) -> None:
    maps.publish((maps.town, {}), (maps.village, {"withhold_until": SOON.isoformat()}))
    assert "Sufuhun" not in maps.public_bytes()
    assert "35.61" not in maps.public_bytes()
    assert publication.wake_maps(now=SOON - timedelta(minutes=1)) == 0
    position = maps.newsroom.position()
    with pytest.MonkeyPatch.context() as clock, django_capture_on_commit_callbacks(execute=True):
        # The site was down at the moment itself.
        late = SOON + timedelta(days=3)
        clock.setattr("belowline.newsroom.publishing.publication.timezone.now", lambda: late)
        assert publication.wake_maps(now=late) == 1
        assert publication.wake_maps(now=late) == 0
    assert "Sufuhun" in maps.html()
    assert [kind for kind, _tags, _ in maps.newsroom.events(position)] == ["ArticlePublished"]
    assert len(maps.files()) == 5


def test_two_workers_that_saw_the_same_moment_render_once(maps: Maps, monkeypatch: pytest.MonkeyPatch) -> None:
    maps.publish((maps.town, {}))
    maps.town.save()
    now = datetime.now(UTC) + timedelta(seconds=1)
    owners = files.due(now=now)
    assert publication.wake_maps(now=now) == 1
    monkeypatch.setattr(files, "due", lambda now: owners)
    assert publication.wake_maps(now=now) == 0


def test_a_map_of_withheld_places_alone_is_not_there(maps: Maps) -> None:
    maps.publish((maps.village, {"withhold_until": SOON.isoformat()}))
    assert "figure" not in maps.html()
    assert maps.files() == {}
    assert Waking.objects.get().at == SOON


def test_an_article_that_cannot_be_drawn_anew_holds_no_other_up(maps: Maps, monkeypatch: pytest.MonkeyPatch) -> None:
    first = maps.publish((maps.town, {}), slug="first")
    maps.publish((maps.town, {}), slug="second")
    maps.town.save()
    update = publication.update_article

    def fails(page: ArticlePage) -> None:
        if page.pk == first.pk:
            raise OSError("no space left")
        update(page)

    monkeypatch.setattr(publication, "update_article", fails)
    now = datetime.now(UTC) + timedelta(seconds=1)
    assert publication.wake_maps(now=now) == 1
    assert Waking.objects.get().owner == f"article:{first.pk}"
    assert publication.wake_maps(now=now) == 0
    monkeypatch.setattr(publication, "update_article", update)
    assert publication.wake_maps(now=now + timedelta(minutes=6)) == 1


def test_a_changed_or_deleted_place_renews_the_articles_that_use_it(
    maps: Maps, django_capture_on_commit_callbacks: Any
) -> None:
    maps.publish((maps.town, {}), (maps.village, {}))
    maps.village.precision = "country"
    maps.village.save()
    with django_capture_on_commit_callbacks(execute=True):
        wake()
    assert "Not shown on the map" in maps.html()
    maps.village.delete()
    with django_capture_on_commit_callbacks(execute=True):
        wake()
    assert "Sufuhun" not in maps.public_bytes()
    assert "Aleppo" in maps.html()


def wake() -> None:
    publication.wake_maps(now=datetime.now(UTC) + timedelta(seconds=1))


def test_files_go_with_the_last_article_that_shows_the_map(maps: Maps, django_capture_on_commit_callbacks: Any) -> None:
    first = maps.publish((maps.town, {}), slug="first")
    second = maps.publish((maps.town, {}), slug="second")
    assert len(maps.files()) == 5
    with django_capture_on_commit_callbacks(execute=True):
        first.unpublish()
    assert len(maps.files()) == 5
    with django_capture_on_commit_callbacks(execute=True):
        second.delete()
    assert maps.files() == {}
    assert not MapFile.objects.exists()


@pytest.mark.parametrize("url", ["javascript://maps.example/%0aalert(1)", "data:text/html,x", "/a/other", ""])
def test_only_an_address_of_the_web_is_a_source(url: str) -> None:
    assert source_link(url) == ""


def test_the_preview_shows_the_map_and_leaves_nothing_behind(maps: Maps) -> None:
    article = maps.publish((maps.village, {"withhold_until": SOON.isoformat()}))
    article.body[1].value["places"][0]["withhold_until"] = None
    found = renderings.preview_of(article)
    assert "data:image/svg+xml," in found.body_html
    assert maps.files() == {}


def test_an_own_layer_takes_the_place_of_natural_earth(maps: Maps) -> None:
    text = {
        "type": "Feature",
        "properties": {"kind": "land"},
        "geometry": {"type": "Polygon", "coordinates": [[[37, 36], [38, 36], [38, 37], [37, 37], [37, 36]]]},
    }
    layer = BaseLayer.objects.create(
        name="Coast", geojson=json.dumps(text), replaces_earth=True, credit="Harbour Board"
    )
    maps.publish((maps.town, {}), base_id=layer.pk)
    assert "Ground: Harbour Board" in figure_of(maps).figcaption.text
    assert "Natural Earth" not in maps.public_bytes()


def test_borders_that_are_not_drawn_are_said_to_be_left_out(maps: Maps) -> None:
    maps.publish((maps.town, {}), (maps.village, {}), options={"borders": "none"})
    assert "Natural Earth; without borders" in maps.html()
    assert 'class="border"' not in maps.public_bytes()
    maps.publish((maps.town, {}), (maps.village, {}), slug="with")
    assert 'class="border"' in maps.public_bytes()


def test_a_picture_of_a_map_has_its_credit_and_the_link_to_its_source(newsroom: Newsroom) -> None:
    picture = newsroom.picture("front-lines")
    article = newsroom.publish("the-road", blocks=[made.Paragraph("A road.")])
    article.body.append(
        ("map", {"picture": picture, "title": "Front", "source_url": "https://maps.example/9", "credit": "M. Mapper"})
    )
    article.save_revision().publish()
    figure = BeautifulSoup(ArticleRendering.objects.get().body_html, "html.parser").figure
    words = figure.figcaption.get_text(" ", strip=True)
    assert words == "Caption of front-lines M. Mapper Click to see full-size map Source: maps.example"
    assert figure.img["alt"] == "What front-lines shows"
    assert not figure.has_attr("data-map")


def fails(*_: object, **__: object) -> bytes:
    raise NoPicture("out of memory")


def test_a_picture_that_cannot_be_drawn_keeps_no_map_from_readers_and_comes_later(
    maps: Maps, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws = files.png_of
    monkeypatch.setattr(files, "png_of", fails)
    article = maps.publish((maps.town, {}))
    assert figure_of(maps).img["src"].endswith(".svg")
    assert "As a picture (PNG)" not in maps.html()
    assert not publication.has_all_map_files(article.pk)
    now = datetime.now(UTC)
    assert publication.wake_maps(now=now) == 0, "not at once"
    assert publication.wake_maps(now=now + timedelta(minutes=6)) == 1
    assert "As a picture (PNG)" not in maps.html(), "and not by itself"
    monkeypatch.setattr(files, "png_of", draws)
    assert publication.wake_maps(now=now + timedelta(minutes=20)) == 1
    assert "As a picture (PNG)" in maps.html()
    assert publication.has_all_map_files(article.pk)
    assert publication.wake_maps(now=now + timedelta(days=1)) == 0, "done"


def test_a_renderer_that_hangs_or_cannot_be_started_is_no_trace(maps: Maps, monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    for number, error in enumerate((subprocess.TimeoutExpired("png", 60), MemoryError("x"), OSError("no processes"))):

        def breaks(*_: object, error: BaseException = error, **__: object) -> bytes:
            raise error

        monkeypatch.setattr(files, "png_of", breaks)
        if isinstance(error, MemoryError):
            with pytest.raises(files.MapNotDrawn):
                maps.publish((maps.village, {}), slug=f"road-{number}")
        else:
            maps.publish((maps.town, {}), slug=f"road-{number}")
            assert "map" in maps.html(f"road-{number}")


def test_a_map_without_any_drawing_holds_only_its_own_article_back(maps: Maps, monkeypatch: pytest.MonkeyPatch) -> None:
    article = maps.publish((maps.town, {}))
    before = maps.html()
    maps.town.latitude = 36.5
    maps.town.save()
    monkeypatch.setattr(files, "draw", fails)
    assert publication.wake_maps(now=datetime.now(UTC) + timedelta(seconds=1)) == 0
    assert maps.html() == before, "what is public stays until the new one is whole"
    assert Waking.objects.get().owner == f"article:{article.pk}"
