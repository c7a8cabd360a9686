"""The side that starts the child process and hears its answer. Blocks: seconds for a picture that is drawn."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from belowline.imaging.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from belowline.imaging.credit import Credit

# Isolated (-I): neither the working folder nor the environment adds a module.
COMMAND = (sys.executable, "-I", "-m", "belowline.imaging.child")
# Of computing time. Decoding 40 megapixels takes under 2 s, drawing all files of them under 10.
CHECK_SECONDS = 3
DRAW_SECONDS = 40
CARD_SECONDS = 10
# Of the clock: a machine that is busy with readers comes first, and then this takes longer.
PATIENCE = 6


class PictureRefused(Exception):
    """A picture that cannot be taken or drawn. `code` and `values` make its sentence (newsroom/pictures/refusals.py)."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(f"{code} {values}" if values else code)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Checked:
    """`format` is one of sniffing.ENDINGS; the sides are as stored, before the orientation is applied."""

    format: str
    width: int
    height: int


def check(source: BinaryIO) -> Checked:
    """Whether the file is a picture that can be shown. Raises PictureRefused."""
    answer, _ = _run("check", source, cpu_seconds=CHECK_SECONDS)
    return Checked(**answer)


def draw_public(source: BinaryIO, *, credit: Credit, is_blurred: bool) -> list[Drawn]:
    """All public files of an original, narrow to wide; with `is_blurred` also the one that hides it."""
    options = {"packet": credit.packet().decode(), "is_blurred": is_blurred}
    return _run("public", source, cpu_seconds=DRAW_SECONDS, **options)[1]


def draw_thumbnail(source: BinaryIO, *, width: int, height: int, is_blurred: bool = False) -> Drawn:
    options = {"width": width, "height": height, "is_blurred": is_blurred}
    return _run("thumbnail", source, cpu_seconds=DRAW_SECONDS, **options)[1][0]


def draw_master(source: BinaryIO) -> Drawn:
    return _run("master", source, cpu_seconds=DRAW_SECONDS)[1][0]


def draw_card(picture: BinaryIO | None, *, words: dict[str, Any]) -> Drawn:
    """`words` are the fields of imaging.card.Words. `picture` is a public JPEG. Raises PictureRefused."""
    source = picture if picture is not None else io.BytesIO()
    return _run("card", source, cpu_seconds=CARD_SECONDS, has_picture=picture is not None, words=words)[1][0]


def _run(task: str, source: BinaryIO, *, cpu_seconds: int, **options: Any) -> tuple[dict[str, Any], list[Drawn]]:
    with tempfile.TemporaryDirectory(prefix="belowline-picture-") as folder, _as_file(source) as file:
        command = [*COMMAND, task, str(cpu_seconds), json.dumps(options)]
        try:
            # Nothing of the site's environment: it names the database.
            done = subprocess.run(  # noqa: S603  # our own module
                command,
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={},
                timeout=cpu_seconds * PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise PictureRefused("too_demanding") from None
        if done.returncode != 0:
            raise PictureRefused("too_demanding")
        answer = json.loads(done.stdout)
        if "refused" in answer:
            raise PictureRefused(answer["refused"], **answer["values"])
        drawn = [
            Drawn(mime_type, width, height, Path(folder, name).read_bytes(), is_blurred)
            for name, mime_type, width, height, is_blurred in answer.pop("files", [])
        ]
        return answer, drawn


@contextmanager
def _as_file(source: BinaryIO) -> Iterator[IO[bytes]]:
    """The same bytes in a file that a process can be given. `source` stays open."""
    with tempfile.TemporaryFile() as copy:
        source.seek(0)
        shutil.copyfileobj(source, copy, 1024 * 1024)
        source.seek(0)
        copy.seek(0)
        yield copy
