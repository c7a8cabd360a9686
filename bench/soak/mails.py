"""R3: one comment is mailed to everybody who follows its discussion, by a worker that is killed again and again."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.mailbox import Mailbox, mailbox

from bench.sites import plain_environment, told_by
from bench.soak.ledger import Statement

# Every fourth worker is killed while it comes up, the others while they queue and send.
EVERY, COMING_UP_SECONDS = 4, (0.2, 4.0)
PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.2

Database = Callable[[], AbstractContextManager[Statement]]


@dataclass
class Mailing:
    subscribers: int
    kills: int = 0
    queue_seconds: float = 0.0
    queue_cpu_seconds: float = 0.0
    send_seconds: float = 0.0
    in_doubt: int = 0
    faults: list[str] = field(default_factory=list)


def mail_everybody(
    root: Path,
    *,
    subscribers: int,
    kills: int,
    seed: int,
    database: Database,
    tell: Callable[[int], None] = lambda _count: None,
) -> Mailing:
    """`root` is a new site; `database` opens its database for one statement after the other, each committed."""
    made = told_by("bench.soak.mail_making", root, "--subscribers", str(subscribers))
    done = Mailing(subscribers, queue_seconds=made["seconds"], queue_cpu_seconds=made["cpu_seconds"])
    rng, begun = random.Random(seed), time.monotonic()
    with mailbox() as box:
        while done.kills < kills:
            worker = _start(root, box)
            if done.kills % EVERY == 0:
                time.sleep(rng.uniform(*COMING_UP_SECONDS))
            else:
                _wait_for_mails(box, len(box.recipients) + rng.randint(1, subscribers // kills))
            worker.kill()
            worker.wait()
            done.kills += 1
            _let_leases_run_out(database)
            tell(1)
        worker = _start(root, box)
        try:
            _wait_for_the_end(database, subscribers)
        finally:
            worker.terminate()
            with suppress(subprocess.TimeoutExpired):
                worker.wait(30)
            worker.kill()
        done.send_seconds = time.monotonic() - begun
        judge(done, box, database)
    return done


def _wait_for_mails(box: Mailbox, count: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while len(box.recipients) < count:
        if time.monotonic() > until:
            raise RuntimeError(f"only {len(box.recipients)} of {count} mails came in {PATIENCE_SECONDS:.0f} s")
        time.sleep(0.001)


def _start(root: Path, box: Mailbox) -> subprocess.Popen[bytes]:
    settings = {"BELOWLINE_MAIL__URL": box.url, "BELOWLINE_MAIL__SENDER": "The Weir <desk@weir.example>"}
    command = [sys.executable, "-m", "belowline.project.worker_process", "--data", str(root)]
    return subprocess.Popen(
        command, env=plain_environment(**settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _let_leases_run_out(database: Database) -> None:
    """The ten minutes after which letters that a killed worker held are free again."""
    with database() as run:
        run("UPDATE mail_letter SET due_at = queued_at WHERE state = 'waiting'")


def _wait_for_the_end(database: Database, count: int) -> None:
    """A busy machine may take long; one on which nothing moves any more has lost something."""
    seen, until = -1, time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with database() as run:
            states = dict(run("SELECT state, count(*) FROM mail_letter GROUP BY state"))
        ended = sum(states.values()) - states.get("waiting", 0)
        if ended >= count and not states.get("waiting"):
            return
        if ended > seen:
            seen, until = ended, time.monotonic() + PATIENCE_SECONDS
        time.sleep(LOOK_SECONDS)
    raise RuntimeError(f"letters still wait, and none went out for {PATIENCE_SECONDS:.0f} s: {states}")


def judge(done: Mailing, box: Mailbox, database: Database) -> None:
    """Writes down what is wrong: a mail that came twice, or to nobody."""
    copies = Counter(box.recipients)
    with database() as run:
        letters = run("SELECT email, state, why FROM mail_letter")
    done.in_doubt = sum(state == "ending" for _email, state, _why in letters)
    for email, count in copies.items():
        if count > 1:
            done.faults.append(f"{email} got {count} mails")
    if len(letters) != done.subscribers or len({email for email, *_ in letters}) != done.subscribers:
        done.faults.append(f"{len(letters)} letters for {done.subscribers} subscribers")
    for email, state, why in letters:
        if not copies[email] and state == "ending":
            done.faults.append(f"{email} got nothing; the letter is in doubt, and the doctor names it")
        elif not copies[email]:
            done.faults.append(f"{email} got nothing; the letter is {state} {why}")
        elif state not in {"sent", "ending"}:
            done.faults.append(f"{email} got its mail; the letter is {state} {why}")
