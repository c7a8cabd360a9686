"""The first words of the standing pages, as the program brings them: what is true of every site, and gaps.

A text is plain: `# ` the title, `## ` a heading, `[gap] ` what only the newsroom knows, `[rule CODE] ` a house rule with
its text on the next line; everything else is a paragraph. `[words](/path)` is a link to a page of this site.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Any

_RULE = re.compile(r"\[rule ([a-z_]+)\] (.+)")
_LINK = re.compile(r"\[([^\]]+)\]\((/[a-z/-]+)\)")


@dataclass(frozen=True, slots=True)
class FirstText:
    """`blocks` as the desk stores a stream, without ids."""

    title: str
    blocks: tuple[tuple[str, Any], ...]


def languages() -> tuple[str, ...]:
    return tuple(sorted(one.name for one in files(__name__).iterdir() if one.is_dir() and one.name.isalpha()))


def first_text(kind: str, language: str, *, prefix: str) -> FirstText:
    """`prefix` stands in front of the site's own addresses: "/ar" for a language that is not the site's, else ""."""
    source = files(__name__).joinpath(language, f"{kind}.txt").read_text(encoding="utf-8")
    title, blocks, rules = "", [], []
    for part in source.strip().split("\n\n"):
        for line in _pieces(part):
            rule = _RULE.fullmatch(line.partition("\n")[0])
            if rule is not None:
                text = _paragraph(line.partition("\n")[2], prefix)
                rules.append({"code": rule[1], "title": rule[2], "text": text})
                continue
            if rules:
                blocks.append(("rules", rules))
                rules = []
            if line.startswith("# "):
                title = line[2:]
            else:
                blocks.append(_block(line, prefix))
    if rules:
        blocks.append(("rules", rules))
    return FirstText(title, tuple(blocks))


def _pieces(part: str) -> list[str]:
    """A heading stands directly above its paragraph; a rule above its text."""
    if part.startswith("#"):
        heading, _, rest = part.partition("\n")
        return [heading, rest] if rest else [heading]
    return [part]


def _block(line: str, prefix: str) -> tuple[str, Any]:
    if line.startswith("## "):
        return "heading", line[3:]
    if line.startswith("[gap] "):
        return "gap", line[6:]
    return "paragraph", _paragraph(line, prefix)


def _paragraph(text: str, prefix: str) -> str:
    return "<p>" + _LINK.sub(rf'<a href="{prefix}\2">\1</a>', escape(text, quote=False)) + "</p>"
