"""A real site in its real processes: it comes up, survives what may happen to it, and ends in order."""

from __future__ import annotations

import os
import re
import signal
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from belowline.project.backup import finished_backups
from belowline.project.site import DataFolder
from tests.project.sites import Served, belowline, eventually, is_running

pytestmark = pytest.mark.process

Serve = Callable[[DataFolder], Served]
# Bar P12 of the project: all processes of a running site, proportional set size.
MEMORY_MIB_MAX = 250


def pids_of(served: Served) -> dict[str, int]:
    return {name: child["pid"] for name, child in served.status()["children"].items()}


def memory_mib(pid: int) -> float:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def test_a_site_is_served_by_three_processes_and_ends_in_order(site: DataFolder, serve: Serve) -> None:
    served = serve(site)
    assert served.first_line() == f"serving {served.url}"
    assert set(pids_of(served)) == {"desk", "front"}
    assert [served.get(path) for path in ("/", "/_desk/login/", "/_account/sign-in")] == [200, 200, 200]
    total = sum(memory_mib(pid) for pid in [served.process.pid, *pids_of(served).values()])
    assert total <= MEMORY_MIB_MAX

    pids = pids_of(served)
    assert served.stop() == 0
    assert not [name for name, pid in pids.items() if is_running(pid)]
    assert not site.socket.exists()
    assert "child_killed" not in served.log.read_text()


def test_a_second_supervisor_is_refused_and_the_first_serves_on(site: DataFolder, serve: Serve) -> None:
    served = serve(site)
    served.first_line()
    second = belowline("serve", "--data", site.root, "--port", "0")
    assert second.returncode == 1
    assert f"belowline serve (process {served.process.pid})" in second.stderr
    assert served.get("/") == 200


def test_killed_processes_come_back(site: DataFolder, serve: Serve) -> None:
    served = serve(site)
    served.first_line()
    for name, path in (("desk", "/_account/sign-in"), ("front", "/")):
        os.kill(pids_of(served)[name], signal.SIGKILL)
        before = pids_of(served)[name]
        eventually(lambda name=name, before=before: served.pid_of(name) not in {None, before}, what=f"a new {name}")
        assert eventually(lambda path=path: served.get(path) == 200, what=f"{path} after the {name} was killed")


def test_after_a_killed_supervisor_the_site_starts_again_at_once(site: DataFolder, serve: Serve) -> None:
    served = serve(site)
    served.first_line()
    served.process.kill()
    served.process.wait()
    again = serve(site)
    assert again.first_line().startswith("serving ")
    assert again.stop() == 0


def test_a_backup_is_made_while_the_site_serves(site: DataFolder, serve: Serve, tmp_path: Path) -> None:
    served = serve(site)
    served.first_line()
    assert belowline("backup", "--data", site.root).returncode == 0
    (backup,) = finished_backups(site.backups)
    back = belowline("restore", backup, "--data", tmp_path / "back")
    assert back.returncode == 0, back.stderr
    assert served.get("/") == 200


def test_doctor_finds_a_served_site_well(site: DataFolder, serve: Serve) -> None:
    serve(site).first_line()
    done = belowline("doctor", "--data", site.root)
    assert done.returncode == 0, done.stdout
    assert "ok    desk" in done.stdout
    assert "ok    front" in done.stdout


def test_the_log_of_a_served_site_names_no_reader(site: DataFolder, serve: Serve) -> None:
    served = serve(site)
    served.first_line()
    request = urllib.request.Request(
        served.url + "/_account/sign-in?email=alice@example.org",
        headers={"Cookie": "bl_session=alicecookie", "User-Agent": "AliceBrowser", "X-Forwarded-For": "203.0.113.77"},
    )
    urllib.request.urlopen(request, timeout=10).close()
    served.get("/_account/nothing-here?email=alice@example.org")
    served.stop()
    log = served.log.read_text()
    assert "desk_stopped" in log
    for personal in ("alice", "Alice", "203.0.113.77", "127.0.0.1"):
        assert personal not in log
