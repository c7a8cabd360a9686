"""What public pages ask of a live coverage. Plain values, in SQL, of articles that readers may see alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from belowline.domain.differences import Passage
from belowline.live.denials import KEY_EVENTS_MAX, PINS_MAX
from belowline.newsroom.pictures.public import PublicPicture
from belowline.storage.reading import aware

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.utils import CursorWrapper

WORDINGS_MAX = 100


@dataclass(frozen=True, slots=True)
class Run:
    """How a coverage stands. `changes` is the cursor of whoever has seen everything."""

    state: str
    started_at: datetime | None
    ended_at: datetime | None
    changes: int


@dataclass(frozen=True, slots=True)
class Name:
    """An author; `slug` is empty for one who has no page."""

    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class Line:
    """A public entry in a list of names."""

    number: int
    at: datetime
    published_at: datetime
    headline: str
    body_html: str


@dataclass(frozen=True, slots=True)
class Story:
    """The public article that was made of an entry."""

    slug: str
    headline: str
    language: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A public entry, or the mark of one that was deleted: then there are no words."""

    number: int
    at: datetime
    headline: str
    body_html: str
    is_pinned: bool
    is_key: bool
    published_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    change: int
    picture: PublicPicture | None
    story: Story | None
    authors: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class PublicWording:
    """`ground` is empty unless it is withheld; then there are no words."""

    number: int
    at: datetime
    headline: str
    passages: tuple[Passage, ...]
    withheld_at: datetime | None
    ground: str


NOT_BEGUN = Run("active", None, None, 0)

_ENTRIES = (
    "SELECT e.id, e.number, e.at, e.headline, e.body_html, e.is_pinned, e.is_key, e.published_at, e.edited_at, "
    "e.deleted_at, e.change, e.picture, s.slug, s.headline, s.language FROM live_liveentry e "
    "JOIN newsroom_articlerendering a ON a.article_id = e.coverage_id AND a.kind = 'live' "
    "LEFT JOIN newsroom_articlerendering s ON s.article_id = e.story_id "
    "WHERE e.coverage_id = %s AND e.state <> 'draft'"
)
_NEWEST_FIRST = "ORDER BY e.at DESC, e.number DESC"


def run(cursor: CursorWrapper, *, article_id: int) -> Run:
    """One query."""
    cursor.execute(
        "SELECT c.state, c.started_at, c.ended_at, c.changes FROM live_coverage c "
        "JOIN newsroom_articlerendering a ON a.article_id = c.article_id AND a.kind = 'live' WHERE c.article_id = %s",
        [article_id],
    )
    row = cursor.fetchone()
    return NOT_BEGUN if row is None else Run(row[0], _moment(row[1]), _moment(row[2]), row[3])


def newest(cursor: CursorWrapper, *, article_id: int, limit: int) -> tuple[Entry, ...]:
    """The newest first. Two queries."""
    return _found(cursor, f"{_ENTRIES} {_NEWEST_FIRST} LIMIT %s", [article_id, limit])


def before(cursor: CursorWrapper, *, article_id: int, number: int, limit: int) -> tuple[Entry, ...] | None:
    """Those behind that entry, the newest first; None when no such entry is public. Two or three queries."""
    place = "SELECT at, number FROM live_liveentry WHERE coverage_id = %s AND number = %s"
    cursor.execute(place, [article_id, number])
    if cursor.fetchone() is None:
        return None
    return _found(
        cursor,
        f"{_ENTRIES} AND (e.at, e.number) < ({place}) {_NEWEST_FIRST} LIMIT %s",
        [article_id, article_id, number, limit],
    )


def top(cursor: CursorWrapper, *, article_id: int) -> tuple[Entry, ...]:
    """The pinned entries and the key events, the newest first. Two queries."""
    return _found(
        cursor,
        f"{_ENTRIES} AND (e.is_pinned OR e.is_key) {_NEWEST_FIRST} LIMIT {PINS_MAX + KEY_EVENTS_MAX}",
        [article_id],
    )


def changed(cursor: CursorWrapper, *, article_id: int, since: int, limit: int) -> tuple[Entry, ...]:
    """What changed behind a cursor, in the order of the changes. Two queries."""
    return _found(cursor, f"{_ENTRIES} AND e.change > %s ORDER BY e.change LIMIT %s", [article_id, since, limit])


def entry(cursor: CursorWrapper, *, article_id: int, number: int) -> Entry | None:
    """Two queries."""
    found = _found(cursor, f"{_ENTRIES} AND e.number = %s", [article_id, number])
    return found[0] if found else None


def next_newer(cursor: CursorWrapper, *, article_id: int, number: int, within: int) -> tuple[int, ...]:
    """The numbers of up to `within` entries that stand above that one in the list, the nearest first. One query."""
    cursor.execute(
        "SELECT e.number FROM live_liveentry e WHERE e.coverage_id = %s AND e.state <> 'draft' AND (e.at, e.number) > "
        "(SELECT at, number FROM live_liveentry WHERE coverage_id = %s AND number = %s) "
        "ORDER BY e.at, e.number LIMIT %s",
        [article_id, article_id, number, within],
    )
    return tuple(row[0] for row in cursor.fetchall())


def newest_numbers(cursor: CursorWrapper, *, article_id: int, limit: int) -> tuple[int, ...]:
    """One query."""
    cursor.execute(
        f"SELECT e.number FROM live_liveentry e WHERE e.coverage_id = %s AND e.state <> 'draft' {_NEWEST_FIRST} LIMIT %s",
        [article_id, limit],
    )
    return tuple(row[0] for row in cursor.fetchall())


def last_published(cursor: CursorWrapper, *, article_id: int, limit: int) -> tuple[Entry, ...]:
    """Entries in the order in which they became public, the last one first; without those that were deleted. Two
    queries."""
    return _found(cursor, f"{_ENTRIES} AND e.state = 'published' ORDER BY e.number DESC LIMIT %s", [article_id, limit])


def last_of_each(cursor: CursorWrapper, *, article_ids: Sequence[int], limit: int) -> dict[int, tuple[Line, ...]]:
    """The last published entries of these public coverages, as above; one without entries is left out. One query."""
    if not article_ids:
        return {}
    marks = ", ".join(["%s"] * len(article_ids))
    cursor.execute(
        "SELECT coverage_id, number, at, published_at, headline, body_html FROM (SELECT e.coverage_id, e.number, e.at, "
        "e.published_at, e.headline, e.body_html, "
        "ROW_NUMBER() OVER (PARTITION BY e.coverage_id ORDER BY e.number DESC) AS place FROM live_liveentry e "
        f"WHERE e.state = 'published' AND e.coverage_id IN ({marks})) AS ranked WHERE place <= %s "
        "ORDER BY coverage_id, place",
        [*article_ids, limit],
    )
    found: dict[int, tuple[Line, ...]] = {}
    for article_id, number, at, published_at, headline, html in cursor.fetchall():
        line = Line(number, aware(at), aware(published_at), headline, html)
        found[article_id] = (*found.get(article_id, ()), line)
    return found


def wordings(cursor: CursorWrapper, *, article_id: int, number: int) -> tuple[PublicWording, ...]:
    """What an entry said in public, the newest first, at most WORDINGS_MAX. One query."""
    cursor.execute(
        "SELECT w.number, w.at, w.headline, w.passages, w.withheld_at, w.ground "
        "FROM live_wording w JOIN live_liveentry e ON e.id = w.entry_id "
        "JOIN newsroom_articlerendering a ON a.article_id = e.coverage_id AND a.kind = 'live' "
        "WHERE e.coverage_id = %s AND e.number = %s AND e.state = 'published' AND w.is_public "
        f"ORDER BY w.number DESC LIMIT {WORDINGS_MAX}",
        [article_id, number],
    )
    return tuple(
        PublicWording(
            number,
            aware(at),
            headline,
            tuple(Passage(*one) for one in json.loads(passages)),
            _moment(withheld_at),
            ground,
        )
        for number, at, headline, passages, withheld_at, ground in cursor.fetchall()
    )


def _found(cursor: CursorWrapper, query: str, values: list[Any]) -> tuple[Entry, ...]:
    cursor.execute(query, values)
    rows = cursor.fetchall()
    names = _authors(cursor, [row[0] for row in rows])
    return tuple(_entry(row, names.get(row[0], ())) for row in rows)


def _authors(cursor: CursorWrapper, ids: list[int]) -> dict[int, tuple[Name, ...]]:
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    cursor.execute(
        "SELECT x.liveentry_id, n.name, CASE WHEN EXISTS (SELECT 1 FROM newsroom_renderingbyline b "
        "WHERE b.author_id = n.id) THEN n.slug ELSE '' END FROM live_liveentry_authors x "
        f"JOIN newsroom_author n ON n.id = x.author_id WHERE x.liveentry_id IN ({marks}) ORDER BY x.id",
        ids,
    )
    found: dict[int, tuple[Name, ...]] = {}
    for entry_id, name, slug in cursor.fetchall():
        found[entry_id] = (*found.get(entry_id, ()), Name(name, slug))
    return found


def _entry(row: tuple[Any, ...], authors: tuple[Name, ...]) -> Entry:
    (_id, number, at, headline, html, is_pinned, is_key, published_at, edited_at, deleted_at, change, picture) = row[
        :12
    ]
    return Entry(
        number=number,
        at=aware(at),
        headline=headline,
        body_html=html,
        is_pinned=bool(is_pinned),
        is_key=bool(is_key),
        published_at=aware(published_at),
        edited_at=_moment(edited_at),
        deleted_at=_moment(deleted_at),
        change=change,
        picture=PublicPicture.from_json(json.loads(picture)) if picture and picture != "null" else None,
        story=Story(*row[12:]) if row[12] is not None else None,
        authors=authors,
    )


def _moment(stored: datetime | None) -> datetime | None:
    return None if stored is None else aware(stored)
