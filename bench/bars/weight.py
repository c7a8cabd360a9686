"""P6 and P7: what a page and its scripts weigh on the wire. Bytes, so there is no spread."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Sequence

from bench.demos import made_demo
from bench.results import Check, Options, Result, at_most
from bench.sites import Reader, Site, copy_of, scratch, serving, told_by

BARS = ("P6", "P7")
BYTES_A_COMMENT, BYTES_A_PAGE = 60, 10 * 1024
_SCRIPT = re.compile(rb"""<(?:script|link)\b[^>]*?\b(?:src|href)=["']([^"']+\.js)["']""")
# What core.js fetches by itself for a discussion; at a reader's press come the others.
BY_ITSELF = ("fold.js", "news.js", "arrivals.js", "invite.js", "reader.js")
_IMPORT = re.compile(r"""(?:\bfrom\s*|\bimport\s*)["']([^"']+\.js)["']""")


def measure(options: Options) -> Sequence[Result]:
    with scratch("weight") as folder, serving(copy_of(made_demo(), to=folder / "site")) as site:
        weight = told_by("bench.weighing", site.root)
        return [_page(weight), _scripts(site, thread=weight["thread"])]


def _page(weight: dict[str, int]) -> Result:
    beyond = weight["html_gzip"] - weight["texts_gzip"]
    allowed = BYTES_A_COMMENT * weight["comments"] + BYTES_A_PAGE
    return Result(
        bar="P6",
        title="HTML of a page with 200 comments, gzip -6",
        checks=(
            Check("in all, demo story", round(weight["html_gzip"] / 1024, 2), "KB", at_most(35.0), 25.0),
            Check("beyond the texts alone", round(beyond / 1024, 1), "KB", at_most(round(allowed / 1024, 1))),
        ),
        details=weight,
    )


def _scripts(site: Site, *, thread: int) -> Result:
    reader = Reader(site, encoding="identity")
    page = reader.get(f"/d/{thread}")
    waiting = [match.decode() for match in _SCRIPT.findall(page)]
    manifest = json.loads((site.root / "static" / "manifest.json").read_text())
    waiting += [f"/static/{manifest[name]}" for name in BY_ITSELF] + ["/words.js"]
    sizes: dict[str, int] = {}
    while waiting:
        address = waiting.pop()
        if address in sizes or not address.startswith("/"):
            continue
        text = reader.get(address).decode()
        sizes[address] = len(gzip.compress(text.encode(), compresslevel=6, mtime=0))
        waiting += [_resolved(name, address) for name in _IMPORT.findall(text)]
    reader.close()
    checks = [Check("loaded with a page", round(sum(sizes.values()) / 1024, 2), "KB", at_most(12.0), 8.0)]
    loader = manifest.get("embed-loader.js")
    if loader:
        packed = gzip.compress((site.root / "static" / loader).read_bytes(), compresslevel=6, mtime=0)
        checks.append(Check("embed loader", round(len(packed) / 1024, 2), "KB", at_most(3.0), 2.0))
    return Result(
        bar="P7",
        title="scripts that come without a reader's request, gzip -6",
        checks=tuple(checks),
        note="" if loader else "There is no embed loader yet.",
        details={"bytes": sizes},
    )


def _resolved(name: str, address: str) -> str:
    from urllib.parse import urljoin

    return urljoin(address, name)
