"""Builds the static files: one style sheet, the fonts, the scripts, all under names that carry their content.

Pure Python, so that a site needs no Node at run time. The output directory holds immutable files and `manifest.json`
(logical name to file name); the front serves them for ever.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

STATIC = Path(__file__).parent / "static"
# Libraries of others, minified by them, that a page loads on request: taken as they are, with hashed names like ours.
LEAFLET = Path(__file__).parent.parent / "maps" / "static" / "maps" / "leaflet"
VENDORED = (LEAFLET / "leaflet.js", LEAFLET / "leaflet.css")
MANIFEST = "manifest.json"
# The cascade's order: tokens first, print last. A file that is not named here is an error, not a surprise.
STYLES = (
    "fonts.css",
    "tokens.css",
    "base.css",
    "teaser.css",
    "article.css",
    "figure.css",
    "thread.css",
    "comment.css",
    "passages.css",
    "form.css",
    "staff.css",
    "support.css",
    "print.css",
)
# Style sheets of their own, for the few pages that need them (HeadView.styles).
APART = ("letters.css", "live.css", "notify.css", "map.css", "profile.css", "search.css")
HASH_LENGTH = 12  # hexadecimal digits of SHA-256; 48 bits are ample for a few dozen files
_COPIED = {".woff2", ".svg", ".png", ".ico"}

_CSS_STRING_OR_COMMENT = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/""", re.DOTALL)
_CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")
_IMPORT = re.compile(
    r"""(\bfrom\s*|\bimport\s*\(\s*|\bimport\s*|\bnew URL\(\s*)(["'])(\.{1,2}/[^"'\n]+)\2""",
)


def build_assets(output: Path, *, source: Path = STATIC, vendored: Sequence[Path] | None = None) -> dict[str, str]:
    """Write every asset and the manifest into `output`; returns the manifest. `vendored` None: ours, for our sources.

    Writes nothing twice: a file whose name exists has the same content. Files of older builds are left, because cached
    pages still ask for them. Raises ValueError for a style file without a place in `STYLES`, two assets of one name, a
    reference to a file that does not exist, or scripts that import each other in a circle.
    """
    output.mkdir(parents=True, exist_ok=True)
    manifest = _copy_plain(output, source=source)
    taken = {
        path.name: path.read_bytes() for path in (VENDORED if vendored is None and source == STATIC else vendored or ())
    }
    manifest |= {name: _write(output, name=name, content=content) for name, content in taken.items()}
    for name, parts in _sheets(source).items():
        manifest[name] = _write(output, name=name, content=_style_sheet(parts, manifest).encode())
    for name, content in _hashed_scripts(source, taken).items():
        manifest[name] = _write(output, name=name, content=content)
    # Last, and in one step: a reader of the manifest never sees a name whose file is not there yet.
    draft = output / (MANIFEST + ".new")
    draft.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(output / MANIFEST)
    return manifest


def manifest_urls(output: Path, *, prefix: str = "/static/") -> dict[str, str]:
    """Logical name to URL, as the templates' `asset()` wants it. Raises FileNotFoundError before the first build."""
    manifest: dict[str, str] = json.loads((output / MANIFEST).read_text(encoding="utf-8"))
    return {name: prefix + file for name, file in manifest.items()}


def asset_url(name: str, *, manifest: Mapping[str, str], prefix: str = "/static/") -> str:
    """The URL of one asset; raises KeyError for a name that was not built."""
    return prefix + manifest[name]


def minified_css(text: str) -> str:
    """Without comments and needless space. Strings are kept as they are."""
    strings: list[str] = []

    def hide(match: re.Match[str]) -> str:
        if match[1] is None:
            return " "
        strings.append(match[1])
        return f"\0{len(strings) - 1}\0"

    text = _CSS_STRING_OR_COMMENT.sub(hide, text)
    text = re.sub(r"\s+", " ", text)
    # Not around ":", "(" or "+": a space there can mean something (`a :hover`, `calc(1px + 2px)`).
    text = re.sub(r" ?([{};,]) ?", r"\1", text).replace(";}", "}")
    return re.sub(r"\0(\d+)\0", lambda match: strings[int(match[1])], text).strip()


def minified_js(text: str) -> str:
    """Without the comments and the indentation of whole lines; what stands within a line is left as it is.

    Our scripts have no template literal over several lines and no comment that ends before other code: raises
    ValueError for a line that could be either.
    """
    kept = []
    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith("/*") or bare.count("`") % 2:
            raise ValueError(f"a script line that cannot be made smaller safely: {bare}")
        if bare and not bare.startswith("//"):
            kept.append(bare)
    return "\n".join(kept)


def _hashed_name(name: str, content: bytes) -> str:
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:HASH_LENGTH]}.{suffix}"


def _write(output: Path, *, name: str, content: bytes) -> str:
    hashed = _hashed_name(name, content)
    target = output / hashed
    if not target.exists():
        draft = output / (hashed + ".new")
        draft.write_bytes(content)
        draft.replace(target)
    return hashed


def _copy_plain(output: Path, *, source: Path) -> dict[str, str]:
    manifest: dict[str, str] = {}
    for path in sorted(source.rglob("*")):
        if path.suffix not in _COPIED:
            continue
        if path.name in manifest:
            raise ValueError(f"two assets are called {path.name}")
        manifest[path.name] = _hashed_name(path.name, path.read_bytes())
        if not (output / manifest[path.name]).exists():
            shutil.copyfile(path, output / manifest[path.name])
    return manifest


def _sheets(source: Path) -> dict[str, list[Path]]:
    """What each style sheet is made of."""
    found = {path.name for path in source.glob("*.css")}
    if unplaced := found - set(STYLES) - set(APART):
        raise ValueError(f"no place in STYLES for {', '.join(sorted(unplaced))}")
    whole = [source / name for name in STYLES if name in found]
    return {"site.css": whole} | {name: [source / name] for name in APART if name in found}


def _style_sheet(sources: Sequence[Path], manifest: Mapping[str, str]) -> str:
    parts = [path.read_text(encoding="utf-8") for path in sources]

    def to_hashed(match: re.Match[str]) -> str:
        if match[1].startswith("data:"):
            return match[0]
        name = match[1].rpartition("/")[2]
        if name not in manifest:
            raise ValueError(f"the styles ask for {match[1]}, which does not exist")
        return f'url("{manifest[name]}")'

    return _CSS_URL.sub(to_hashed, minified_css("\n".join(parts)))


def _hashed_scripts(source: Path, taken: Mapping[str, bytes]) -> dict[str, bytes]:
    """Logical name to final content, with import specifiers rewritten to hashed names, imported ones first. They may
    also name what was `taken` as it is.

    All scripts end up in one directory, so `./live.js` and `../live.js` both become `./live.<hash>.js`. A name is
    hashed after its imports were rewritten: a change travels up to every importer.
    """
    paths = {path.name: path for path in sorted(source.rglob("*.js"))}
    done: dict[str, bytes] = {}

    def finish(name: str, importers: tuple[str, ...]) -> None:
        if name in importers:
            raise ValueError("scripts import each other in a circle: " + " > ".join((*importers, name)))
        if name in done:
            return
        if name not in paths:
            raise ValueError(f"{importers[-1]} imports {name}, which does not exist")

        def rewrite(match: re.Match[str]) -> str:
            wanted = match[3].rpartition("/")[2]
            if wanted not in taken:
                finish(wanted, (*importers, name))
            return f"{match[1]}{match[2]}./{_hashed_name(wanted, taken.get(wanted) or done[wanted])}{match[2]}"

        done[name] = _IMPORT.sub(rewrite, minified_js(paths[name].read_text(encoding="utf-8"))).encode()

    for name in paths:
        finish(name, ())
    return done
