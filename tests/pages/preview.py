"""Renders every page of the invented newsroom to files, serves them on loopback, and takes pictures.

python -m tests.pages.preview serve
python -m tests.pages.preview shots /tmp/shots front article thread
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from gettext import NullTranslations, translation
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.pages import stories
from tests.support.chromium import launched

import belowline
from belowline.front.answers import PUBLIC_POLICY
from belowline.pages.assets import build_assets, manifest_urls
from belowline.pages.environment import environment

LOCALE = Path(belowline.__file__).parent / "locale"
DIRECTIONS = ("ltr", "rtl")
WIDTHS = (320, 768, 1280)
SCHEMES = ("light", "dark")
# What the site sends; a page that needs more than this is broken.
POLICY = PUBLIC_POLICY


def words(language: str) -> NullTranslations:
    """The catalogue of a language or a locale; the sources' own English where there is none."""
    return translation("django", LOCALE, [language.partition("-")[0]], fallback=True)


def render_all(target: Path) -> dict[str, Path]:
    """Write every page as `<direction>-<name>.html`, with styles, fonts and placeholder pictures beside them."""
    build_assets(target / "static")
    urls = manifest_urls(target / "static")
    pages: dict[str, Path] = {}
    for direction in DIRECTIONS:
        language = stories.language(direction)
        jinja = environment(urls, words(language), language=language, zone="Europe/Berlin")
        for name, (template, view) in stories.all_pages(direction).items():
            path = target / f"{direction}-{name}.html"
            path.write_text(jinja.get_template(template).render(site=stories.site(direction), page=view), "utf-8")
            pages[path.stem] = path
    _placeholders(target / "media")
    return pages


def _placeholders(media: Path) -> None:
    media.mkdir(exist_ok=True)
    tints = ("#8b9aa3", "#a59a86", "#7d8f84", "#97858a", "#8a8fa0")
    for number, tint in enumerate(tints):
        for width, height in ((1600, 1067), (1920, 1080)):
            (media / f"{number}-{width}x{height}.svg").write_text(
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
                f'<path fill="{tint}" d="M0 0h{width}v{height}H0z"/><path fill="#0003" d="M0 {height * 2 // 3}h{width}'
                f'v{height}H0z"/><path fill="#0002" d="M{width // 3} {height // 6}h40v{height}h-40z"/></svg>',
                "utf-8",
            )


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *given: Any, policy: str, **more: Any) -> None:
        self._policy = policy
        super().__init__(*given, **more)

    def log_message(self, format: str, *args: object) -> None:
        pass

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        if self._policy:
            self.send_header("Content-Security-Policy", self._policy)
        super().end_headers()

    def do_GET(self) -> None:
        """Files; and to whoever follows a discussion here, that nothing is new."""
        path, _, query = self.path.partition("?")
        if path != "/live" and not path.endswith("/updates"):
            return super().do_GET()
        body = json.dumps({"cursor": query.rpartition("=")[2]}).encode() if path != "/live" else b""
        self.send_response(200 if body else 204)
        self.end_headers()
        self.wfile.write(body)
        return None

    def do_POST(self) -> None:
        """What a script sends by itself (a case that is taken in hand) is heard, and nothing happens."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(204)
        self.end_headers()


@contextlib.contextmanager
def served(folder: Path, *, policy: str = POLICY) -> Iterator[str]:
    """The folder at a loopback address, under a Content-Security-Policy, until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder), policy=policy))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def take_shots(target: Path, names: list[str]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        pages = render_all(Path(folder))
        with served(Path(folder)) as base:
            for scheme in SCHEMES:
                for width in WIDTHS:
                    tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
                    for name in [page for page in pages if not names or page in names]:
                        tab.goto(f"{base}/{name}.html")
                        tab.evaluate("document.fonts.ready")
                        height = min(3200, tab.evaluate("document.documentElement.scrollHeight"))
                        tab.screenshot(
                            path=target / f"{name}-{width}-{scheme}.png",
                            clip={"x": 0, "y": 0, "width": width, "height": height},
                            full_page=True,
                        )
                    tab.close()


def main(arguments: list[str]) -> None:
    match arguments:
        case ["shots", target, *names]:
            take_shots(Path(target), names)
        case ["serve", *_]:
            with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as base:
                print("\n".join(f"{base}/{name}.html" for name in render_all(Path(folder))))
                threading.Event().wait()
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
