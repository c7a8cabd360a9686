"""`belowline serve`: everything that can be refused in one line, then the supervisor."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from belowline.project import databases, schema, static
from belowline.project.cli import CommandError
from belowline.project.config import Config
from belowline.project.plan import become_the_supervisor, free_address, refuse_open_door
from belowline.project.schema import SchemaState
from belowline.project.site import data_folder, make_folders, refuse_unusable, take_lock
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    import argparse

    from belowline.project.site import DataFolder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help=_("the port to listen on instead of the setting; 0 takes a free one"))
    parser.add_argument("--host", help=_("the address to listen on instead of the setting"))
    parser.add_argument("--demo", action="store_true", help=_("serve the demo newsroom; made here when there is none"))


def run(options: argparse.Namespace) -> int:
    folder = data_folder(options.data)
    # As settings from the environment, so that they win in every process of the site alike.
    for name, value in (("HOST", options.host), ("PORT", options.port)):
        if value is not None:
            os.environ[f"BELOWLINE_SERVER__{name}"] = str(value)
    if options.demo:
        make_demo(folder)
    refuse_unusable(folder)
    config = Config.load(folder.root)
    if options.demo and not config.demo:
        raise CommandError(_("{path} is not a demo; serve it without --demo").format(path=folder.root))
    refuse_open_door(config)
    make_folders(folder)
    lock = take_lock(folder, purpose="serve")
    address = free_address(config.server.host, config.server.port)
    bring_up_to_date(folder, config=config)
    become_the_supervisor(folder, config=config, address=address, lock=lock)
    raise AssertionError("the supervisor took over")


def bring_up_to_date(folder: DataFolder, *, config: Config) -> None:
    """Refuse a database that does not fit; rebuild files that belong to other sources."""
    found = schema.state(folder, database_url=config.database.url)
    schema.refuse_newer(found)
    if found is not SchemaState.CURRENT:
        if not config.demo:
            message = _("the database needs an upgrade first: belowline upgrade --data {path}")
            raise CommandError(message.format(path=folder.root))
        schema.migrate(folder)
    if config.database.url:
        databases.continue_event_numbers(config.database.url)
    if not static.files_are_built(folder):
        static.build_files(folder)
    if config.demo and not folder.seeded.exists():
        from belowline.project.cli.seed import seed_demo

        seed_demo(folder)


def make_demo(folder: DataFolder) -> None:
    if folder.is_site():
        return
    from belowline.demo.content import load_content
    from belowline.project.cli.init import make_site

    paper = load_content().paper
    given: dict[str, Any] = {
        "demo": True,
        "site.name": paper.name,
        "site.strap": paper.strap,
        "site.time_zone": paper.timezone,
        # Whoever looks at the demo should be able to do everything at once.
        "discussion.guest_votes": True,
    }
    make_site(folder, given=given)
