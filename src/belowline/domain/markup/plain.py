"""Comment HTML as plain text: for mail, search, screening, and the first words shown in a reply line."""

import html
import re
import unicodedata
from typing import Final

from belowline.domain.text import Flow, is_usual, without_controls

EXCERPT_CHARACTERS: Final = 80
_ENOUGH: Final = 4 * EXCERPT_CHARACTERS  # holds them but for long runs of spaces
COVERED: Final = "▒▒▒▒"  # stands for a spoiler, so that a mail or a reply line does not tell it

_TOKEN = re.compile(r"<(/?)([a-z]+)([^>]*)>")
_HREF = re.compile(r'href="([^"]*)"')
_INLINE_TAG = re.compile("</?(?:em|strong|del|code|a)(?: [^>]*)?>")
_BLOCK_TAG = re.compile("<[^>]*>")


def plain_text(markup: str, *, show_spoilers: bool = False, with_links: bool = False) -> str:
    """Text of sanitised HTML: paragraphs parted by an empty line, quotes behind "> ", list items behind "- " or "1. ".

    Spoilers are covered unless `show_spoilers` (screening needs the words). `with_links` adds each address that its
    words do not show, in angle brackets.
    """
    return _written(markup, writer=_Writer(show_spoilers=show_spoilers, with_links=with_links, has_signs=True))


def _written(markup: str, *, writer: "_Writer") -> str:
    position = 0
    for token in _TOKEN.finditer(markup):
        writer.text(html.unescape(markup[position : token.start()]))
        position = token.end()
        writer.tag(token[2], is_end=bool(token[1]), attributes=token[3])
    writer.text(html.unescape(markup[position:]))
    return writer.result()


def excerpt(markup: str) -> str:
    """The writer's own first words in one line, at most EXCERPT_CHARACTERS, cut between words with "…".

    Quotes are left out unless there is nothing else. No directional control is left, because its partner may be cut.
    """
    own = _without_quotes(markup) if "<blockquote>" in markup else markup
    return shortened(without_controls(_words(own) or _words(markup)))


def shortened(words: str) -> str:
    """Words without markup and controls as an excerpt."""
    line = " ".join(words[:_ENOUGH].split())
    if len(line) <= EXCERPT_CHARACTERS and len(words) > _ENOUGH:
        line = " ".join(words.split())
    if len(line) <= EXCERPT_CHARACTERS:
        return line
    head = line[:EXCERPT_CHARACTERS]
    words = head.rpartition(" ")[0]
    # A text without spaces, or one very long word, is cut between characters.
    kept = (
        words if len(words) > EXCERPT_CHARACTERS // 2 else _whole_characters(head, following=line[EXCERPT_CHARACTERS])
    )
    return kept.rstrip(" ,;:-–—") + "…"


def _words(markup: str) -> str:
    if "<span" not in markup and is_usual(markup):
        # Nothing to cover and nothing to balance. Every "&" of sanitised HTML begins a whole entity.
        return html.unescape(_BLOCK_TAG.sub(" ", _INLINE_TAG.sub("", markup))).strip()
    return _written(markup, writer=_Writer(show_spoilers=False, with_links=False, has_signs=False))


def _without_quotes(markup: str) -> str:
    kept: list[str] = []
    depth = 0
    for part in re.split("(</?blockquote>)", markup):
        if part == "<blockquote>":
            depth += 1
        elif part == "</blockquote>":
            depth -= 1
        elif not depth:
            kept.append(part)
    return "".join(kept)


def _whole_characters(head: str, *, following: str) -> str:
    """Without a last character that the cut would have parted from its marks or its other half."""
    while head and (unicodedata.category(following)[0] == "M" or "\u200d" in (following, head[-1])):
        head, following = head[:-1], head[-1]
    return head


class _Writer:
    def __init__(self, *, show_spoilers: bool, with_links: bool, has_signs: bool) -> None:
        self._show_spoilers = show_spoilers
        self._has_signs = has_signs  # "> ", "- " and "1. " in front of lines
        self._with_links = with_links
        self._lines: list[str] = [""]
        self._prefixes: list[str] = []
        self._numbers: list[int] = []
        self._covered = 0
        self._href = ""
        self._link_start = 0

    def text(self, text: str) -> None:
        if not self._covered:
            first, *more = text.split("\n")
            self._append(first)
            for line in more:
                self._new_line()
                self._append(line)

    def tag(self, tag: str, *, is_end: bool, attributes: str) -> None:
        if tag == "br":
            self._new_line()
        elif tag in ("p", "pre"):
            self._part(is_end=is_end)
        elif tag in ("blockquote", "ul", "ol", "li"):
            self._container(tag, is_end=is_end)
        elif tag == "span" and not self._show_spoilers:
            if not is_end:
                self._append(COVERED)
            self._covered += -1 if is_end else 1
        elif tag == "a" and self._with_links:
            self._link(attributes, is_end=is_end)

    def result(self) -> str:
        flow = Flow()  # a covered spoiler may have held one half of a pair of directional controls
        lines = (flow.feed(line.rstrip()) + flow.end() for line in self._lines)
        return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip("\n")

    def _append(self, text: str) -> None:
        if not text:
            return
        if not self._lines[-1]:
            self._lines[-1] = "".join(self._prefixes) if self._has_signs else ""
            # The bullet stands before its first line; the others are indented.
            self._prefixes = [p if p == "> " else " " * len(p) for p in self._prefixes]
        self._lines[-1] += text

    def _new_line(self) -> None:
        self._lines.append("")

    def _part(self, *, is_end: bool) -> None:
        if is_end:
            self._lines += ["", ""]
        elif self._lines[-1]:
            self._new_line()

    def _container(self, tag: str, *, is_end: bool) -> None:
        if self._lines[-1]:
            self._new_line()
        if tag in ("ul", "ol"):
            if is_end:
                self._numbers.pop()
                self._new_line()
            else:
                self._numbers.append(0 if tag == "ul" else 1)
        elif is_end:
            self._prefixes.pop()
            if tag == "blockquote":
                self._new_line()
        else:
            self._prefixes.append("> " if tag == "blockquote" else self._bullet())

    def _bullet(self) -> str:
        if not self._numbers or not self._numbers[-1]:
            return "- "
        self._numbers[-1] += 1
        return f"{self._numbers[-1] - 1}. "

    def _link(self, attributes: str, *, is_end: bool) -> None:
        if not is_end:
            self._href = html.unescape(match[1]) if (match := _HREF.search(attributes)) else ""
            self._link_start = len(self._lines[-1])
            return
        shown = self._lines[-1][self._link_start :]
        address = self._href.removeprefix("mailto:")
        if address and address.rstrip("/").partition("://")[2].casefold() not in shown.casefold():
            self._append(f" <{address}>")
