"""Builds the static files: one style sheet, the fonts, the scripts, all under names that carry their content.

Pure Python, so that a site needs no Node at run time. The output directory holds immutable files and `manifest.json`
(logical name to file name); the front serves them for ever.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

STATIC = Path(__file__).parent / "static"
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
    "form.css",
    "staff.css",
    "support.css",
    "print.css",
)
# Style sheets of their own, asked for by the few pages that need them.
OWN_STYLES = ("live.css",)
HASH_LENGTH = 12  # hexadecimal digits of SHA-256; 48 bits are ample for a few dozen files
_COPIED = {".woff2", ".svg", ".png", ".ico"}

_CSS_STRING_OR_COMMENT = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/""", re.DOTALL)
_CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")
_IMPORT = re.compile(
    r"""(\bfrom\s*|\bimport\s*\(\s*|\bimport\s*)(["'])(\.{1,2}/[^"'\n]+)\2""",
)


def build_assets(output: Path, *, source: Path = STATIC) -> dict[str, str]:
    """Write every asset and the manifest into `output`; returns the manifest.

    Writes nothing twice: a file whose name exists has the same content. Files of older builds are left, because cached
    pages still ask for them. Raises ValueError for a style file without a place in `STYLES`, two assets of one name, a
    reference to a file that does not exist, or scripts that import each other in a circle.
    """
    output.mkdir(parents=True, exist_ok=True)
    manifest = _copy_plain(output, source=source)
    manifest["site.css"] = _write(output, name="site.css", content=_style_sheet(source, manifest).encode())
    for name in OWN_STYLES:
        if (source / name).exists():
            text = minified_css((source / name).read_text(encoding="utf-8"))
            manifest[name] = _write(output, name=name, content=text.encode())
    for name, content in _hashed_scripts(source).items():
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


def _style_sheet(source: Path, manifest: Mapping[str, str]) -> str:
    found = {path.name for path in source.glob("*.css")}
    if unplaced := found - {*STYLES, *OWN_STYLES}:
        raise ValueError(f"no place in STYLES for {', '.join(sorted(unplaced))}")
    parts = [(source / name).read_text(encoding="utf-8") for name in STYLES if name in found]

    def to_hashed(match: re.Match[str]) -> str:
        if match[1].startswith("data:"):
            return match[0]
        name = match[1].rpartition("/")[2]
        if name not in manifest:
            raise ValueError(f"the styles ask for {match[1]}, which does not exist")
        return f'url("{manifest[name]}")'

    return _CSS_URL.sub(to_hashed, minified_css("\n".join(parts)))


def _hashed_scripts(source: Path) -> dict[str, bytes]:
    """Logical name to final content, with import specifiers rewritten to hashed names, imported ones first.

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
            finish(wanted, (*importers, name))
            return f"{match[1]}{match[2]}./{_hashed_name(wanted, done[wanted])}{match[2]}"

        done[name] = _IMPORT.sub(rewrite, minified_js(paths[name].read_text(encoding="utf-8"))).encode()

    for name in paths:
        finish(name, ())
    return done
