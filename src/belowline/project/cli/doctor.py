"""`belowline doctor`: exit code 1 when something fails."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from belowline.project.doctor import Level, findings
from belowline.project.site import data_folder
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=_("print one JSON object"))


def run(options: argparse.Namespace) -> int:
    found = []
    for finding in findings(data_folder(options.data)):
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
