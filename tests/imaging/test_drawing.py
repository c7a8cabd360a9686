"""What readers get of a picture: nothing of the camera comes along, and it looks as it did."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from belowline.imaging import drawing
from belowline.imaging.credit import Credit
from belowline.imaging.drawn import Drawn
from tests.imaging.photographs import PROFILE, SECRETS, drawn, photograph, saved

CREDIT = Credit(
    "Photograph: Ana & Björn <Agency>", "Ana Björn", "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"
)


def public(data: bytes, *, packet: bytes = b"", is_blurred: bool = False) -> list[Drawn]:
    return list(drawing.public_files(io.BytesIO(data), packet=packet, is_blurred=is_blurred))


def opened(file: Drawn) -> Image.Image:
    image = Image.open(io.BytesIO(file.data))
    image.load()
    return image


def test_the_test_picture_carries_what_it_should() -> None:
    data = photograph()
    assert [name for name, secret in SECRETS.items() if secret not in data] == []
    with Image.open(io.BytesIO(data)) as image:
        assert image.getexif().get_ifd(0x8825)[1] == "N"


@pytest.mark.parametrize("is_blurred", [False, True])
def test_nothing_that_was_written_into_a_picture_reaches_readers(is_blurred: bool) -> None:
    files = public(photograph(), packet=CREDIT.packet(), is_blurred=is_blurred)
    others = [
        drawing.thumbnail(io.BytesIO(photograph()), width=165, height=165),
        drawing.master(io.BytesIO(photograph())),
    ]
    assert len(files) == 9 + is_blurred
    for file in [*files, *others]:
        assert [name for name, secret in SECRETS.items() if secret in file.data] == [], file
        image = opened(file)
        assert not image.getexif()
        assert not {"comment", "exif", "photoshop", "mp"} & set(image.info)


def test_every_public_file_carries_our_credit_and_its_colours_and_nothing_else() -> None:
    for file in public(photograph(), packet=CREDIT.packet()):
        info = opened(file).info
        assert info["icc_profile"] == PROFILE, file
        assert info["xmp"] == CREDIT.packet(), file
        assert file.data.count(b"<x:xmpmeta") == 1


def test_the_credit_is_what_photo_programs_and_picture_searches_read() -> None:
    names = {
        "dc": "http://purl.org/dc/elements/1.1/",
        "photoshop": "http://ns.adobe.com/photoshop/1.0/",
        "rights": "http://ns.adobe.com/xap/1.0/rights/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    }
    packet = ElementTree.fromstring(CREDIT.packet().decode().partition("?>")[2].rpartition("<?")[0])
    assert packet.findtext(".//photoshop:Credit", namespaces=names) == CREDIT.credit
    assert packet.findtext(".//dc:rights//rdf:li", namespaces=names) == CREDIT.credit
    assert packet.findtext(".//dc:creator//rdf:li", namespaces=names) == "Ana Björn"
    assert packet.findtext(".//rights:UsageTerms//rdf:li", namespaces=names) == "CC BY 4.0"
    assert packet.findtext(".//rights:WebStatement", namespaces=names) == CREDIT.licence_url
    assert Credit().packet() == b""


def test_text_chunks_of_a_png_are_dropped_and_glass_becomes_paper() -> None:
    info = PngInfo()
    info.add_text("Comment", "SECRET-COMMENT")
    info.add_itxt("XML:com.adobe.xmp", "SECRET-XMP")
    files = public(saved(Image.new("RGBA", (400, 300), (0, 0, 0, 0)), "PNG", pnginfo=info))
    assert not any(b"SECRET" in file.data for file in files)
    assert all(opened(file).convert("RGB").getpixel((10, 10)) == (255, 255, 255) for file in files)


def test_a_picture_taken_upright_is_upright() -> None:
    narrow = public(photograph(size=(800, 400), orientation=6), is_blurred=True)
    assert {(file.width, file.height) for file in narrow[1:]} == {(320, 640), (400, 800)}
    assert narrow[0].height == 2 * narrow[0].width
    assert all(opened(file).size == (file.width, file.height) for file in narrow)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (100, (100,)),
        (320, (320,)),
        (700, (320, 640, 700)),
        (1920, (320, 640, 960, 1280, 1920)),
        (6000, (320, 640, 960, 1280, 1920, 2560)),
    ],
)
def test_no_file_is_wider_than_the_original(width: int, expected: tuple[int, ...]) -> None:
    assert drawing.widths_of(width) == expected


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "I;16", "1"])
def test_pictures_of_every_kind_become_ordinary_ones(mode: str) -> None:
    for file in public(saved(Image.new(mode, (330, 20)), "TIFF" if mode == "CMYK" else "PNG")):
        assert opened(file).mode in {"RGB", "L"}


def test_a_16_bit_grey_keeps_its_tones() -> None:
    for file in public(saved(Image.new("I;16", (330, 20), 32768), "PNG")):
        assert abs(opened(file).convert("L").getpixel((5, 5)) - 128) <= 2


def test_a_huge_profile_is_applied_instead_of_carried() -> None:
    # A valid profile with a private tag's worth of bytes behind it: its own header says the size.
    padded = PROFILE + b"SECRET-PROFILE" * 2000
    padded = len(padded).to_bytes(4, "big") + padded[4:]
    files = public(saved(drawn((330, 200)), "JPEG", icc_profile=padded))
    assert not any(b"SECRET-PROFILE" in file.data for file in files)
    assert all("icc_profile" not in opened(file).info for file in files)


def test_what_hides_a_sensitive_picture_shows_colours_and_no_detail() -> None:
    striped = Image.new("L", (800, 600))
    striped.putdata([255 * ((x // 8) % 2) for _ in range(600) for x in range(800)])
    cover = public(saved(striped, "PNG"), is_blurred=True)[0]
    assert cover.is_blurred
    assert len(cover.data) < 8 * 1024
    low, high = opened(cover).convert("L").getextrema()
    assert high - low < 60  # stripes of 8 pixels were black and white


def test_a_picture_as_tall_as_it_may_be_fits_every_format() -> None:
    assert {file.height for file in public(saved(Image.new("L", (20, 16_000)), "PNG"))} == {16_000}
