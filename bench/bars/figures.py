"""What an article page with ten figures weighs, and how soon its largest part is painted: beside a static file of the
same bytes, in the same browser, in turns."""

from __future__ import annotations

import shutil
import statistics
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.bars.weight import BYTES_A_COMMENT, BYTES_A_PAGE
from bench.demos import made_demo
from bench.results import Check, Options, Result, at_most
from bench.sites import Reader, Site, copy_of, scratch, serving, told_by

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BARS = ("figures",)
ROUNDS = 20
# The browser reports paints as they happen; the picture on the first screen is there long before.
SETTLED_MS = 1_500
_LARGEST = """() => new Promise(done => {
  let last = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) last = one.startTime; })
    .observe({type: 'largest-contentful-paint', buffered: true});
  setTimeout(() => done(last), 50);
})"""


def measure(options: Options) -> Sequence[Result]:
    with scratch("figures") as folder:
        root = copy_of(made_demo(), to=folder / "site")
        weight = told_by("bench.figured", root)
        with serving(root) as site:
            reader = Reader(site, encoding="identity")
            reader.get(weight["path"])  # the first fill
            page = reader.get(weight["path"])
            reader.close()
            with _static_copy(site, page, to=folder / "static") as static_url:
                ours, static = _painted(site.url + weight["path"], static_url, rounds=options.rounds(ROUNDS))
    return [_result(weight, ours, static)]


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def _static_copy(site: Site, page: bytes, *, to: Path) -> Iterator[str]:
    """The same bytes of HTML and of everything beside it, from files."""
    to.mkdir()
    (to / "page.html").write_bytes(page)
    shutil.copytree(site.root / "static", to / "static")
    shutil.copytree(site.root / "media", to / "media")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(to)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/page.html"
    finally:
        server.shutdown()
        server.server_close()


def _painted(ours: str, static: str, *, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds from navigation to the largest paint, each time in a browser that knows nothing."""
    from playwright.sync_api import sync_playwright
    from tests.support.chromium import ARGUMENTS, PROGRAM

    found: dict[str, list[float]] = {ours: [], static: []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=ARGUMENTS)
        for number in range(rounds):
            for url in (ours, static) if number % 2 else (static, ours):
                found[url].append(_largest_paint(browser, url))
    return found[ours], found[static]


def _largest_paint(browser: Browser, url: str) -> float:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(url, wait_until="load")
    page.wait_for_timeout(SETTLED_MS)
    found: float = page.evaluate(_LARGEST)
    context.close()
    return found


def _result(weight: dict[str, Any], ours: list[float], static: list[float]) -> Result:
    beyond = weight["html_gzip"] - weight["texts_gzip"]
    allowed = BYTES_A_COMMENT * weight["comments"] + BYTES_A_PAGE
    ratio = statistics.median(ours) / statistics.median(static)
    return Result(
        bar="figures",
        title=f"an article page with {weight['figures']} figures and {weight['comments']} comments",
        checks=(
            Check("largest paint beside a static file", round(ratio, 2), "x", at_most(1.5)),
            Check("HTML in all, gzip -6", round(weight["html_gzip"] / 1024, 2), "KB", at_most(35.0)),
            Check("beyond the texts alone", round(beyond / 1024, 2), "KB", at_most(round(allowed / 1024, 2))),
        ),
        spread=f"ours {min(ours):.0f} to {max(ours):.0f} ms, static {min(static):.0f} to {max(static):.0f} ms",
        details=weight,
    )
