"""`python -m bench [--only P1,P3] [--json] [--quick] [--comments N]`: measure the bars of speed.

Without --only everything is measured and docs/benchmarks.md is written. With --json the only thing on standard output
is one object: {bar: {"value", "unit", "must", "holds", ...}}. A bar that does not hold is a finding, not an error; the
exit code is 1 when something could not be measured.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections.abc import Sequence
from datetime import date

from bench.machine import machine
from bench.registry import BARS, MODULES, measure_of, modules_for
from bench.report import markdown, table
from bench.results import MILLION, Options, Result
from bench.saying import say
from bench.sites import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> int:
    given = _arguments()
    options = Options(is_quick=given.quick, comments=given.comments or (20_000 if given.quick else MILLION))
    wanted = [bar.strip() for bar in given.only.split(",") if bar.strip()] if given.only else []
    try:
        modules = modules_for(wanted)
    except ValueError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    about, began = machine(), time.monotonic()
    results = [result for name in modules for result in _measured(name, options)]
    shown = [result for result in results if not wanted or result.bar in wanted]
    shown.sort(key=lambda result: BARS.index(result.bar))
    shown.sort(key=lambda result: int(result.bar[1:]) if result.bar[1:].isdigit() else 99)
    if given.json:
        print(json.dumps({result.bar: result.as_json() for result in shown}, indent=1, ensure_ascii=False))
    else:
        print(table(shown))
    if not wanted and not given.keep_page:
        minutes = (time.monotonic() - began) / 60
        PAGE.write_text(
            markdown(shown, machine=about, options=options, minutes=minutes, day=date.today()), encoding="utf-8"
        )
        say(f"wrote {PAGE.relative_to(ROOT)}")
    return 1 if any(result.failure for result in shown) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.split("\n\n")[0])
    parser.add_argument("--only", default="", metavar="BARS", help=f"some of {','.join(BARS)}")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--quick", action="store_true", help="few and short rounds, 20,000 comments")
    parser.add_argument("--comments", type=int, metavar="N", help="the size of the large discussion and of the imports")
    parser.add_argument("--keep-page", action="store_true", help="leave docs/benchmarks.md as it is")
    return parser.parse_args()


def _measured(module: str, options: Options) -> Sequence[Result]:
    """One module's results. What goes wrong in it becomes a result as well, so that the others still run."""
    bars = MODULES[module]
    say(f"measuring {', '.join(bars)}")
    began = time.monotonic()
    try:
        results: Sequence[Result] = measure_of(module)(options)
    except KeyboardInterrupt:
        raise
    except Exception as error:
        traceback.print_exc()
        reason = f"{type(error).__name__}: {str(error)[:300]}"
        results = [Result(bar=bar, title="not measured", failure=reason) for bar in bars]
    say(f"{', '.join(bars)}: {time.monotonic() - began:.0f} s")
    return results


if __name__ == "__main__":
    sys.exit(main())
