"""Turns well-formed HTML of any vocabulary into the few elements that a comment has, compactly.

The input is what an HTML5 parser has already serialised, so tags are well nested and text is escaped. Elements are
written only when visible text follows: nothing empty comes out, emphasis never nests in itself, the depth is bounded.
The output is parsed and filtered once more by `sanitise`; this file decides the form, not the safety.
"""

import html
import re
from collections.abc import Callable
from typing import Final

from belowline.domain.markup import links
from belowline.domain.markup.elements import (
    BREAKERS,
    CONTAINERS,
    HEADINGS,
    INLINE,
    SPOILER,
    VERBATIM,
    VOID,
    Container,
    Inline,
    anchor,
)
from belowline.domain.text import Flow, is_visible

MAX_CONTAINERS: Final = 24  # quotes, lists and list items inside each other; deeper text joins the deepest

_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_SPACES = re.compile("[ \t\n\r\f\u2028\u2029]+")


def shaped(markup: str, *, newline_breaks: bool) -> str:
    """Comment HTML. With `newline_breaks` a newline in running text is a <br> and an empty line ends the paragraph."""
    shaper = _Shaper(newline_breaks=newline_breaks)
    position = 0
    for token in _TOKEN.finditer(markup):
        if token.start() > position:
            shaper.text(html.unescape(markup[position : token.start()]))
        position = token.end()
        closing, tag, attributes = token.groups()
        if closing:
            shaper.end(tag)
        else:
            shaper.start(tag, {n: html.unescape(v) for n, v in _ATTRIBUTE.findall(attributes)} if attributes else {})
    shaper.text(html.unescape(markup[position:]))
    return shaper.result()


def escaped(text: str) -> str:
    """As html5ever writes text, so that parsing and writing again changes no byte."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\xa0", "&nbsp;")


class _Shaper:
    def __init__(self, *, newline_breaks: bool) -> None:
        self._newline_breaks = newline_breaks
        self._out: list[str] = []
        self._containers: list[Container] = []
        self._inlines: list[Inline] = []
        self._ends: list[tuple[str, Callable[[], None]]] = []
        self._flow = Flow()
        self._in_paragraph = False  # <p> is written and open
        self._wants_paragraph = False  # asked for inside a list item
        self._has_text = False  # this line has visible text
        self._number_due = ""
        self._held = ""  # spaces and invisible characters, waiting for something to stand before
        self._breaks = 0
        self._after_break = False
        self._verbatim: list[str] | None = None  # text of the <code> or <pre> that is open
        self._verbatim_tag = ""

    # --- events -----------------------------------------------------------------------------------------------------

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._verbatim is not None:
            self._start_in_verbatim(tag)
        elif tag in VOID:
            self._void(tag, attributes)
        else:
            self._ends.append((tag, self._opened(tag, attributes)))

    def end(self, tag: str) -> None:
        if self._verbatim is not None and tag != self._verbatim_tag:
            if tag in BREAKERS or tag == "li":
                self._verbatim.append("\n")
            return
        if self._ends and self._ends[-1][0] == tag:
            self._ends.pop()[1]()

    def text(self, text: str) -> None:
        if not text:
            return
        if self._verbatim is not None:
            self._verbatim.append(text)
            return
        if self._after_break:
            self._after_break = False
            text = text.removeprefix("\n")
        if not self._has_text and not text.strip(" \t\n\r\f"):
            return  # between blocks; most of what a Markdown renderer writes there
        if self._newline_breaks and "\n" in text:
            self._lines(text)
        else:
            self._run(text)

    def result(self) -> str:
        self._break_block()
        while self._containers:
            self._close_container(self._containers[-1])
        return "".join(self._out)

    # --- elements ---------------------------------------------------------------------------------------------------

    def _opened(self, tag: str, attributes: dict[str, str]) -> Callable[[], None]:
        """Starts an element and returns what its end tag does."""
        self._after_break = False
        if tag in CONTAINERS:
            return self._open_container(tag, attributes)
        if tag in BREAKERS:
            self._break_block()
            self._wants_paragraph = tag == "p"
            return self._break_block
        if tag in HEADINGS:
            return self._open_heading(tag)
        if tag == "td":
            return self._open_cell()
        if tag in VERBATIM:
            return self._open_verbatim(tag)
        if tag in INLINE:
            return self._open_inline(Inline(INLINE[tag], f"<{INLINE[tag]}>"))
        if tag == "spoiler" or (tag == "span" and attributes.get("class") == "spoiler"):
            return self._open_inline(Inline("span", SPOILER))
        if tag == "a" and (target := links.link_target(attributes.get("href", ""))):
            return self._open_inline(anchor(target))
        return _nothing

    def _open_inline(self, inline: Inline) -> Callable[[], None]:
        if any(inline.tag == other.tag for other in self._inlines):
            return _nothing
        self._inlines.append(inline)

        def close() -> None:
            if inline.target and not inline.has_content:
                self._run(_readable(inline.target))
            if inline.is_written:
                self._settle_held()
                self._write_inline_end(inline)
            self._inlines.remove(inline)

        return close

    def _open_heading(self, tag: str) -> Callable[[], None]:
        self._open_cell() if tag == "th" else self._break_block()
        close_strong = self._open_inline(Inline("strong", "<strong>"))

        def close() -> None:
            close_strong()
            if tag != "th":
                self._break_block()

        return close

    def _open_cell(self) -> Callable[[], None]:
        if self._has_text:
            self._run(" | ")
        return _nothing

    def _open_verbatim(self, tag: str) -> Callable[[], None]:
        if tag == "pre":
            self._break_block()
        self._verbatim, self._verbatim_tag = [], tag

        def close() -> None:
            content = "".join(self._verbatim or ())
            self._verbatim = None
            self._write_pre(content) if tag == "pre" else self._write_code(content)

        return close

    def _start_in_verbatim(self, tag: str) -> None:
        assert self._verbatim is not None
        if tag == self._verbatim_tag:
            # The end tag of an inner one must not end the outer one.
            self._ends.append((tag, _nothing))
            return
        if tag == "br":
            self._verbatim.append("\n")

    def _void(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "br":
            self._end_line()
            self._breaks += 1
            self._after_break = True
        elif tag == "hr":
            self._break_block()
            self._run("* * *")
            self._break_block()
        else:
            self._image(attributes)

    def _image(self, attributes: dict[str, str]) -> None:
        """Never a hot-linked picture: its words, linked to the file."""
        target = links.link_target(attributes.get("src", ""))
        words = attributes.get("alt", "").strip()
        if not target or any(inline.tag == "a" for inline in self._inlines):
            self._run(words or (_readable(target) if target else ""))
            return
        close = self._open_inline(anchor(target))
        self._run(words)
        close()

    # --- containers -------------------------------------------------------------------------------------------------

    def _open_container(self, tag: str, attributes: dict[str, str]) -> Callable[[], None]:
        self._break_block()
        if len(self._containers) >= MAX_CONTAINERS:
            return self._break_block
        if tag == "li":
            self._prepare_for_item()
        elif self._top() in ("ul", "ol"):
            self._containers.append(Container("li", is_implied=True))
        container = self._new_container(tag, attributes)
        self._containers.append(container)

        def close() -> None:
            self._break_block()
            if container in self._containers:
                self._close_container(container)

        return close

    def _new_container(self, tag: str, attributes: dict[str, str]) -> Container:
        # The allowlist has no start attribute, and "1." instead of the writer's "5." would be another text.
        start = attributes.get("start", "1")
        if tag == "ol" and start != "1" and re.fullmatch("[0-9]{1,9}", start):
            return Container("", next_number=int(start))
        parent = self._containers[-1] if self._containers else None
        if tag == "li" and parent and parent.next_number is not None:
            self._number_due = f"{parent.next_number}. "
            parent.next_number += 1
            return Container("")
        return Container(tag)

    def _prepare_for_item(self) -> None:
        if self._top() == "li" and self._containers[-1].is_implied:
            self._close_container(self._containers[-1])
        is_numbered = self._containers and self._containers[-1].next_number is not None
        if self._top() not in ("ul", "ol") and not is_numbered:
            self._containers.append(Container("ul", is_implied=True))

    def _top(self) -> str | None:
        return self._containers[-1].tag if self._containers else None

    def _close_container(self, container: Container) -> None:
        """Ends it with all that stands open inside, and the list that a stray item brought along."""
        self._number_due = ""
        while self._containers:
            last = self._containers.pop()
            if last.is_written and last.tag:
                self._out.append(f"</{last.tag}>")
            if last is container:
                break
        if container.tag == "li" and self._top() == "ul" and self._containers[-1].is_implied:
            self._close_container(self._containers[-1])

    # --- text -------------------------------------------------------------------------------------------------------

    def _lines(self, text: str) -> None:
        for index, line in enumerate(text.split("\n")):
            if index:
                self._end_line()
                self._breaks += 1
            self._run(line)

    def _run(self, text: str) -> None:
        if not is_visible(text):
            self._hold(self._flow.feed(text))
            return
        if self._breaks and self._has_text:
            self._write_breaks()
        if not all(inline.is_written for inline in self._inlines):
            self._flow.tag_written()
        fed = _SPACES.sub(" ", self._flow.feed(text))
        if fed.startswith(" "):
            self._hold(" ")
        self._open_line()
        self._write(fed.strip(" "))
        if fed.endswith(" "):
            self._hold(" ")

    def _hold(self, fed: str) -> None:
        self._held = _SPACES.sub(" ", self._held + fed)

    def _settle_held(self) -> None:
        """Invisible characters stay inside the element that they stand in; a space may wait outside."""
        held = self._held
        if held.strip(" ") and not self._breaks:
            self._write(held.rstrip(" "))
            self._held = " " if held.endswith(" ") else ""

    def _open_line(self) -> None:
        """Everything that must be written before visible text: breaks, containers, paragraph, inline elements."""
        if self._breaks and self._has_text:
            self._write_breaks()
        self._breaks = 0
        self._open_containers()
        if not self._in_paragraph and (self._wants_paragraph or self._flows_in_paragraph()):
            self._out.append("<p>")
            self._in_paragraph = True
        if self._number_due:
            self._write(self._number_due)
            self._number_due = ""
        held, self._held = self._held, ""
        if held:
            self._write(held if self._has_text else held.lstrip(" "))
        self._has_text = True
        for inline in self._inlines:
            if not inline.is_written:
                self._out.append(inline.start)
                inline.is_written, inline.words = True, []

    def _flows_in_paragraph(self) -> bool:
        return self._top() != "li" or self._containers[-1].has_bare_text

    def _open_containers(self) -> None:
        if self._top() in ("ul", "ol"):
            self._containers.append(Container("li", is_implied=True))
        for container in self._containers:
            if not container.is_written:
                container.is_written = True
                if container.tag:
                    self._out.append(f"<{container.tag}>")

    def _write_breaks(self) -> None:
        if self._breaks > 1 and (self._wants_paragraph or self._flows_in_paragraph()):
            wants_paragraph = self._wants_paragraph
            self._close_paragraph()
            self._wants_paragraph = wants_paragraph
        else:
            self._out.append("<br>" * min(self._breaks, 2))
        self._breaks = 0
        self._has_text = False

    def _write(self, text: str) -> None:
        if not text:
            return
        for inline in self._inlines:
            if inline.is_written:
                inline.has_content = True
                if inline.target:
                    inline.words.append(text)
        self._out.append(escaped(text))

    def _write_code(self, content: str) -> None:
        shown = Flow(show_hidden=True).feed(_SPACES.sub(" ", content))
        if not is_visible(shown):
            self._run(shown)
            return
        self._open_line()
        self._flow.tag_written()
        self._out.append("<code>")
        self._write(shown)
        self._out.append("</code>")

    def _write_pre(self, content: str) -> None:
        flow = Flow(show_hidden=True)
        shown = "\n".join(flow.feed(line) + flow.end() for line in content.strip("\n").split("\n"))
        if is_visible(shown):
            self._open_containers()
            self._out.append(f"<pre><code>{escaped(shown.rstrip())}</code></pre>")

    def _write_inline_end(self, inline: Inline) -> None:
        inline.is_written = False
        self._flow.tag_written()
        if inline.target and (host := links.true_host_to_add("".join(inline.words), target=inline.target)):
            self._out.append(escaped(f" [{host}]"))
        self._out.append(f"</{inline.tag}>")

    def _end_line(self) -> None:
        """Closes what the line's directional controls left open. Invisible characters of an empty line are dropped."""
        closers = self._flow.end()
        if self._has_text and not self._breaks:
            self._write(self._held.strip(" ") + closers)
        self._held = ""

    def _break_block(self) -> None:
        self._end_line()
        self._breaks, self._after_break = 0, False
        self._close_paragraph()

    def _close_paragraph(self) -> None:
        """Ends inline elements, too; they open again when text follows."""
        for inline in reversed(self._inlines):
            if inline.is_written:
                self._write_inline_end(inline)
        if self._in_paragraph:
            self._out.append("</p>")
        elif self._has_text and self._containers:
            self._containers[-1].has_bare_text = True
        self._in_paragraph = self._wants_paragraph = self._has_text = False


def _readable(target: str) -> str:
    return target.removeprefix("mailto:")


def _nothing() -> None:
    pass
