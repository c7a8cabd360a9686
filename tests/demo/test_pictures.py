"""The demo's pictures: each one that the content names is there, large enough to print and free of metadata."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from PIL import Image

import belowline.demo

CONTENT = Path(belowline.demo.__file__).parent / "content"
SLUGS = [
    picture["slug"] for picture in tomllib.loads((CONTENT / "pictures.toml").read_text(encoding="utf-8"))["picture"]
]

# Markers that may carry words about a picture or its maker: APP1 to APP15 (Exif, XMP, ICC, IPTC) and the comment.
# ISO/IEC 10918-1, table B.1.
TALKING_MARKERS = {*range(0xE1, 0xF0), 0xFE}


def header_markers(data: bytes) -> set[int]:
    """The markers of a JPEG's segments before its first scan."""
    markers = set()
    place = 2
    while data[place] == 0xFF and data[place + 1] != 0xDA:
        markers.add(data[place + 1])
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return markers


@pytest.mark.parametrize("slug", SLUGS)
def test_every_named_picture_is_a_large_jpeg(slug: str) -> None:
    with Image.open(CONTENT / "pictures" / f"{slug}.jpg") as image:
        assert image.format == "JPEG"
        assert image.width >= 1600
        image.load()


@pytest.mark.parametrize("slug", SLUGS)
def test_no_picture_carries_metadata(slug: str) -> None:
    data = (CONTENT / "pictures" / f"{slug}.jpg").read_bytes()
    assert not header_markers(data) & TALKING_MARKERS


def test_a_planted_comment_would_be_found() -> None:
    data = (CONTENT / "pictures" / f"{SLUGS[0]}.jpg").read_bytes()
    planted = data[:2] + b"\xff\xfe\x00\x06left" + data[2:]
    assert 0xFE in header_markers(planted)


def test_the_pictures_keep_the_repository_small() -> None:
    files = list((CONTENT / "pictures").glob("*.jpg"))
    assert {file.stem for file in files} == set(SLUGS)
    assert sum(file.stat().st_size for file in files) < 5_000_000
