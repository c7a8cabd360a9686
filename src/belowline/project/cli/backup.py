"""`belowline backup`: also while the site serves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from belowline.project.backup import keep_last, make_backup, read_manifest
from belowline.project.config import Config
from belowline.project.jobs import step_back
from belowline.project.site import data_folder, refuse_unusable
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    import argparse

KEPT = 7


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", metavar="DIR", help=_("where backups are kept (the data folder's backups/)"))
    parser.add_argument("--keep", type=int, default=KEPT, help=_("keep this many, delete older ones; 0 keeps all (7)"))
    parser.add_argument("--json", action="store_true", help=_("print one JSON object"))


def run(options: argparse.Namespace) -> int:
    folder = data_folder(options.data)
    refuse_unusable(folder)
    config = Config.load(folder.root)
    step_back()
    made = make_backup(folder, config=config, target=Path(options.to) if options.to else None)
    deleted = keep_last(made.parent, count=options.keep)
    manifest = read_manifest(made)
    if options.json:
        values = {"backup": str(made), "bytes": manifest.size_bytes, "files": len(manifest.files)}
        print(json.dumps(values | {"counts": manifest.counts, "deleted": [str(path) for path in deleted]}))
        return 0
    size = f"{manifest.size_bytes / 1024 / 1024:,.1f} MiB"
    print(_("backup: {path} ({size}, {count} files)").format(path=made, size=size, count=len(manifest.files)))
    for path in deleted:
        print(_("deleted the older {path}").format(path=path))
    if made.is_relative_to(folder.root):
        print(_("copy it to another machine as well: a backup on the same disk is lost with it"))
    return 0
