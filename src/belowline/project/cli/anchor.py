"""`belowline anchor`: where passages of one revision are in another. Needs no site and no Django."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from belowline.domain.anchoring import Span, move_anchors
from belowline.domain.anchoring.documents import canonical_of_markdown, canonical_of_plain
from belowline.project.cli import CommandError
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

# Larger than any article; what comes to more is no text.
FILE_BYTES_MAX = 8_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--old", type=Path, metavar="FILE", help=_("the revision that the anchors belong to"))
    parser.add_argument("--new", type=Path, metavar="FILE", help=_("the revision to find them in"))
    parser.add_argument("--anchors", type=Path, metavar="FILE", help=_('lines of {"id", "start", "end", "exact"}'))
    parser.add_argument(
        "--canonical", type=Path, metavar="FILE", help=_("print the text of a revision in which anchors are counted")
    )


def run(options: argparse.Namespace) -> int:
    if options.canonical is not None:
        sys.stdout.write(canonical_of(options.canonical))
        return 0
    for name in ("old", "new", "anchors"):
        if getattr(options, name) is None:
            raise CommandError(_("--{name} is missing; needed are --old, --new and --anchors").format(name=name))
    old, new = canonical_of(options.old), canonical_of(options.new)
    asked = list(_asked(options.anchors, old))
    for (key, _span), placed in zip(asked, move_anchors(old, new, [span for _key, span in asked]), strict=True):
        line = {
            "id": key,
            "state": str(placed.state),
            "start": placed.span.start if placed.span else None,
            "end": placed.span.end if placed.span else None,
            "confidence": placed.confidence,
        }
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    return 0


def canonical_of(file: Path) -> str:
    """By the file's ending: Markdown, or plain text."""
    text = _text(file)
    return canonical_of_markdown(text) if file.suffix.lower() in {".md", ".markdown"} else canonical_of_plain(text)


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            raise CommandError(_("{file} is larger than {most} bytes").format(file=file, most=FILE_BYTES_MAX))
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CommandError(_("{file} is not UTF-8: {reason}").format(file=file, reason=error)) from None
    except OSError as error:
        raise CommandError(_("{file} cannot be read: {reason}").format(file=file, reason=error.strerror)) from None


def _asked(file: Path, old: str) -> Iterator[tuple[object, Span]]:
    for number, line in enumerate(_text(file).splitlines(), start=1):
        if not line.strip():
            continue
        where = f"{file.name}:{number}"
        try:
            asked = json.loads(line)
            key, span = asked["id"], Span(int(asked["start"]), int(asked["end"]))
        except (ValueError, KeyError, TypeError) as error:
            message = _("{where} is not a JSON object with id, start and end: {reason}")
            raise CommandError(message.format(where=where, reason=error)) from None
        if not 0 <= span.start < span.end <= len(old):
            message = _("{where}: {start} to {end} is no passage of a text of {length} characters")
            raise CommandError(message.format(where=where, start=span.start, end=span.end, length=len(old)))
        exact = asked.get("exact")
        if exact is not None and old[span.start : span.end] != exact:
            message = _("{where}: at {start} stands {found!r}, not {exact!r}; is the anchor of another revision?")
            found = old[span.start : span.end]
            raise CommandError(message.format(where=where, start=span.start, found=found[:80], exact=str(exact)[:80]))
        yield key, span
