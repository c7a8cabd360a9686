"""The tests, in three rounds: everything on SQLite, what touches a database again on PostgreSQL, then the browser.

A round whose program is missing is left out and said so; where CI is set it is a failure instead.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tasks import environment, quality
from tasks.saying import ROOT, call, say

# A private cluster for the command that follows; tests/support knows how to make one.
ON_POSTGRESQL = str(ROOT / "tasks" / "on_postgresql.py")
NO_TESTS = 5  # pytest's exit code when nothing was collected
WORKERS = "2"
# A file's tests share what its fixtures made. The order is ours: tests/conftest.py knows which files take longest.
IN_FILES = ["-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder"]
PURE = ["tests/domain", "tests/exchange", "tests/project/test_config.py", "tests/project/test_settings_text.py"]


@dataclass(slots=True)
class Round:
    name: str
    code: int = 0
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    skips: Counter[str] = field(default_factory=Counter)
    left_out: str = ""


def test(arguments: list[str]) -> int:
    python = str(environment.ensure())
    missing = missing_programs()
    if missing and os.environ.get("CI"):
        for name, package in missing.items():
            say(f"{name} is missing: apt-get install {package}")
        return 1
    rounds = [_pytest("SQLite", python, [*IN_FILES, "-m", "not browser", *arguments])]
    rounds.append(_postgresql_round(python, arguments, missing=missing))
    if "Chromium" in missing:
        rounds.append(Round("browser", left_out="Chromium is missing"))
    else:
        rounds.append(_pytest("browser", python, [*IN_FILES, "-m", "browser", *arguments]))
    return _print_summary(rounds)


def fast(arguments: list[str]) -> int:
    python = str(environment.ensure())
    paths = [path for path in PURE if (ROOT / path).exists()]
    done = _pytest(
        "pure", python, ["-q", "-n", WORKERS, "-p", "tasks.few_examples", "-k", "not memory", *paths, *arguments]
    )
    return _print_summary([done]) or quality.contracts(python)


def missing_programs() -> dict[str, str]:
    """What the tests use besides Python: name to Debian package."""
    missing = {}
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        missing["Chromium"] = "chromium"
    if not (shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))):
        missing["PostgreSQL"] = "postgresql"
    if not shutil.which("redis-server"):
        missing["Redis"] = "redis-server"
    return missing


def _postgresql_round(python: str, arguments: list[str], *, missing: Mapping[str, str]) -> Round:
    """What touches a database (tests/conftest.py chooses), again; without those that have processes of their own."""
    if "PostgreSQL" in missing:
        return Round("PostgreSQL", left_out="PostgreSQL is missing")
    words = ["-m", "not browser and not process and not once", *arguments]
    return _pytest("PostgreSQL", python, [*IN_FILES, *words], launcher=[ON_POSTGRESQL])


def _pytest(name: str, python: str, words: list[str], *, launcher: list[str] | None = None) -> Round:
    done = Round(name)
    with tempfile.TemporaryDirectory(prefix="belowline-tests-") as folder:
        report = Path(folder) / "report.xml"
        values = {key: value for key, value in environment.environment().items() if not key.startswith("BELOWLINE_")}
        # Not the developer's own site: its settings would decide how the tests end.
        values["BELOWLINE_DATA"] = folder
        began = time.monotonic()
        pytest = ["-m", "pytest", f"--junitxml={report}", *words]
        prefix = [*(launcher or []), python] if launcher else []
        done.code = call([python, *prefix, *pytest], environment=values)
        done.seconds = time.monotonic() - began
        if report.exists():
            _count(done, report)
    return done


def _count(done: Round, report: Path) -> None:
    for case in ElementTree.parse(report).iter("testcase"):
        skipped = case.find("skipped")
        if skipped is not None:
            done.counts["skipped"] += 1
            done.skips[skipped.get("message", "")] += 1
        elif case.find("failure") is not None or case.find("error") is not None:
            done.counts["failed"] += 1
        else:
            done.counts["passed"] += 1


def _print_summary(rounds: list[Round]) -> int:
    total: Counter[str] = Counter()
    is_good = True
    for done in rounds:
        total += done.counts
        is_good &= done.code in {0, NO_TESTS}
        state = done.left_out or ("no tests" if done.code == NO_TESTS else "ok" if done.code == 0 else "FAILED")
        counts = ", ".join(f"{count} {name}" for name, count in sorted(done.counts.items()))
        say(f"{done.name}: {state} ({counts or 'nothing ran'}; {done.seconds:.0f} s)")
        for reason, count in done.skips.most_common():
            say(f"  skipped {count}: {reason}")
    if not any(total.values()):
        say("no test ran")
        is_good = False
    sys.stderr.flush()
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped", flush=True)
    return 0 if is_good else 1
