"""`belowline doctor`: exit code 1 when something fails."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from belowline.project.config import Config
from belowline.project.doctor import Level, findings, prove_mail
from belowline.project.site import data_folder, refuse_unusable
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    import argparse

    from belowline.project.site import DataFolder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=_("print one JSON object"))
    parser.add_argument("--mail", metavar="ADDRESS", help=_("send a mail to this address, to prove that mail works"))


def run(options: argparse.Namespace) -> int:
    found = []
    folder = data_folder(options.data)
    looked_at = findings(folder) if options.mail is None else iter([prove_mail(_config(folder), options.mail)])
    for finding in looked_at:
        found.append(finding)
        if not options.json:
            print(f"{finding.level.value:<5} {finding.check}: {finding.says}")
            if finding.advice:
                print(f"        {finding.advice}")
            sys.stdout.flush()
    worst = Level.OK
    for level in (Level.WARN, Level.FAIL):
        if any(finding.level is level for finding in found):
            worst = level
    if options.json:
        print(
            json.dumps({"level": worst.value, "findings": [finding.as_json() for finding in found]}, ensure_ascii=False)
        )
    return 1 if worst is Level.FAIL else 0


def _config(folder: DataFolder) -> Config:
    refuse_unusable(folder)
    return Config.load(folder.root)
