"""Pictures on their way to readers: nothing of the camera comes along, and nothing is encoded on a page view."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageCms, TiffImagePlugin

from belowline.newsroom import actions, pictures
from belowline.newsroom.models import ArticlePage, Picture, PictureFile
from tests.newsroom.conftest import Newsroom

SECRETS = [b"SECRET-COMMENT", b"SECRET-XMP", b"SECRET-EXIF", b"SECRET-IPTC", b"SECRET-THUMBNAIL", b"SECRET-TEXT"]
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photograph(*, size: tuple[int, int] = (700, 400), orientation: int = 1) -> bytes:
    """A JPEG with everything a phone or a picture desk may have written into it."""
    exif = Image.Exif()
    exif[0x010E] = "SECRET-EXIF"  # ImageDescription
    exif[0x0112] = orientation
    exif[0x8825] = {1: "N", 2: (TiffImagePlugin.IFDRational(36), TiffImagePlugin.IFDRational(11), 0)}  # GPS
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>SECRET-XMP</exif:GPSLatitude></x:xmpmeta>'
    out = io.BytesIO()
    Image.effect_mandelbrot(size, (-2, -1.5, 1, 1.5), 30).convert("RGB").save(
        out, "JPEG", exif=exif, comment=b"SECRET-COMMENT", xmp=xmp, icc_profile=PROFILE
    )
    return _with_segment(_with_segment(out.getvalue(), _iptc(b"SECRET-IPTC")), _thumbnail(b"SECRET-THUMBNAIL"))


def _with_segment(jpeg: bytes, segment: bytes) -> bytes:
    return jpeg[:2] + segment + jpeg[2:]


def _iptc(caption: bytes) -> bytes:
    # IPTC-IIM 2:120 in a Photoshop resource 0x0404 in APP13.
    record = b"\x1c\x02\x78" + len(caption).to_bytes(2, "big") + caption
    resource = b"8BIM\x04\x04\x00\x00" + len(record).to_bytes(4, "big") + record + b"\x00" * (len(record) % 2)
    content = b"Photoshop 3.0\x00" + resource
    return b"\xff\xed" + (len(content) + 2).to_bytes(2, "big") + content


def _thumbnail(data: bytes) -> bytes:
    # JFXX extension: a thumbnail of its own in APP0.
    content = b"JFXX\x00\x10" + data
    return b"\xff\xe0" + (len(content) + 2).to_bytes(2, "big") + content


def encoded(data: bytes) -> list[pictures.Encoded]:
    return list(pictures.encode(io.BytesIO(data)))


def test_the_test_picture_carries_what_it_should() -> None:
    data = photograph()
    assert all(secret in data for secret in SECRETS[:5])


def test_nothing_that_was_written_into_a_picture_reaches_readers() -> None:
    files = encoded(photograph())
    assert len(files) == 6
    for file in files:
        assert not any(secret in file.data for secret in SECRETS), file.mime_type
        with Image.open(io.BytesIO(file.data)) as image:
            assert not image.getexif()
            assert set(image.info) <= {"icc_profile", "jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression", "loop", "background", "timestamp", "duration"}  # fmt: skip  # noqa: E501
            assert image.info["icc_profile"] == PROFILE


def test_text_chunks_of_a_png_are_dropped() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "SECRET-TEXT")
    out = io.BytesIO()
    Image.new("RGBA", (400, 300), (0, 0, 0, 0)).save(out, "PNG", pnginfo=info)
    files = encoded(out.getvalue())
    assert not any(secret in file.data for file in files for secret in SECRETS)
    with Image.open(io.BytesIO(files[1].data)) as jpeg:
        assert jpeg.getpixel((10, 10)) == (255, 255, 255)


def test_a_picture_taken_upright_is_upright() -> None:
    narrow = encoded(photograph(size=(800, 400), orientation=6))
    assert [(file.width, file.height) for file in narrow[::2]] == [(320, 640), (400, 800)]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (100, (100,)),
        (320, (320,)),
        (700, (320, 640, 700)),
        (1920, (320, 640, 960, 1280, 1920)),
        (6000, (320, 640, 960, 1280, 1920)),
    ],
)
def test_no_file_is_wider_than_the_original(width: int, expected: tuple[int, ...]) -> None:
    assert pictures.widths_of(width) == expected


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "I;16", "1"])
def test_pictures_of_every_kind_become_ordinary_ones(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (330, 20)).save(out, "TIFF" if mode == "CMYK" else "PNG")
    for file in encoded(out.getvalue()):
        with Image.open(io.BytesIO(file.data)) as image:
            assert image.mode in {"RGB", "L"}


def test_a_16_bit_grey_keeps_its_tones() -> None:
    out = io.BytesIO()
    Image.new("I;16", (330, 20), 32768).save(out, "PNG")
    with Image.open(io.BytesIO(encoded(out.getvalue())[1].data)) as image:
        assert abs(image.getpixel((5, 5)) - 128) <= 2


def media(newsroom: Newsroom) -> dict[str, Path]:
    folder = newsroom.files / "data" / "media"
    return {path.name: path for path in folder.iterdir()} if folder.exists() else {}


def test_the_original_is_sealed_and_files_are_named_by_their_content(newsroom: Newsroom) -> None:
    picture = newsroom.picture()
    assert media(newsroom) == {}
    with pytest.raises(NotImplementedError):
        _ = picture.file.url
    original = newsroom.files / "data" / "private" / "originals" / picture.file.name
    assert original.stat().st_mode & 0o077 == 0
    newsroom.publish(blocks=[actions.Figure(picture)])
    assert len(media(newsroom)) == 6
    for name, path in media(newsroom).items():
        assert name.startswith(hashlib.sha256(path.read_bytes()).hexdigest()[:32])


def test_a_draft_puts_no_picture_in_public(newsroom: Newsroom) -> None:
    article = ArticlePage(title="Draft", slug="draft", live=False, picture=newsroom.picture())
    newsroom.topic.add_child(instance=article)
    article.save_revision()
    assert media(newsroom) == {}


def test_publishing_again_encodes_nothing(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    article = newsroom.publish(blocks=[actions.Figure(newsroom.picture())])
    monkeypatch.setattr(pictures, "encode", lambda _: pytest.fail("encoded again"))
    ArticlePage.objects.get(pk=article.pk).save_revision().publish()


def test_pictures_of_a_withdrawn_article_leave_the_disk(
    newsroom: Newsroom, django_capture_on_commit_callbacks: Any
) -> None:
    shared, own = newsroom.picture("shared", colour="red"), newsroom.picture("own", colour="blue")
    newsroom.publish("stays", picture=shared)
    article = newsroom.publish("goes", blocks=[actions.Figure(own), actions.Figure(shared)])
    kept = set(PictureFile.objects.filter(picture=shared).values_list("name", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        article.unpublish()
    assert set(media(newsroom)) == kept


def test_a_deleted_picture_leaves_the_disk(newsroom: Newsroom, django_capture_on_commit_callbacks: Any) -> None:
    picture = newsroom.picture()
    newsroom.publish(blocks=[actions.Figure(picture)])
    with django_capture_on_commit_callbacks(execute=True):
        Picture.objects.get(pk=picture.pk).delete()
    assert media(newsroom) == {}


def test_a_new_file_for_a_picture_takes_the_place_of_the_old_one(
    newsroom: Newsroom, django_capture_on_commit_callbacks: Any
) -> None:
    picture = newsroom.picture()
    article = newsroom.publish(blocks=[actions.Figure(picture)])
    before = set(media(newsroom))
    with django_capture_on_commit_callbacks(execute=True):
        picture.file = ContentFile(photograph(), name="other.jpg")
        picture._set_image_file_metadata()
        picture.save()
    after = set(media(newsroom))
    assert len(after) == 6
    assert not after & before
    assert all(name in article_html(article) for name in after)


def article_html(article: ArticlePage) -> str:
    from belowline.newsroom.models import ArticleRendering

    return ArticleRendering.objects.get(pk=article.pk).body_html


def test_the_same_file_twice_is_one_picture(newsroom: Newsroom) -> None:
    assert newsroom.picture().pk == newsroom.picture().pk


@pytest.mark.parametrize("missing", ["alt", "credit"])
def test_a_picture_without_description_or_credit_is_refused(newsroom: Newsroom, missing: str) -> None:
    newsroom.picture()
    words = {"alt": "A pier", "credit": "Photograph: X"} | {missing: ""}
    other = newsroom.files / "other.jpg"
    other.write_bytes(photograph())
    with pytest.raises(ValidationError, match=missing):
        actions.create_picture(other, title="Pier", **words)


def test_a_broken_picture_stops_the_publication_with_its_name(newsroom: Newsroom) -> None:
    picture = newsroom.picture()
    Path(picture.file.path).write_bytes(photograph()[:2000])
    with pytest.raises(pictures.UnreadablePicture, match="pier"):
        newsroom.publish(blocks=[actions.Figure(picture)])
    assert not ArticlePage.objects.exists()
