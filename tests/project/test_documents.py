"""The pages about the command line and the versions say what the program does."""

from __future__ import annotations

import argparse
import importlib
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from belowline.project.cli import COMMANDS, make_parser

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def section(command: str) -> str:
    found = re.search(rf"^## belowline {command}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found is not None, f"docs/commands.md has no section for {command}"
    return found[1]


def arguments(command: str) -> Sequence[argparse.Action]:
    parser = argparse.ArgumentParser(add_help=False)
    importlib.import_module(f"belowline.project.cli.{COMMANDS[command][0]}").add_arguments(parser)
    return parser._actions


@pytest.mark.parametrize("command", COMMANDS)
def test_every_argument_of_a_command_stands_on_its_page_with_its_meaning(command: str) -> None:
    text = section(command)
    for argument in arguments(command):
        names = argument.option_strings or [str(argument.metavar or argument.dest)]
        row = next((line for line in text.splitlines() if line.startswith(f"| `{names[-1]}")), None)
        assert row is not None, f"{command}: {names[-1]}"
        assert str(argument.help) in row, f"{command}: {names[-1]} means: {argument.help}"


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_of_a_command_is_understood(command: str) -> None:
    block = re.search(r"^```\n(.*?)^```", section(command), re.DOTALL | re.MULTILINE)
    assert block is not None
    line = block[1].strip().rpartition("| ")[2].replace('"The Example"', "Name").replace('"Hanne Dahl"', "Name")
    module = importlib.import_module(f"belowline.project.cli.{COMMANDS[command][0]}")
    options = make_parser(command, module).parse_args(line.split()[1:])
    assert options.command == command


def test_the_page_names_no_command_that_does_not_exist() -> None:
    assert re.findall(r"^## belowline ([\w-]+)$", PAGE, re.MULTILINE) == list(COMMANDS)


def test_the_newest_version_has_its_place_in_the_changelog() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    first = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert first is not None
    assert first[1] == version
