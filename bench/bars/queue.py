"""The moderators' queue with a hundred thousand cases: what its first page, and each part of it, costs (issue of
moderation, "Must show")."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from bench import clients
from bench.results import Check, Options, Result, at_most, median, spread_text
from bench.sites import ROOT, Reader, copy_of, made_site, plain_environment, scratch, serving

CASES, QUICK_CASES = 100_000, 2_000
PAGES = 5  # a round: far above the clock's steps
ROUNDS = 10
MILLISECONDS_MAX = 50.0


def measure(options: Options) -> Sequence[Result]:
    count = QUICK_CASES if options.is_quick else CASES
    with scratch("queue") as folder:
        root = copy_of(made_site(count), to=folder / "site")
        command = [sys.executable, "-m", "bench.holding", "--data", str(root)]
        made = subprocess.run(command, check=True, env=plain_environment(), cwd=ROOT, capture_output=True, text=True)
        held = json.loads(made.stdout)
        parts = {
            "the whole": "",
            "one discussion": f"?thread={clients.THREAD}",
            "one author": f"?author={held['author']}",
            "one reason": f"?code={held['code']}",
            "the page after": f"?after={1 << 50}",
            "reported": "?queue=reported",
        }
        costs: dict[str, list[float]] = {name: [] for name in parts}
        with serving(root) as site:
            reader = Reader(site, cookie=held["cookie"])
            for query in parts.values():
                reader.get(f"/_staff/comments{query}")
            for _ in range(options.rounds(ROUNDS)):
                for name, query in parts.items():
                    before = site.cpu("front", "desk")
                    for _ in range(PAGES):
                        reader.get(f"/_staff/comments{query}")
                    costs[name].append((site.cpu("front", "desk") - before) / PAGES * 1_000)
            reader.close()
    worst = max(costs, key=lambda name: median(costs[name]))
    return [
        Result(
            bar="queue",
            title=f"a page of the moderators' queue of {held['cases']:,}",
            checks=(
                Check("the whole", round(median(costs["the whole"]), 1), "ms CPU", at_most(MILLISECONDS_MAX)),
                Check(f"worst part ({worst})", round(median(costs[worst]), 1), "ms CPU", at_most(MILLISECONDS_MAX)),
            ),
            spread=spread_text(costs[worst], unit="ms"),
            details={name: round(median(values), 1) for name, values in costs.items()},
        )
    ]
