"""P15: the bars of reading on PostgreSQL, and posting against raw inserts of the same rows by as many clients."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
from tests.support.postgres import binaries, private_cluster

from bench import writes
from bench.bars.reading import compared
from bench.moving import make_site_on_postgres
from bench.results import Check, Options, Result, at_least, spread_text
from bench.saying import say
from bench.sites import SMALL, made_site, scratch, serving

BARS = ("P15",)


def measure(options: Options) -> Sequence[Result]:
    if binaries() is None:
        return [Result(bar="P15", title="PostgreSQL", failure="PostgreSQL is not installed")]
    posts = writes.measure_posts_on_postgres()
    with scratch("postgres") as folder, private_cluster() as url, ExitStack() as stack:
        small = stack.enter_context(serving(_site(folder / "small", url=url, name="small", comments=SMALL)))
        large = stack.enter_context(serving(_site(folder / "large", url=url, name="large", comments=options.comments)))
        for site in (small, large):
            site.postmaster = _postmaster(url)
        reading = compared(small, large, options, rows=made_site(options.comments) / "belowline.db")
    checks = [
        Check("posts by 8 clients against raw inserts by 8", posts["value"], "×", at_least(0.25), 0.5),
        *(
            Check(f"{result.bar}: {check.name}", check.value, check.unit, check.must, check.reach)
            for result in reading
            for check in result.checks
        ),
    ]
    return [
        Result(
            bar="P15",
            title="PostgreSQL: reading as on SQLite, CPU with the database's, and posting",
            checks=tuple(checks),
            spread=spread_text(posts["details"]["ratios_by_round"], unit="× (posts)"),
            details={"posts": posts["details"]} | {result.bar: result.details for result in reading},
        )
    ]


def _site(root: Path, *, url: str, name: str, comments: int) -> Path:
    """A site with a database of its own in the cluster."""
    say(f"moving a discussion of {comments:,} comments to PostgreSQL")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    own = url.replace("/belowline?", f"/{name}?")
    make_site_on_postgres(root, url=own, rows=made_site(comments) / "belowline.db")
    return root


def _postmaster(url: str) -> int:
    """The process id of the cluster: the first line of its own file."""
    folder = Path(parse_qs(urlsplit(url).query)["host"][0])
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])
