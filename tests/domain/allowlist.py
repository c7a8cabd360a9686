"""A strict reader of comment HTML, independent of the code under test: anything unexpected is a finding."""

import json
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

CORPORA = Path(__file__).parent.parent / "corpora"
PLAIN = {"p", "br", "strong", "em", "del", "blockquote", "code", "pre", "ul", "ol", "li"}
BLOCKS = {"p", "pre", "blockquote", "ul", "ol"}
INLINE_PARENTS = {"p", "li", "strong", "em", "del", "a", "span", "code", "pre"}
REL = ("rel", "ugc nofollow noopener noreferrer")


def cases(name: str) -> list:
    lines = (CORPORA / name).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if not line.startswith("#")]


class _Walker(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.findings: list[str] = []
        self.hrefs: list[str] = []
        self.words = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parent = self._open[-1] if self._open else None
        if not self._is_allowed(tag, attrs):
            self.findings.append(f"element {self.get_starttag_text()!r}")
        if tag in BLOCKS and parent not in (None, "blockquote", "li"):
            self.findings.append(f"<{tag}> inside <{parent}>")
        if tag not in BLOCKS and tag != "li" and parent not in INLINE_PARENTS:
            self.findings.append(f"<{tag}> directly inside <{parent}>")
        if tag == "li" and parent not in ("ul", "ol"):
            self.findings.append("<li> outside a list")
        if tag in self._open and tag not in ("blockquote", "ul", "ol", "li"):
            self.findings.append(f"<{tag}> inside itself")
        if tag != "br":
            self._open.append(tag)

    def _is_allowed(self, tag: str, attrs: list[tuple[str, str | None]]) -> bool:
        if tag == "a" and len(attrs) == 2 and attrs[0][0] == "href" and attrs[1] == REL:
            self.hrefs.append(attrs[0][1] or "")
            return True
        if tag == "span":
            return attrs == [("class", "spoiler"), ("tabindex", "0")]
        return tag in PLAIN and not attrs

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.findings.append(f"self-closed <{tag}/>")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.findings.append(f"stray </{tag}>")

    def handle_data(self, data: str) -> None:
        self.words += data
        if data.strip() and (not self._open or self._open[-1] in ("blockquote", "ul", "ol")):
            self.findings.append(f"bare text {data[:20]!r}")

    def handle_comment(self, data: str) -> None:
        self.findings.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.findings.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.findings.append("processing instruction")

    def unknown_decl(self, data: str) -> None:
        self.findings.append("declaration")


def walked(markup: str) -> _Walker:
    walker = _Walker()
    walker.feed(markup)
    walker.close()
    walker.findings += [f"unclosed <{tag}>" for tag in walker._open]
    for href in walker.hrefs:
        parts = urlsplit(href)
        is_web = parts.scheme in ("http", "https") and parts.hostname and not parts.username
        if not (is_web or (parts.scheme == "mailto" and "@" in parts.path and not parts.query)):
            walker.findings.append(f"href {href!r}")
    return walker


def findings(markup: str) -> list[str]:
    return walked(markup).findings
