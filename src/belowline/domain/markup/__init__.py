"""The text of comments: what is accepted, how Markdown becomes HTML, and the one function that makes HTML safe.

Every text from every entrance (form, API, import, mail, edit) ends in `sanitise`. Its output has only
`p br strong em del a[href] blockquote code pre ul ol li span[class=spoiler]` and the constant attributes that we add
ourselves: rel on links, tabindex on spoilers.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

import comrak
import nh3

from belowline.domain.markup import links
from belowline.domain.markup.elements import ELEMENTS, FOREIGN_ELEMENTS, REL
from belowline.domain.markup.plain import excerpt, plain_text, shortened
from belowline.domain.markup.shape import MAX_CONTAINERS, escaped, shaped
from belowline.domain.markup.shortcuts import unmarked, usually_shaped
from belowline.domain.text import Problem, canonical, is_visible, without_surrogates

__all__ = [
    "MAX_CHARACTERS",
    "MAX_NESTING",
    "RENDERER",
    "Problem",
    "Text",
    "check",
    "excerpt",
    "from_html",
    "plain_text",
    "prepare",
    "render",
    "sanitise",
]

RENDERER: Final = 1  # stored with each text; raise it when the same source renders to other HTML
MAX_CHARACTERS: Final = 10_000  # of the canonical source
MAX_NESTING: Final = 8  # quotes and lists inside each other

# More container markers than this at the start of one line are refused without parsing.
_MAX_MARKERS = 4 * MAX_NESTING
# NFC shortens a decomposed Vietnamese text by up to two thirds; beyond this a text is too long in any form.
_MAX_RAW = 4 * MAX_CHARACTERS
# An HTML5 parser needs time quadratic in open elements: 0.1 s for 5,000 of the worst kind (measured). Foreign HTML
# with more open elements, or more start tags in all, loses its markup instead.
_MAX_OPEN = 500
_MAX_START_TAGS = 20_000

_MARKERS = re.compile(rf"^(?:[ \t]*(?:>|[-+*](?=[ \t])|[0-9]{{1,9}}[.)](?=[ \t]))){{{_MAX_MARKERS},}}", re.MULTILINE)
_MARKER_ENDS = ">-+*.)"  # one of these is in every marker: a text with few of them needs no search
_EMPTY_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_RULE = re.compile(r"[ \t]*(?:(?:-[ \t]*)+|(?:\*[ \t]*)+)")
_LEVELS = re.compile(r"<(/?)(?:blockquote|[uo]l)\b")
_TAG = re.compile("<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_COMMENT = re.compile("<!--.*?(?:-->|\\Z)", re.DOTALL)
# Elements that hold nothing or that the next one of their kind closes: they do not nest by themselves.
_FLAT = frozenset({"br", "hr", "img", "p", "li", "td", "th", "tr", "dt", "dd", "input", "wbr"})
_COMMENT_OR_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>|<!?[a-zA-Z/][^<>]*\Z", re.DOTALL)


def _extensions() -> comrak.ExtensionOptions:
    options = comrak.ExtensionOptions()
    options.strikethrough = options.autolink = options.spoiler = True
    # Without it **强调。**后 stays plain asterisks, because CommonMark wants a space after the full stop.
    options.cjk_friendly_emphasis = True
    return options


def _parsing() -> comrak.ParseOptions:
    options = comrak.ParseOptions()
    options.ignore_setext = True  # a line of dashes under a paragraph is a rule, not a headline
    return options


def _writing() -> comrak.RenderOptions:
    options = comrak.RenderOptions()
    options.escape = True  # raw HTML is shown as it was typed
    options.hardbreaks = True  # a newline is a line break: readers expect it
    return options


_EXTENSIONS, _PARSING, _WRITING = _extensions(), _parsing(), _writing()

# First pass: a real HTML5 parser puts any input into well-formed order; the shape stage decides about these elements.
_PARSER = nh3.Cleaner(
    tags=set(FOREIGN_ELEMENTS),
    attributes={"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}, "span": {"class"}},
    link_rel=None,
)
# Last pass, the wall: nothing but the allowlist leaves, whatever the stages before it did.
_WALL = nh3.Cleaner(
    tags=set(ELEMENTS),
    attributes={"a": {"href"}},
    tag_attribute_values={"span": {"class": {"spoiler"}, "tabindex": {"0"}}},
    attribute_filter=lambda tag, name, value: links.link_target(value) if name == "href" else value,
    link_rel=REL,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
)


@dataclass(frozen=True)
class Text:
    """An accepted text: what is stored beside each other."""

    source: str  # canonical
    html: str
    excerpt: str
    links: int
    characters: int  # of the source
    renderer: int = RENDERER


def check(source: str) -> Problem | None:
    """May this be posted? Codes text_empty, text_too_long (limit and actual characters), text_too_nested (levels)."""
    prepared = prepare(source)
    return prepared if isinstance(prepared, Problem) else None


def prepare(source: str) -> Text | Problem:
    """A new text, canonical and rendered, or why it is refused (see `check`)."""
    if len(source) > _MAX_RAW:
        return Problem("text_too_long", limit=MAX_CHARACTERS, actual=len(source))
    source = _trimmed(canonical(source))
    if len(source) > MAX_CHARACTERS:
        return Problem("text_too_long", limit=MAX_CHARACTERS, actual=len(source))
    if html := unmarked(source):
        return _unmarked_text(source, html=html)
    if not is_visible(source):
        return Problem("text_empty")
    parsed = _parsed(source)
    return parsed if isinstance(parsed, Problem) else _text(source, markup=parsed)


def render(source: str) -> Text:
    """An accepted or imported text rendered (again). Refuses nothing: what nests too deep is shown as typed."""
    source = _trimmed(canonical(source))
    if html := unmarked(source):
        return _unmarked_text(source, html=html)
    parsed = _parsed(source)
    return _text(source, markup="" if isinstance(parsed, Problem) else parsed)


def sanitise(markup: str) -> str:
    """The one door to a page: any HTML in, comment HTML out. Applying it twice changes nothing."""
    return _sanitised(markup, newline_breaks=False)


def from_html(markup: str, *, newline_breaks: bool = False) -> str:
    """Another system's comment HTML as ours. With `newline_breaks` (WordPress) a single newline is a <br>."""
    return _sanitised(canonical(markup), newline_breaks=newline_breaks)


def _sanitised(markup: str, *, newline_breaks: bool) -> str:
    markup = without_surrogates(markup)
    if _is_too_deep(markup):
        markup = _COMMENT_OR_TAG.sub(" ", markup).replace("<", "&lt;")
    clean = _PARSER.clean(markup)
    return _WALL.clean(usually_shaped(clean) or shaped(clean, newline_breaks=newline_breaks))


def _is_too_deep(markup: str) -> bool:
    """By counting start tags without an end tag of the same name, which errs towards deep."""
    if markup.count("<") <= _MAX_OPEN:
        return False
    starts = 0
    opened: Counter[str] = Counter()
    for tag in _TAG.finditer(_COMMENT.sub("", markup)):
        name = tag[2].lower()
        starts += not tag[1]
        if name not in _FLAT:
            opened[name] = max(0, opened[name] + (-1 if tag[1] else 1))
            if starts > _MAX_START_TAGS or sum(opened.values()) > _MAX_OPEN:
                return True
    return False


def _trimmed(source: str) -> str:
    """Without empty lines around it; the first line keeps its indentation, which may be code."""
    return _EMPTY_LINES.sub("", source).rstrip()


def _parsed(source: str) -> str | Problem:
    """HTML of the Markdown, not yet safe, or text_too_nested."""
    if sum(map(source.count, _MARKER_ENDS)) >= _MAX_MARKERS:
        for line in _MARKERS.finditer(source):
            if not _is_rule(source, line.start()):
                return Problem("text_too_nested", limit=MAX_NESTING, actual=_MAX_MARKERS)
    markup = comrak.render_markdown(source, _EXTENSIONS, _PARSING, _WRITING)
    # The parser is linear in nesting, the sanitiser is not: levels are counted exactly between the two.
    deepest = level = 0
    for found in _LEVELS.finditer(markup):
        level += -1 if found[1] else 1
        deepest = max(deepest, level)
    if deepest > MAX_NESTING:
        return Problem("text_too_nested", limit=MAX_NESTING, actual=deepest)
    return markup


def _is_rule(source: str, start: int) -> bool:
    end = source.find("\n", start)
    return bool(_RULE.fullmatch(source, start, end if end >= 0 else len(source)))


def _text(source: str, *, markup: str) -> Text:
    # A text of nothing but an entity or a link definition would be an empty box: show what was typed.
    safe = _rendered(markup) or _sanitised(f"<p>{escaped(source)}</p>", newline_breaks=True)
    return Text(source=source, html=safe, excerpt=excerpt(safe), links=safe.count("<a href="), characters=len(source))


def _rendered(markup: str) -> str:
    """`_sanitised` for comrak's own output, whose usual elements are in order without an HTML5 parser's help."""
    usual = usually_shaped(markup) if markup.count("<") <= _MAX_OPEN else None
    return _WALL.clean(usual) if usual else _sanitised(markup, newline_breaks=True)


def _unmarked_text(source: str, *, html: str) -> Text:
    return Text(source=source, html=html, excerpt=shortened(source), links=0, characters=len(source))


assert MAX_CONTAINERS > 2 * MAX_NESTING, "an accepted text must fit into the shape"
