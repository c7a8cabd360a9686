"""The updates of the demo's live coverage."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from belowline.demo.content_types import (
    Article,
    Block,
    Live,
    LiveEntry,
)
from belowline.demo.reading.articles import blocks_of
from belowline.demo.reading.files import ContentError, fields, line_of, table_of

LIVE_STATES = frozenset({"active", "paused", "archived"})


def live_of(file: Path, article: Article, *, authors: set[str], pictures: set[str]) -> Live:
    """The entries of an article of the type live, in the order of their minutes."""
    table = table_of(file)
    if table.get("state") not in LIVE_STATES:
        raise ContentError(f"{file.name}:{line_of(file, 'state =')}: unknown state {table.get('state')!r}")
    entries: list[LiveEntry] = []
    for row in table.get("entry", []):
        entry = _live_entry(row, file=file, pictures=pictures)
        where = f"{file.name}:{line_of(file, f'minutes = {entry.minutes}')}"
        faults = (
            (entry.author not in authors, f"unknown author {entry.author!r}"),
            (bool(entries) and entry.minutes <= entries[-1].minutes, "not later than the entry before it"),
            (not 0 < entry.minutes < -article.published_offset_hours * 60, "must lie between publication and seeding"),
            ((entry.edited_minutes is None) != (not entry.before), "edited_minutes and before go together"),
            (
                entry.edited_minutes is not None and entry.edited_minutes <= entry.minutes,
                "edited before it was written",
            ),
        )
        for is_wrong, why in faults:
            if is_wrong:
                raise ContentError(f"{where}: {why}")
        entries.append(entry)
    return Live(state=table["state"], entries=tuple(entries))


def _live_entry(row: Mapping[str, Any], *, file: Path, pictures: set[str]) -> LiveEntry:
    author, text = fields(row, "author", "text", file=file)
    minutes = row.get("minutes")
    if not isinstance(minutes, int):
        raise ContentError(f"{file.name}:{line_of(file, text.splitlines()[0])}: minutes must be a whole number")

    def blocks(words: str) -> tuple[Block, ...]:
        return tuple(blocks_of(words.strip().splitlines(), start=0, file=file, pictures=pictures, maps=set()))

    return LiveEntry(
        minutes=minutes,
        author=author,
        headline=row.get("headline", ""),
        blocks=blocks(text),
        is_key=bool(row.get("key", False)),
        is_pinned=bool(row.get("pinned", False)),
        edited_minutes=row.get("edited_minutes"),
        before=blocks(row.get("before", "")),
    )
