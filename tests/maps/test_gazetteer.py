"""The gazetteer in the desk: found by any name, added by a form, and a second person for homes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import rich_text, streamfield

from belowline.accounts.models import User
from belowline.maps.actions import Refusal, approve_place
from belowline.maps.models import Place, PlaceApproval
from belowline.maps.png import NoPicture
from belowline.maps.queries import places_found
from belowline.moderation.roles import ensure_roles
from belowline.newsroom.models import ArticlePage, ArticleRendering
from tests.maps.conftest import HOUSE, Maps
from tests.newsroom.test_desk import form

pytestmark = pytest.mark.urls("tests.newsroom.desk_urls")


@pytest.fixture
def desk(maps: Maps, settings: Any) -> Any:
    """Signs somebody of a role in: `desk(maps.ines, "editor")`."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    ensure_roles()

    def enter(user: User, role: str) -> Client:
        from django.contrib.auth.models import Group

        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        return client

    return enter


def place_form(**values: Any) -> dict[str, Any]:
    return {
        "name": "The mill",
        "names": "",
        "latitude": "35.9",
        "longitude": "36.6",
        "precision": "exact",
        "kind": "building",
        "country": "",
        "population": "0",
        "area": "",
        "source": "",
        "note": "",
    } | values


@pytest.mark.parametrize("asked", ["aleppo", "ALEP", "halab", "حلب", "حَلَب"])
def test_a_place_is_found_by_each_of_its_names(maps: Maps, asked: str) -> None:
    assert list(places_found(asked)) == [maps.town]


def test_the_larger_of_two_places_comes_first_and_the_whole_name_before_both(maps: Maps) -> None:
    small = Place.objects.create(name="Alep", latitude=1, longitude=1)
    large = Place.objects.create(name="New Aleppo", latitude=1, longitude=1, population=900)
    assert list(places_found("Alep")) == [small, large, maps.town]
    assert not places_found("…").exists()


def test_an_author_finds_and_adds_a_place_in_the_desk(maps: Maps, desk: Any) -> None:
    author = desk(maps.ines, "author")
    found = author.get(reverse("wagtailsnippets_maps_place:list"), {"q": "حلب"})
    assert "Aleppo" in found.content.decode()
    assert "Sufuhun" not in found.content.decode()
    choosing = author.get(reverse("place_chooser:choose_results"), {"q": "sufuhun"})
    assert "Sufuhun" in choosing.content.decode()
    answer = author.post(reverse("wagtailsnippets_maps_place:add"), place_form())
    assert answer.status_code == 302, answer.context["form"].errors
    assert Place.objects.get(name="The mill").set_by == maps.ines


def test_a_place_is_added_while_one_chooses(maps: Maps, desk: Any) -> None:
    author = desk(maps.ines, "author")
    created = author.post(reverse("place_chooser:create"), place_form(is_home_or_person="on"))
    assert created.json()["result"]["title"] == "The mill"
    assert Place.objects.get(name="The mill").set_by == maps.ines


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("latitude", "91", "91 is outside the world: latitude runs from -90 (south) to 90 (north)."),
        ("longitude", "-200.5", "-200.5 is outside the world: longitude runs from -180 (west) to 180 (east)."),
        ("latitude", "nan", "Enter a number."),
        ("area", '{"type":"Polygon","coordinates":[[[0,0],[200,0],[1,1],[0,0]]]}', "[200, 0] is outside the world"),
    ],
)
def test_a_place_outside_the_world_is_refused_at_its_field(
    maps: Maps, desk: Any, field: str, value: str, sentence: str
) -> None:
    answer = desk(maps.ines, "author").post(reverse("wagtailsnippets_maps_place:add"), place_form(**{field: value}))
    assert answer.status_code == 200
    assert sentence in str(answer.context["form"].errors[field])
    assert answer.context["form"].data[field] == value, "what was typed is kept"


def test_a_second_person_approves_a_home_and_nobody_their_own(maps: Maps, desk: Any) -> None:
    ines, hanne = desk(maps.ines, "editor"), desk(maps.hanne, "editor")
    edit = reverse("wagtailsnippets_maps_place:edit", args=[maps.house.pk])
    approve = reverse("maps_approve", args=[maps.house.pk])
    seen = {"latitude": repr(HOUSE[0]), "longitude": repr(HOUSE[1])}
    assert "Somebody other than whoever set the place must approve it here." in ines.get(edit).content.decode()
    ines.post(approve, seen)
    assert not PlaceApproval.objects.exists()
    assert "Approve the exact place" in hanne.get(edit).content.decode()
    hanne.post(approve, seen | {"latitude": "1.5"})
    assert not PlaceApproval.objects.exists(), "the place was moved meanwhile"
    hanne.post(approve, seen)
    assert PlaceApproval.objects.get().approved_by == maps.hanne
    assert "The exact place was approved by hanne@gauge.example." in hanne.get(edit).content.decode()


def test_in_a_newsroom_of_one_whoever_set_a_home_may_approve_it_after_a_day_and_it_is_kept(
    maps: Maps, desk: Any
) -> None:
    """The one rule of domain/second_person.py, as for retractions, reviews and gifts by bank."""
    ines = desk(maps.ines, "editor")
    edit = reverse("wagtailsnippets_maps_place:edit", args=[maps.house.pk])
    approve = reverse("maps_approve", args=[maps.house.pk])
    seen = {"latitude": repr(HOUSE[0]), "longitude": repr(HOUSE[1])}
    early = ines.get(edit).content.decode()
    assert "24 hours after you set the place" in early
    assert "Approve the exact place" not in early
    ines.post(approve, seen)
    assert not PlaceApproval.objects.exists()
    Place.objects.filter(pk=maps.house.pk).update(set_at=timezone.now() - timedelta(hours=25))
    assert "Approve the exact place" in ines.get(edit).content.decode()
    ines.post(approve, seen)
    assert PlaceApproval.objects.get().is_alone
    assert Place.objects.get(pk=maps.house.pk).approved_precision() == "exact"
    assert "there was no second person" in ines.get(edit).content.decode()
    maps.hanne.user_permissions.add(Permission.objects.get(codename="approve_place"))
    Place.objects.filter(pk=maps.house.pk).update(latitude=35.5)
    moved = Place.objects.get(pk=maps.house.pk)
    assert moved.approved_precision() is None
    answer = approve_place(moved.pk, user=maps.ines, seen=(35.5, HOUSE[1]), now=timezone.now() + timedelta(days=9))
    assert answer == Refusal.SAME_PERSON, "there is a second person now"


def test_an_author_cannot_approve(maps: Maps, desk: Any) -> None:
    desk(maps.hanne, "author").post(
        reverse("maps_approve", args=[maps.house.pk]), {"latitude": repr(HOUSE[0]), "longitude": repr(HOUSE[1])}
    )
    assert not PlaceApproval.objects.exists()


def test_whoever_moves_a_home_is_the_first_person_again(maps: Maps, desk: Any) -> None:
    PlaceApproval.objects.create(
        place=maps.house, precision="exact", latitude=HOUSE[0], longitude=HOUSE[1], approved_by=maps.hanne,
        approved_at="2026-03-01T00:00Z",
    )  # fmt: skip
    values = place_form(name=maps.house.name, latitude="35.5", longitude="36.5", is_home_or_person="on")
    desk(maps.hanne, "editor").post(reverse("wagtailsnippets_maps_place:edit", args=[maps.house.pk]), values)
    house = Place.objects.get(pk=maps.house.pk)
    assert (house.latitude, house.set_by, house.approved_precision()) == (35.5, maps.hanne, None)


def test_the_desk_draws_its_own_ground(maps: Maps, desk: Any) -> None:
    client = desk(maps.ines, "author")
    box = {"west": "35", "south": "34", "east": "38", "north": "37"}
    found = client.get(reverse("maps_ground"), box).json()
    assert {feature["properties"]["layer"] for feature in found["features"]} >= {"land", "coast", "border"}
    assert client.get(reverse("maps_ground"), box | {"west": "x"}).status_code == 400
    assert Client().get(reverse("maps_ground"), box).status_code == 302


def map_form(maps: Maps, **values: Any) -> dict[str, Any]:
    block = {
        "title": "", "areas": "", "caption": "", "credit": "", "source_url": "", "base": "", "borders": "none",
        "shape": "auto", "picture": "", "region": {"west": "", "south": "", "east": "", "north": ""},
        "places": streamfield([]),
    } | values  # fmt: skip
    return form(body=streamfield([("paragraph", rich_text("<p>A road.</p>")), ("map", block)]))


def used(place: Place, **values: Any) -> dict[str, Any]:
    return {"place": str(place.pk), "label": "", "coarsen_to": "", "coarsen_until": "", "withhold_until": ""} | values


def listed(*items: dict[str, Any]) -> dict[str, Any]:
    rows = {str(number): {"value": item, "deleted": "", "order": str(number), "type": "item", "id": ""}
            for number, item in enumerate(items)}  # fmt: skip
    return {"count": str(len(items)), **rows}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "There is nothing on this map yet"),
        ({"region": {"west": "1", "south": "", "east": "", "north": ""}}, "Give all four sides, or none."),
        ({"region": {"west": "1", "south": "91", "east": "2", "north": "3"}}, "91 is outside the world"),
        ({"region": {"west": "1", "south": "5", "east": "2", "north": "3"}}, "South (5) must be less than north (3)."),
        ({"areas": "{"}, "This is no GeoJSON"),
    ],
)
def test_a_map_that_cannot_be_drawn_is_refused_with_a_sentence(
    maps: Maps, desk: Any, values: dict[str, Any], sentence: str
) -> None:
    editor = desk(maps.hanne, "editor")
    add = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", maps.newsroom.topic.pk])
    answer = editor.post(add, map_form(maps, places=listed(), **values))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_an_editor_puts_a_map_into_an_article(maps: Maps, desk: Any) -> None:
    editor = desk(maps.hanne, "editor")
    add = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", maps.newsroom.topic.pk])
    finer = editor.post(add, map_form(maps, places=listed(used(maps.town, coarsen_to="vicinity"))))
    assert "choose something coarser" in finer.content.decode()
    answer = editor.post(
        add, map_form(maps, places=listed(used(maps.town), used(maps.house))) | {"action-publish": "1"}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert "House of the mayor" in maps.html(ArticlePage.objects.get().slug)


def test_an_editor_is_told_at_the_block_when_a_map_cannot_be_drawn_and_nothing_is_lost(
    maps: Maps, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> str:
        raise OSError("no space left on device")

    editor = desk(maps.hanne, "editor")
    add = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", maps.newsroom.topic.pk])
    sent = map_form(maps, places=listed(used(maps.town))) | {"action-publish": "1"}
    with monkeypatch.context() as patch:
        patch.setattr("belowline.maps.files.draw", breaks)
        answer = editor.post(add, sent)
    assert answer.status_code == 200
    assert "The map could not be drawn, and nothing was published." in answer.content.decode()
    assert "A road." in answer.content.decode(), "the text stands in the form"
    assert not ArticleRendering.objects.exists()
    assert editor.post(add, sent).status_code == 302
    assert ArticleRendering.objects.exists()


def test_an_editor_is_told_that_only_the_picture_of_a_map_is_still_to_come(
    maps: Maps, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> bytes:
        raise NoPicture("out of memory")

    monkeypatch.setattr("belowline.maps.files.png_of", breaks)
    editor = desk(maps.hanne, "editor")
    add = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", maps.newsroom.topic.pk])
    answer = editor.post(add, map_form(maps, places=listed(used(maps.town))) | {"action-publish": "1"}, follow=True)
    assert "It is public with its map." in answer.content.decode()
    assert ArticleRendering.objects.exists()
