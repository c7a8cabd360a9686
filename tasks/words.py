"""The catalogues of words: extracted from the sources, merged, compiled. `./dev words` writes, `./dev check` compares.

One domain, `django`, serves pages, commands and the front. The .mo files are committed with the .po files: a checkout
and a wheel run as they are. Nothing is matched fuzzily: a changed English sentence is a new one to translate.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks import environment
from tasks.saying import ROOT, call, say

if TYPE_CHECKING:
    # Babel is in the project's environment, and `./dev` reads this file also with a Python that has nothing yet.
    from babel.messages import Catalog, Message

PACKAGE = ROOT / "src" / "belowline"
LOCALE = PACKAGE / "locale"
LANGUAGES = ("en", "ar")
SOURCE_LANGUAGE = "en"
# As Django's own catalogues write it: Django joins catalogues whose rule is the same into one table.
PLURALS = {
    "en": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;",
}
# name: which arguments are the message; (n, "c") is the context.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "_ngettext": (1, 2),
    "ngettext_noop": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
METHODS = [
    ("pages/templates/**.html", "jinja2"),
    ("*/templates/**.html", "tasks.words:django_template"),
    ("**.py", "python"),
]
# The desk's templates are Django's, because Wagtail's are; of its tags for translation they use this one alone.
TRANS = re.compile(r"""\{%\s*trans\s+"([^"]+)"\s*%\}""")
# As pages.environment renders them, or a block's words would not be found at run time.
TEMPLATE_OPTIONS = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
COMMENT_TAG = "translators:"


def words(arguments: list[str]) -> int:
    """Bring every catalogue up to date and compile it; says what Arabic still lacks."""
    return _module(str(environment.ensure()))


def check(python: str) -> int:
    return _module(python, "--check")


def problems() -> list[str]:
    """What is wrong with the catalogues, one line each; empty when they are up to date, complete and compiled."""
    found: list[str] = []
    fresh = extracted()
    for language in LANGUAGES:
        if not po_path(language).exists():
            found.append(f"{language}: there is no catalogue: run ./dev words")
            continue
        catalogue = stored(language)
        found += [f"{language}: not in the catalogue: {_shown(one)}: run ./dev words" for one in fresh - catalogue]
        found += [
            f"{language}: not in the sources any more: {_shown(one)}: run ./dev words" for one in catalogue - fresh
        ]
        found += _untranslated(language, catalogue)
        mo = mo_path(language)
        if not mo.exists() or mo.read_bytes() != compiled(language, catalogue):
            found.append(f"{language}: {mo.name} is not the compiled {po_path(language).name}: run ./dev words")
    return found


def update(language: str) -> None:
    """Write the .po and the .mo: every message of the sources with the words that were there, and no others."""
    merged = _merged(language, extracted().messages, stored(language) if po_path(language).exists() else None)
    po_path(language).parent.mkdir(parents=True, exist_ok=True)
    po_path(language).write_bytes(_po(merged))
    mo_path(language).write_bytes(compiled(language, Words(list(merged)[1:])))


class Words:
    """The messages of a catalogue by what identifies them."""

    def __init__(self, messages: list[Message], header_comment: str = "") -> None:
        self.messages = messages
        self.header_comment = header_comment
        self.by_key = {key_of(one): one for one in messages}

    def __sub__(self, other: Words) -> list[Message]:
        return [one for key, one in self.by_key.items() if key not in other.by_key]

    def __iter__(self) -> Iterator[Message]:
        return iter(self.messages)


def django_template(
    file: Any, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Babel's way to ask for the messages of a file: (line, function, message, comments)."""
    for number, line in enumerate(file.read().decode().splitlines(), start=1):
        if "blocktrans" in line or "{% translate" in line:
            raise ValueError(f"{file.name}:{number}: only trans with a text in double quotes is extracted")
        for match in TRANS.finditer(line):
            yield number, "gettext", match[1], []


def key_of(message: Message) -> tuple[str | None, str, str]:
    """Context, singular and plural."""
    one, many = message.id if isinstance(message.id, tuple) else (message.id, "")
    return message.context, one, many


def extracted() -> Words:
    """Every message of the sources in the order of files and lines, each once."""
    from babel.messages import Catalog
    from babel.messages.extract import extract_from_dir

    catalogue = Catalog()
    rows = extract_from_dir(
        str(PACKAGE),
        method_map=METHODS,
        options_map={METHODS[0][0]: TEMPLATE_OPTIONS},
        keywords=KEYWORDS,
        comment_tags=(COMMENT_TAG,),
        strip_comment_tags=True,
    )
    seen: dict[str, tuple[str, ...]] = {}
    for file, line, message, comments, context in sorted(rows, key=lambda row: (row[0], row[1])):
        one, many = (message[0], tuple(message[1:])) if isinstance(message, tuple) else (message, ())
        # gettext keeps one entry for a singular: "%(n)s reply" cannot be a sentence of its own and counted.
        if seen.setdefault(f"{context}\0{one}", many) != many:
            raise SystemExit(f"{file}:{line}: {one!r} is used with and without a plural, or with two plurals")
        catalogue.add(message, locations=[(file, line)], auto_comments=comments, context=context)
    return Words(list(catalogue)[1:])


def stored(language: str) -> Words:
    """The messages of the .po file, without obsolete ones."""
    from babel.messages.pofile import read_po

    with po_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    return Words(list(catalogue)[1:], catalogue.header_comment)


def compiled(language: str, messages: Words) -> bytes:
    """The bytes of the .mo file: the same ones on every machine and with every Babel."""
    from babel.messages.mofile import write_mo

    target = io.BytesIO()
    write_mo(target, _merged(language, messages.messages, messages))
    return target.getvalue()


def po_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def mo_path(language: str) -> Path:
    return po_path(language).with_suffix(".mo")


def _merged(language: str, messages: list[Message], old: Words | None) -> Catalog:
    known = old.by_key if old else {}
    merged = _empty(language, old.header_comment if old else "")
    for message in messages:
        before = known.get(key_of(message))
        merged.add(
            message.id,
            _strings(message, before, forms=merged.num_plurals),
            locations=sorted({(file, 0) for file, _line in message.locations}),
            auto_comments=message.auto_comments,
            user_comments=before.user_comments if before else (),
            context=message.context,
        )
    return merged


def _strings(message: Message, before: Message | None, *, forms: int) -> str | tuple[str, ...]:
    if not message.pluralizable:
        return str(before.string) if before and isinstance(before.string, str) else ""
    kept = tuple(before.string) if before and isinstance(before.string, tuple) else ()
    return (*kept, *[""] * forms)[:forms]


def _empty(language: str, header_comment: str) -> Catalog:
    from babel.messages import Catalog

    class Plain(Catalog):
        """Without dates, people and the tool's version in the header: they would change with nothing changed."""

        mime_headers = [
            ("Project-Id-Version", "Belowline"),
            ("Language", language),
            ("Plural-Forms", PLURALS[language]),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit\n"),
        ]

    return Plain(locale=language, header_comment=header_comment or f"# Belowline: {language}", fuzzy=False)


def _po(catalogue: Catalog) -> bytes:
    from babel.messages.pofile import write_po

    target = io.BytesIO()
    write_po(target, catalogue, width=0, include_lineno=False, ignore_obsolete=True)
    return target.getvalue()


def _untranslated(language: str, catalogue: Words) -> list[str]:
    if language == SOURCE_LANGUAGE:
        return []
    forms = int(re.findall(r"nplurals=(\d+)", PLURALS[language])[0])
    found = []
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.fuzzy or not all(strings) or len(strings) != (forms if message.pluralizable else 1):
            found.append(f"{language}: not translated: {_shown(message)}")
    return found


def _shown(message: Message) -> str:
    text = key_of(message)[1]
    return repr(text if len(text) <= 60 else f"{text[:59]}…")


def _module(python: str, *arguments: str) -> int:
    values = {name: value for name, value in os.environ.items() if not name.startswith("BELOWLINE_")}
    return call([python, "-m", "tasks.words", *arguments], environment=values)


def main(arguments: list[str]) -> int:
    if arguments != ["--check"]:
        for language in LANGUAGES:
            update(language)
            say(f"wrote {po_path(language).relative_to(ROOT)} and {mo_path(language).name}")
    found = problems()
    for line in found:
        say(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
