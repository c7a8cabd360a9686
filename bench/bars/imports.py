"""P14: a very large export read in while the site serves. CPU of the import's process, its memory, and who waits."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.exports import write_isso, write_remark42

from bench import clients
from bench.clients import Guest, NotAnswered
from bench.processes import rss_mib
from bench.results import Check, Options, Result, at_most
from bench.saying import say
from bench.sites import CACHE, CLI, SMALL, Site, copy_of, digest_of, made_site, plain_environment, scratch, serving

BARS = ("P14",)
WRITERS = {"isso": write_isso, "remark42": write_remark42}
THREADS = 20
PAUSE_SECONDS = 0.25
MICROSECONDS_MAX, MICROSECONDS_REACH = 330.0, 100.0
# "Flat": what the second half of an import adds to the first half's peak.
GROWTH_MIB_MAX = 32.0


@dataclass
class Run:
    """One import: CPU seconds of its process, its memory over time, and how long readers waited meanwhile."""

    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    loaded: int = 0
    rss: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def growth_mib(self) -> float:
        middle = max(1, len(self.rss) // 2)
        return max(0.0, max(self.rss, default=0.0) - max(self.rss[:middle], default=0.0))


def measure(options: Options) -> Sequence[Result]:
    runs: dict[str, Run] = {}
    for name in WRITERS:
        export = _export(name, options.comments)
        with scratch("import") as folder, serving(copy_of(made_site(SMALL), to=folder / "site")) as site:
            runs[name] = asyncio.run(_run(name, export, site))
    costs = {name: run.cpu_seconds / run.loaded * 1e6 for name, run in runs.items()}
    worst = max(costs, key=lambda name: costs[name])
    growth = max(run.growth_mib for run in runs.values())
    return [
        Result(
            bar="P14",
            title=f"import of {options.comments:,} comments while the site serves",
            checks=(
                Check(
                    f"CPU a comment ({worst})", round(costs[worst]), "µs", at_most(MICROSECONDS_MAX), MICROSECONDS_REACH
                ),
                Check("memory added after the middle", round(growth, 1), "MiB", at_most(GROWTH_MIB_MAX)),
            ),
            spread=", ".join(f"{name} {cost:.0f} µs" for name, cost in costs.items()),
            details={name: _details(run) for name, run in runs.items()},
        )
    ]


def _details(run: Run) -> dict[str, object]:
    return {
        "comments": run.loaded,
        "wall s": round(run.wall_seconds, 1),
        "CPU s": round(run.cpu_seconds, 1),
        "peak MiB": round(max(run.rss, default=0.0), 1),
        "MiB at each tenth": [round(run.rss[len(run.rss) * tenth // 10], 1) for tenth in range(10)] if run.rss else [],
        "posts meanwhile": len(run.waits),
        "longest post ms": round(max(run.waits, default=0.0) * 1_000),
        "unanswered": len(run.problems),
    }


def _export(name: str, comments: int) -> Path:
    path = CACHE / f"export-{name}-{comments}-{digest_of('tests/support/exports.py')}"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        for old in CACHE.glob(f"export-{name}-{comments}-*"):
            old.unlink()
        say(f"writing an export of {comments:,} comments ({name})")
        draft = path.with_suffix(".new")
        WRITERS[name](draft, comments=comments, threads=THREADS)
        draft.rename(path)
    return path


async def _run(name: str, export: Path, site: Site) -> Run:
    run = Run()
    command = [*CLI, "import", name, str(export), "--data", str(site.root), "--site", "https://old.test", "--json"]
    output = site.root.with_name("report.json")
    began = time.monotonic()
    async with Guest(site.url, name="Nadia Weir") as guest:
        with output.open("w") as out:
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=plain_environment())
        try:
            usage = await _watched(process, run, guest)
        finally:
            if process.returncode is None:
                process.kill()
                process.wait()
    run.wall_seconds = time.monotonic() - began
    run.cpu_seconds = usage.ru_utime + usage.ru_stime
    run.loaded = json.loads(output.read_text())["comments"]["new"]
    return run


async def _watched(process: subprocess.Popen[bytes], run: Run, guest: Guest) -> resource.struct_rusage:
    """Post now and then until the import ends; what the kernel says that it used."""
    number = 0
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)  # Popen must not wait for it again
            if process.returncode:
                raise RuntimeError(f"the import ended with {process.returncode}")
            return usage
        run.rss.append(rss_mib(process.pid))
        at = time.perf_counter()
        try:
            await guest.post(clients.text_of(number, seed=77))
            run.waits.append(time.perf_counter() - at)
        except (NotAnswered, RuntimeError) as problem:
            run.problems.append(str(problem))
        number += 1
        await asyncio.sleep(PAUSE_SECONDS)
