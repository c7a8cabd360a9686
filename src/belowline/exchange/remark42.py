"""Remark42's backup: JSON lines, usually gzipped. Line 1 describes the site, every further line is one comment.

Written from Remark42's own types (store/comment.go, store/user.go and migrator/native.go). What is easy to miss:

* A backup hides the voters: `votes` is empty and only `score` and `controversy` remain. The two together give the
  numbers of votes for and against back, see `votes_behind`.
* `user.name`, `title` and `locator.url` were escaped for HTML before they were stored.
* `orig`, the Markdown, was escaped as well by older versions; see `markdown_as_typed`.
* An administrator's backup shows comments of blocked people with `delete` set and their text still there.
"""

import html
import json
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from belowline.exchange.cleaning import (
    EARLIEST,
    Tally,
    moment_from_rfc3339,
    shown,
    size_of_file,
    storable_text,
    vote_count,
)
from belowline.exchange.lineage import Lineage, Place
from belowline.exchange.records import (
    AuthorRecord,
    CommentRecord,
    Notice,
    NoticeKind,
    Probe,
    Record,
    State,
    ThreadRecord,
    UnreadableExport,
    VoteRecord,
)
from belowline.exchange.remark42_file import LONGEST_LINE, head_of, line_count, lines_of, opened
from belowline.exchange.remark42_values import markdown_as_typed, votes_behind

FORMAT = "remark42"
FRAGMENT_PREFIX = "remark42__comment-"
# The id under which Remark42 files a comment whose author was erased (SetDeleted with HardDelete).
ERASED_USER = "deleted"
NOBODY = AuthorRecord(source_key=ERASED_USER, name="", email=None, website=None)

_LONGEST_ID = 200

_USED = {"id", "pid", "text", "orig", "user", "locator", "score", "votes", "controversy", "time", "edit", "pin",
         "delete", "title"}  # fmt: skip
# `vote` is the exporter's own vote, `imported` says that Remark42 had the comment from elsewhere: nothing is lost.
_KNOWN = _USED | {"vote", "imported", "voted_ips"}
_KNOWN_OF_USER = {"name", "id", "picture", "ip", "admin", "block", "verified", "email_subscription", "site_id",
                  "paid_sub", "email"}  # fmt: skip
_LOST_OF_USER = ("picture", "ip", "admin", "verified", "email_subscription", "paid_sub")


def probe(path: Path) -> Probe:
    """Look at the head and count the lines. Raises UnreadableExport for a file of another kind.

    A backup cut off in the middle is not refused: what is there can be loaded; the probe carries a TRUNCATED notice.
    """
    size = size_of_file(path)
    with opened(path) as stream:
        head_of(path, stream)
        try:
            return Probe(format=FORMAT, comments=line_count(stream), bytes=size)
        except (EOFError, OSError, zlib.error) as error:
            return Probe(FORMAT, None, size, (Notice(NoticeKind.TRUNCATED, path.name, shown(str(error))),))


def parse(path: Path, *, after: str | None = None, latest: datetime | None = None) -> Iterator[Record]:
    """The records of a backup in its own order. See `records` for what they promise.

    Raises UnreadableExport before the first record when the file is of another kind, and after the last readable one
    when it is cut off or damaged, or when the comment `after` is nowhere in it.
    """
    size_of_file(path)
    with opened(path) as stream, Lineage() as lineage:
        yield from _Reading(path, head_of(path, stream), lineage, after=after, latest=latest).records(stream)


class _Reading:
    """One pass over one backup: what has to be remembered between two lines."""

    def __init__(
        self, path: Path, head: dict[str, Any], lineage: Lineage, *, after: str | None, latest: datetime | None
    ) -> None:
        self._path = path
        self._lineage = lineage
        self._after = after
        self._latest = latest
        self._tally = Tally()
        self._previous = EARLIEST
        self._yielded = 0
        self._head_notices: list[Notice] = []
        self._emails: dict[str, str] = {}
        self._closed: dict[str, str] = {}
        self._read_head(head)

    def _read_head(self, head: dict[str, Any]) -> None:
        for name in head.keys() - {"version", "users", "posts"}:
            self._tally.add(NoticeKind.UNKNOWN_FIELD, name)
        for user in _dicts(head.get("users")):
            self._read_user(str(user.get("id") or ""), user)
        for post in _dicts(head.get("posts")):
            if post.get("read_only") is True and isinstance(post.get("url"), str):
                source_id = storable_text(post["url"])
                self._closed[html.unescape(source_id)] = source_id

    def _read_user(self, user_id: str, user: dict[str, Any]) -> None:
        details = _dict(user.get("details"))
        if isinstance(details.get("email"), str) and details["email"]:
            self._emails[user_id] = storable_text(details["email"])
        if details.get("telegram"):
            self._tally.add(NoticeKind.FIELD_NOT_CARRIED, "users.details.telegram")
        if _dict(user.get("blocked")).get("status") is True:
            until = _dict(user["blocked"]).get("until")
            self._head_notices.append(Notice(NoticeKind.BLOCKED_PERSON, shown(user_id), shown(until or "")))

    def records(self, stream: BinaryIO) -> Iterator[Record]:
        if self._after is None:
            yield from self._head_notices
        number = 1
        try:
            for number, line in enumerate(lines_of(stream), start=2):
                yield from self._line(number, line)
        except (EOFError, OSError, zlib.error) as error:
            raise self._broken_off(number) from error
        if self._after is not None:
            raise UnreadableExport(
                self._path,
                _("The comment %(id)s, where the earlier run stopped, is not in it.") % {"id": shown(self._after)},
                _("Continue with the same file, or start this one from its beginning: nothing is imported twice."),
            )
        for url, source_id in self._closed.items():
            if self._lineage.is_new_thread(source_id):
                yield ThreadRecord(source_id=source_id, url=url, title=None, is_closed=True)
        yield from self._tally.notices()

    def _broken_off(self, line: int) -> UnreadableExport:
        why = ngettext(
            "It breaks off or is damaged after line %(line)d; %(comments)d comment could be read.",
            "It breaks off or is damaged after line %(line)d; %(comments)d comments could be read.",
            self._yielded,
        ) % {"line": line, "comments": self._yielded}
        todo = _("What was read is kept. Fetch the backup again and run the same command: it goes on from there.")
        return UnreadableExport(self._path, why, todo, comments_read=self._yielded)

    def _line(self, number: int, line: bytes | None) -> Iterator[Record]:
        where = f"line {number}"
        found: list[Notice] = []
        if line is None:
            found.append(Notice(NoticeKind.TOO_LONG, where, f"{LONGEST_LINE} bytes"))
        elif line.strip():
            raw = self._decoded(line, where=where, found=found)
            if raw is None and not line.endswith(b"\n"):
                raise EOFError("cut off inside a line")
            thread, comment = self._comment(raw, where=where, found=found) if raw is not None else (None, None)
            if self._after is None:
                yield from _present(thread)
                yield from found
                yield from _present(comment)
                self._yielded += comment is not None
            elif comment is not None and comment.source_id == self._after:
                self._after = None
                # The earlier run may have stopped before it stored the thread's row; saying it twice does no harm.
                yield self._thread_again(raw, comment)
            return
        if self._after is None:
            yield from found

    def _decoded(self, line: bytes, *, where: str, found: list[Notice]) -> dict[str, Any] | None:
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text = line.decode(errors="replace")
            found.append(Notice(NoticeKind.REPAIRED_TEXT, where, "utf-8"))
        try:
            value = json.loads(text)
        # RecursionError: a line of brackets. ValueError covers broken JSON and numbers of thousands of digits.
        except (ValueError, RecursionError) as error:
            found.append(Notice(NoticeKind.BAD_LINE, where, shown(str(error) or "too deep")))
            return None
        if isinstance(value, dict):
            return cast(dict[str, Any], value)
        found.append(Notice(NoticeKind.BAD_LINE, where, "not an object"))
        return None

    def _comment(
        self, raw: dict[str, Any], *, where: str, found: list[Notice]
    ) -> tuple[ThreadRecord | None, CommentRecord | None]:
        comment_id = _id(raw.get("id"))
        if comment_id is None:
            found.append(Notice(NoticeKind.BAD_LINE, where, "no id"))
            return None, None
        url = _text(_dict(raw.get("locator")).get("url"))
        place = self._lineage.place(comment_id, thread=url, parent=_id(raw.get("pid")))
        if place.is_duplicate:
            found.append(Notice(NoticeKind.DUPLICATE, comment_id, where))
            return None, None
        thread = self._new_thread(url, raw, comment_id=comment_id, found=found)
        self._count_lost_fields(raw)
        found.extend(_notices_of_place(place, comment_id, pid=raw.get("pid")))
        if raw.get("pid") and _id(raw["pid"]) is None:
            found.append(Notice(NoticeKind.ORPHAN, comment_id, shown(raw["pid"])))
        return thread, self._record(raw, comment_id=comment_id, url=url, place=place, found=found)

    def _new_thread(
        self, url: str, raw: dict[str, Any], *, comment_id: str, found: list[Notice]
    ) -> ThreadRecord | None:
        if not self._lineage.is_new_thread(url):
            return None
        if not url:
            found.append(Notice(NoticeKind.NO_THREAD, comment_id, "locator.url"))
        return self._thread(url, raw)

    def _thread(self, url: str, raw: dict[str, Any]) -> ThreadRecord:
        plain = html.unescape(url)
        title = html.unescape(_text(raw.get("title"))).strip() or None
        return ThreadRecord(source_id=url, url=plain, title=title, is_closed=plain in self._closed)

    def _thread_again(self, raw: dict[str, Any] | None, comment: CommentRecord) -> ThreadRecord:
        return self._thread(comment.thread_source_id, raw or {})

    def _record(
        self, raw: dict[str, Any], *, comment_id: str, url: str, place: Place, found: list[Notice]
    ) -> CommentRecord:
        state = _state(raw)
        is_gone = state == "deleted"
        if is_gone and _body(raw):
            found.append(Notice(NoticeKind.DELETED_TEXT, comment_id))
        markdown, as_html = (None, None) if is_gone else self._texts(raw, comment_id=comment_id, found=found)
        votes, up, down = ((), 0, 0) if is_gone else self._votes(raw, comment_id=comment_id, found=found)
        return CommentRecord(
            source_id=_qualified(comment_id, url=url, is_shared=place.is_shared_id),
            thread_source_id=url,
            parent_source_id=place.parent and _qualified(place.parent, url=url, is_shared=place.is_parent_id_shared),
            author=self._author(raw.get("user"), comment_id=comment_id, found=found),
            created_at=self._created_at(raw.get("time"), comment_id=comment_id, found=found),
            edited_at=None if is_gone else self._edited_at(raw.get("edit"), comment_id=comment_id, found=found),
            markdown=markdown,
            html=as_html,
            state=state,
            imported_up=up,
            imported_down=down,
            votes=votes,
            is_pinned=raw.get("pin") is True and not is_gone,
            old_fragment=FRAGMENT_PREFIX + comment_id,
        )

    def _texts(self, raw: dict[str, Any], *, comment_id: str, found: list[Notice]) -> tuple[str | None, str | None]:
        for value in (raw.get("orig"), raw.get("text")):
            if isinstance(value, str) and storable_text(value) != value:
                found.append(Notice(NoticeKind.REPAIRED_TEXT, comment_id, "NUL or half a character"))
                break
        if orig := _text(raw.get("orig")):
            return markdown_as_typed(orig), None
        if text := _text(raw.get("text")):
            return None, text
        found.append(Notice(NoticeKind.NO_TEXT, comment_id))
        return "", None

    def _author(self, value: object, *, comment_id: str, found: list[Notice]) -> AuthorRecord:
        user = _dict(value)
        user_id = _id(user.get("id"))
        if user_id is None:
            found.append(Notice(NoticeKind.NO_AUTHOR, comment_id, shown(user.get("id", ""))))
            return NOBODY
        if user_id == ERASED_USER:
            return NOBODY
        email = _text(user.get("email")) or self._emails.get(user_id)
        return AuthorRecord(
            source_key=user_id, name=html.unescape(_text(user.get("name"))).strip(), email=email or None, website=None
        )

    def _created_at(self, value: object, *, comment_id: str, found: list[Notice]) -> datetime:
        """The time of the comment; where it has none that can be, that of the comment before it keeps the order."""
        moment = moment_from_rfc3339(value, latest=self._latest)
        if moment is None:
            found.append(Notice(NoticeKind.IMPOSSIBLE_TIME, comment_id, shown(value)))
            return self._previous
        self._previous = moment
        return moment

    def _edited_at(self, value: object, *, comment_id: str, found: list[Notice]) -> datetime | None:
        if value is None:
            return None
        edit = _dict(value)
        if edit.get("summary"):
            self._tally_if_kept(NoticeKind.FIELD_NOT_CARRIED, "edit.summary")
        moment = moment_from_rfc3339(edit.get("time"), latest=self._latest)
        if moment is None:
            found.append(Notice(NoticeKind.IMPOSSIBLE_TIME, comment_id, "edit.time " + shown(edit.get("time"))))
        return moment

    def _votes(
        self, raw: dict[str, Any], *, comment_id: str, found: list[Notice]
    ) -> tuple[tuple[VoteRecord, ...], int, int]:
        score = vote_count(raw.get("score"))
        if score is None:
            found.append(Notice(NoticeKind.IMPOSSIBLE_NUMBER, comment_id, "score " + shown(raw.get("score"))))
            score = 0
        votes = tuple(
            VoteRecord(voter_key=storable_text(voter), value=1 if value else -1)
            for voter, value in _dict(raw.get("votes")).items()
            if isinstance(value, bool) and voter
        )
        if votes:
            base = score - sum(vote.value for vote in votes)
            up, down = max(base, 0), max(-base, 0)
        else:
            controversy = raw.get("controversy")
            up, down = votes_behind(score, float(controversy) if isinstance(controversy, int | float) else 0.0)
        if up or down:
            self._tally_if_kept(NoticeKind.VOTES_WITHOUT_VOTERS, "score", count=up + down)
        return votes, up, down

    def _count_lost_fields(self, raw: dict[str, Any]) -> None:
        if not raw.keys() <= _KNOWN:
            for name in raw.keys() - _KNOWN:
                self._tally_if_kept(NoticeKind.UNKNOWN_FIELD, name)
        if raw.get("voted_ips"):
            self._tally_if_kept(NoticeKind.FIELD_NOT_CARRIED, "voted_ips")
        user = _dict(raw.get("user"))
        for name in _LOST_OF_USER:
            if user.get(name):
                self._tally_if_kept(NoticeKind.FIELD_NOT_CARRIED, f"user.{name}")
        if not user.keys() <= _KNOWN_OF_USER:
            for name in user.keys() - _KNOWN_OF_USER:
                self._tally_if_kept(NoticeKind.UNKNOWN_FIELD, f"user.{name}")

    def _tally_if_kept(self, kind: NoticeKind, where: str, *, count: int = 1) -> None:
        """Add up, but not what an earlier run has already reported."""
        if self._after is None:
            self._tally.add(kind, where, count=count)


def _notices_of_place(place: Place, comment_id: str, *, pid: object) -> Iterator[Notice]:
    if place.is_shared_id:
        yield Notice(NoticeKind.SHARED_ID, comment_id)
    if place.cut:
        kind = {"self": NoticeKind.SELF_PARENT, "cycle": NoticeKind.CYCLE, "elsewhere": NoticeKind.ORPHAN}[place.cut]
        yield Notice(kind, comment_id, shown(pid))


def _state(raw: dict[str, Any]) -> State:
    """A deletion empties the text, by whomever. Text still there under a blocked author: staff has hidden it."""
    if raw.get("delete") is not True:
        return "published"
    return "removed" if _dict(raw.get("user")).get("block") is True and _body(raw) else "deleted"


def _body(raw: dict[str, Any]) -> str:
    return _text(raw.get("orig")) or _text(raw.get("text"))


def _qualified(comment_id: str, *, url: str, is_shared: bool) -> str:
    return f"{comment_id}@{url}" if is_shared else comment_id


def _id(value: object) -> str | None:
    """An id as text. Comments that Remark42 had imported carry the numbers of their first home."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)
    return text if 0 < len(text) <= _LONGEST_ID else None


def _text(value: object) -> str:
    return storable_text(value) if isinstance(value, str) else ""


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _present(record: Record | None) -> Iterator[Record]:
    if record is not None:
        yield record
