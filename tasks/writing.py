"""Files that are made from other files: the database image, the settings' page, the locks. Each has a check."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tasks import environment
from tasks.environment import REQUIREMENTS
from tasks.saying import ROOT, TaskFailed, call, say

SETTINGS_PAGE = ROOT / "docs" / "operate" / "settings.md"


def schema(arguments: list[str]) -> int:
    """Migrate an empty database from nothing and pack it as the image that `belowline init` unpacks."""
    return _module(str(environment.ensure()), "belowline.project.schema.making")


def check_schema(python: str) -> int:
    code = _module(python, "belowline.project.schema.making", "--check")
    if code:
        say("the database image was not made from the migrations on disk: run ./dev schema")
    return code


def docs(arguments: list[str]) -> int:
    text = _settings_page(str(environment.ensure()))
    SETTINGS_PAGE.parent.mkdir(parents=True, exist_ok=True)
    SETTINGS_PAGE.write_text(text, encoding="utf-8")
    say(f"wrote {SETTINGS_PAGE.relative_to(ROOT)}")
    return 0


def check_docs(python: str) -> int:
    if SETTINGS_PAGE.exists() and SETTINGS_PAGE.read_text(encoding="utf-8") == _settings_page(python):
        return 0
    say("docs/operate/settings.md has fallen behind config.py: run ./dev docs")
    return 1


def lock(arguments: list[str]) -> int:
    """uv.lock, and from it the hashed list for pip."""
    environment.ensure()
    code = call([_uv(), "lock", *arguments])
    if code == 0:
        REQUIREMENTS.write_text(_exported(), encoding="utf-8")
        say(f"wrote {REQUIREMENTS.relative_to(ROOT)}")
    return code


def check_lock(python: str) -> int:
    if call([_uv(), "lock", "--check", "--quiet"]):
        say("uv.lock does not fit pyproject.toml: run ./dev lock")
        return 1
    if not REQUIREMENTS.exists() or REQUIREMENTS.read_text(encoding="utf-8") != _exported():
        say("tasks/requirements.lock has fallen behind uv.lock: run ./dev lock")
        return 1
    return 0


def _exported() -> str:
    command = [_uv(), "export", "--frozen", "--no-emit-project", "--no-header", "--no-annotate", "--quiet"]
    return _output(command)


def _uv() -> str:
    found = shutil.which("uv") or shutil.which("uv", path=str(environment.PYTHON.parent))
    if found is None:
        raise TaskFailed("this needs uv: pip install uv")
    return found


def _settings_page(python: str) -> str:
    return _output([python, "-c", "from belowline.project import settings_text as t; print(t.markdown_text(), end='')"])


def _module(python: str, module: str, *arguments: str) -> int:
    values = {name: value for name, value in os.environ.items() if not name.startswith("BELOWLINE_")}
    return call([python, "-m", module, *arguments], environment=values)


def _output(command: list[str | Path]) -> str:
    done = subprocess.run([str(word) for word in command], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise TaskFailed(f"{command[0]} failed; the lines above say why")
    return done.stdout
