"""Real sites for measurements: made once and kept in .cache/bench, copied for each use, served by `belowline serve`."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.making import SLUG
from bench.processes import cpu_seconds, tree
from bench.saying import say

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "bench"
CLI = [sys.executable, "-m", "belowline.project.cli"]
PATIENCE_SECONDS = 60.0
SMALL = 1_000
# What decides how a made thread looks: who changes one of these gets a new one.
SOURCES = (
    "bench/making.py",
    "src/belowline/demo/invent.py",
    "src/belowline/demo/grammar.py",
    "src/belowline/demo/content/comments/grammar.toml",
    "src/belowline/discussion/bulk.py",
    "src/belowline/discussion/rows.py",
    "src/belowline/domain/ranking.py",
    "src/belowline/domain/tree.py",
    "src/belowline/domain/markup",
    "src/belowline/newsroom/body/rendering.py",
)


# A handful of measured readers write what thousands write on a site.
FEW_READERS = {
    f"BELOWLINE_MODERATION__{name}": "1000000"
    for name in ("GUEST_COMMENTS", "NEW_COMMENTS", "NEW_COMMENTS_DAILY", "COMMENTS")
}


def plain_environment(**more: str) -> dict[str, str]:
    """Without settings of the developer's own: a measured site is told everything by its folder."""
    source = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    return operators_environment() | {"PYTHONPATH": source} | FEW_READERS | more


def operators_environment() -> dict[str, str]:
    """The variables without what a developer's machine may have set and an operator's has not. Without byte code each
    process compiles some 1,400 modules anew, which would be counted as the site's own cost."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("BELOWLINE_") and name != "PYTHONDONTWRITEBYTECODE"
    }


def belowline(*words: str | Path, seconds: float = 600.0, environment: dict[str, str] | None = None) -> str:
    """Run a command of the site; its standard output. Raises RuntimeError with what it said."""
    done = subprocess.run(
        [*CLI, *(str(word) for word in words)],
        capture_output=True,
        text=True,
        env=environment or plain_environment(),
        timeout=seconds,
    )
    if done.returncode:
        raise RuntimeError(f"belowline {words[0]}: {done.stderr.strip()[-2_000:]}")
    return done.stdout


def told_by(module: str, root: Path, *words: str) -> dict[str, Any]:
    """What a program of ours says of a site, as JSON in its last line. In a process of its own: Django serves one site."""
    done = subprocess.run(
        [sys.executable, "-m", module, "--data", str(root), *words],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=plain_environment(),
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def digest_of(*names: str) -> str:
    """Of the content of these files and of the Python files below these folders."""
    digest = hashlib.sha256()
    for name in names:
        path = ROOT / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes() if file.exists() else b"missing")
    return digest.hexdigest()[:16]


def _migrations() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "src").glob("**/migrations/*.py"))


def made_site(comments: int) -> Path:
    """The data folder of a site with a discussion of so many comments. Do not serve it: copy it."""
    name = f"thread-{comments}-"
    made = CACHE / f"{name}{digest_of(*SOURCES, *_migrations())}"
    if not made.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        for old in CACHE.glob(f"{name}*"):
            shutil.rmtree(old)
        say(f"making a discussion of {comments:,} comments (once; kept in .cache/bench)")
        draft = made.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)  # of a making that broke off
        command = [sys.executable, "-m", "bench.making", "--data", str(draft), "--comments", str(comments)]
        subprocess.run(command, check=True, env=plain_environment(), cwd=ROOT)
        draft.rename(made)
    return made


@contextmanager
def scratch(purpose: str) -> Iterator[Path]:
    """A folder on the disk of the checkout (a temporary folder may be in memory, where nothing waits for a disk)."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{purpose}-", dir=CACHE, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def copy_of(site: Path, *, to: Path) -> Path:
    """A copy that shares blocks with the original where the file system can."""
    to.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", "--reflink=auto", str(site), str(to)], check=True)
    return to


@dataclass
class Site:
    """A site that runs. `root` is its data folder, `postmaster` the process of its database server (0 for SQLite)."""

    root: Path
    log: Path
    port: int
    process: subprocess.Popen[str]
    postmaster: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def status(self) -> dict[str, Any]:
        try:
            return json.loads((self.root / "run" / "status.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}

    def pids(self, *names: str) -> list[int]:
        """Process ids of these children (all of them for none); a child that is down is left out."""
        children = self.status().get("children", {})
        return [child["pid"] for name, child in children.items() if (not names or name in names) and child["pid"]]

    def cpu(self, *names: str) -> float:
        """CPU seconds so far of these children, of all for none. The desk's hold the database's, as on SQLite."""
        pids = self.pids(*names)
        if self.postmaster and (not names or "desk" in names):
            pids += tree(self.postmaster)
        return cpu_seconds(pids)

    def all_pids(self) -> list[int]:
        return tree(self.process.pid)

    def stop(self, *, seconds: float = PATIENCE_SECONDS) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=seconds)
        if self.process.poll() is None:
            self.process.kill()
        return self.process.wait()


def start(root: Path, *, port: int = 0, log: Path | None = None, words: tuple[str, ...] = ()) -> Site:
    """`belowline serve`, up to its line "serving". Raises RuntimeError with the end of its log."""
    log = log or root.with_name(f"{root.name}.log")
    with log.open("a") as errors:
        process = subprocess.Popen(
            [*CLI, "serve", "--data", str(root), "--port", str(port), *words],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=plain_environment(),
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith("serving "):
        process.kill()
        process.wait()
        raise RuntimeError(f"the site did not start: {log.read_text()[-2_000:]}")
    return Site(root, log, int(line.strip().rpartition(":")[2]), process)


@contextmanager
def serving(root: Path, *, words: tuple[str, ...] = ()) -> Iterator[Site]:
    site = start(root, words=words)
    try:
        yield site
    finally:
        site.stop()


@contextmanager
def served_copy(comments: int, *, purpose: str) -> Iterator[Site]:
    """A site of its own with a discussion of so many comments, served and thrown away."""
    with scratch(purpose) as folder, serving(copy_of(made_site(comments), to=folder / "site")) as site:
        yield site


class Reader:
    """One browser: a kept connection."""

    def __init__(self, site: Site, *, encoding: str = "br", cookie: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
        self._headers = {"Accept-Encoding": encoding, "Accept": "text/html"} | ({"Cookie": cookie} if cookie else {})

    def get(self, path: str) -> bytes:
        """The body as sent. Raises RuntimeError for anything but 200."""
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"GET {path}: {answer.status}")
        return body

    def close(self) -> None:
        self._connection.close()


def article_path(sort: str) -> str:
    return f"/a/{SLUG}?sort={sort}"


def uncached(path: str, number: int) -> str:
    """The same page under another key: a conversation takes no notice of `page`, and the cache does."""
    return f"{path}{'&' if '?' in path else '?'}page={number}"


def settle(seconds: float = 0.3) -> None:
    """Let what a request left behind (deliveries, a poll of the outbox) come to an end."""
    time.sleep(seconds)
