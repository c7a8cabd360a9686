"""The one face of the words on a map's picture: four families of the Open Font License joined into one file, because the
renderer takes one face for a label, and a label may mix Arabic with Latin."""

from __future__ import annotations

import shutil
from pathlib import Path

from tasks.saying import ROOT, say

PACKAGES = {
    "@fontsource/libre-franklin": "5.3.0",
    "@fontsource/noto-sans": "5.3.0",
    "@fontsource/noto-sans-arabic": "5.3.0",
    "@fontsource/noto-sans-hebrew": "5.3.0",
}
# The earlier wins a letter that two have.
PARTS = (
    ("@fontsource/libre-franklin", ("latin", "latin-ext", "vietnamese", "cyrillic", "cyrillic-ext")),
    ("@fontsource/noto-sans", ("greek",)),
    ("@fontsource/noto-sans-hebrew", ("hebrew",)),
    ("@fontsource/noto-sans-arabic", ("arabic",)),
)
WEIGHT = 600
NAME = "BelowlineMap"
FOLDER = ROOT / "src" / "belowline" / "maps" / "data"


def make_font(packages: dict[str, Path], *, scratch: Path) -> None:
    from fontTools.merge import Merger, Options
    from fontTools.ttLib import TTFont

    plain = []
    for package, subsets in PARTS:
        family = package.rpartition("/")[2]
        for subset in subsets:
            font = TTFont(
                packages[package] / "files" / f"{family}-{subset}-{WEIGHT}-normal.woff2", recalcTimestamp=False
            )
            font.flavor = None
            plain.append(str(scratch / f"{family}-{subset}.ttf"))
            font.save(plain[-1])
        shutil.copyfile(packages[package] / "LICENSE", FOLDER / f"{family}-OFL.txt")
    merged = Merger(options=Options(drop_tables=["STAT", "DSIG", "meta"])).merge(plain)
    names = {1: NAME, 2: "Regular", 4: NAME, 6: "BelowlineMap", 16: NAME, 17: "SemiBold"}
    for record in merged["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    merged["head"].created = merged["head"].modified = 0
    merged.recalcTimestamp = False
    merged.save(FOLDER / "map.ttf")
    say(f"{FOLDER.relative_to(ROOT)}/map.ttf: {(FOLDER / 'map.ttf').stat().st_size / 1024:.0f} KiB")
