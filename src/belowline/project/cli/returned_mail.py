"""`belowline returned-mail`: what a mail server's pipe or alias calls for each mail that came back."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from belowline.domain.returned import MOST_BYTES
from belowline.project.django_setup import set_up_django
from belowline.project.site import data_folder, refuse_unusable
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    import argparse

# sysexits.h, as every mail server knows it: taken; or keep it, and try again.
EX_OK, EX_TEMPFAIL = 0, 75
# What Postfix's local(8) and Exim's pipe tell a program that is named in /etc/aliases.
_ENVIRONMENT = ("ORIGINAL_RECIPIENT", "RECIPIENT")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--recipient", metavar="ADDRESS", default="", help=_("to whom the mail was sent, as its envelope says")
    )


def run(options: argparse.Namespace) -> int:
    """Whatever goes wrong is for now: the mail server keeps the mail, and an operator has time to look."""
    raw = sys.stdin.buffer.read(MOST_BYTES)
    # The rest is read and forgotten, or the mail server is told of a broken pipe.
    while sys.stdin.buffer.read(1 << 16):
        pass
    recipients = [one for one in (options.recipient, *(os.environ.get(name, "") for name in _ENVIRONMENT)) if one]
    try:
        folder = data_folder(options.data)
        refuse_unusable(folder)
        set_up_django(folder)
        from belowline.mail.returning import take_back

        outcome = take_back(raw, recipients=recipients, now=datetime.now(UTC))
    except Exception as error:
        print(f"belowline: {type(error).__name__}: {' '.join(str(error).split())}", file=sys.stderr)
        return EX_TEMPFAIL
    print(outcome.value)
    return EX_OK
