"""Static and media files: known types from two folders, and nothing else."""

from __future__ import annotations

import gzip

import pytest

from tests.front.site import Site


def _put(site: Site, path: str, data: bytes) -> None:
    file = site.folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


@pytest.mark.parametrize(
    ("path", "is_immutable"),
    [
        ("site.0a1b2c3d4e5f.css", True),
        ("0a1b2c3d/site.css", True),
        ("site.css", False),
        ("fonts/deadbee.woff2", False),
    ],
)
def test_a_file_whose_name_holds_its_hash_never_changes(site: Site, path: str, is_immutable: bool) -> None:
    _put(site, f"static/{path}", b"p{}")
    got = site.get(f"/static/{path}")
    assert got.status == 200
    assert ("immutable" in str(got.header("Cache-Control"))) is is_immutable


@pytest.mark.parametrize("name", ["-320.avif", "-2560.jpg", "-cover-640.jpg"])
def test_a_picture_is_never_asked_for_again(site: Site, name: str) -> None:
    path = f"media/{'0a1b2c3d' * 4}{name}"
    _put(site, path, b"a picture")
    assert "immutable" in str(site.get(f"/{path}").header("Cache-Control"))


def test_a_script_is_packed_and_known_again(site: Site) -> None:
    text = b"export const x = 1;\n" * 100
    _put(site, "static/vote.js", text)
    got = site.get("/static/vote.js", [("Accept-Encoding", "gzip")])
    assert got.header("Content-Type") == "text/javascript; charset=utf-8"
    assert got.header("X-Content-Type-Options") == "nosniff"
    assert gzip.decompress(got.body) == text
    again = site.get("/static/vote.js", [("Accept-Encoding", "gzip"), ("If-None-Match", str(got.header("ETag")))])
    assert (again.status, again.body) == (304, b"")


def test_a_changed_file_is_read_again(site: Site) -> None:
    _put(site, "static/a.css", b"p{}")
    assert site.get("/static/a.css").body == b"p{}"
    _put(site, "static/a.css", b"p{color:red}")
    assert site.get("/static/a.css").body == b"p{color:red}"


def test_a_large_file_comes_whole_from_the_disk(site: Site) -> None:
    data = bytes(range(256)) * 8192
    _put(site, "static/large.png", data)
    got = site.get("/static/large.png")
    assert got.body == data
    assert got.header("Content-Type") == "image/png"


def test_what_was_uploaded_cannot_run(site: Site) -> None:
    _put(site, "media/images/rain.png", b"\x89PNG")
    got = site.get("/media/images/rain.png")
    assert (got.status, got.body) == (200, b"\x89PNG")
    assert got.header("Content-Security-Policy") == "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    assert got.header("X-Content-Type-Options") == "nosniff"
    assert site.get("/media/images/rain.png", [("If-None-Match", str(got.header("ETag")))]).status == 304


def test_a_drawn_map_comes_packed_with_its_own_colours_and_nothing_that_acts(site: Site) -> None:
    text = b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<path d='M0 0'/>" * 200 + b"</svg>"
    _put(site, "media/maps/0123456789abcdef0123456789abcdef.svg", text)
    got = site.get("/media/maps/0123456789abcdef0123456789abcdef.svg", [("Accept-Encoding", "gzip")])
    assert (got.status, got.header("Content-Type"), gzip.decompress(got.body)) == (200, "image/svg+xml", text)
    assert got.header("Content-Security-Policy") == "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    assert "immutable" in str(got.header("Cache-Control"))
    (site.folder / "media/maps/0123456789abcdef0123456789abcdef.svg").unlink()
    assert site.get("/media/maps/0123456789abcdef0123456789abcdef.svg").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "media/maps/x.html",
        "media/maps/x.js",
        "media/images/x.geojson",
        "media/images/x.svg",
        "media/images/x.html",
        "media/images/x.php",
        "media/images/x",
        "media/images/.x.png",
        "media/.git/x.png",
        "media/images/x.png.html",
        "media/original_images/x.png",
        "media/documents/x.png",
        "static/x.py",
        "static/.env.txt",
    ],
)
def test_other_files_are_not_there(site: Site, path: str) -> None:
    _put(site, path, b"secret")
    got = site.get(f"/{path}")
    assert got.status == 404
    assert b"secret" not in got.body


@pytest.mark.parametrize(
    "path",
    [
        "/static/../secret.txt",
        "/static/%2e%2e/secret.txt",
        "/static/..%2fsecret.txt",
        "/static/%2e%2e%2fsecret.txt",
        "/static//secret.txt",
        "/static/a/../../secret.txt",
        "/static/..%5csecret.txt",
        "/static/secret.txt%00.css",
        "/static/link.txt",
        "/static/folder/secret.txt",
        "/media/../secret.txt",
        "/static/",
        "/static/folder",
    ],
)
def test_no_path_leads_out_of_the_folder(site: Site, path: str) -> None:
    _put(site, "secret.txt", b"secret")
    for link, target in (("link.txt", site.folder / "secret.txt"), ("folder", site.folder)):
        place = site.folder / "static" / link
        if not place.is_symlink():
            place.symlink_to(target)
    got = site.get(path)
    assert got.status == 404
    assert b"secret" not in got.body


@pytest.mark.parametrize(
    ("asked", "status", "expected", "part"),
    [
        ("bytes=2-5", 206, b"2345", "bytes 2-5/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=5-99", 206, b"56789", "bytes 5-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("bytes=5-2", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
    ],
)
def test_a_part_of_a_recording_can_be_asked_for(
    site: Site, asked: str, status: int, expected: bytes, part: str | None
) -> None:
    _put(site, "media/talk.mp3", b"0123456789")
    got = site.get("/media/talk.mp3", [("Range", asked)])
    assert (got.status, got.body) == (status, expected)
    assert got.header("Content-Range") == part


def test_nobody_posts_to_a_file(site: Site) -> None:
    _put(site, "static/a.css", b"p{}")
    assert site.post("/static/a.css", b"x").status == 405


def test_head_of_a_file_is_its_length(site: Site) -> None:
    _put(site, "static/a.css", b"p{}")
    _put(site, "media/talk.mp3", b"0123456789")
    for path, length in (("/static/a.css", "3"), ("/media/talk.mp3", "10"), ("/media/none.mp3", None)):
        got = site.get(path, method="HEAD")
        assert got.body == b""
        assert length is None or got.header("Content-Length") == length
