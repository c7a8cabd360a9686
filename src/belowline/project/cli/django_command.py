"""`belowline django ...`: Django's and Wagtail's management commands, on the site."""

from __future__ import annotations

import argparse

from belowline.project.site import data_folder, refuse_unusable
from belowline.project.words import gettext as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="...", help=_("the command and its arguments"))


def run(options: argparse.Namespace) -> int:
    folder = data_folder(options.data)
    refuse_unusable(folder)
    from belowline.project.django_setup import set_up_django

    set_up_django(folder)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["belowline django", *options.rest])
    return 0
