"""`./dev TASK`: the table of tasks, and handing over to one."""

from __future__ import annotations

import sys

from tasks import earth, environment, measuring, quality, running, testing, words, writing
from tasks.saying import TaskFailed, say

TASKS = {
    "demo": (running.demo, "make the demo newsroom where there is none, and serve it (--port N --data DIR)"),
    "serve": (running.serve, "serve a site (--port N --data DIR)"),
    "belowline": (running.belowline, "run the command line: ./dev belowline doctor --data DIR"),
    "seed": (running.seed, "write the demo newsroom into a demo site"),
    "test": (testing.test, "every test: SQLite, PostgreSQL, browser (arguments go to pytest)"),
    "fast": (testing.fast, "pure tests and contracts, under 10 s"),
    "check": (quality.check, "style, types, contracts, migrations, locks, generated files"),
    "fix": (quality.fix, "repair what can be repaired by itself"),
    "bench": (measuring.bench, "measure, and write docs/benchmarks.md (--only P1,P3 --json)"),
    "replay": (measuring.replay, "publish real revisions (FILE) and see what becomes of passages"),
    "soak": (measuring.soak, "the heavy tests with their full counts"),
    "shots": (measuring.shots, "photograph every page type into shots/"),
    "schema": (writing.schema, "make the image of an empty site's database anew (after a new migration)"),
    "docs": (writing.docs, "write the pages that are made from the code"),
    "words": (words.words, "bring the catalogues up to date with the sources, and compile them"),
    "earth": (earth.earth, "pack Natural Earth for maps and vendor Leaflet (needs npm)"),
    "lock": (writing.lock, "lock the dependencies anew (--upgrade takes new versions)"),
    "setup": (environment.setup, "only make the virtual environment (--no-dev on a server)"),
}


def main() -> int:
    name, arguments = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("", [])
    if name not in TASKS:
        print_tasks(unknown=name)
        return 0 if name in {"", "-h", "--help", "help"} else 2
    try:
        return TASKS[name][0](arguments)
    except TaskFailed as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        return 130


def print_tasks(*, unknown: str) -> None:
    if unknown not in {"", "-h", "--help", "help"}:
        say(f"no task is called {unknown!r}")
    print("./dev TASK [arguments]\n")
    for name, (_function, line) in TASKS.items():
        print(f"  {name:<10} {line}")


if __name__ == "__main__":
    sys.exit(main())
