"""`belowline seed`: write the demo newsroom into a demo site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from belowline.project.cli import CommandError
from belowline.project.config import Config
from belowline.project.progress import progress
from belowline.project.site import data_folder, refuse_unusable
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    import argparse

    from belowline.project.progress import progress
from belowline.project.site import DataFolder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--again", action="store_true", help=_("also when it was written before"))
    parser.add_argument(
        "--comments", type=int, metavar="N", help=_("fill the contested story's discussion up to N comments")
    )


def run(options: argparse.Namespace) -> int:
    folder = data_folder(options.data)
    refuse_unusable(folder)
    if not Config.load(folder.root).demo:
        # It makes accounts whose passwords everybody can read in the source.
        raise CommandError(_("{path} is not a demo (demo = true in its settings)").format(path=folder.root))
    if folder.seeded.exists() and not options.again and not options.comments:
        print(_("the demo newsroom is there already"))
        return 0
    seed_demo(folder, comments=options.comments)
    print(_("wrote the demo newsroom"))
    return 0


def seed_demo(folder: DataFolder, *, comments: int | None = None) -> None:
    """Write the demo newsroom; the marker comes last, so that a seeding that broke off is done again.

    `comments` is the size of the contested story's discussion; None for the demo's own.
    """
    from belowline.project.django_setup import set_up_django

    set_up_django(folder)
    from belowline.demo.seed import HERO_COMMENTS, seed

    total = comments or HERO_COMMENTS
    with progress(_("demo newsroom"), total=total, unit="") as advance:
        seed(comments=total, advance=advance)
    folder.seeded.touch()
