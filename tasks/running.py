"""Tasks that hand over to the command line of the site."""

from __future__ import annotations

import os

from tasks import environment

DEMO_DATA = "data/demo"


def belowline(arguments: list[str]) -> int:
    python = str(environment.ensure())
    # This process becomes the command: signals and standard output are its own.
    os.execve(python, [python, "-m", "belowline.project.cli", *arguments], environment.environment())


def demo(arguments: list[str]) -> int:
    return belowline(["serve", "--demo", *_with_data(arguments, default=DEMO_DATA)])


def serve(arguments: list[str]) -> int:
    return belowline(["serve", *arguments])


def seed(arguments: list[str]) -> int:
    return belowline(["seed", *_with_data(arguments, default=DEMO_DATA)])


def _with_data(arguments: list[str], *, default: str) -> list[str]:
    is_given = any(argument == "--data" or argument.startswith("--data=") for argument in arguments)
    return arguments if is_given or os.environ.get("BELOWLINE_DATA") else ["--data", default, *arguments]
