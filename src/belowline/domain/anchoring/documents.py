"""Documents as blocks of plain text: what stands between the markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import comrak

from belowline.domain.anchoring.canonical import canonical_text

# Each of them is a passage of its own. A list item's or a quotation's paragraphs are those of the document.
_BLOCKS = frozenset({
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "pre", "dt", "dd", "figcaption", "caption",
    "blockquote", "tr", "div", "section",
})  # fmt: skip
_EMPTY_LINE = re.compile(r"\n[ \t\r]*\n")
_FRONT_MATTER = re.compile(r"\A(?:---|\+\+\+)\n.*?\n(?:---|\+\+\+)\n", re.DOTALL)


def canonical_of_plain(text: str) -> str:
    """Of plain text, whose paragraphs are parted by empty lines."""
    return canonical_text(_EMPTY_LINE.split(text))


def canonical_of_markdown(source: str) -> str:
    """Of Markdown with GitHub's extensions; a head of settings is left out, and so is all markup."""
    return canonical_text(_blocks(comrak.render_markdown(_FRONT_MATTER.sub("", source), _extensions())))


def _extensions() -> comrak.ExtensionOptions:
    options = comrak.ExtensionOptions()
    options.table = options.strikethrough = options.autolink = True
    return options


def _blocks(html: str) -> Iterator[str]:
    reader = _Reader(convert_charrefs=True)
    reader.feed(html)
    reader.close()
    return iter(["".join(words) for words in reader.blocks])


class _Reader(HTMLParser):
    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.blocks: list[list[str]] = [[]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.blocks.append([])
        elif tag == "br":
            self.blocks[-1].append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.blocks.append([])

    def handle_data(self, data: str) -> None:
        self.blocks[-1].append(data)
