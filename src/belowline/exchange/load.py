"""Loading an export, whatever system it came from. Run again it adds what is new and changes nothing else.

The site serves meanwhile: every chunk is one short transaction. A crash loses nothing that was committed; the same
command goes on where it stopped, because a stored comment is known by its source and id.
"""

from __future__ import annotations

import hashlib
import importlib
import logging
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from belowline.accounts.actions import imported_readers
from belowline.discussion import actions, bulk
from belowline.discussion.models import Thread
from belowline.domain import markup
from belowline.domain.commenting import CommentState, ThreadMode
from belowline.exchange import urls
from belowline.exchange.records import CommentRecord, Notice, NoticeKind, ThreadRecord, UnreadableExport
from belowline.exchange.report import Report
from belowline.exchange.staging import Staging
from belowline.newsroom.queries import articles as newsroom

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from belowline.exchange.records import Parser, Probe

log = logging.getLogger(__name__)

# The renderer version of a text whose source is another system's HTML, not Markdown.
HTML_SOURCE = 0
FORMATS = ("isso", "remark42")
# A chunk aims at this time in the database, so that a reader who posts waits no longer (architecture: 50 ms).
CHUNK_SECONDS = 0.030
FEWEST, MOST = 20, 400
MOST_AUTHORS = 50_000
# What the columns of a thread hold.
KEY_CHARACTERS, URL_CHARACTERS = 255, 500
# As many as one statement of SQLite may name with room to spare.
PEOPLE_AT_ONCE = 500


@dataclass
class Options:
    """`site` is the origin that bare paths belong to; `rules` maps moved addresses."""

    site: str = ""
    rules: urls.Rules | None = None
    is_dry_run: bool = False
    advance: Callable[[int], None] = lambda _count: None


@dataclass
class _Target:
    """Where the comments of one page go. `thread_id` is 0 in a dry run and until the thread is made."""

    key: str
    origin: str
    url: str
    title: str
    is_closed: bool
    thread_id: int = 0


@dataclass
class _Import:
    format: str
    options: Options
    report: Report
    targets: list[_Target] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)  # by thread of the export
    authors: dict[str, int] = field(default_factory=dict)
    nameless: set[str] = field(default_factory=set)  # of these, the voters who have not written yet
    chunk: int = 100


class BrokenOff(UnreadableExport):
    """The file ended too early. What was readable is stored; `report` counts it."""

    def __init__(self, cause: UnreadableExport, report: Report) -> None:
        super().__init__(cause.path, cause.why, cause.what_to_do, comments_read=cause.comments_read)
        self.report = report


def probe(format_: str, path: Path) -> Probe:
    """What a look at the file says. Raises UnreadableExport for one that cannot be read."""
    return _parser(format_).probe(path)


def _parser(format_: str) -> Parser:
    if format_ not in FORMATS:
        raise ValueError(f"unknown format {format_!r}; known: {', '.join(FORMATS)}")
    found: Parser = importlib.import_module(f"belowline.exchange.{format_}")
    return found


def import_file(format_: str, path: Path, *, options: Options | None = None, probed: Probe | None = None) -> Report:
    """Read an export and store it. Raises UnreadableExport before anything is written, or BrokenOff for a file that
    ends too early, after what was readable has been stored. `probed` saves a second look at the file.
    """
    parser = _parser(format_)
    options = options or Options()
    probed = probed or parser.probe(path)
    started = time.monotonic()
    running = _Import(format_, options, Report(format_, path.name, options.is_dry_run))
    for notice in probed.notices:
        running.report.read(notice)
    with Staging() as staging:
        broken = _stage(parser, path, running, staging)
        running.report.orphan_comments(staging.settle())
        for number, _count in staging.threads():
            _load_thread(running, staging, number)
    running.report.finish(seconds=time.monotonic() - started, is_complete=broken is None)
    if broken is not None:
        raise BrokenOff(broken, running.report)
    return running.report


def _stage(parser: Parser, path: Path, running: _Import, staging: Staging) -> UnreadableExport | None:
    """Read everything. Returns why the file broke off, if it did."""
    try:
        for record in parser.parse(path, latest=datetime.now(UTC)):
            running.report.read(record)
            if isinstance(record, ThreadRecord):
                _take_thread(running, record)
            elif isinstance(record, CommentRecord):
                _tell_what_stays_behind(running, record)
                staging.add(running.numbers[record.thread_source_id], record)
    except UnreadableExport as broken:
        if not broken.comments_read:
            raise
        return broken
    return None


def _tell_what_stays_behind(running: _Import, record: CommentRecord) -> None:
    """What the parser gave and this site has no place for, so that the report says it."""
    behind = {
        "website": bool(record.author.website),
        "pin": record.is_pinned,
        "votes on own comments": any(vote.voter_key == record.author.source_key for vote in record.votes),
    }
    for name, is_lost in behind.items():
        if is_lost:
            running.report.read(Notice(NoticeKind.FIELD_NOT_CARRIED, name))


def _take_thread(running: _Import, record: ThreadRecord) -> None:
    """Find the page that a thread of the export belongs to; several addresses of one page become one thread."""
    if record.source_id in running.numbers:
        return
    site = running.options.site or settings.PUBLIC_URL
    moved = running.options.rules.new_address(record.url) if running.options.rules else None
    address = urls.with_host(moved or record.url or f"/{record.source_id}", site=site)
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc}"
    key = _subject_key(address)
    for number, target in enumerate(running.targets):
        if target.key == key:
            running.report.merge_threads()
            target.is_closed = target.is_closed and record.is_closed
            running.numbers[record.source_id] = number
            return
    running.numbers[record.source_id] = len(running.targets)
    running.targets.append(_Target(key, origin, address, record.title or parts.path or address, record.is_closed))


def _subject_key(address: str) -> str:
    """The same for all spellings of an address; one that no column holds is told apart by its hash."""
    key = urls.comparable(address)
    if len(key) <= KEY_CHARACTERS:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: KEY_CHARACTERS - len(digest) - 1]}#{digest}"


def _load_thread(running: _Import, staging: Staging, number: int) -> None:
    target = running.targets[number]
    if running.options.is_dry_run:
        _count_only(running, staging, number, target)
        return
    _ensure_thread(running, target)
    ids = staging.stored_ids(number)
    chunks = staging.comments(number, size=MOST)
    for page in chunks:
        start = 0
        while start < len(page):
            part = page[start : start + running.chunk]
            # Everybody of the chunk at once: one transaction for its new people instead of one a person.
            readers = _readers(running, [person for _, record, _ in part for person in _people(record)])
            comments = [_comment(readers, *one) for one in part]
            began = time.monotonic()
            new = bulk.add_comments(target.thread_id, comments, ids=ids, origin=running.format)
            _adapt(running, seconds=time.monotonic() - began, rows=new)
            running.report.load_comments(new=new, already_imported=len(part) - new)
            running.options.advance(len(part))
            start += len(part)
    bulk.recount(target.thread_id)
    actions.fold_counts(at_most=100_000)


def _adapt(running: _Import, *, seconds: float, rows: int) -> None:
    """Keep a chunk near CHUNK_SECONDS on this machine, at this moment."""
    if rows:
        wanted = int(running.chunk * CHUNK_SECONDS / max(seconds, 0.001))
        running.chunk = max(FEWEST, min(MOST, (running.chunk + wanted) // 2))


def _count_only(running: _Import, staging: Staging, number: int, target: _Target) -> None:
    """What a run would do: how many comments are new. Reads only."""
    key = _article_key(target) or target.key
    thread = Thread.objects.filter(subject_key=key).values_list("pk", flat=True).first()
    for page in staging.comments(number, size=MOST):
        known = 0
        if thread is not None:
            with connection.cursor() as cursor:
                known = len(
                    bulk.already_here(cursor, thread, [one[1].source_id for one in page], origin=running.format)
                )
        running.report.load_comments(new=len(page) - known, already_imported=known)
        running.options.advance(len(page))


def _ensure_thread(running: _Import, target: _Target) -> None:
    now = datetime.now(UTC)
    article_key = _article_key(target)
    is_ours = target.origin == settings.PUBLIC_URL
    site_id = actions.ensure_site(actions.OWN_SITE if is_ours else target.origin, now=now)
    if article_key is not None:
        # The article's own thread exists since it was published; its title and mode are the newsroom's.
        target.thread_id = actions.ensure_thread(site_id, subject_key=article_key, now=now)
        return
    if Thread.objects.filter(site_id=site_id, subject_key=target.key).exists():
        # Whoever closed, opened or renamed it since the first run meant it.
        target.thread_id = actions.ensure_thread(site_id, subject_key=target.key, now=now)
        return
    address = urlsplit(target.url).path if is_ours else target.url
    target.thread_id = actions.ensure_thread(
        site_id,
        subject_key=target.key,
        now=now,
        title=target.title[:300],
        # A link that was cut off would lead nowhere.
        url=address if len(address) <= URL_CHARACTERS else "",
        mode=ThreadMode.CLOSED if target.is_closed else ThreadMode.OPEN,
    )


def _article_key(target: _Target) -> str | None:
    """The subject key of an article here that the page's address names."""
    slug = urlsplit(target.url).path.rstrip("/").rpartition("/a/")[2]
    if target.origin != settings.PUBLIC_URL or not slug or "/" in slug:
        return None
    with connection.cursor() as cursor:
        found = newsroom.article(cursor, slug=slug)
    return found.subject_key if isinstance(found, newsroom.Article) else None


def _people(record: CommentRecord) -> list[tuple[str, str, str]]:
    """(key, name, e-mail) of the author and of every known voter."""
    author = record.author
    voters = [(vote.voter_key, "", "") for vote in record.votes]
    return [(author.source_key, author.name, author.email or ""), *voters]


def _comment(
    readers: Mapping[str, int], written_us: int, record: CommentRecord, edited_us: int | None
) -> bulk.BulkComment:
    """A record with its text rendered by the one sanitiser."""
    text = _text(record)
    return bulk.BulkComment(
        key=record.source_id,
        parent_key=record.parent_source_id,
        author_id=readers[record.author.source_key],
        written_us=written_us,
        source=text.source,
        html=text.html,
        excerpt=text.excerpt,
        renderer=text.renderer,
        state=CommentState(record.state),
        imported_up=record.imported_up,
        imported_down=record.imported_down,
        votes=tuple(
            (readers[vote.voter_key], vote.value) for vote in record.votes if vote.voter_key != record.author.source_key
        ),
        edited_us=edited_us,
    )


def _text(record: CommentRecord) -> markup.Text:
    if record.markdown is not None:
        return markup.render(record.markdown)
    if record.html is not None:
        html = markup.from_html(record.html)
        return markup.Text(
            source=record.html,
            html=html,
            excerpt=markup.excerpt(html),
            links=0,
            characters=len(record.html),
            renderer=HTML_SOURCE,
        )
    return markup.render("")


def _readers(running: _Import, people: Sequence[tuple[str, str, str]]) -> dict[str, int]:
    """Reader ids by source key; unknown people become imported readers, under the name they wrote with."""
    if len(running.authors) > MOST_AUTHORS:
        running.authors.clear()
        running.nameless.clear()
    missing: dict[str, tuple[str, str, str]] = {}
    for person in people:
        key, name, _email = person
        is_known = key in running.authors and not (name and key in running.nameless)
        if not is_known and (key not in missing or name):
            missing[key] = person
    waiting = list(missing.values())
    for start in range(0, len(waiting), PEOPLE_AT_ONCE):
        part = waiting[start : start + PEOPLE_AT_ONCE]
        running.authors.update(imported_readers(running.format, part, now=datetime.now(UTC)))
    running.nameless.difference_update(key for key, name, _email in waiting if name)
    running.nameless.update(key for key, name, _email in waiting if not name)
    return {person[0]: running.authors[person[0]] for person in people}
