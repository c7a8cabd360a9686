"""The built files of a site: our own styles, scripts and fonts, and the files of Wagtail's desk."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from belowline.project.site import DataFolder

STAMP = ".built-from"
PACKAGE = Path(__file__).resolve().parent.parent


def files_are_built(folder: DataFolder) -> bool:
    stamp = folder.static / STAMP
    return stamp.exists() and stamp.read_text(encoding="ascii") == _sources_digest()


def build_files(folder: DataFolder) -> None:
    """Build everything into the static folder. Files of older builds stay: cached pages still ask for them."""
    from django.core.management import call_command

    from belowline.pages.assets import build_assets
    from belowline.project.django_setup import set_up_django

    digest = _sources_digest()
    set_up_django(folder)
    call_command("collectstatic", interactive=False, verbosity=0)
    build_assets(folder.static)
    (folder.static / STAMP).write_text(digest, encoding="ascii")


def _sources_digest() -> str:
    """Changes with Wagtail's and Django's version and with every byte of our own sources."""
    digest = hashlib.sha256(f"{version('wagtail')} {version('django')}".encode())
    for path in sorted(PACKAGE.glob("*/static/**/*")):
        if path.is_file():
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
