"""The static files: named by their content, referring to each other by those names."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from belowline.pages import assets
from belowline.pages.assets import STATIC, STYLES, asset_url, build_assets, manifest_urls, minified_css


def source(folder: Path, **files: str) -> Path:
    made = folder / "source"
    for name, text in files.items():
        path = made / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return made


def test_every_file_is_named_after_the_first_12_digits_of_its_sha256(tmp_path: Path) -> None:
    manifest = build_assets(tmp_path)
    assert "site.css" in manifest
    for name, file in manifest.items():
        stem, _, suffix = name.rpartition(".")
        digest = hashlib.sha256((tmp_path / file).read_bytes()).hexdigest()[:12]
        assert file == f"{stem}.{digest}.{suffix}"


def test_the_manifest_on_disk_is_what_the_templates_get(tmp_path: Path) -> None:
    manifest = build_assets(tmp_path)
    assert json.loads((tmp_path / "manifest.json").read_text()) == manifest
    assert manifest_urls(tmp_path)["site.css"] == f"/static/{manifest['site.css']}"
    assert asset_url("site.css", manifest=manifest) == f"/static/{manifest['site.css']}"
    with pytest.raises(KeyError):
        asset_url("absent.css", manifest=manifest)


def test_the_same_sources_give_the_same_names(tmp_path: Path) -> None:
    assert build_assets(tmp_path / "a") == build_assets(tmp_path / "b")


def test_the_style_sheet_asks_only_for_files_that_are_there(tmp_path: Path) -> None:
    sheet = (tmp_path / build_assets(tmp_path)["site.css"]).read_text()
    asked = re.findall(r'url\("([^"]+)"\)', sheet)
    assert len(asked) >= 7
    assert [name for name in asked if not (tmp_path / name).exists()] == []
    assert "://" not in sheet


def test_the_style_sheet_is_small_and_without_comments(tmp_path: Path) -> None:
    import gzip

    content = (tmp_path / build_assets(tmp_path)["site.css"]).read_bytes()
    assert b"/*" not in content
    assert len(gzip.compress(content)) <= 12 * 1024


def test_a_style_file_needs_a_place_in_the_order(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"surprise\.css"):
        build_assets(tmp_path / "out", source=source(tmp_path, base_css="a{}", surprise_css="b{}"))


def test_a_missing_font_is_an_error_and_not_a_silent_fallback(tmp_path: Path) -> None:
    made = source(tmp_path, base_css='@font-face{src:url("fonts/absent.woff2")}')
    with pytest.raises(ValueError, match=r"absent\.woff2"):
        build_assets(tmp_path / "out", source=made)


def test_minifying_keeps_strings_and_meaningful_spaces() -> None:
    given = """a  :hover , b { content: "a  /* b */ ; c" ; width: calc(1px  +  2px) ; } /* gone */ """
    assert minified_css(given) == 'a :hover,b{content: "a  /* b */ ; c";width: calc(1px + 2px)}'


def test_scripts_import_each_other_by_their_hashed_names(tmp_path: Path) -> None:
    made = source(
        tmp_path,
        core_js='import { live } from "./live.js";\nimport "./fold.js";\nconst later = () => import("./map.js");',
        live_js="import { fold } from './fold.js'; export const live = fold",
        fold_js="export const fold = 1",
        map_js="export const map = 1",
    )
    out = tmp_path / "out"
    manifest = build_assets(out, source=made)
    core = (out / manifest["core.js"]).read_text()
    assert core == (
        f'import {{ live }} from "./{manifest["live.js"]}";\nimport "./{manifest["fold.js"]}";\n'
        f'const later = () => import("./{manifest["map.js"]}");'
    )
    assert manifest["fold.js"] in (out / manifest["live.js"]).read_text()


def test_a_change_in_one_script_renames_everything_that_imports_it(tmp_path: Path) -> None:
    files = {"core_js": 'import "./live.js"', "live_js": "export const n = 1", "other_js": "export const o = 1"}
    before = build_assets(tmp_path / "out", source=source(tmp_path, **files))
    after = build_assets(tmp_path / "out", source=source(tmp_path, **{**files, "live_js": "export const n = 2"}))
    assert before["live.js"] != after["live.js"]
    assert before["core.js"] != after["core.js"]
    assert before["other.js"] == after["other.js"]
    # Pages in a cache still ask for the old ones.
    assert (tmp_path / "out" / before["core.js"]).exists()


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"core_js": 'import "./absent.js"'}, r"core\.js imports absent\.js"),
        ({"core_js": 'import "./live.js"', "live_js": 'import "./core.js"'}, "circle"),
    ],
)
def test_scripts_that_cannot_be_loaded_are_refused(tmp_path: Path, files: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        build_assets(tmp_path / "out", source=source(tmp_path, **files))


@pytest.mark.parametrize("name", STYLES)
def test_styles_follow_the_house(name: str) -> None:
    text = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(), flags=re.DOTALL)
    assert "!important" not in text
    assert re.findall(r"(?<![-\w(,\"' ])#[a-zA-Z][-\w]*\s*[{,]", text) == [], "no ids"
    physical = (
        r"(?<![-\w])(margin|padding|border|inset)-(left|right|top|bottom)|(?<![-\w])(left|right|top|bottom)\s*:|float:"
    )
    assert re.search(physical, text) is None, "logical properties only"
    assert re.search(r"text-align:\s*(left|right)", text) is None


def test_every_font_has_its_licence_and_its_hash_on_record() -> None:
    readme = (STATIC / "fonts/README.md").read_text()
    fonts = sorted((STATIC / "fonts").glob("*.woff2"))
    assert len(fonts) >= 6
    for font in fonts:
        assert f"{hashlib.sha256(font.read_bytes()).hexdigest()}  {font.name}" in readme
        family = re.split(r"-(latin|arabic-wght)", font.name)[0]
        assert "SIL Open Font License" in (STATIC / f"fonts/{family}-OFL.txt").read_text(), font.name


def test_scripts_lose_their_comments_and_nothing_else() -> None:
    text = "// Why.\nconst a = 'b // c';\n\n  // More.\n  f(`x${a}`); // stays\n"
    assert assets.minified_js(text) == "const a = 'b // c';\nf(`x${a}`); // stays"


def test_a_library_is_taken_as_it_is_and_named_by_its_importers(tmp_path: Path) -> None:
    library = tmp_path / "library.js"
    library.write_text("/* theirs */ window.L = `a\nb`;")
    made = source(
        tmp_path, map_js="const L = import('./library.js');\nconst u = new URL('./library.js', import.meta.url);"
    )
    manifest = build_assets(tmp_path / "out", source=made, vendored=[library])
    assert (tmp_path / "out" / manifest["library.js"]).read_text() == library.read_text()
    assert (tmp_path / "out" / manifest["map.js"]).read_text().count(f"'./{manifest['library.js']}'") == 2


@pytest.mark.parametrize("text", ["/* old */ start();", "const a = `one\n  two`;"])
def test_a_script_that_cannot_be_made_smaller_safely_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="smaller safely"):
        assets.minified_js(text)


def test_scripts_that_come_without_a_press_weigh_less_than_twelve_kilobytes() -> None:
    made = assets._hashed_scripts(assets.STATIC, {path.name: path.read_bytes() for path in assets.VENDORED})
    assert {"core.js", "votes.js", "write.js", "pictures.js"} <= made.keys()
    # A reader asks for the interactive map, and for the library that comes with it.
    assert len(gzip.compress(made.pop("map.js"), 9)) <= 2 * 1024
    # Those that come without a press have 12 KB (bar P7).
    pressed = {"votes.js", "write.js", "pictures.js", "keys.js", "arrived.js", "still.js", "share.js", "embed.js"}
    # Whoever types "@" in a comment.
    pressed.add("mention.js")
    weights = {name: len(gzip.compress(content, 9)) for name, content in made.items()}
    # Only pages of a live coverage ask for it.
    assert weights.pop("live.js") <= 2_300
    # Only pages of an account, and only where passkeys work.
    assert weights.pop("passkey.js") <= 1_200
    # Only the moderators' page.
    assert weights.pop("queue.js") <= 1_200
    # Who selects words of an article, or reads one with marks, gets these two besides.
    assert sum(weights.pop(name) for name in ("annotate.js", "letters.js")) <= 3_900
    assert sum(weight for name, weight in weights.items() if name not in pressed) <= 12 * 1024
    # What the browser of a visitor fetches who reads and presses nothing, and what following adds to it.
    at_first, following = ("core.js", "page.js", "fold.js", "news.js"), ("arrivals.js", "line.js", "numbers.js")
    assert sum(weights[name] for name in at_first) <= 6 * 1024
    assert sum(weights[name] for name in following) <= 4 * 1024
