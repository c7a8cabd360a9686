"""`python -m bench.soak [--kills 200] [--seed N] [--only R1,R2,R3,R4,S18]`: prints a line for each bar; exit code 1 on a loss.

The order of the kills is decided by the seed; where they hit is decided by the machine. Ctrl-C stops it in order.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

from tests.support.postgres import binaries, private_cluster
from tqdm import tqdm

from bench.moving import make_site_on_postgres
from bench.sites import ROOT, belowline, copy_of, made_site, scratch
from bench.soak import backups, kills, mails, storms
from bench.soak.ledger import postgres_database, postgres_statements, sqlite_database, sqlite_statements

COMMENTS = 60
BARS = ("R1", "R2", "R3", "R4", "S18")
SHOWN = 10


def main() -> int:
    given = _arguments()
    wanted = [bar.strip() for bar in given.only.split(",") if bar.strip()] or list(BARS)
    if unknown := sorted(set(wanted) - set(BARS)):
        print(f"soak: no bar is called {', '.join(unknown)}; there are {', '.join(BARS)}", file=sys.stderr)
        return 2
    runs = {"R1": killed, "R2": stormed, "R3": mailed, "R4": backed_up, "S18": enumerated}
    try:
        return max([runs[bar](given) for bar in BARS if bar in wanted])
    except KeyboardInterrupt:
        print("soak: stopped", file=sys.stderr)
        return 130


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev soak", description=__doc__.split("\n\n")[0])
    parser.add_argument("--kills", type=int, default=200, help="R1 on SQLite; a quarter of it on PostgreSQL (200)")
    parser.add_argument("--backups", type=int, default=20, help="R4 (20)")
    parser.add_argument("--storms", type=int, default=50, help="R2: runs of 200 presses by one reader (50)")
    parser.add_argument("--crowd", type=int, default=1_000, help="R2: readers on one comment (1,000)")
    parser.add_argument("--subscribers", type=int, default=10_000, help="R3: who follow one discussion (10,000)")
    parser.add_argument("--mail-kills", type=int, default=20, help="R3: of the worker that mails them (20)")
    parser.add_argument("--seed", type=int, default=2051)
    parser.add_argument("--only", default="", metavar="BARS", help=",".join(BARS))
    return parser.parse_args()


def killed(given: argparse.Namespace) -> int:
    codes = []
    for name, site in _sites("kills"):
        count = given.kills if name == "SQLite" else max(1, given.kills // 4)
        with site as (root, database), _bar(f"R1 {name}", total=count, unit="kill") as tell:
            done = asyncio.run(
                kills.kill_again_and_again(root, kills=count, seed=given.seed, database=database, tell=tell)
            )
        told = ", ".join(f"{part} {number}" for part, number in sorted(done.kills.items()))
        codes.append(
            _say(
                "R1",
                f"{name}: {sum(done.kills.values())} kills ({told}); {len(done.ledger.comments)} comments and "
                f"{len(done.ledger.votes)} votes acknowledged in {done.ledger.attempts} presses",
                done.faults,
            )
        )
    return max(codes)


def stormed(given: argparse.Namespace) -> int:
    codes = []
    for name, site in _sites("storms"):
        total = given.storms * storms.PRESSES + 2 * (given.crowd - 1)
        with site as (root, database), _bar(f"R2 {name}", total=total, unit="act") as tell:
            done = asyncio.run(
                storms.storm(root, runs=given.storms, crowd=given.crowd, seed=given.seed, database=database, tell=tell)
            )
        words = f"{name}: {done.runs} × {storms.PRESSES} presses of one reader; {done.readers} readers on one comment"
        codes.append(_say("R2", words, done.faults))
    return max(codes)


def mailed(given: argparse.Namespace) -> int:
    codes = []
    for name, site in _new_sites():
        with site as (root, statements), _bar(f"R3 {name}", total=given.mail_kills, unit="kill") as tell:
            done = mails.mail_everybody(
                root,
                subscribers=given.subscribers,
                kills=given.mail_kills,
                seed=given.seed,
                database=statements,
                tell=tell,
            )
        words = (
            f"{name}: a comment for {done.subscribers} subscribers in {done.queue_seconds:.2f} s "
            f"({done.queue_cpu_seconds:.2f} s of CPU); mailed in {done.send_seconds:.0f} s with the worker killed "
            f"{done.kills} times; {done.in_doubt} letters that the doctor names"
        )
        codes.append(_say("R3", words, done.faults))
    return max(codes)


def _new_sites() -> Iterator[tuple[str, AbstractContextManager[tuple[Path, mails.Database]]]]:
    yield "SQLite", _new_on_sqlite()
    if binaries() is not None:
        yield "PostgreSQL", _new_on_postgres()


@contextmanager
def _new_on_sqlite() -> Iterator[tuple[Path, mails.Database]]:
    with scratch("mails") as folder:
        belowline("init", "--data", folder / "site", "--name", "The Weir")
        yield folder / "site", partial(sqlite_statements, folder / "site" / "belowline.db")


@contextmanager
def _new_on_postgres() -> Iterator[tuple[Path, mails.Database]]:
    with scratch("mails") as folder, private_cluster() as url:
        belowline("init", "--data", folder / "site", "--name", "The Weir", "--database-url", url)
        yield folder / "site", partial(postgres_statements, url)


def backed_up(given: argparse.Namespace) -> int:
    with scratch("soak") as folder, _bar("R4", total=given.backups, unit="backup") as tell:
        root = copy_of(made_site(COMMENTS), to=folder / "site")
        done = asyncio.run(backups.back_up_and_compare(root, rounds=given.backups, seed=given.seed, tell=tell))
    words = f"{done.rounds} backups while {len(done.ledger.comments)} comments were written, restored and compared"
    return _say("R4", words, done.faults)


def enumerated(given: argparse.Namespace) -> int:
    """A thousand rounds at each door that takes an address; the test is the one of `./dev test`, with its full count."""
    tests = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "tests/security/test_enumeration.py"]
    done = subprocess.run(tests, cwd=ROOT, env=os.environ | {"BELOWLINE_SOAK": "1"}, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    for line in lines:
        if line.startswith("timed "):
            print(f"   {line.removeprefix('timed ')}", flush=True)
    faults = [line for line in lines if line.startswith("FAILED")] if done.returncode else []
    return _say("S18", "known and unknown addresses, 1,000 rounds at each door", faults or [""] * bool(done.returncode))


def _sites(purpose: str) -> Iterator[tuple[str, object]]:
    """A fresh site on each database: its folder, and how to look into its database from outside."""
    yield "SQLite", _on_sqlite(purpose)
    if binaries() is None:
        print("soak: PostgreSQL is not installed; left out", file=sys.stderr)
        return
    yield "PostgreSQL", _on_postgres(purpose)


@contextmanager
def _on_sqlite(purpose: str) -> Iterator[tuple[Path, Callable[[], object]]]:
    with scratch(purpose) as folder:
        root = copy_of(made_site(COMMENTS), to=folder / "site")
        yield root, partial(sqlite_database, root / "belowline.db")


@contextmanager
def _on_postgres(purpose: str) -> Iterator[tuple[Path, Callable[[], object]]]:
    with scratch(purpose) as folder, private_cluster() as url:
        make_site_on_postgres(folder / "site", url=url, rows=made_site(COMMENTS) / "belowline.db")
        yield folder / "site", partial(postgres_database, url)


@contextmanager
def _bar(name: str, *, total: int, unit: str) -> Iterator[Callable[[int], None]]:
    """Rate and time left, also in a log (a line a minute)."""
    with tqdm(
        total=total, desc=name, unit=unit, file=sys.stderr, mininterval=0.5 if sys.stderr.isatty() else 60
    ) as bar:

        def tell(count: int) -> None:
            bar.update(count)

        yield tell


def _say(bar: str, words: str, faults: list[str]) -> int:
    verdict = "holds" if not faults else f"LOST: {len(faults)} faults"
    print(f"{bar} {verdict}. {words}", flush=True)
    for fault in faults[:SHOWN]:
        print(f"   {fault}", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    began = time.monotonic()
    code = main()
    print(f"soak: {time.monotonic() - began:.0f} s", file=sys.stderr)
    sys.exit(code)
