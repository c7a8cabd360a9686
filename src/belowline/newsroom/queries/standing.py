"""What public pages ask of the standing pages, and what stands in every page's foot. Plain values, SQL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from belowline.newsroom.languages import direction_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.utils import CursorWrapper

CARD = "card"


@dataclass(frozen=True, slots=True)
class StandingName:
    """`is_ready`: the newsroom has written it, and no gap is left."""

    kind: str
    language: str
    title: str
    is_ready: bool


@dataclass(frozen=True, slots=True)
class Standing:
    page_id: int
    kind: str
    language: str
    title: str
    body_html: str
    languages: tuple[str, ...]

    @property
    def direction(self) -> str:
        return direction_of(self.language)


@dataclass(frozen=True, slots=True)
class Rule:
    """`number` is its place today; `code` is its name for good."""

    number: int
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Furniture:
    """`pages` by kind, each in the best language there is; `card` the file of the site's card, empty without one."""

    pages: dict[str, StandingName]
    card: str = ""


def furniture(cursor: CursorWrapper, *, language: str) -> Furniture:
    """The names of the standing pages and the site's card. One query."""
    cursor.execute(
        "SELECT kind, language, title, (gaps = 0 AND NOT is_first) AS ready FROM newsroom_standingtext "
        f"UNION ALL SELECT '{CARD}', language, name, false FROM newsroom_sitecard"
    )
    best: dict[str, StandingName] = {}
    for row in cursor.fetchall():
        one = StandingName(row[0], row[1], row[2], bool(row[3]))
        if one.kind not in best or _rank(one.language, language) < _rank(best[one.kind].language, language):
            best[one.kind] = one
    card = best.pop(CARD, None)
    return Furniture(best, card.title if card is not None else "")


def _rank(found: str, wanted: str) -> tuple[bool, bool, str]:
    return (found != wanted, found != settings.LANGUAGE_CODE, found)


def standing(cursor: CursorWrapper, *, kind: str, language: str) -> Standing | None:
    """The page in that language; else in the site's, else in any. One query."""
    cursor.execute(
        "SELECT page_id, kind, language, title, body_html FROM newsroom_standingtext WHERE kind = %s", [kind]
    )
    rows: Sequence[tuple[int, str, str, str, str]] = sorted(cursor.fetchall(), key=lambda row: _rank(row[2], language))
    return Standing(*rows[0], languages=tuple(sorted(row[2] for row in rows))) if rows else None


def house_rules(cursor: CursorWrapper, *, language: str) -> tuple[Rule, ...]:
    """The numbered rules as they are public now: what a decision below the line can name. One query."""
    cursor.execute("SELECT language, rules FROM newsroom_standingtext WHERE kind = 'house-rules'")
    rows = sorted(cursor.fetchall(), key=lambda row: _rank(row[0], language))
    found = (json.loads(rows[0][1]) if isinstance(rows[0][1], str) else rows[0][1]) if rows else []
    return tuple(Rule(number, one["code"], one["title"]) for number, one in enumerate(found, 1))
