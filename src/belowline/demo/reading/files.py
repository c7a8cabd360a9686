"""Reading one file of the demo's content. Every fault is a ContentError that names the file and the line."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


class ContentError(ValueError):
    """A fault in the demo's content; the text begins with `file:line:`."""


def table_of(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContentError(f"{file.name}:1: file is missing") from None
    except tomllib.TOMLDecodeError as error:  # its text names the line
        raise ContentError(f"{file.name}: {error}") from error


def line_of(file: Path, needle: str) -> int:
    """The first line that contains `needle`; 1 where none does."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if needle and needle in line:
            return number
    return 1


def fields(table: Mapping[str, Any], *names: str, file: Path) -> list[str]:
    """The named strings of a TOML table, stripped. Raises ContentError for one that is absent or empty."""
    for name in names:
        value = table.get(name)
        if not isinstance(value, str) or not value.strip():
            known = next((text for text in table.values() if isinstance(text, str)), "")
            raise ContentError(f"{file.name}:{line_of(file, known)}: {name!r} is missing or empty")
    return [table[name].strip() for name in names]


def require_unique(values: Iterable[str], *, what: str, file: Path) -> None:
    seen: set[str] = set()
    for value in values:
        if value.casefold() in seen:
            raise ContentError(f"{file.name}:{line_of(file, value)}: {what} {value!r} is there twice")
        seen.add(value.casefold())
