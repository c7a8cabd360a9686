"""P13: from a clone of the repository to the served demo, as somebody does it who wants to see what this is."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence

from bench.processes import free_port
from bench.results import Check, Options, Result, at_most
from bench.sites import ROOT, operators_environment, scratch

BARS = ("P13",)
MOST_SECONDS = 300.0


def measure(options: Options) -> Sequence[Result]:
    with scratch("clone") as folder:
        checkout = folder / "belowline"
        began = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(checkout)], check=True)
        cloned = time.monotonic() - began
        log = folder / "log"
        port = free_port()
        # Without this checkout's environment: the clone makes its own.
        hidden = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHON"}
        values = {name: value for name, value in operators_environment().items() if name not in hidden}
        values["PATH"] = os.pathsep.join(
            part for part in values.get("PATH", "").split(os.pathsep) if not part.startswith(str(ROOT))
        )
        with log.open("w") as errors:
            process = subprocess.Popen(
                ["./dev", "demo", "--port", str(port), "--data", str(folder / "data")],
                cwd=checkout,
                env=values,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            taken = time.monotonic() - began
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
        if not line.startswith("serving "):
            raise RuntimeError(f"the clone did not serve: {log.read_text()[-1_500:]}")
    return [
        Result(
            bar="P13",
            title="clone to served demo newsroom, warm package cache",
            checks=(Check("git clone, ./dev demo, up to its line “serving”", round(taken, 1), "s", at_most(60), 30),),
            note="What is cloned is what was committed.",
            details={"clone s": round(cloned, 1)},
        )
    ]
