"""A cleaned still shows the same picture and carries nothing else: planted words are in none of its bytes."""

from __future__ import annotations

import io

import pytest
from PIL import Image, PngImagePlugin

from farward.deidentify.stills import MOST_PIXELS, BadStill, Box, clean_still

PLANTED = b"Maria Rivera 4471902"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + PLANTED + b"</x:xmpmeta>"
#: The segments of a JPEG that hold the picture itself: JFIF header, tables, frame, scan.
STRUCTURAL = {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDA, 0xDD}


def picture() -> Image.Image:
    image = Image.new("RGB", (64, 32), "white")
    image.paste("red", (0, 0, 32, 32))
    return image


def exif() -> Image.Exif:
    tags = Image.Exif()
    tags[0x010E] = PLANTED.decode()
    tags[0x013B] = PLANTED.decode()
    tags.get_ifd(0x8825)[1] = "N"
    tags.get_ifd(0x8825)[29] = PLANTED.decode()
    return tags


def encoded(kind: str, image: Image.Image | None = None) -> bytes:
    """A picture with as much beside it as its format can hold, and something after its end."""
    out = io.BytesIO()
    image = image or picture()
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", PLANTED.decode())
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        info.add_text("Author", PLANTED.decode(), zip=True)
        image.save(out, kind, pnginfo=info, exif=exif(), icc_profile=PLANTED)
    elif kind == "JPEG":
        image.save(out, kind, exif=exif(), comment=PLANTED, xmp=XMP, icc_profile=PLANTED, quality=95)
    else:
        image.save(out, kind, exif=exif(), xmp=XMP, icc_profile=PLANTED, lossless=True)
    return out.getvalue() + PLANTED


def segments(raw: bytes) -> set[int]:
    """The markers of a JPEG up to its scan."""
    at, found = 2, set()
    while raw[at + 1] != 0xDA:
        found.add(raw[at + 1])
        at += 2 + int.from_bytes(raw[at + 2 : at + 4], "big")
    return found | {0xDA}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_planted_beside_the_picture_survives(kind: str) -> None:
    raw = encoded(kind)
    assert PLANTED in raw
    cleaned = clean_still(raw)
    assert PLANTED not in cleaned
    with Image.open(io.BytesIO(cleaned)) as image:
        assert image.format == kind
        assert image.size == (64, 32)
        assert not image.getexif()
        assert not set(image.info) - {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "loop",
            "background",
            "timestamp",
            "duration",
        }


def test_a_cleaned_jpeg_has_no_segment_but_those_of_the_picture() -> None:
    assert segments(encoded("JPEG")) - STRUCTURAL
    assert segments(clean_still(encoded("JPEG"))) <= STRUCTURAL


def test_a_plain_re_save_would_have_kept_the_comment() -> None:
    out = io.BytesIO()
    with Image.open(io.BytesIO(encoded("JPEG"))) as image:
        image.save(out, "JPEG")
    assert PLANTED in out.getvalue()


def test_the_picture_is_still_the_picture() -> None:
    with Image.open(io.BytesIO(clean_still(encoded("PNG")))) as image:
        assert image.getpixel((5, 5)) == (255, 0, 0)
        assert image.getpixel((60, 5)) == (255, 255, 255)


def test_the_turn_that_exif_asks_for_is_carried_out() -> None:
    out, tags = io.BytesIO(), Image.Exif()
    tags[0x0112] = 6
    picture().save(out, "JPEG", exif=tags)
    with Image.open(io.BytesIO(clean_still(out.getvalue()))) as image:
        assert image.size == (32, 64)


def test_what_is_masked_is_black_and_its_neighbour_is_not() -> None:
    with Image.open(io.BytesIO(clean_still(encoded("PNG"), masks=[Box(0, 0, 10, 10)]))) as image:
        assert image.getpixel((9, 9)) == (0, 0, 0)
        assert image.getpixel((10, 10)) == (255, 0, 0)


def test_further_frames_go() -> None:
    out = io.BytesIO()
    picture().save(out, "WEBP", save_all=True, append_images=[Image.new("RGB", (64, 32), "blue")])
    with Image.open(io.BytesIO(clean_still(out.getvalue()))) as image:
        assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize(
    "raw",
    [b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", encoded("JPEG")[:300], encoded("PNG")[:60]],
)
def test_what_is_no_whole_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(BadStill):
        clean_still(raw)


def test_a_gif_is_refused() -> None:
    out = io.BytesIO()
    picture().save(out, "GIF")
    with pytest.raises(BadStill):
        clean_still(out.getvalue())


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    Image.new("1", (MOST_PIXELS // 5000 + 1, 5000)).save(out, "PNG")
    with pytest.raises(BadStill):
        clean_still(out.getvalue())
