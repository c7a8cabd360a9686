"""`python -m belowline.imaging.child TASK OPTIONS`: one task on the picture at standard input, and then the end.

The files that were drawn go into the working folder, which is the parent's and empty; one line of JSON about them, or
a refusal, goes to standard output. The process steps back behind the ones that serve, and has limits for its memory,
its computing time and what it may write: a file made to break a decoder breaks this one.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from belowline.imaging import sniffing

if TYPE_CHECKING:
    from collections.abc import Callable

NICENESS = 10
MEMORY_MIB = 768
WRITTEN_MIB = 256
# 40 megapixels: two pages of a magazine, and the sensors of all but a few cameras. An original of so many pixels takes
# 160 MB where it is decoded whole.
PIXELS_MAX = 40_000_000
# What WebP can hold (RFC 9649, 2.5: 14 bits), and no camera makes more.
SIDE_MAX = 16_383


class Unfit(Exception):
    """A picture that cannot be taken: a code, and the values that its sentence names."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.answer = {"refused": code, "values": values}


def check(source: BinaryIO) -> dict[str, Any]:
    """What the picture is, decoded to its last pixel, so that what was accepted can be drawn later. Raises Unfit."""
    from PIL import Image

    from belowline.imaging.drawing import FORMATS

    data = source.read()
    kind = sniffing.format_of(data[:1024])
    if not data or kind not in sniffing.ENDINGS:
        raise Unfit("empty" if not data else kind.lower() or "unknown")
    other = sniffing.stowaway(data)
    if other:
        raise Unfit("stowaway", kind=other)
    del data
    source.seek(0)
    with Image.open(source, formats=FORMATS) as opened:
        width, height = opened.size
        if max(width, height) > SIDE_MAX:
            raise Unfit("too_long", width=width, height=height, limit=SIDE_MAX)
        if width * height > PIXELS_MAX:
            raise Unfit("too_many_pixels", width=width, height=height, limit=PIXELS_MAX)
        if opened.format in {"GIF", "PNG", "WEBP", "AVIF"} and getattr(opened, "is_animated", False):
            raise Unfit("animated")
        # An eighth of a JPEG's sides needs the whole file and a 64th of the memory.
        opened.draft(None, (width // 8, height // 8))
        opened.load()
    return {"format": kind, "width": width, "height": height}


def public(source: BinaryIO, *, packet: str, is_blurred: bool) -> dict[str, Any]:
    from belowline.imaging import drawing

    return _written(drawing.public_files(source, packet=packet.encode(), is_blurred=is_blurred))


def thumbnail(source: BinaryIO, *, width: int, height: int, is_blurred: bool) -> dict[str, Any]:
    from belowline.imaging import drawing

    return _written([drawing.thumbnail(source, width=width, height=height, is_blurred=is_blurred)])


def master(source: BinaryIO) -> dict[str, Any]:
    from belowline.imaging import drawing

    return _written([drawing.master(source)])


def card(source: BinaryIO, *, has_picture: bool, words: dict[str, Any]) -> dict[str, Any]:
    from belowline.imaging import card

    try:
        return _written([card.card_of(source, has_picture=has_picture, words=words)])
    except card.NoLetters as lacking:
        raise Unfit("no_letters", letter=str(lacking)) from None


def _written(drawn: Any) -> dict[str, Any]:
    files = []
    for number, one in enumerate(drawn):
        Path(str(number)).write_bytes(one.data)
        files.append([str(number), one.mime_type, one.width, one.height, one.is_blurred])
    return {"files": files}


TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "check": check,
    "public": public,
    "thumbnail": thumbnail,
    "master": master,
    "card": card,
}


def _limit(cpu_seconds: int) -> None:
    os.nice(NICENESS)
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_MIB * 1024 * 1024),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, WRITTEN_MIB * 1024 * 1024),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def main(task: str, cpu_seconds: str, options: str) -> int:
    _limit(int(cpu_seconds))
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # `check` says it by itself, in numbers, before anything is decoded
    try:
        answer = TASKS[task](sys.stdin.buffer, **json.loads(options))
    except Unfit as unfit:
        answer = unfit.answer
    except MemoryError:
        answer = {"refused": "too_demanding", "values": {}}
    except Exception as error:
        # Pillow's decoders raise what they like at bytes that are no picture.
        answer = {"refused": "broken", "values": {"reason": str(error)[:200]}}
    print(json.dumps(answer))  # noqa: T201  # it is the protocol
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
