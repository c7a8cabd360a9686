"""`belowline render`: Markdown in, exactly the stored HTML out. Needs no site and no Django."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from belowline.domain.markup import render
from belowline.project.cli import CommandError
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jsonl", action="store_true", help=_('read lines of {"id", "text"}, print {"id", "html"}'))


def run(options: argparse.Namespace) -> int:
    if not options.jsonl:
        sys.stdout.write(html_of(_decoded(sys.stdin.buffer.read())))
        return 0
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if line.strip():
            sys.stdout.write(json.dumps(_answer(line, number=number), ensure_ascii=False) + "\n")
    return 0


def html_of(text: str) -> str:
    return render(text).html


def _answer(line: bytes, *, number: int) -> dict[str, object]:
    try:
        question = json.loads(line)
        return {"id": question["id"], "html": html_of(question["text"])}
    except (ValueError, KeyError, TypeError) as error:
        message = _("line {number} is not a JSON object with id and text: {reason}")
        raise CommandError(message.format(number=number, reason=error)) from None


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CommandError(_("standard input is not UTF-8: {reason}").format(reason=error)) from None
