"""Whom a comment names: `@name`, of members and of those who write in the discussion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from belowline.discussion.actions import facts
from belowline.discussion.models import Mention
from belowline.domain.commenting import ReaderKind
from belowline.domain.markup import mentions
from belowline.domain.names import skeleton
from belowline.domain.screening import NEW_AUTHOR_COMMENTS

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

Wanted = list[list[tuple[str, str]]]


def wanted_names(html: str) -> Wanted:
    """For each sign what the name may be, with its skeleton. Outside of the transaction: it takes a while."""
    return [[(name, skeleton(name)) for name in names] for names in mentions.wanted(html)]


def keep_mentions(cursor: CursorWrapper, wanted: Wanted, *, comment_id: int, thread_id: int, author_id: int) -> None:
    """Store whom the comment names, as many as its author may. Those beyond stay plain words, and nobody is told."""
    known = dict(Mention.objects.filter(comment_id=comment_id).values_list("reader_id", "is_current"))
    found = _named(cursor, wanted, thread_id=thread_id, author_id=author_id) if wanted else {}
    if not found and not known:
        return
    before = facts.published_before(cursor, author_id, at_most=NEW_AUTHOR_COMMENTS)
    most = mentions.NAMED_MAX if before >= NEW_AUTHOR_COMMENTS else mentions.NAMED_BY_NEW_MAX
    for reader_id, is_current in known.items():
        if is_current is not (reader_id in found):
            Mention.objects.filter(comment_id=comment_id, reader_id=reader_id).update(is_current=reader_id in found)
    new = [(reader_id, name) for reader_id, name in found.items() if reader_id not in known]
    Mention.objects.bulk_create(
        Mention(comment_id=comment_id, reader_id=reader_id, name=name)
        for reader_id, name in new[: max(most - len(known), 0)]
    )


@dataclass(frozen=True, slots=True)
class _Bearer:
    id: int
    name: str
    is_member: bool


def _named(cursor: CursorWrapper, wanted: Wanted, *, thread_id: int, author_id: int) -> dict[int, str]:
    """Reader and name as typed, in the order of the text. One query, whatever the text."""
    skeletons = sorted({look for names in wanted for _name, look in names})
    marks = ", ".join(["%s"] * len(skeletons))
    cursor.execute(
        f"SELECT r.skeleton, r.id, r.name, r.kind FROM accounts_reader r WHERE r.skeleton IN ({marks}) "
        "AND r.merged_into_id IS NULL AND (r.kind = %s OR (r.kind = %s AND EXISTS (SELECT 1 FROM discussion_comment c "
        "WHERE c.author_id = r.id AND c.thread_id = %s AND c.state = 'published')))",
        [*skeletons, ReaderKind.MEMBER, ReaderKind.GUEST, thread_id],
    )
    bearers: dict[str, list[_Bearer]] = {}
    for look, reader_id, name, kind in cursor.fetchall():
        bearers.setdefault(look, []).append(_Bearer(reader_id, name, kind == ReaderKind.MEMBER))
    found: dict[int, str] = {}
    for names in wanted:
        for name, look in names:
            bearer = _bearer(name, bearers.get(look, ()))
            if bearer is not None:
                if bearer.id != author_id:
                    found.setdefault(bearer.id, name)
                break
    return found


def _bearer(name: str, among: list[_Bearer] | tuple[()]) -> _Bearer | None:
    """Members' names are their own. Of several guests with one name nobody knows who is meant."""
    same = [one for one in among if mentions.same_name(one.name, name)]
    return next((one for one in same if one.is_member), same[0] if len(same) == 1 else None)
