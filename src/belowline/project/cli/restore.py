"""`belowline restore BACKUP --data EMPTY_DIR`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from belowline.project.backup import restore
from belowline.project.site import data_folder
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("backup", metavar="BACKUP", help=_("a folder that `belowline backup` made"))
    parser.add_argument("--database-url", help=_("an empty PostgreSQL database, instead of the one in the settings"))


def run(options: argparse.Namespace) -> int:
    folder = data_folder(options.data)
    backup = Path(options.backup).resolve()
    manifest = restore(backup, folder=folder, database_url=options.database_url)
    rows = sum(manifest.counts.values())
    message = _("restored the site of {moment} into {path}: {files} files, {rows} rows, all verified")
    files = len(manifest.files)
    print(message.format(moment=manifest.made_at, path=folder.root, files=files, rows=f"{rows:,}"))
    if options.database_url:
        print(_("set database.url in {path} to the new address").format(path=folder.settings))
    print(_("next: belowline upgrade --data {path}, then: belowline serve --data {path}").format(path=folder.root))
    return 0
