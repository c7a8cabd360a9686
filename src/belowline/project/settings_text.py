"""The settings as text: the commented TOML file that `init` writes, and the operator's page about them."""

from __future__ import annotations

import json
import types
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from pydantic_core import PydanticUndefined

from belowline.project.config import ENVIRONMENT_PREFIX, Config, sections
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

WIDTH = 100


def toml_text(given: Mapping[str, Any] | None = None) -> str:
    """Every setting with its meaning and its default, commented out; those `given` (`section.key` or `demo`) are set."""
    given = dict(given or {})
    lines = [
        "# " + _("The settings of this site. A line without # is in force; the others show the defaults."),
        "# " + _("An environment variable wins: {example}").format(example=f"{ENVIRONMENT_PREFIX}SERVER__PORT=8080"),
        "",
    ]
    for name, field in _plain_fields():
        lines += [*_comment(field.description or ""), _assignment(name, field, given.pop(name, None)), ""]
    for section, model in sections().items():
        lines.append(f"[{section}]")
        for key, field in model.model_fields.items():
            lines += [*_comment(field.description or ""), _assignment(key, field, given.pop(f"{section}.{key}", None))]
        lines.append("")
    if given:
        raise KeyError(f"not settings: {sorted(given)}")
    return "\n".join(lines).rstrip() + "\n"


def markdown_text() -> str:
    """docs/operate/settings.md: `./dev docs` writes it, a test compares it."""
    lines = [
        "# Settings",
        "",
        "<!-- Made from src/belowline/project/config.py by `./dev docs`; change it there. -->",
        "",
        "All settings stand in `belowline.toml` in the data folder, which `belowline init` writes with these comments.",
        "A variable of the environment wins over the file; a list is written with commas. An unknown key is refused, and",
        "the nearest known name is given. A change is in force after a restart of `belowline serve`.",
        "",
    ]
    for name, field in _plain_fields():
        lines += _markdown_row(name, f"{ENVIRONMENT_PREFIX}{name.upper()}", field)
    for section, model in sections().items():
        lines += [f"## [{section}]", ""]
        for key, field in model.model_fields.items():
            lines += _markdown_row(f"{section}.{key}", f"{ENVIRONMENT_PREFIX}{section.upper()}__{key.upper()}", field)
    lines += [
        "## Variables that are not settings",
        "",
        "- `BELOWLINE_DATA`: the data folder of a command that is given no `--data`. Without either: `./data`.",
        "",
    ]
    return "\n".join(lines)


def _plain_fields() -> Iterator[tuple[str, FieldInfo]]:
    for name, field in Config.model_fields.items():
        if name not in sections():
            yield name, field


def _markdown_row(name: str, variable: str, field: FieldInfo) -> list[str]:
    return [
        f"### `{name}`",
        "",
        field.description or "",
        "",
        f"{_values(field)} Default: `{toml_value(_default(field))}`. Variable: `{variable}`.",
        "",
    ]


def _values(field: FieldInfo) -> str:
    """What may be written there, from the annotation and its bounds."""
    annotation = field.annotation
    if get_origin(annotation) in {Union, types.UnionType}:
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    if get_origin(annotation) is Literal:
        return "One of " + ", ".join(f"`{toml_value(choice)}`" for choice in get_args(annotation)) + "."
    if annotation is bool:
        return "`true` or `false`."
    if annotation is int:
        least = next((bound.ge for bound in field.metadata if hasattr(bound, "ge")), None)
        most = next((bound.le for bound in field.metadata if hasattr(bound, "le")), None)
        return f"A whole number from {least} to {most:,}." if most is not None else "A whole number."
    return "A list of texts." if get_origin(annotation) is list else "A text."


def _default(field: FieldInfo) -> Any:
    value = field.get_default(call_default_factory=True)
    return "" if value is PydanticUndefined else value


def _assignment(key: str, field: FieldInfo, given: Any) -> str:
    return f"# {key} = {toml_value(_default(field))}" if given is None else f"{key} = {toml_value(given)}"


def toml_value(value: Any) -> str:
    """A text, number, truth or list of texts as TOML writes it: for these, JSON's spelling is TOML's."""
    return json.dumps(value, ensure_ascii=False)


def _comment(text: str) -> list[str]:
    import textwrap

    return [f"# {line}" for line in textwrap.wrap(text, WIDTH)]
