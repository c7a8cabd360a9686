"""The picture of a drawing, made in a process of its own: `python -m belowline.maps.png WIDTH < SVG > PNG`.

The renderer takes 30 MB and keeps them; a site publishes a map now and then, and a desk stays small.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FONT = Path(__file__).parent / "data" / "map.ttf"
FACE = "BelowlineMap"
# The world's coast on a slow machine takes four seconds.
PATIENCE_SECONDS = 60


class NoPicture(Exception):
    """The renderer ended without a picture; its last words are in the message."""


def png_of(svg: str, *, width: int) -> bytes:
    """Half a second, and the import. Words are set in our own face: Latin, Greek, Cyrillic, Hebrew, Arabic. Letters of
    other scripts come from the machine's faces, where it has some."""
    command = [sys.executable, "-m", "belowline.maps.png", str(width)]
    # The package may lie in a folder that only this process knows.
    known = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(  # noqa: S603  # nothing of it comes from outside
        command, input=svg.encode(), capture_output=True, timeout=PATIENCE_SECONDS, check=False, env=known
    )
    if done.returncode:
        raise NoPicture(done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2])
    return done.stdout


def _render(svg: str, *, width: int) -> bytes:
    import resvg_py

    needs_others = any(ord(letter) > 0x06FF and not 0x1E00 <= ord(letter) <= 0x206F for letter in svg)
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg.replace("'Libre Franklin'", f"'{FACE}'"),
            width=width,
            skip_system_fonts=not needs_others,
            font_files=[str(FONT)],
            font_family=FACE,
            sans_serif_family=FACE,
        )
    )


if __name__ == "__main__":
    os.nice(10)  # the site goes on serving
    sys.stdout.buffer.write(_render(sys.stdin.buffer.read().decode(), width=int(sys.argv[1])))
