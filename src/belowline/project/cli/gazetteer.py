"""`belowline gazetteer import FILE`: the places of a country, from GeoNames, also while the site serves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from belowline.project.cli import CommandError
from belowline.project.jobs import step_back
from belowline.project.progress import progress
from belowline.project.site import data_folder, refuse_unusable
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    import argparse

    from belowline.maps.gazetteer import Complaint, Report

ACTIONS = ["import"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=ACTIONS, metavar="import", help=_("read a country file of GeoNames"))
    parser.add_argument("file", metavar="FILE", help=_("the country's text file, unpacked: SY.txt"))


def run(options: argparse.Namespace) -> int:
    folder = data_folder(options.data)
    refuse_unusable(folder)
    path = Path(options.file)
    if not path.is_file():
        raise CommandError(_("there is no file {path}").format(path=path))
    from belowline.project.django_setup import set_up_django

    set_up_django(folder)
    step_back()
    from belowline.maps.gazetteer import NoCountryFile, import_geonames

    try:
        with progress(_("places"), total=path.stat().st_size) as advance:
            report = import_geonames(path, advance=advance)
    except NoCountryFile as error:
        message = _("{path} is no country file of GeoNames: {complaint}")
        raise CommandError(message.format(path=path, complaint=_sentence(error.complaint))) from None
    print("\n".join(_lines(report)))
    return 0


def _lines(report: Report) -> list[str]:
    lines = []
    if report.from_line > 1:
        lines.append(_("went on at line {line}, where an earlier run stopped").format(line=report.from_line))
    lines.append(
        _("places: {new} new, {renewed} renewed, {kept} left as the newsroom changed them").format(
            new=report.new, renewed=report.renewed, kept=report.kept
        )
    )
    if report.unreadable:
        lines.append(_("lines left out: {count}").format(count=report.unreadable))
        lines += [f"  {_sentence(one)}" for one in report.complaints]
    return lines


def _sentence(complaint: Complaint) -> str:
    sentences = {
        "geonames_columns": _("line {line}: {value} columns instead of 19, separated by tabs"),
        "geonames_id": _("line {line}: “{value}” is no number of a place"),
        "geonames_position": _("line {line}: “{value}” is no latitude and longitude in the world"),
        "geonames_name": _("line {line}: “{value}” is no name"),
    }
    return sentences[complaint.code].format(line=complaint.line, value=complaint.value)
