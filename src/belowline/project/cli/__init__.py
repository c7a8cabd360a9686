"""`belowline COMMAND`: what an operator says to a site. One module for each command, imported when it is asked for.

Exit codes: 0 done, 1 not done (one line on standard error says why), 2 wrong usage (argparse's own). `returned-mail` is
called by mail servers, and ends as they understand it.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from typing import TYPE_CHECKING, Protocol, cast

from belowline.project.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

# Command, module, and the line that `belowline --help` prints.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", _("make a new site in a data folder")),
    "serve": ("serve", _("serve the site until stopped")),
    "doctor": ("doctor", _("check the site and say what to do")),
    "createstaff": ("createstaff", _("make an account for an editor, a moderator or an administrator")),
    "import": ("importing", _("bring in comments from another system")),
    "gazetteer": ("gazetteer", _("bring in the places of a country, for maps")),
    "seed": ("seed", _("write the demo newsroom")),
    "backup": ("backup", _("back the site up, also while it serves")),
    "restore": ("restore", _("restore a backup into an empty folder, and verify it")),
    "reconcile": ("reconcile", _("compare the ledger with the payment provider's list")),
    "returned-mail": ("returned_mail", _("take in one mail that came back, read from standard input")),
    "reindex": ("reindex", _("write the readers' search anew, also while the site serves")),
    "upgrade": ("upgrade", _("after a new version: back up, migrate, rebuild files")),
    "anchor": ("anchor", _("find passages of one revision of a text in another one")),
    "render": ("render", _("print the HTML that would be stored for a comment read from standard input")),
    "django": ("django_command", _("run one of Django's management commands on the site")),
}


class CommandError(Exception):
    """The command was not carried out; the message is one line for the operator."""


class Command(Protocol):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, options: argparse.Namespace) -> int: ...


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    name = _command_name(given)
    command: Command | None = None
    if name is not None:
        command = cast("Command", importlib.import_module(f"belowline.project.cli.{COMMANDS[name][0]}"))
    parser = make_parser(name, command)
    options = parser.parse_args(given)
    if command is None:
        parser.print_help()
        return 0 if not given else 2
    try:
        return command.run(options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if not is_expected(error):
            raise
        print(f"belowline: {_one_line(error)}", file=sys.stderr)
        return 1


def is_expected(error: Exception) -> bool:
    """Whether the message of the error is meant for the operator. Anything else is a fault, and its trace is shown."""
    from belowline.project.site import SiteError

    if isinstance(error, (CommandError, SiteError)):
        return True
    # Only looked for when it was loaded: the settings' library takes 0.2 s, which `render` need not spend.
    config = sys.modules.get("belowline.project.config")
    return config is not None and isinstance(error, config.ConfigError)


def make_parser(name: str | None, command: Command | None) -> argparse.ArgumentParser:
    """The parser of `belowline`, with the arguments of the one command that is going to run."""
    parser = argparse.ArgumentParser(prog="belowline", description=_("A news site with the discussion built in."))
    parser.add_argument("--version", action="version", version=_version())
    parser.add_argument("--data", metavar="DIR", default=_default_data(), help=_data_help())
    commands = parser.add_subparsers(title=_("commands"), dest="command", metavar=_("COMMAND"))
    for each, (_module, line) in COMMANDS.items():
        sub = commands.add_parser(each, help=line, description=line[:1].upper() + line[1:] + ".")
        sub.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help=_data_help())
        if each == name and command is not None:
            command.add_arguments(sub)
    return parser


def _command_name(given: Sequence[str]) -> str | None:
    """The command among the arguments, so that only its module is imported."""
    rest = iter(given)
    for argument in rest:
        if argument == "--data":
            next(rest, None)
        elif not argument.startswith("-"):
            return argument if argument in COMMANDS else None
    return None


def _default_data() -> str:
    return os.environ.get("BELOWLINE_DATA") or "data"


def _data_help() -> str:
    return _("the site's data folder (otherwise $BELOWLINE_DATA, otherwise ./data)")


def _version() -> str:
    from importlib.metadata import version

    return f"belowline {version('belowline')}"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
