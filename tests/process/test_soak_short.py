"""Short forms of `./dev soak`, by the same code: what readers were told is true after everything that may happen."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import pytest
from bench.sites import copy_of, made_site
from bench.soak.backups import back_up_and_compare
from bench.soak.kills import kill_again_and_again
from bench.soak.ledger import Ledger, sqlite_database
from bench.soak.mails import Mailing, judge
from bench.soak.storms import storm

from tests.support.mailbox import Mailbox

pytestmark = pytest.mark.process

KILLS = 10
COMMENTS = 60


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site with a small discussion that belongs to one test."""
    return copy_of(made_site(COMMENTS), to=tmp_path / "site")


def test_what_was_acknowledged_survives_ten_kills(root: Path) -> None:
    database = partial(sqlite_database, root / "belowline.db")
    done = asyncio.run(kill_again_and_again(root, kills=KILLS, seed=7, database=database))
    assert sum(done.kills.values()) == KILLS
    assert len(done.kills) > 1
    assert len(done.ledger.comments) > KILLS
    assert done.faults == []


def test_a_backup_made_while_readers_write_is_a_site_of_one_moment(root: Path) -> None:
    done = asyncio.run(back_up_and_compare(root, rounds=1, seed=8))
    assert done.rounds == 1
    assert done.ledger.comments
    assert done.faults == []


def test_presses_and_forms_that_come_at_once_are_one_vote_and_one_comment(root: Path) -> None:
    database = partial(sqlite_database, root / "belowline.db")
    done = asyncio.run(storm(root, runs=1, crowd=30, seed=9, database=database))
    assert done.readers == 29
    assert done.forms == 2
    assert done.faults == []


def test_a_lost_comment_would_be_noticed(root: Path) -> None:
    ledger = Ledger(comments={999_999: "Nobody has this."}, votes={(1, "Nobody"): 1})
    with sqlite_database(root / "belowline.db") as database:
        faults = ledger.faults(database)
    assert len(faults) == 2
    assert "lost" in faults[0]


def test_a_mail_that_came_twice_or_never_would_be_noticed() -> None:
    """The mailing itself is killed in tests/mail/test_letters.py, at each of its moments."""
    rows = [
        ("a@x.example", "sent", ""),
        ("b@x.example", "sent", ""),
        ("c@x.example", "ending", ""),
        ("d@x.example", "ending", ""),
    ]
    done = Mailing(subscribers=4)
    judge(done, Mailbox(recipients=["a@x.example", "a@x.example", "c@x.example"]), lambda: nullcontext(lambda _: rows))
    assert [fault.split(";")[0] for fault in done.faults] == [
        "a@x.example got 2 mails",
        "b@x.example got nothing",
        "d@x.example got nothing",
    ]
    assert done.in_doubt == 2
