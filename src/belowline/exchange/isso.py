"""Isso's database: one SQLite file with the tables threads, comments and preferences.

Written from Isso 0.14 (isso/db/comments.py, db/threads.py, db/__init__.py and migrate.py). What is easy to miss:

* There are no accounts: a person is the pair of name and e-mail address that a comment was signed with.
* The names of voters are in a Bloom filter, from which nobody can be read back: likes and dislikes are numbers only.
* Deleting clears text, name and website but leaves the e-mail address: it is not carried over.
* `author`, `email` and `website` were escaped for HTML before they were stored, unless Isso itself had imported them.
* `text` is Markdown, or the HTML of the system that Isso had imported from; see `markup.is_html`.
* Before version 3 of its schema replies were nested deeper than one level; they are taken as they are.
"""

import html
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from belowline.exchange.cleaning import (
    EARLIEST,
    LONGEST_TEXT,
    Tally,
    moment_from_unix,
    shown,
    storable_text,
    vote_count,
    web_address,
)
from belowline.exchange.isso_file import columns_of, opened, refuse_what_is_not_isso
from belowline.exchange.markup import is_html, with_paragraphs
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
)

FORMAT = "isso"
FRAGMENT_PREFIX = "isso-"
NOBODY = AuthorRecord(source_key="anonymous", name="", email=None, website=None)
_STATES: dict[object, State] = {1: "published", 2: "held", 4: "deleted"}
# Rows read at a time. Each batch is a reading of its own, so that an Isso that still runs can write in between.
_BATCH = 500
# Loops of parents are looked for along this many ancestors. Isso itself has one level.
_LONGEST_CHAIN = 20_000
_TAKEN = (
    "tid",
    "id",
    "parent",
    "created",
    "modified",
    "mode",
    "text",
    "author",
    "email",
    "website",
    "likes",
    "dislikes",
)
# Known, and left behind on purpose: coarse addresses, the Bloom filter (told as votes without voters), reply notices.
_LEFT = ("remote_addr", "voters", "notification")


def probe(path: Path) -> Probe:
    """Count the comments. Raises UnreadableExport when this is no complete Isso database."""
    size = refuse_what_is_not_isso(path)
    with closing(opened(path)) as database:
        try:
            (comments,) = database.execute("SELECT count(*) FROM comments").fetchone()
        except sqlite3.Error as error:
            raise _broken_off(path, error, comments_read=0) from error
    return Probe(format=FORMAT, comments=comments, bytes=size)


def parse(path: Path, *, after: str | None = None, latest: datetime | None = None) -> Iterator[Record]:
    """All threads, then the comments by id. See `records` for what they promise.

    Raises UnreadableExport before the first record when this is no complete Isso database, or `after` no id of it, and
    in the middle when a page of the file turns out to be damaged.
    """
    refuse_what_is_not_isso(path)
    with closing(opened(path)) as database:
        reading = _Reading(path, database, latest=latest)
        try:
            yield from reading.records(after=after)
        except sqlite3.Error as error:
            raise _broken_off(path, error, comments_read=reading.comments_read) from error


def author_key(name: str, email: str) -> str:
    """The key of the person who signed so: 32 hexadecimal digits of BLAKE2b over the name, U+001F and the address.

    Both are compared without case and with single spaces. The pair is the key because nothing proves an address: a
    stranger who signs with another's address under a name of their own stays somebody else.
    """
    signature = "\x1f".join(" ".join(part.split()).casefold() for part in (name, email))
    return blake2b(signature.encode(), digest_size=16).hexdigest()


def _broken_off(path: Path, error: sqlite3.Error, *, comments_read: int) -> UnreadableExport:
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
        why, todo = _("Another program holds the database locked."), _("Stop Isso and run the same command again.")
        return UnreadableExport(path, why, todo, comments_read=comments_read)
    why = ngettext(
        "The database is damaged (%(error)s); %(comments)d comment could be read.",
        "The database is damaged (%(error)s); %(comments)d comments could be read.",
        comments_read,
    ) % {"error": error, "comments": comments_read}
    todo = _('Repair it with sqlite3\'s ".recover" into a new file and run the same command with that one.')
    return UnreadableExport(path, why, todo, comments_read=comments_read)


class _Reading:
    """One pass over one database."""

    def __init__(self, path: Path, database: sqlite3.Connection, *, latest: datetime | None) -> None:
        self.comments_read = 0
        self._path = path
        self._database = database
        self._latest = latest
        self._tally = Tally()
        self._previous = EARLIEST
        self._homeless: set[object] = set()
        self._repaired: list[bytes] = []
        self._columns = columns_of(database, "comments")
        database.text_factory = self._decoded

    def records(self, *, after: str | None) -> Iterator[Record]:
        first_id = self._start(after)
        yield from self._threads()
        for row in self._rows(first_id):
            yield from self._comment(row)
        self._count_what_is_left(first_id)
        yield from self._tally.notices()

    def _start(self, after: str | None) -> int:
        """The highest id that is not to be read. Raises UnreadableExport when `after` is not in this database."""
        if after is None:
            return -(2**63)
        found = (
            after.lstrip("-").isdecimal()
            and self._database.execute("SELECT created FROM comments WHERE id = ?", (int(after),)).fetchone()
        )
        if not found:
            raise UnreadableExport(
                self._path,
                _("The comment %(id)s, where the earlier run stopped, is not in it.") % {"id": shown(after)},
                _("Continue with the same file, or start this one from its beginning: nothing is imported twice."),
            )
        self._previous = moment_from_unix(found[0], latest=self._latest) or EARLIEST
        return int(after)

    def _decoded(self, value: bytes) -> str:
        try:
            return value.decode()
        except UnicodeDecodeError:
            self._repaired.append(value)
            return value.decode(errors="replace")

    def _threads(self) -> Iterator[Record]:
        last_id = -(2**63)
        while rows := self._database.execute(
            "SELECT id, uri, title FROM threads WHERE id > ? ORDER BY id LIMIT ?", (last_id, _BATCH)
        ).fetchall():
            for last_id, uri, title in rows:
                yield _thread(last_id, uri, title)

    def _rows(self, last_id: int) -> Iterator[dict[str, Any]]:
        taken = ", ".join(f"c.{name}" if name in self._columns else f"NULL AS {name}" for name in _TAKEN)
        # S608: the names are those of _TAKEN.
        sql = f"""
            SELECT {taken}, t.uri AS uri, t.id AS thread,
                   p.id AS parent_id, p.tid AS parent_tid, p.parent AS grandparent
              FROM comments c LEFT JOIN threads t ON t.id = c.tid LEFT JOIN comments p ON p.id = c.parent
             WHERE c.id > ? ORDER BY c.id LIMIT ?"""
        while True:
            cursor = self._database.execute(sql, (last_id, _BATCH))
            names = [column[0] for column in cursor.description]
            batch = []
            for values in cursor:
                batch.append((values, bool(self._repaired)))
                self._repaired.clear()
            if not batch:
                return
            for values, is_repaired in batch:
                yield dict(zip(names, values, strict=True), is_repaired=is_repaired)
            last_id = batch[-1][0][1]

    def _comment(self, row: dict[str, Any]) -> Iterator[Record]:
        source_id = str(row["id"])
        found: list[Notice] = []
        raw = _string(row["text"])
        text = storable_text(raw)
        if row["is_repaired"] or text != raw:
            found.append(Notice(NoticeKind.REPAIRED_TEXT, source_id, "utf-8" if row["is_repaired"] else "NUL"))
        if len(text) > LONGEST_TEXT:
            yield Notice(NoticeKind.TOO_LONG, source_id, f"{len(text)} characters")
            return
        thread_id = _thread_id(row["tid"], row["uri"] if row["thread"] is not None else None)
        if row["thread"] is None and row["tid"] not in self._homeless:
            self._homeless.add(row["tid"])
            yield Notice(NoticeKind.NO_THREAD, source_id, f"threads.id {shown(row['tid'])}")
            yield ThreadRecord(source_id=thread_id, url="", title=None, is_closed=False)
        comment = self._record(row, source_id=source_id, thread_id=thread_id, text=text, found=found)
        yield from found
        yield comment
        self.comments_read += 1

    def _record(
        self, row: dict[str, Any], *, source_id: str, thread_id: str, text: str, found: list[Notice]
    ) -> CommentRecord:
        state = self._state(row["mode"], source_id=source_id, found=found)
        is_gone = state == "deleted"
        if not text.strip() and not is_gone:
            found.append(Notice(NoticeKind.NO_TEXT, source_id))
        if text.strip() and is_gone:
            found.append(Notice(NoticeKind.DELETED_TEXT, source_id))
        as_html = is_html(text)
        up = 0 if is_gone else self._votes(row["likes"], "likes", source_id=source_id, found=found)
        down = 0 if is_gone else self._votes(row["dislikes"], "dislikes", source_id=source_id, found=found)
        return CommentRecord(
            source_id=source_id,
            thread_source_id=thread_id,
            parent_source_id=self._parent(row, source_id=source_id, found=found),
            author=NOBODY if is_gone else self._author(row, source_id=source_id, found=found),
            created_at=self._created_at(row["created"], source_id=source_id, found=found),
            edited_at=None if is_gone else self._edited_at(row["modified"], source_id=source_id, found=found),
            markdown=None if is_gone or as_html else text,
            html=with_paragraphs(text) if as_html and not is_gone else None,
            state=state,
            imported_up=up,
            imported_down=down,
            votes=(),
            is_pinned=False,
            old_fragment=FRAGMENT_PREFIX + source_id,
        )

    def _state(self, mode: object, *, source_id: str, found: list[Notice]) -> State:
        """What is neither public, pending nor deleted is kept out of sight until somebody has looked at it."""
        state = _STATES.get(mode)
        if state is None:
            found.append(Notice(NoticeKind.UNKNOWN_STATE, source_id, f"mode {shown(mode)}"))
            return "held"
        return state

    def _parent(self, row: dict[str, Any], *, source_id: str, found: list[Notice]) -> str | None:
        parent = row["parent"]
        # Other systems' imports wrote 0 for "none".
        if parent is None or parent == 0:
            return None
        if parent == row["id"]:
            found.append(Notice(NoticeKind.SELF_PARENT, source_id))
        elif row["parent_id"] is None or row["parent_tid"] != row["tid"]:
            found.append(Notice(NoticeKind.ORPHAN, source_id, shown(parent)))
        elif row["grandparent"] and self._closes_a_loop(row["id"], parent):
            found.append(Notice(NoticeKind.CYCLE, source_id, shown(parent)))
        else:
            return str(row["parent_id"])
        return None

    def _closes_a_loop(self, comment: int, parent: int) -> bool:
        """Whether the parents lead back to the comment, and it is the one of the loop with the highest id.

        One comment of a loop has to be cut off, and the same one in every run.
        """
        highest, at = comment, parent
        for _step in range(_LONGEST_CHAIN):
            highest = max(highest, at)
            if at == comment:
                return highest == comment
            row = self._database.execute("SELECT parent FROM comments WHERE id = ?", (at,)).fetchone()
            if row is None or not isinstance(row[0], int) or row[0] == at:
                return False
            at = row[0]
        return True

    def _author(self, row: dict[str, Any], *, source_id: str, found: list[Notice]) -> AuthorRecord:
        name, email, website = (
            storable_text(html.unescape(_string(row[field]))).strip() for field in ("author", "email", "website")
        )
        address = web_address(website) if website else None
        if website and address is None:
            found.append(Notice(NoticeKind.BAD_WEBSITE, source_id, shown(website)))
        if not name and not email:
            return NOBODY if address is None else AuthorRecord(author_key("", website), "", None, address)
        return AuthorRecord(source_key=author_key(name, email), name=name, email=email or None, website=address)

    def _created_at(self, value: object, *, source_id: str, found: list[Notice]) -> datetime:
        """The time of the comment; where it has none that can be, that of the comment before it keeps the order."""
        moment = moment_from_unix(value, latest=self._latest)
        if moment is None:
            found.append(Notice(NoticeKind.IMPOSSIBLE_TIME, source_id, f"created {shown(value)}"))
            return self._previous
        self._previous = moment
        return moment

    def _edited_at(self, value: object, *, source_id: str, found: list[Notice]) -> datetime | None:
        if value is None:
            return None
        moment = moment_from_unix(value, latest=self._latest)
        if moment is None:
            found.append(Notice(NoticeKind.IMPOSSIBLE_TIME, source_id, f"modified {shown(value)}"))
        return moment

    def _votes(self, value: object, field: str, *, source_id: str, found: list[Notice]) -> int:
        votes = vote_count(value)
        if votes is None or votes < 0:
            found.append(Notice(NoticeKind.IMPOSSIBLE_NUMBER, source_id, f"{field} {shown(value)}"))
            return 0
        if votes:
            self._tally.add(NoticeKind.VOTES_WITHOUT_VOTERS, f"comments.{field}", count=votes)
        return votes

    def _count_what_is_left(self, first_id: int) -> None:
        names = [name for name in self._columns if name not in _TAKEN and name != "voters"]
        if not names:
            return
        quoted = ('"' + name.replace('"', '""') + '"' for name in names)
        # S608: a column's name cannot be a parameter; it is quoted.
        sums = ", ".join(f"total({column} NOT IN ('', 0))" for column in quoted)
        counts = self._database.execute(f"SELECT {sums} FROM comments WHERE id > ?", (first_id,)).fetchone()
        for name, count in zip(names, counts, strict=True):
            if count:
                kind = NoticeKind.FIELD_NOT_CARRIED if name in _LEFT else NoticeKind.UNKNOWN_FIELD
                self._tally.add(kind, f"comments.{name}", count=int(count))


def _thread(thread_id: int, uri: object, title: object) -> ThreadRecord:
    url = storable_text(_string(uri)).strip()
    return ThreadRecord(
        source_id=_thread_id(thread_id, uri),
        url=url,
        title=storable_text(_string(title)).strip() or None,
        is_closed=False,
    )


def _thread_id(thread_id: object, uri: object) -> str:
    """The address, which is unique; the numbers of emptied threads are given out again by SQLite."""
    return storable_text(_string(uri)).strip() or f"tid:{shown(thread_id)}"


def _string(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value if isinstance(value, str) else str(value)
