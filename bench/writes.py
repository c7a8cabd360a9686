"""P8, P9, P10, P15: what posting and voting cost through every check, durable before the answer.

The baseline writes the same rows with the bare driver, each comment in a transaction of its own at synchronous=FULL, in
rounds that alternate with ours, so that what else the disk does falls on both. Each measurement runs in a process of
its own with a fresh database on the disk that the checkout is on; `python -m bench.writes posts` prints one.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.sites import FEW_READERS

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5
ROUND_SECONDS = 2.0
START_SECONDS = 20.0
CLIENTS = (8, 32)
ROOTS = 200
READERS = 64
DEEP = 5_000
DEPTH_PAIRS = 400


def measure_posts() -> dict[str, Any]:
    """P8: posts a second by 8 clients, by raw inserts a second."""
    return _in_a_process("posts")


def measure_votes() -> dict[str, Any]:
    """P9: votes a second by 8 clients, by raw inserts of comments a second."""
    return _in_a_process("votes")


def measure_depth() -> dict[str, Any]:
    """P10: time to post a reply to a comment at depth 5,000, by that to one at depth 1."""
    return _in_a_process("depth")


def measure_posts_on_postgres() -> dict[str, Any]:
    """P15: posts a second by 8 clients on PostgreSQL, by raw inserts of the same rows by as many clients."""
    from tests.support.postgres import private_cluster

    with private_cluster() as url:
        return _in_a_process("posts", database=url)


def _in_a_process(what: str, *, database: str = "") -> dict[str, Any]:
    (ROOT / ".cache").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / ".cache") as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BELOWLINE_")}
        environment |= FEW_READERS | {
            "BELOWLINE_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "belowline.project.django_settings",
        }
        if database:
            environment["BELOWLINE_DATABASE__URL"] = database
        done = subprocess.run(
            [sys.executable, "-m", "bench.writes", "--here", what, folder],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
        )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@dataclass(slots=True)
class Load:
    """What so many clients did in one round."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def per_second(self) -> float:
        return len(self.waits) / self.seconds

    @property
    def cpu_us(self) -> float:
        return self.cpu_seconds / len(self.waits) * 1e6


def load(act: Callable[[int, int], object], *, clients: int, seconds: float = ROUND_SECONDS) -> Load:
    """Let `clients` threads call `act(client, number)` without a pause; `act` answers None when it was refused."""
    from django.db import connections

    found = Load()
    start, stop = threading.Barrier(clients + 1), threading.Event()

    def work(client: int) -> None:
        waits, refused, number = [], 0, 0
        act(client, -1)  # opens the connections
        start.wait(START_SECONDS)
        while not stop.is_set():
            began = time.perf_counter()
            refused += act(client, number) is None
            waits.append(time.perf_counter() - began)
            number += 1
        found.waits.extend(waits)
        found.refused += refused
        connections.close_all()
        if isinstance(act, RawInserts):
            act.leave()

    threads = [threading.Thread(target=work, args=[client], daemon=True) for client in range(clients)]
    for thread in threads:
        thread.start()
    start.wait(START_SECONDS)
    began, cpu = time.perf_counter(), _cpu_seconds()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    found.seconds, found.cpu_seconds = time.perf_counter() - began, _cpu_seconds() - cpu
    return found


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class Newsroom:
    """A thread with 200 comments at the top, and readers who write and vote."""

    def __init__(self, folder: Path) -> None:
        from django.db import transaction

        from belowline.accounts.models import Reader
        from belowline.discussion import actions

        self.folder = folder
        self.now = datetime.now(UTC)
        self.rng = random.Random(8)
        self.lock = threading.Lock()
        self.sent = 0
        self.readers = [
            Reader.objects.create(kind="member", name=f"reader {n}", skeleton=f"reader {n}", joined_at=self.now).pk
            for n in range(READERS)
        ]
        site = actions.ensure_site("http://127.0.0.1:8000", now=self.now)
        self.thread = actions.ensure_thread(site, subject_key="bench", now=self.now, title="Bench", url="/a/bench")
        self.roots: list[int] = []
        with transaction.atomic():
            for n in range(ROOTS):
                self.roots.append(self.post(n, n))

    def post(self, client: int, number: int, *, parent: int | None = None) -> int:
        from belowline.discussion import actions

        with self.lock:
            self.sent += 1
            sent = self.sent
        if parent is None and self.roots and sent % 4:
            parent = self.roots[sent % len(self.roots)]
        submission = actions.Submission(
            reader=self.readers[client % READERS], thread_id=self.thread, parent_id=parent, form_key=f"form {sent}"
        )
        answer = actions.post_comment(submission, markdown=words(sent), now=self.now + timedelta(microseconds=sent))
        return answer.comment_id  # type: ignore[union-attr]

    def vote(self, client: int, number: int) -> object:
        from belowline.discussion import actions

        # Every vote changes something: another reader of the client's own, then the other direction.
        at = (number * 7 + client) % len(self.roots)
        voter = (client + number) % READERS
        # Nobody votes on their own comment.
        reader = self.readers[voter if voter != at % READERS else (voter + 1) % READERS]
        with self.lock:
            self.sent += 1
            value = (-1, 0, 1)[(self.sent + number // len(self.roots)) % 3]
        answer = actions.cast_vote(reader, comment_id=self.roots[at], value=value, now=self.now)
        return answer if isinstance(answer, actions.Voted) else None


def words(number: int) -> str:
    """A comment of the usual length (the demo's median is 180 characters) with the usual markup."""
    return (
        f"The gauge at the *old* bridge read {number} millimetres that night, and nobody in the office looked at it "
        "before the morning. See https://example.org/gauge for the table.\n\nWho reads it now?"
    )


class RawInserts:
    """The rows of one post, written by the bare driver in one transaction: comment, revision, event, delta, form."""

    def __init__(self, newsroom: Newsroom) -> None:
        from django.db import connection

        from belowline.discussion.models import Comment, Revision
        from belowline.discussion.rows import NewComment, NewRevision

        self.vendor = connection.vendor
        self.database = str(connection.settings_dict["NAME"])
        names = [one.name for one in fields(NewComment)]
        self.comment = dict(Comment.objects.filter(pk=newsroom.roots[0]).values(*names)[0])
        revision = dict(
            Revision.objects.filter(comment_id=newsroom.roots[0]).values(*[one.name for one in fields(NewRevision)])[0]
        )
        self.revision = revision | {"findings": "[]"}
        self.lock = threading.Lock()
        self.next = 2**38
        self.local = threading.local()

    def __call__(self, client: int, number: int) -> bool:
        connection = self._connection()
        with self.lock:
            self.next += 1
            own = self.next
        comment = self.comment | {"id": own, "root_id": own, "position": own, "time_key": own}
        statements = [
            ("discussion_comment", comment),
            ("discussion_revision", self.revision | {"comment_id": own}),
            ("discussion_threaddelta", {"thread_id": comment["thread_id"], "comments": 1}),
            (
                "outbox_event",
                {
                    "kind": "CommentPublished",
                    "thread_id": comment["thread_id"],
                    "tags": "thread:1",
                    "is_drop": False,
                    "payload": json.dumps({"thread_id": 1, "comment_id": own, "parent_id": None, "author_id": 1}),
                    "recorded_at": "2026-01-01 00:00:00.000000+00:00",
                },
            ),
            (
                "discussion_submission",
                {
                    "key": f"{own:064x}",
                    "body_digest": b"12345678",
                    "comment_id": own,
                    "outcome": "{}",
                    "received_us": own,
                },
            ),
        ]
        mark = "?" if self.vendor == "sqlite" else "%s"
        connection.execute("BEGIN IMMEDIATE" if self.vendor == "sqlite" else "BEGIN")
        for table, row in statements:
            marks = ", ".join([mark] * len(row))
            connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
        connection.execute("COMMIT")
        return True

    def leave(self) -> None:
        """Close the thread's connection."""
        self._connection().close()

    def _connection(self) -> Any:
        if not hasattr(self.local, "connection"):
            self.local.connection = self._connect()
        return self.local.connection

    def _connect(self) -> Any:
        if self.vendor == "sqlite":
            connection = sqlite3.connect(self.database, isolation_level=None, timeout=30)
            for pragma in ("synchronous = FULL", "cache_size = -8192", "mmap_size = 268435456", "foreign_keys = ON"):
                connection.execute(f"PRAGMA {pragma}")
            return connection
        import psycopg
        from django.db import connections

        return psycopg.connect(
            **connections["default"].get_connection_params() | {"cursor_factory": psycopg.Cursor}, autocommit=True
        )


def _posts(newsroom: Newsroom) -> dict[str, Any]:
    from django.db import connection

    ours = _against_raw(newsroom, newsroom.post)
    is_sqlite = connection.vendor == "sqlite"
    return {
        "name": "P8 posting" if is_sqlite else "P15 posting on PostgreSQL",
        "unit": "posts a second by 8 clients / raw inserts of the same rows a second",
        "must": 2.0 if is_sqlite else 0.25,
        **ours,
    }


def _votes(newsroom: Newsroom) -> dict[str, Any]:
    ours = _against_raw(newsroom, newsroom.vote)
    _check_totals(newsroom)
    return {
        "name": "P9 voting",
        "unit": "votes a second by 8 clients / raw inserts of comments a second",
        "must": 3.0,
        **ours,
    }


def _check_totals(newsroom: Newsroom) -> None:
    from django.db.models import Sum

    from belowline.discussion.models import Comment, Vote

    totals = Comment.objects.aggregate(up=Sum("up"), down=Sum("down"))
    votes = [Vote.objects.filter(value=value).count() for value in (1, -1)]
    if [totals["up"], totals["down"]] != votes:
        raise RuntimeError(f"totals {totals} differ from the votes {votes}")


def _against_raw(newsroom: Newsroom, act: Callable[[int, int], object]) -> dict[str, Any]:
    from django.db import connection

    raw = RawInserts(newsroom)
    # On SQLite one writer at a time is the best that raw inserts can do; on PostgreSQL they get as many clients.
    raw_clients = 1 if connection.vendor == "sqlite" else CLIENTS[0]
    plans: dict[str, tuple[Callable[[int, int], object], int]] = {"raw": (raw, raw_clients)}
    # PostgreSQL's private cluster takes 100 connections, and a client of ours holds two.
    ours = CLIENTS if connection.vendor == "sqlite" else CLIENTS[:1]
    plans |= {f"{clients} clients": (act, clients) for clients in ours}
    rounds: dict[str, list[Load]] = {name: [] for name in plans}
    for number in range(ROUNDS):
        for name, (one, clients) in sorted(plans.items(), reverse=bool(number % 2)):
            rounds[name].append(load(one, clients=clients))
    rates = {name: [one.per_second for one in loads] for name, loads in rounds.items()}
    first = f"{CLIENTS[0]} clients"
    ratios = [own / base for own, base in zip(rates[first], rates["raw"], strict=True)]
    return {
        "value": round(statistics.median(ratios), 2),
        "details": {
            "ratios_by_round": [round(ratio, 2) for ratio in ratios],
            "per_second": {name: round(statistics.median(values)) for name, values in rates.items()},
            "cpu_us": {name: round(statistics.median(one.cpu_us for one in loads)) for name, loads in rounds.items()},
            "waits_ms": {name: _waits(loads) for name, loads in rounds.items()},
            "refused": sum(one.refused for loads in rounds.values() for one in loads),
        },
    }


def _waits(loads: list[Load]) -> dict[str, float]:
    waits = sorted(wait for one in loads for wait in one.waits)
    at = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    return {name: round(waits[min(len(waits) - 1, int(share * len(waits)))] * 1e3, 1) for name, share in at.items()}


def _depth(newsroom: Newsroom) -> dict[str, Any]:
    """In one transaction, so that the disk plays no part; the two depths take turns."""
    from django.db import transaction
    from tests.discussion.growing import chain, grow

    bottom = grow(newsroom.thread, newsroom.readers[0], chain(DEEP))[-1]
    times: dict[str, list[float]] = {"depth 1": [], f"depth {DEEP}": []}
    with transaction.atomic():
        for number in range(DEPTH_PAIRS):
            for name, parent in zip(times, (newsroom.roots[0], bottom), strict=True):
                began = time.perf_counter()
                newsroom.post(number, number, parent=parent)
                times[name].append(time.perf_counter() - began)
    middle = {name: statistics.median(values) for name, values in times.items()}
    shallow, deep = middle.values()
    return {
        "name": "P10 replying very deep",
        "value": round(deep / shallow, 2),
        "unit": f"time of a reply at depth {DEEP} / at depth 1",
        "must": 2.0,
        "details": {"microseconds": {name: round(value * 1e6) for name, value in middle.items()}},
    }


def _here(what: str, folder: Path) -> dict[str, Any]:
    import django

    django.setup()
    from django.db import connection
    from tests.support.databases import fresh_database

    from belowline.storage.writer import writer

    with fresh_database(folder):
        newsroom = Newsroom(folder)
        if connection.vendor == "sqlite":
            writer.start()
        try:
            return {"posts": _posts, "votes": _votes, "depth": _depth}[what](newsroom)
        finally:
            writer.stop()


if __name__ == "__main__":
    if sys.argv[1] == "--here":
        print(json.dumps(_here(sys.argv[2], Path(sys.argv[3]))))
    else:
        chosen = {
            "posts": measure_posts,
            "votes": measure_votes,
            "depth": measure_depth,
            "postgres": measure_posts_on_postgres,
        }
        print(json.dumps(chosen[sys.argv[1]](), indent=2))
