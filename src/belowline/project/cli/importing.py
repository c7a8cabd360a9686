"""`belowline import FORMAT FILE`: comments of another system, also while the site serves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from belowline.project.cli import CommandError
from belowline.project.jobs import step_back
from belowline.project.progress import progress
from belowline.project.site import data_folder, refuse_unusable
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from belowline.exchange.load import Options
    from belowline.exchange.report import Report

FORMATS = ["isso", "remark42"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("format", choices=FORMATS, metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument("file", metavar="FILE", help=_("the export of the other system"))
    parser.add_argument("--dry-run", action="store_true", help=_("read everything, write nothing, report"))
    parser.add_argument("--site", metavar="URL", help=_("the origin that bare paths of the export belong to"))
    parser.add_argument(
        "--rules", metavar="FILE", help=_("moved addresses: lines of an old and a new one, * at the end")
    )
    parser.add_argument("--json", action="store_true", help=_("print the report as one JSON object"))


def run(options: argparse.Namespace) -> int:
    folder = data_folder(options.data)
    refuse_unusable(folder)
    path = Path(options.file)
    if not path.is_file():
        raise CommandError(_("there is no file {path}").format(path=path))
    from belowline.project.django_setup import set_up_django

    set_up_django(folder)
    step_back()
    from belowline.exchange.load import BrokenOff, import_file, probe
    from belowline.exchange.records import UnreadableExport

    try:
        probed = probe(options.format, path)
        with progress(_("comments"), total=probed.comments, unit=_("comments")) as advance:
            loading = _loading(options, advance=advance)
            report = import_file(options.format, path, options=loading, probed=probed)
    except BrokenOff as error:
        # Half an import is a result, too: what came in is counted before the failure is said.
        _print(error.report, as_json=options.json)
        raise CommandError(str(error)) from None
    except UnreadableExport as error:
        raise CommandError(str(error)) from None
    _print(report, as_json=options.json)
    return 0


def _print(report: Report, *, as_json: bool) -> None:
    print(json.dumps(report.as_json(), ensure_ascii=False) if as_json else "\n".join(report.as_lines()))


def _loading(options: argparse.Namespace, *, advance: Callable[[int], None]) -> Options:
    from belowline.exchange.load import Options
    from belowline.exchange.urls import Rules

    rules = None
    if options.rules:
        try:
            rules = Rules(Path(options.rules).read_text(encoding="utf-8").splitlines())
        except (OSError, ValueError) as error:
            message = _("the rules in {path} cannot be used: {reason}")
            raise CommandError(message.format(path=options.rules, reason=error)) from None
    return Options(site=options.site or "", rules=rules, is_dry_run=options.dry_run, advance=advance)
