"""The virtual environment of the checkout: made by uv where uv can be had, else by pip from the hashed lock."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tasks.saying import ROOT, TaskFailed, call, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".made-from"
REQUIREMENTS = ROOT / "tasks" / "requirements.lock"
# The version that wrote uv.lock, or a newer one of its kind.
UV = "uv>=0.9"


DEVELOPMENT = ("dev",)


def setup(arguments: list[str]) -> int:
    """`--no-dev` is for a server: nothing that only tests need."""
    ensure(groups=() if "--no-dev" in arguments else DEVELOPMENT)
    return 0


def ensure(*, groups: tuple[str, ...] = DEVELOPMENT) -> Path:
    """The environment's Python, after making or renewing it when the lock has changed. Raises TaskFailed."""
    stamp = _stamp(groups)
    made = STAMP.read_text().split() if STAMP.exists() else [""]
    if stamp.split()[0] == made[0] and set(groups) <= set(made[1:]) and PYTHON.exists():
        return PYTHON
    uv = _uv()
    if uv is not None:
        _sync_with_uv(uv, groups=groups)
    else:
        _sync_with_pip(groups)
    STAMP.write_text(stamp)
    say("the environment is ready")
    return PYTHON


def environment() -> dict[str, str]:
    """The variables for programs of the environment."""
    path = f"{PYTHON.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    values = os.environ | {"VIRTUAL_ENV": str(VENV), "PATH": path}
    # Images of containers often forbid Python to keep what it compiled. Each of the tests' hundred processes would then
    # compile Django, Wagtail and itself anew, for seconds: it is kept, but not beside the sources.
    if values.pop("PYTHONDONTWRITEBYTECODE", ""):
        values.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".cache" / "bytecode"))
    return values


def _stamp(groups: tuple[str, ...]) -> str:
    parts = b"".join((ROOT / name).read_bytes() for name in ("uv.lock", "pyproject.toml"))
    digest = hashlib.sha256(parts + str(ROOT).encode()).hexdigest()
    return " ".join([digest, *groups])


def _uv() -> str | None:
    """uv's path: the system's, the environment's, or one installed now into the environment; None when it cannot be."""
    found = shutil.which("uv")
    if found:
        return found
    own = VENV / "bin" / "uv"
    if not own.exists():
        _make_venv()
        say("installing uv, which installs the rest ten times faster than pip")
        subprocess.run([str(PYTHON), "-m", "pip", "install", "--quiet", UV], cwd=ROOT, stdout=sys.stderr)
    # A uv for another system may install and not run.
    runs = own.exists() and subprocess.run([str(own), "--version"], capture_output=True).returncode == 0
    return str(own) if runs else None


def _make_venv() -> None:
    if PYTHON.exists() and (VENV / "bin" / "pip").exists():
        return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise TaskFailed(
            f"Python {version} has no venv module. On Debian: apt-get install python3-venv "
            f"(or python{version}-venv); then run ./dev again"
        )
    say(f"making .venv with Python {sys.version.split()[0]}")
    if subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], stdout=sys.stderr).returncode:
        raise TaskFailed("the virtual environment could not be made; the lines above say why")


def _sync_with_uv(uv: str, *, groups: tuple[str, ...]) -> None:
    # --inexact: uv itself may live in the environment.
    command = [uv, "sync", "--frozen", "--inexact", "--quiet", "--no-default-groups"]
    for group in groups:
        command += ["--group", group]
    if not PYTHON.exists():
        command += ["--python", sys.executable]
    say("installing the locked packages with uv")
    if call(command, environment=os.environ | {"UV_PROJECT_ENVIRONMENT": str(VENV)}, quiet=True):
        raise TaskFailed("uv could not install the packages; the lines above say why")


def _sync_with_pip(groups: tuple[str, ...]) -> None:
    _make_venv()
    say("uv is not to be had; installing the locked packages with pip (about a minute)")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet"]
    if call([*pip, "--require-hashes", "--no-deps", "-r", str(REQUIREMENTS)], quiet=True):
        raise TaskFailed("pip could not install the packages; the lines above say why")
    if call([*pip, "--no-deps", "--editable", str(ROOT)], quiet=True):
        raise TaskFailed("pip could not install Belowline itself; the lines above say why")
    if "bench" in groups:
        say("the peer Isso is not in the pip lock: its columns of the benchmark stay empty")
