"""Exports of other systems, real in shape and of any size: `write_isso`, `write_remark42`.

Deterministic for a seed. Both write about a million comments in a minute on one core.
"""

import gzip
import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

# Isso 0.14: isso/db/threads.py, db/comments.py and db/preferences.py create these.
ISSO_SCHEMA = """
CREATE TABLE preferences (key VARCHAR PRIMARY KEY, value VARCHAR);
CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
CREATE TABLE comments (
    tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL, modified FLOAT,
    mode INTEGER, remote_addr VARCHAR, text VARCHAR NOT NULL, author VARCHAR, email VARCHAR, website VARCHAR,
    likes INTEGER DEFAULT 0, dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL, notification INTEGER DEFAULT 0
);
CREATE TRIGGER remove_stale_threads AFTER DELETE ON comments
BEGIN DELETE FROM threads WHERE id NOT IN (SELECT tid FROM comments); END;
PRAGMA user_version = 5;
"""
_START = datetime(2021, 3, 1, 8, 0, tzinfo=UTC)
_WORDS = (
    *("the", "council", "voted", "on", "a", "harbour", "budget", "and", "nobody", "asked", "river", "about", "it"),
    *("because", "transport", "is", "dear", "in", "winter", "while", "rail", "would", "be", "cheaper", "said"),
    *("minister", "who", "has", "never", "waited", "for", "bus", "at", "bridge", "after", "evening", "shift"),
)


def write_isso(path: Path, *, comments: int, threads: int = 10, seed: int = 1) -> None:
    """An Isso 0.14 database: half of the comments are replies; some are held, deleted, edited, voted on, or HTML."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA synchronous = OFF")
        database.executescript(ISSO_SCHEMA)
        database.execute("INSERT INTO preferences VALUES ('session-key', ?)", ("0" * 48,))
        database.executemany(
            "INSERT INTO threads VALUES (?, ?, ?)",
            ((n, f"/2021/story-{n}/", f"Story {n}") for n in range(1, threads + 1)),
        )
        database.executemany(
            f"INSERT INTO comments VALUES ({', '.join('?' * 15)})",
            _isso_rows(comments=comments, threads=threads, random=random.Random(seed)),
        )


def write_remark42(path: Path, *, comments: int, threads: int = 10, seed: int = 1, has_voters: bool = False) -> None:
    """A gzipped Remark42 backup, grouped by page and ordered by time like a real one.

    `has_voters` writes the `votes` that a raw copy of the store has and a backup hides.
    """
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(json.dumps(_remark42_head(threads)).encode() + b"\n")
        for line in _remark42_lines(comments, threads=threads, random=random.Random(seed), has_voters=has_voters):
            file.write(line.encode())


def _texts(rng: random.Random) -> list[str]:
    """A few hundred texts of about 180 characters, the median of real discussions, to choose from quickly."""
    texts = []
    for at in range(300):
        words = rng.choices(_WORDS, k=rng.randint(5, 60))
        words[0] = words[0].capitalize()
        words[len(words) // 2] = f"**{words[len(words) // 2]}**"
        quote = "> " + " ".join(words[:4]) + "\n\n" if at % 7 == 0 else ""
        texts.append(quote + " ".join(words) + ".")
    return texts


def _isso_rows(*, comments: int, threads: int, random: random.Random) -> Iterator[tuple[object, ...]]:
    texts = _texts(random)
    voters = bytes(256)
    newest_root: dict[int, int] = {}
    at = _START.timestamp()
    for comment in range(1, comments + 1):
        at += random.expovariate(1 / 90)
        thread = random.randrange(threads) + 1
        parent = newest_root.get(thread) if random.random() < 0.5 else None
        if parent is None:
            newest_root[thread] = comment
        kind = random.random()
        mode = 4 if kind < 0.01 and parent is None else 2 if kind < 0.03 else 1
        text = random.choice(texts)
        if kind > 0.95:
            text = f"<p>{text}</p>"
        person = random.randrange(comments // 10 + 1)
        is_gone = mode == 4
        likes = int(random.paretovariate(1.2)) - 1 if random.random() < 0.3 else 0
        yield (
            thread, comment, parent, at, at + 300 if kind > 0.9 else None, mode, f"192.0.{person % 256}.0",
            "" if is_gone else text, None if is_gone or person % 5 == 0 else f"reader{person}",
            f"reader{person}@example.org" if person % 3 == 0 else None,
            None if is_gone or person % 9 else f"https://reader{person}.example/",
            min(likes, 142), int(random.random() < 0.05), voters, 0,
        )  # fmt: skip


def _remark42_head(threads: int) -> dict[str, object]:
    return {
        "version": 1,
        "users": [
            {
                "id": "github_" + f"{3:040x}",
                "blocked": {"status": True, "until": "2121-01-01T00:00:00Z"},
                "verified": False,
                "details": {"user_id": "github_" + f"{3:040x}"},
            },
            {
                "id": "github_" + f"{1:040x}",
                "blocked": {"status": False, "until": "0001-01-01T00:00:00Z"},
                "verified": True,
                "details": {"user_id": "github_" + f"{1:040x}", "email": "reader1@example.org"},
            },
        ],
        "posts": [{"url": _page(threads), "read_only": True}],
    }


def _page(thread: int) -> str:
    return f"https://example.org/2021/story-{thread}/"


def _remark42_lines(comments: int, *, threads: int, random: random.Random, has_voters: bool) -> Iterator[str]:
    texts = [(json.dumps(text), json.dumps(f"<p>{text}</p>\n")) for text in _texts(random)]
    at = _START
    per_thread, rest = divmod(comments, threads)
    for thread in range(1, threads + 1):
        ids: list[str] = []
        for _comment in range(per_thread + (thread <= rest)):
            at += timedelta(microseconds=random.randrange(120_000_000))
            ids.append(_uuid(random))
            parent = random.choice(ids[-40:-1]) if len(ids) > 1 and random.random() < 0.5 else ""
            yield _remark42_line(
                ids[-1],
                parent,
                thread=thread,
                at=at,
                texts=texts,
                random=random,
                comments=comments,
                has_voters=has_voters,
            )


def _uuid(random: random.Random) -> str:
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _remark42_line(
    comment: str,
    parent: str,
    *,
    thread: int,
    at: datetime,
    texts: list[tuple[str, str]],
    random: random.Random,
    comments: int,
    has_voters: bool,
) -> str:
    orig, text = random.choice(texts)
    person = random.randrange(comments // 10 + 1)
    kind = random.random()
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S.%f") + f"{person % 1000:03d}Z"
    up, down = (int(random.paretovariate(1.2)), random.randrange(3)) if kind > 0.7 else (0, 0)
    more = ""
    if kind < 0.02:
        orig = text = '""'
        up = down = 0
        more = ',"delete":true'
    elif kind < 0.07:
        more = f',"edit":{{"time":"{stamp}","summary":""}}'
    elif kind < 0.073:
        more = ',"pin":true'
    if up and down:
        ratio = min(up, down) / max(up, down)
        more += f',"controversy":{(up + down) ** ratio!r}'
    if has_voters and (up or down):
        up, down = min(up, 50), min(down, 50)
        pairs = [f'"github_{n:040x}":{"true" if n < up else "false"}' for n in range(up + down)]
        more += f',"votes":{{{",".join(pairs)}}}'
    return (
        f'{{"id":"{comment}","pid":"{parent}","text":{text},"orig":{orig},"user":{{"name":"Reader {person}",'
        f'"id":"github_{person:040x}","picture":"https://remark.example.org/api/v1/avatar/{person:040x}.image",'
        f'"ip":"{person % 251:040x}","admin":false,"site_id":"remark"}},"locator":{{"site":"remark",'
        f'"url":"{_page(thread)}"}},"score":{up - down},"vote":0,"time":"{stamp}"{more},"title":"Story {thread}"}}\n'
    )
