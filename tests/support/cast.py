"""The fixed cast of the tests, and short ways to let them act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.domain.commenting import Refused

if TYPE_CHECKING:
    from belowline.discussion.actions import Posted

# A Saturday noon; tests pass time in and never sleep.
NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cast:
    alice: int
    bob: int
    charlie: int
    mona: int
    thread: int
    other_thread: int


def invite_cast() -> Cast:
    people = {name: make_reader(name) for name in ("alice", "bob", "charlie", "mona")}
    Reader.objects.filter(pk=people["mona"]).update(badge="moderator")
    site = actions.ensure_site("http://127.0.0.1:8000", now=NOON)
    thread, other = (
        actions.ensure_thread(site, subject_key=key, now=NOON, title=f"Thread {key}", url=f"/a/{key}")
        for key in ("river", "harbour")
    )
    return Cast(**people, thread=thread, other_thread=other)


def make_reader(name: str, *, kind: str = "member") -> int:
    return Reader.objects.create(kind=kind, name=name, skeleton=name, joined_at=NOON).pk


def post(
    reader: int, text: str, *, thread: int, parent: int | None = None, minutes: float = 0, form_key: str = ""
) -> Posted | Refused:
    submission = actions.Submission(reader=reader, thread_id=thread, parent_id=parent, form_key=form_key)
    return actions.post_comment(submission, markdown=text, now=NOON + timedelta(minutes=minutes))


def posted(reader: int, text: str, **where: object) -> int:
    """The id of a comment that was accepted; fails the test when it was refused."""
    answer = post(reader, text, **where)  # type: ignore[arg-type]
    assert not isinstance(answer, Refused), answer
    return answer.comment_id
