"""Who the demo newsroom is: its people, its topics, its pictures and maps."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from belowline.demo.content_types import (
    Author,
    Draft,
    Map,
    MapPlace,
    Paper,
    Picture,
    Reader,
    StaffAccount,
    Topic,
)
from belowline.demo.reading.files import ContentError, fields, line_of, require_unique, table_of


def paper_of(newsroom: Mapping[str, Any], *, file: Path) -> Paper:
    names = ("name", "short_name", "strap", "city", "region", "country", "timezone", "about")
    return Paper(*fields(newsroom.get("paper", {}), *names, file=file))


def draft_of(newsroom: Mapping[str, Any], *, file: Path) -> Draft:
    table = newsroom.get("draft", {})
    slug, topic, author, title, standfirst = fields(table, "slug", "topic", "author", "title", "standfirst", file=file)
    return Draft(slug, topic, author, title, standfirst, tuple(table.get("paragraphs", ())))


def authors_of(newsroom: Mapping[str, Any], *, file: Path) -> Iterator[Author]:
    rows = newsroom.get("author", [])
    require_unique((str(row.get("slug")) for row in rows), what="author", file=file)
    for row in rows:
        yield Author(*fields(row, "slug", "name", "role", "bio", file=file))


def topics_of(newsroom: Mapping[str, Any], *, file: Path) -> Iterator[Topic]:
    rows = newsroom.get("topic", [])
    require_unique((str(row.get("slug")) for row in rows), what="topic", file=file)
    for row in rows:
        yield Topic(*fields(row, "slug", "title", "title_ar", "description", "description_ar", file=file))


def staff_of(newsroom: Mapping[str, Any], *, file: Path) -> Iterator[StaffAccount]:
    for row in newsroom.get("staff", []):
        key, name, role, username = fields(row, "key", "name", "role", "username", file=file)
        yield StaffAccount(key=key, name=name, role=role, username=username, author=row.get("author"))


def readers_of(newsroom: Mapping[str, Any], *, file: Path) -> Iterator[Reader]:
    rows = newsroom.get("reader", [])
    require_unique((str(row.get("name")) for row in rows), what="reader", file=file)
    for row in rows:
        name, camp = fields(row, "name", "camp", file=file)
        yield Reader(name=name, camp=camp, language=row.get("lang", "en"), is_crowd=bool(row.get("crowd", False)))


def pictures_of(file: Path) -> Iterator[Picture]:
    rows = table_of(file).get("picture", [])
    require_unique((str(row.get("slug")) for row in rows), what="picture", file=file)
    for row in rows:
        picture = Picture(*fields(row, "slug", "kind", "alt", "caption", "credit", "drawing", file=file))
        picture = replace(picture, caption_ar=row.get("caption_ar", ""), credit_ar=row.get("credit_ar", ""))
        if not picture.credit.startswith(("Illustration: ", "Chart: ")):
            raise ContentError(f"{file.name}:{line_of(file, picture.slug)}: credit must say Illustration or Chart")
        yield picture


def maps_of(file: Path) -> Iterator[Map]:
    """The maps with their grounds. Raises ContentError for a ground that is not there, or for a place without numbers."""
    rows = table_of(file).get("map", [])
    require_unique((str(row.get("slug")) for row in rows), what="map", file=file)
    for row in rows:
        names = ("slug", "title", "caption", "credit", "source_url", "layer_name", "layer_credit", "layer")
        slug, title, caption, credit, source, layer_name, layer_credit, layer = fields(row, *names, file=file)
        ground = file.parent / "maps" / f"{layer}.geojson"
        if not ground.exists():
            raise ContentError(f"{file.name}:{line_of(file, layer)}: there is no {ground.name}")
        places = tuple(_map_place(one, file=file) for one in row.get("place", ()))
        text = ground.read_text(encoding="utf-8")
        yield Map(slug, title, caption, credit, source, layer_name, layer_credit, text, places)


def _map_place(row: Mapping[str, Any], *, file: Path) -> MapPlace:
    name, precision = fields(row, "name", "precision", file=file)
    latitude, longitude = row.get("latitude"), row.get("longitude")
    if not isinstance(latitude, float) or not isinstance(longitude, float):
        raise ContentError(f"{file.name}:{line_of(file, name)}: latitude and longitude must be decimal numbers")
    return MapPlace(name, row.get("label", ""), latitude, longitude, precision)
