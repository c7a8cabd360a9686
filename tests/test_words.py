"""Every sentence that a person sees can be translated, and every refusal has its words and its line in docs/errors.md.

The rules look for what a new bare sentence looks like, so that it fails here before a reader finds it untranslated.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from belowline.domain.commenting import STAFF_ACTS
from belowline.domain.readers import SILENT
from belowline.pages import refusals
from belowline.pages.environment import TEMPLATES

PACKAGE = Path(refusals.__file__).parents[1]
SCRIPTS = PACKAGE / "pages" / "static" / "js"
ERRORS = PACKAGE.parents[1] / "docs" / "errors.md"

# "Reply to", "Nothing waits.", "Sign in" — not SELECT, not HTTP, not an identifier or an address.
SENTENCE = re.compile(r"^[\s“‘(]*[A-Z][a-z’']*[,:]? +[\w“‘(%{*]")
LETTERS = re.compile(r"[^\W\d_]{2,}")

# Templates

SPOKEN = {"title", "alt", "aria-label", "aria-description", "aria-placeholder", "placeholder", "label"}
HOLE = "\x01"  # stands where an expression prints
_ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"|\b(?:required|checked|selected|disabled)\b')


class _Page(HTMLParser):
    """The words between tags and in attributes that are read out or shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in SPOKEN]
        if ("name", "description") in attrs or ("property", "og:description") in attrs:
            self.found.append(dict(attrs).get("content") or "")


def bare_in_template(source: str) -> list[str]:
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    tree = environment.parse(source)
    page = _Page()
    page.feed("".join(_literal_text(tree)))
    page.close()
    # A macro may print attributes: they are no words.
    words = [_ATTRIBUTE.sub("", text.replace(HOLE, " ")).strip() for text in page.found]
    return [text for text in words if LETTERS.search(text)] + list(_bare_constants(tree))


def _literal_text(node: nodes.Node) -> Iterator[str]:
    """The template's own text in order, with a hole for everything that is printed from a value."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Output):
        for child in node.nodes:
            yield from _literal_text(child) if isinstance(child, nodes.TemplateData) else [HOLE]
    else:
        for child in node.iter_child_nodes():
            yield from _literal_text(child)


def _bare_constants(node: nodes.Node) -> Iterator[str]:
    if (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Name)
        and node.node.name in {"_", "gettext", "ngettext"}
    ):
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and SENTENCE.search(node.value):
        yield node.value
    for child in node.iter_child_nodes():
        yield from _bare_constants(child)


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("**/*.html")), ids=lambda path: path.name)
def test_a_template_holds_no_words_of_its_own(path: Path) -> None:
    assert bare_in_template(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Nothing here</p>",
        "{% if a %}<p>Nothing {{ b }}</p>{% endif %}",
        '<a title="Go back" href="/">{{ a }}</a>',
        '<nav aria-label="{{ a }} topics"></nav>',
        '<input placeholder="Name">',
        "{{ 'Nothing here' }}",
        "{{ 'Sign in' if a else _('Sign out') }}",
        '<meta name="description" content="All the news">',
        "{% macro m() %}<b>Bold</b>{% endmacro %}",
    ],
)
def test_the_rule_finds_a_bare_sentence_in_a_template(source: str) -> None:
    assert bare_in_template(source)


@pytest.mark.parametrize(
    "source",
    [
        "<p>{{ _('Nothing here') }}</p>",
        "{% trans n=1 %}Nothing <b>here</b>{% pluralize %}More{% endtrans %}",
        '<p class="big Title">{{ a.text }} · #{{ b }}</p>',
        '<button name="decision" value="remove">{{ _(\'Remove\') }}</button>',
        "{# A comment about it. #}",
        "{{ f.input(form, 'email', _('Address'), type='email') }}",
    ],
)
def test_the_rule_lets_pass_what_is_translated_or_no_words(source: str) -> None:
    assert bare_in_template(source) == []


# Python

GETTEXT = {
    "_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "ngettext_noop", "pgettext",
    "pgettext_lazy", "npgettext", "_ngettext",
}  # fmt: skip
# What developers read: these are never shown to a reader, a moderator or an operator as they are.
FOR_DEVELOPERS = {
    "ValueError", "RuntimeError", "TypeError", "AssertionError", "KeyError", "NotImplementedError", "LookupError",
    "AttributeError", "OperationalError", "DeskIll", "compile", "Constant", "info", "warning", "error", "exception", "debug",
}  # fmt: skip
# Arguments that are shown, also when they are one word.
SHOWN = {"title", "label", "help", "description", "placeholder", "message", "heading", "verbose_name", "metavar_text"}
# Not ours to translate: the demo's own newspaper, and columns that only a developer sees.
ELSEWHERE = ("/demo/", "/migrations/", "/domain/")


def bare_in_python(source: str) -> list[str]:
    tree = ast.parse(source)
    excused = set(_excused(tree))
    found = []
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in excused
        if is_text and SENTENCE.search(node.value):
            found.append(node.value)
        if isinstance(node, ast.Call) and not _is_named(node, GETTEXT):
            found += [text for text in _shown_words(node) if text not in found]
    return found


def _excused(tree: ast.Module) -> Iterator[int]:
    """The string constants that are translated, documentation, for developers, or a type in quotes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if ast.get_docstring(node, clean=False) is not None:
                yield id(node.body[0].value)  # type: ignore[attr-defined]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)  # what stands below a variable says what it is
        elif isinstance(node, ast.Assert):
            yield from (id(one) for one in ast.walk(node))
        elif isinstance(node, ast.Call):
            if _is_named(node, GETTEXT | FOR_DEVELOPERS):
                yield from (id(one) for one in ast.walk(node))
            for keyword in node.keywords:
                if keyword.arg == "help_text" or (keyword.arg == "description" and _is_named(node, {"Field"})):
                    # A column's meaning; and a setting's, which the commands translate when they print it.
                    yield from (id(one) for one in ast.walk(keyword.value))


def _is_named(node: ast.Call, names: set[str]) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in names


def _shown_words(node: ast.Call) -> Iterator[str]:
    for keyword in node.keywords:
        value = keyword.value
        is_text = isinstance(value, ast.Constant) and isinstance(value.value, str) and LETTERS.search(value.value)
        if keyword.arg in SHOWN and is_text and not _is_named(node, {"Field"}):
            yield value.value  # type: ignore[attr-defined]


SOURCES = [path for path in sorted(PACKAGE.glob("**/*.py")) if not any(part in str(path) for part in ELSEWHERE)]
# No person reads these in a language of theirs: protocols, measurements, what one program of ours says to another, the
# English reference of the settings, and names of rights and workflows that Wagtail keeps in the database.
WHOLE_FILES = {"front/config.py", "front/metrics.py", "project/settings_text.py"}
KNOWN = {
    "accounts/sessions.py": {"Mac OS X", "Samsung Internet"},
    "discussion/models.py": {"Can decide about comments"},
    "support/models.py": {"Can keep the accounts"},
    "front/__main__.py": {"a JSON file, or - for standard input", "The front ended by itself: "},
    "maps/models.py": {"Can approve place"},
    "newsroom/actions/review.py": {"Moderators approval"},
    "newsroom/models/files.py": {"Can choose picture", "Can choose document"},
    "pages/fill.py": {"Moved Permanently", "Permanent Redirect", "Bad Request", "Not Found"},
    "project/config.py": {"Value error, "},
    "project/probe.py": {"\r\nConnection: close\r\n\r\n"},
}


def said_by(path: Path) -> set[str]:
    name = str(path.relative_to(PACKAGE))
    if name in WHOLE_FILES:
        return set()
    return set(bare_in_python(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_says_nothing_untranslated(path: Path) -> None:
    assert said_by(path) == KNOWN.get(str(path.relative_to(PACKAGE)), set())


@pytest.mark.parametrize(
    "source",
    [
        'HeadView(title="Discussions")',
        'FormError("text", "Write something first.")',
        'raise CommandError("There is no file here")',
        'parser.add_argument("--x", help="how many")',
        'personal.message("Not found", ())',
        'words = {"a": "Try again."}',
        'def f(): return "Nothing waits here."',
        'f"Nothing for {name}"',
        'Link(url, "To the front page")',
    ],
)
def test_the_rule_finds_a_bare_sentence_in_python(source: str) -> None:
    assert bare_in_python(source)


@pytest.mark.parametrize(
    "source",
    [
        'HeadView(title=_("Discussions"))',
        '"""A module about words."""',
        'log.warning("Something happened")',
        'raise ValueError("Unknown thing here")',
        'cursor.execute("SELECT id FROM t")',
        'ngettext("One thing", "Many things", n)',
        'x = "sort_unknown"',
        'assert x, "Should not happen"',
    ],
)
def test_the_rule_lets_pass_what_developers_read(source: str) -> None:
    assert bare_in_python(source) == []


# Scripts

_COMMENT = re.compile(r"/\*.*?\*/|(?<![:'\"`])//[^\n]*", re.DOTALL)
_STRING = re.compile(r"'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"|`((?:[^`\\]|\\.)*)`", re.DOTALL)
_SHOWN_PROPERTY = re.compile(
    r"\.(?:textContent|innerText|title|ariaLabel|placeholder|alt)\s*=\s*(?:'([^'\n]*)'|\"([^\"\n]*)\"|`([^`]*)`)"
    r"|setAttribute\(\s*['\"](?:title|aria-label|placeholder|alt)['\"]\s*,\s*(?:'([^'\n]*)'|\"([^\"\n]*)\"|`([^`]*)`)"
)


def bare_in_script(source: str) -> list[str]:
    code = re.sub(r"new Error\((?:'[^']*'|\"[^\"]*\"|`[^`]*`)\)", "", _COMMENT.sub("", source))
    strings = ["".join(filter(None, match)) for match in _STRING.findall(code)]
    shown = ["".join(filter(None, match)) for match in _SHOWN_PROPERTY.findall(code)]
    outside = [re.sub(r"\$\{[^}]*\}", "", text) for text in shown]
    return [text for text in strings if SENTENCE.search(text)] + [text for text in outside if LETTERS.search(text)]


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("**/*.js")), ids=lambda path: path.name)
def test_a_script_says_only_what_words_js_gives_it(path: Path) -> None:
    assert bare_in_script(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "a.textContent = 'saved'",
        'say("Your vote was counted.")',
        "a.title = `${n} new`",
        "a.setAttribute('aria-label', \"close\")",
    ],
)
def test_the_rule_finds_a_bare_sentence_in_a_script(source: str) -> None:
    assert bare_in_script(source)


@pytest.mark.parametrize(
    "source",
    [
        "a.textContent = words.saved",
        "// It is saved here",
        "find('article.comment h3')",
        "a.title = ''",
        "throw new Error('Not here now')",
    ],
)
def test_the_rule_lets_pass_what_scripts_may_hold(source: str) -> None:
    assert bare_in_script(source) == []


# Refusals

_ROW = re.compile(r"^\| `([a-z_]+)` \| ([0-9]{3}) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def documented() -> dict[str, int]:
    rows = _ROW.findall(ERRORS.read_text(encoding="utf-8"))
    assert len(rows) == len({row[0] for row in rows}), "a code stands once"
    return {code: int(status) for code, status, _when, _what in rows}


def refused() -> Iterator[tuple[str, int | None]]:
    """Every code that a source can refuse with, and its status where it stands beside it."""
    for path in PACKAGE.glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            code = node.args[0]
            if _is_named(node, {"Refused", "Problem"}) and isinstance(code, ast.Constant):
                yield code.value, _status(node)
            if _is_named(node, {"Finding"}) and "REFUSE" in ast.dump(node):
                yield from ((code, None) for code in _refusing(node.args[2]))


def _refusing(code: ast.expr) -> list[str]:
    """One code; or, where it is made from a reader's standing, all of those."""
    if isinstance(code, ast.Constant):
        return [code.value]
    assert ast.unparse(code) == "f'reader_{found}'", ast.unparse(code)
    return [f"reader_{standing}" for standing in SILENT]


def _status(node: ast.Call) -> int | None:
    if _is_named(node, {"Problem"}):
        return 422
    given = [one.value for one in node.keywords if one.arg == "status"] + list(node.args[1:2])
    return given[0].value if given and isinstance(given[0], ast.Constant) else 403 if not given else None


def test_every_refusal_has_a_sentence_a_line_and_a_use() -> None:
    codes = {code for code, _ in refused()}
    assert codes == set(refusals.SENTENCES)
    assert codes == set(documented())


def test_every_refusal_has_the_status_that_its_line_says() -> None:
    listed = documented()
    wrong = {(code, status) for code, status in refused() if status is not None and status != listed[code]}
    assert wrong == set()


def test_a_sentence_ends_and_a_code_is_one_word() -> None:
    for code, (field, _text) in refusals.SENTENCES.items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", code)
        assert refusals.sentence(code)[-1] in ".!?"
        assert field in {
            "",
            "text",
            "name",
            "email",
            "password",
            "reference",
            "reason",
            "rate",
            "passage",
            "zone",
            "quiet_from",
            "code",
            "note",
            "source",
            "contact",
            "consent",
            "term",
            "public",
            "slow",
            "opens",
            "ends",
            "hours",
            "url",
        }


def test_the_acts_of_moderators_stand_in_the_line_about_them() -> None:
    text = ERRORS.read_text(encoding="utf-8")
    assert all(act in text.partition("`act_unknown`")[2].partition("\n")[0] for act in STAFF_ACTS)
