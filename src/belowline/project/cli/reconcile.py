"""`belowline reconcile`: the ledger beside the payment provider's own list. For a timer, every night."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from belowline.project.cli import CommandError
from belowline.project.site import data_folder, refuse_unusable
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    import argparse

DAYS = 35
DAYS_MAX = 400


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=int, default=DAYS, help=_("how many days back to compare"))


def run(options: argparse.Namespace) -> int:
    """0 when every provider agrees, 1 when something differs or a provider could not be asked."""
    folder = data_folder(options.data)
    refuse_unusable(folder)
    if not 1 <= options.days <= DAYS_MAX:
        raise CommandError(_("--days is {days}; it is from 1 to {most}").format(days=options.days, most=DAYS_MAX))

    from belowline.project.django_setup import set_up_django

    set_up_django(folder)
    from belowline.support.providers import providers
    from belowline.support.reconciling import reconcile

    asked = {name: one for name, one in providers().items() if one.is_hosted}
    if not asked:
        print(_("no payment provider is set up: nothing to compare"))
        return 0
    is_good = True
    for name, provider in asked.items():
        run = reconcile(name, provider, now=datetime.now(UTC), days=options.days)
        is_good &= not run.problem and not run.differences
        if run.problem:
            print(_("{provider}: could not be asked: {reason}").format(provider=name, reason=run.problem))
            continue
        counts = {"provider": name, "compared": run.compared, "differences": len(run.differences)}
        print(_("{provider}: {compared} compared, {differences} differences").format(**counts))
        for one in run.differences:
            print(f"  {one['kind']} {one['entry_kind']} {one['ref']} {one['here_minor']} {one['there_minor']}")
    return 0 if is_good else 1
