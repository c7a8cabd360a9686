"""P1 and P2: a page that is in the cache, alone and beside a desk that has too much to do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from bench import front_hot
from bench.results import Check, Options, Result, at_least, at_most, percentile, spread_text
from bench.sites import ROOT, SMALL, Reader, Site, article_path, plain_environment, served_copy

BARS = ("P1", "P2")
ROUNDS_P2 = 10
SECONDS = 2.0
RATE = 400.0
# A personal page: the front passes it on, the desk builds it each time.
SATURATING = "/_account/sign-in"
HOT = article_path("best")


def measure(options: Options) -> Sequence[Result]:
    return [_against_a_constant(options), _beside_a_busy_desk(options)]


def _against_a_constant(options: Options) -> Result:
    found = front_hot.measure(options.rounds(front_hot.ROUNDS))
    worst = min(found["details"], key=lambda name: found["details"][name]["ratio"])
    low, high = found["details"][worst]["ratio_quartiles"]
    return Result(
        bar="P1",
        title="hot page: CPU of a constant application by CPU of the front, the lower of br and zstd",
        checks=(Check(f"{worst}, same bytes", found["value"], "×", at_least(0.80), 0.95),),
        spread=f"{low:.3g} to {high:.3g} in {found['details'][worst]['rounds']} rounds",
        details=found["details"],
    )


def _beside_a_busy_desk(options: Options) -> Result:
    alone: list[list[float]] = []
    beside: list[list[float]] = []
    with served_copy(SMALL, purpose="hot") as site:
        reader = Reader(site)
        reader.get(HOT)
        reader.get(HOT)
        reader.close()
        seconds = options.seconds(SECONDS)
        for _ in range(options.rounds(ROUNDS_P2)):
            alone.append(_hot(site, seconds=seconds))
            busy = _readers(site, SATURATING, rate=0.0, seconds=seconds + 1.5)
            beside.append(_hot(site, seconds=seconds))
            asked = len(_answers(busy))
    p99s = [percentile(sum(rounds, []), 0.99) for rounds in (alone, beside)]
    ratios = [percentile(b, 0.99) / percentile(a, 0.99) for a, b in zip(alone, beside, strict=True)]
    return Result(
        bar="P2",
        title="hot page: 99th percentile while the desk is saturated, against alone",
        checks=(Check("all rounds together", round(p99s[1] / p99s[0], 2), "×", at_most(3.0), 1.5),),
        spread=spread_text(ratios, unit="×"),
        note="On two cores the desk, the front and both loads share the machine.",
        details={
            "p99 ms alone, beside": [round(value * 1_000, 2) for value in p99s],
            "median ms alone, beside": [round(percentile(sum(r, []), 0.5) * 1_000, 2) for r in (alone, beside)],
            "hot requests a second": RATE,
            "desk requests in the last round": asked,
        },
    )


def _hot(site: Site, *, seconds: float) -> list[float]:
    return _answers(_readers(site, HOT, rate=RATE, seconds=seconds))


def _readers(site: Site, path: str, *, rate: float, seconds: float) -> subprocess.Popen[str]:
    words = ["-m", "bench.pacing", str(site.port), path, "--rate", str(rate), "--seconds", str(seconds)]
    return subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=plain_environment()
    )


def _answers(readers: subprocess.Popen[str]) -> list[float]:
    text, _ = readers.communicate(timeout=120)
    if readers.returncode:
        raise RuntimeError("the readers failed; the lines above say why")
    found: Any = json.loads(text)
    return [float(seconds) for seconds in found]
