"""What is no picture, too much of one, or something else as well. Each in the real child process, which may die of it."""

from __future__ import annotations

import io
import resource
import struct
import sys
import zlib
from typing import Any

import pytest
from PIL import Image

from belowline.imaging import child, jobs
from belowline.imaging.credit import Credit
from belowline.imaging.sniffing import format_of, stowaway
from tests.imaging.photographs import drawn, photograph, saved, with_archive

SVG = b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'


def refused(data: bytes) -> tuple[str, dict[str, Any]]:
    with pytest.raises(jobs.PictureRefused) as caught:
        jobs.check(io.BytesIO(data))
    return caught.value.code, caught.value.values


def png(width: int, height: int, *, rows: bytes = b"") -> bytes:
    """A PNG of one bit a pixel, by hand: Pillow would need the memory to make a large one."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF"])
def test_a_picture_of_each_format_is_taken(format_name: str) -> None:
    found = jobs.check(io.BytesIO(saved(drawn((60, 40)), format_name)))
    assert found == jobs.Checked(format_name, 60, 40)


def test_what_a_phone_wrote_into_a_picture_does_not_keep_it_out() -> None:
    assert jobs.check(io.BytesIO(photograph(size=(60, 40)))).format == "JPEG"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"Dear editor,\n", "unknown"),
        (SVG, "svg"),
        (b'<svg viewBox="0 0 1 1"/>', "svg"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(40), "heic"),
        (saved(drawn((60, 40)), "JPEG")[:700], "broken"),
        (saved(drawn((60, 40)), "PNG")[:300], "broken"),
        (b"\x89PNG\r\n\x1a\n" + bytes(90), "broken"),
    ],
)
def test_a_file_that_is_no_picture_is_refused(data: bytes, code: str) -> None:
    assert refused(data)[0] == code


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    assert refused(png(65_500, 65_500)) == ("too_long", {"width": 65_500, "height": 65_500, "limit": child.SIDE_MAX})
    assert refused(png(70_000, 10))[1]["width"] == 70_000
    assert refused(png(8_000, 5_001))[0] == "too_many_pixels"
    assert refused(png(1, child.SIDE_MAX + 1))[0] == "too_long"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 2


def test_forty_megapixels_from_a_few_bytes_are_a_picture() -> None:
    data = png(8_000, 5_000, rows=bytes(1_001 * 5_000))
    assert len(data) < 10_000
    assert jobs.check(io.BytesIO(data)).width == 8_000


@pytest.mark.parametrize("format_name", ["GIF", "WEBP", "PNG"])
def test_what_moves_is_refused(format_name: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    assert refused(saved(frames[0], format_name, save_all=True, append_images=frames[1:]))[0] == "animated"


def test_a_picture_that_is_something_else_as_well_is_refused() -> None:
    jpeg = saved(drawn((60, 40)), "JPEG")
    assert refused(with_archive(jpeg)) == ("stowaway", {"kind": "zip"})
    assert refused(saved(drawn((60, 40)), "JPEG", comment=b"%PDF-1.7")) == ("stowaway", {"kind": "pdf"})
    for page in (b"<script>alert(1)</script>", b"<!DOCTYPE  html>", b"<?php echo 1 ?>", b"<SVG onload=x>"):
        assert refused(jpeg + page) == ("stowaway", {"kind": "html"})
    assert refused(saved(drawn((60, 40)), "JPEG", comment=b"<html ><body>")) == ("stowaway", {"kind": "html"})


def test_four_bytes_by_chance_make_no_archive() -> None:
    assert stowaway(bytes(500) + b"PK\x05\x06" + bytes(100)) == ""
    assert format_of(b"") == ""


def test_a_picture_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "CHECK_SECONDS", 0)
    assert refused(saved(drawn((60, 40)), "JPEG"))[0] == "too_demanding"


def test_a_decoder_that_dies_takes_nobody_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    breaks = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    monkeypatch.setattr(jobs, "COMMAND", (sys.executable, "-c", breaks))
    assert refused(b"x")[0] == "too_demanding"


def test_memory_that_is_not_there_is_a_refusal() -> None:
    # 12 bytes a pixel, and the child may have 768 MB.
    with pytest.raises(jobs.PictureRefused) as caught:
        jobs.draw_public(io.BytesIO(png(16_000, 14_000, rows=bytes(2_001 * 14_000))), credit=Credit(), is_blurred=False)
    assert caught.value.code == "too_demanding"


def test_the_child_is_told_nothing_of_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELOWLINE_SECRET", "do not tell")
    seen: dict[str, Any] = {}
    real = jobs.subprocess.run

    def run(*args: Any, **options: Any) -> Any:
        seen.update(options)
        return real(*args, **options)

    monkeypatch.setattr(jobs.subprocess, "run", run)
    jobs.check(io.BytesIO(saved(drawn((60, 40)), "JPEG")))
    assert seen["env"] == {}
