"""Keeps the processes of one site alive, and ends them in order. Imports neither Django nor the settings' library.

`belowline serve` checks everything that can be said in one line, writes a plan (run/plan.json) and becomes this
program, so that the supervisor of a running site is a few megabytes. The plan names the children in their starting
order; they are ended in the reverse one, each given its time: first the front stops accepting and drains, then the desk
finishes what is queued.

Single-threaded and without a loop library: the signals are blocked and taken one at a time with sigtimedwait.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from belowline.project.probe import Probe
from belowline.project.site import write_privately
from belowline.project.words import gettext as _

BACKOFF_FIRST_SECONDS = 0.2
BACKOFF_MAX_SECONDS = 30.0
# A child that lived this long has recovered: its next death is a new story.
ALIVE_SECONDS = 60.0
STOP_SECONDS = 15.0
# Deaths of one child before the first page was ever served: then the site is set up wrongly, and trying on hides it.
DEATHS_AT_START_MAX = 3
READY_WARNING_SECONDS = 30.0
TICK_SECONDS = 0.05
IDLE_TICK_SECONDS = 1.0
EXIT_PORT_TAKEN = 98  # belowline.front.__main__ says so, too
PR_SET_PDEATHSIG = 1  # linux/prctl.h

SIGNALS = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
STOPPING = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


@dataclass(slots=True)
class Child:
    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    retry_at: float = 0.0
    backoff_seconds: float = 0.0
    deaths: int = 0
    last_exit: int | None = None

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


class StartFailed(Exception):
    """The site cannot come up; the message is one line."""


class Supervisor:
    def __init__(self, plan: dict[str, Any]) -> None:
        self._url: str = plan["url"]
        self._status = Path(plan["status"])
        self._stop_seconds = float(plan.get("stop_seconds", STOP_SECONDS))
        self._probe = Probe(plan["probe_host"], plan["probe_port"], is_tls=plan.get("probe_tls", False))
        # Asking before the desk has its socket would only fill the log with failures.
        self._probe_after = Path(plan["probe_after"]) if "probe_after" in plan else None
        self._children = [
            Child(part["name"], part["command"], part.get("environment", {})) for part in plan["children"]
        ]
        self._is_ready = False
        self._began_at = time.monotonic()
        self._has_warned = False

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT. The exit code: 0 after an orderly end, 1 when the site could not start."""
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            self._watch()
        except StartFailed as error:
            print(f"belowline: {error}", file=sys.stderr, flush=True)  # noqa: T201
            self._stop()
            return 1
        notify_service_manager("STOPPING=1")
        return 0 if self._stop() else 1

    def _watch(self) -> None:
        while True:
            now = time.monotonic()
            for child in self._children:
                self._reap(child, now=now)
                if not child.is_alive and now >= child.retry_at:
                    self._start(child, now=now)
            if not self._is_ready:
                self._look_whether_ready(now=now)
            received = signal.sigtimedwait(SIGNALS, self._wait_seconds(now=now))
            if received is not None and received.si_signo in STOPPING:
                return

    def _wait_seconds(self, *, now: float) -> float:
        if not self._is_ready:
            return TICK_SECONDS
        due = [child.retry_at - now for child in self._children if not child.is_alive]
        return min([IDLE_TICK_SECONDS, *(max(seconds, 0.0) for seconds in due)])

    def _start(self, child: Child, *, now: float) -> None:
        supervisor = os.getpid()

        def become_a_child() -> None:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            # When the supervisor is killed, nobody is left who would stop this process: the kernel does.
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != supervisor:
                os._exit(1)

        child.process = subprocess.Popen(  # noqa: S603 - the plan is ours
            child.command,
            env=os.environ | child.environment,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),  # standard output belongs to the one line "serving ..."
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which then ends the children in order
            preexec_fn=become_a_child,
        )
        child.started_at = now
        note("child_started", child=child.name, pid=child.process.pid, deaths=child.deaths)
        self._write_status()

    def _reap(self, child: Child, *, now: float) -> None:
        """Notice a death and set the time of the next start."""
        if child.process is None or child.process.poll() is None:
            return
        code = child.process.returncode
        lived = now - child.started_at
        child.process, child.last_exit = None, code
        if lived >= ALIVE_SECONDS:
            child.backoff_seconds = 0.0
        child.backoff_seconds = min(max(child.backoff_seconds * 2, BACKOFF_FIRST_SECONDS), BACKOFF_MAX_SECONDS)
        child.retry_at = now + child.backoff_seconds
        child.deaths += 1
        note("child_died", child=child.name, exit=code, lived_seconds=round(lived, 1), wait=child.backoff_seconds)
        self._write_status()
        if not self._is_ready:
            self._refuse_hopeless(child)

    def _refuse_hopeless(self, child: Child) -> None:
        if child.last_exit == EXIT_PORT_TAKEN:
            message = _("{url} cannot be served: the port is in use by another program")
            raise StartFailed(message.format(url=self._url))
        if child.deaths >= DEATHS_AT_START_MAX:
            message = _("the {part} stopped {count} times while starting (exit code {code}); the lines above say why")
            raise StartFailed(message.format(part=child.name, count=child.deaths, code=child.last_exit))

    def _look_whether_ready(self, *, now: float) -> None:
        if self._probe_after is not None and not self._probe_after.exists():
            return
        status = self._probe.status(now=now)
        if status is not None and 200 <= status < 300:
            self._is_ready = True
            print(f"serving {self._url}", flush=True)  # noqa: T201
            notify_service_manager("READY=1")
            note("site_ready", seconds=round(now - self._began_at, 2))
            self._write_status()
        elif now - self._began_at > READY_WARNING_SECONDS and not self._has_warned:
            # Staff can still repair the site at /_desk/, so it goes on.
            self._has_warned = True
            note("site_not_ready", status=self._probe.last_status, seconds=READY_WARNING_SECONDS)

    def _stop(self) -> bool:
        """End the children, the last started first. False when one had to be killed."""
        is_orderly = True
        for child in reversed(self._children):
            if child.is_alive:
                is_orderly &= self._stop_one(child)
        with suppress(OSError):
            self._status.unlink()
        note("site_stopped", is_orderly=is_orderly)
        return is_orderly

    def _stop_one(self, child: Child) -> bool:
        assert child.process is not None
        child.process.terminate()
        deadline = time.monotonic() + self._stop_seconds
        while child.process.poll() is None and time.monotonic() < deadline:
            received = signal.sigtimedwait(SIGNALS, TICK_SECONDS)
            if received is not None and received.si_signo == signal.SIGINT:
                deadline = 0.0  # a second Ctrl-C: the operator does not want to wait
        if child.process.poll() is None:
            child.process.kill()
            child.process.wait()
            note("child_killed", child=child.name, after_seconds=self._stop_seconds)
            return False
        child.last_exit = child.process.returncode
        return True

    def _write_status(self) -> None:
        """What `doctor` reads. Not being able to write it (a full disk) must not end the site."""
        children = {
            child.name: {
                "pid": child.process.pid if child.process else None,
                "deaths": child.deaths,
                "last_exit": child.last_exit,
            }
            for child in self._children
        }
        values = {"pid": os.getpid(), "url": self._url, "is_ready": self._is_ready, "children": children}
        with suppress(OSError):
            write_privately(self._status, values)


def note(event: str, **values: str | int | float | bool | None) -> None:
    line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "part": "supervisor", "event": event, **values}
    print(json.dumps(line), file=sys.stderr, flush=True)  # noqa: T201


def notify_service_manager(state: str) -> None:
    """Tell systemd, when it started us with Type=notify. The protocol: sd_notify(3)."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.sendto(state.encode(), address)


def main() -> int:
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    if "lock_descriptor" in plan:
        # Ours until the end; the children must not hold the folder's lock after us.
        os.set_inheritable(plan["lock_descriptor"], False)
    return Supervisor(plan).run()


_libc = ctypes.CDLL(None, use_errno=True)

if __name__ == "__main__":
    sys.exit(main())
