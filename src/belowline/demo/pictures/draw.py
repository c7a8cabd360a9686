"""Print the demo's pictures again: `python -m belowline.demo.pictures.draw [slug …]`.

Needs a Chromium (`CHROMIUM=/path` or on the path) and the development dependencies. The results are in the repository,
so nobody needs this to run the demo; it is here so that a picture can be corrected.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from belowline.demo.pictures.press import Sheet
from belowline.demo.pictures.scenes import (
    borrowing,
    cross_section,
    ferry,
    fog,
    gauge_plot,
    market,
    oysters,
    site_plan,
    staff,
    street,
)

RESULTS = Path(__file__).parents[1] / "content" / "pictures"
LARGEST_BYTES = 360_000
CHARTS = {
    "site-plan-cold-narrows",
    "gauge-plot-hobs-landing",
    "cross-section-gate",
    "fog-days-chart",
    "city-borrowing-chart",
}

SCENES: dict[str, Callable[[], Sheet]] = {
    "site-plan-cold-narrows": site_plan.draw,
    "gauge-plot-hobs-landing": gauge_plot.draw,
    "cross-section-gate": cross_section.draw,
    "gauge-staff-pier": staff.draw,
    "ferry-constance": ferry.draw,
    "tanners-row-flood-mark": street.draw,
    "oyster-lines-marram": oysters.draw,
    "lantern-dock-market": market.draw,
    "fog-days-chart": fog.draw,
    "city-borrowing-chart": borrowing.draw,
}


def print_sheet(browser: Browser, sheet: Sheet) -> Image.Image:
    """The sheet as pixels, one per unit of its drawing."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "sheet.svg"
        source.write_text(sheet.svg(), encoding="utf-8")
        page = browser.new_page(viewport={"width": sheet.width, "height": sheet.height})
        page.goto(source.as_uri())
        shot = page.screenshot(timeout=120_000)
        page.close()
    return Image.open(io.BytesIO(shot)).convert("RGB")


def encode(image: Image.Image, *, is_chart: bool) -> bytes:
    """A JPEG without metadata, as large and as good as the limit allows; type in charts keeps its full colour."""
    data = b""
    for width, quality in (
        (2000, 85),
        (2000, 80),
        (2000, 75),
        (1800, 78),
        (1800, 74),
        (1800, 70),
        (1800, 66),
        (1700, 66),
        (1600, 66),
    ):
        sized = image.resize((width, round(width * image.height / image.width)), Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        sized.save(buffer, "JPEG", quality=quality, subsampling=0 if is_chart else 2, optimize=True, progressive=True)
        data = buffer.getvalue()
        if len(data) <= LARGEST_BYTES:
            break
    return data


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slug", nargs="*", choices=[*SCENES, []], help="which pictures; all when none is named")
    parser.add_argument("--into", type=Path, default=RESULTS, help="folder for the JPEG files")
    wanted = parser.parse_args()
    wanted.into.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        for slug in wanted.slug or SCENES:
            image = print_sheet(browser, SCENES[slug]())
            data = encode(image, is_chart=slug in CHARTS)
            (wanted.into / f"{slug}.jpg").write_bytes(data)
            printed = Image.open(io.BytesIO(data))
            sys.stdout.write(f"{slug}.jpg {printed.width} x {printed.height}, {len(data) / 1000:.0f} kB\n")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
