"""What Pillow leaves to its users: JPEG without an end, Adobe RGB by EXIF, colours by numbers, turns by EXIF alone."""

import io

import numpy as np
import pytest
from PIL import ExifTags, Image

from neural_style.errors import ImageError
from neural_style.images.color_spaces import ADOBE_RGB, to_srgb
from neural_style.images.load import load_image, load_picture, size_of
from neural_style.images.pillow import MOST_SCANS
from tests.hard_inputs import HEIGHT, WIDTH, ramp
from tests.images.pictures import ORIENTATION, encoded, srgb_profile

NOISE = np.random.default_rng(0).integers(0, 256, (96, 128, 3), dtype=np.uint8)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_without_its_end_marker_is_the_picture_and_one_that_is_cut_is_damaged(
    mode: str,
    progressive: bool,
) -> None:
    whole = encoded(Image.fromarray(NOISE).convert(mode), "JPEG", progressive=progressive).getvalue()
    assert whole.endswith(b"\xff\xd9")
    picture = load_image(io.BytesIO(whole[:-2]))
    np.testing.assert_array_equal(picture, load_image(io.BytesIO(whole)))
    for kept in (0.99, 0.5):
        with pytest.raises(ImageError, match="damaged"):
            load_image(io.BytesIO(whole[: int(kept * len(whole))]))


def test_a_jpeg_of_scans_without_end_is_refused_before_it_is_decoded() -> None:
    whole = encoded(Image.fromarray(NOISE), "JPEG", progressive=True).getvalue()
    last = whole.rindex(b"\xff\xda")
    many = whole[:last] + whole[last:-2] * (MOST_SCANS + 1) + b"\xff\xd9"
    with pytest.raises(ImageError, match=r"is a JPEG in \d+ scans, which would take too long; one has about ten"):
        load_image(io.BytesIO(many))
    assert load_image(io.BytesIO(whole)).shape == NOISE.shape


def adobe_exif(color_space: int | None, index: str | None) -> Image.Exif:
    exif = Image.Exif()
    space = {} if color_space is None else {ExifTags.Base.ColorSpace.value: color_space}
    interoperability = {} if index is None else {ExifTags.IFD.Interop.value: {1: index}}
    exif[ExifTags.IFD.Exif] = {**space, **interoperability}
    return exif


@pytest.mark.parametrize(
    ("color_space", "index", "is_adobe"),
    [
        (65535, "R03", True),
        (2, None, True),
        (None, "R03", True),
        (1, "R98", False),
        (65535, None, False),
        (1, "R03", False),
    ],
)
def test_adobe_rgb_that_exif_alone_says_is_brought_to_srgb(
    color_space: int | None,
    index: str | None,
    is_adobe: bool,
) -> None:
    colors, options = Image.fromarray(ramp()), {"quality": 98, "subsampling": 0}
    plain = load_image(encoded(colors, "JPEG", **options))
    wanted = to_srgb(plain, ADOBE_RGB) if is_adobe else plain
    exif = adobe_exif(color_space, index)
    np.testing.assert_allclose(load_image(encoded(colors, "JPEG", exif=exif, **options)), wanted, atol=0.01)
    tagged = encoded(colors, "JPEG", exif=exif, icc_profile=srgb_profile(), **options)
    np.testing.assert_array_equal(load_image(tagged), plain)


def test_heif_that_its_exif_alone_turns_is_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    file = encoded(Image.fromarray(ramp()), "HEIF", exif=exif, quality=98)
    assert b"irot" not in file.getvalue()
    assert size_of(file) == (WIDTH, HEIGHT)
    upright = np.rot90(ramp(), -1)
    assert np.abs(load_image(file) - upright).mean() < 4


def test_heif_and_avif_that_name_their_colours_by_numbers_are_brought_to_srgb() -> None:
    file = encoded(Image.fromarray(ramp()), "AVIF", quality=100, subsampling="4:4:4")
    plain, content = load_image(file), file.getvalue()
    place = content.index(b"colrnclx") + 8
    assert content[place : place + 4] == bytes([0, 1, 0, 13])
    p3 = content[:place] + bytes([0, 12, 0, 13]) + content[place + 4 :]
    found = load_image(io.BytesIO(p3))
    assert np.abs(found - plain).mean() > 4
    assert found[HEIGHT // 2, WIDTH // 2] == pytest.approx(found[HEIGHT // 2, WIDTH // 2])


def test_a_later_frame_that_is_cut_off_costs_nothing() -> None:
    frames = [Image.fromarray(np.roll(NOISE, shift, 0)).quantize(64) for shift in (0, 7)]
    whole = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]).getvalue()
    first = np.asarray(frames[0].convert("RGB"))
    np.testing.assert_array_equal(load_image(io.BytesIO(whole[: int(0.8 * len(whole))])), first)


def test_a_frame_that_is_smaller_than_its_canvas_lies_on_white() -> None:
    frame = Image.new("P", (4, 4), 0)
    frame.putpalette([255, 0, 0, 0, 0, 0])
    content = bytearray(encoded(frame, "GIF", transparency=1).getvalue())
    content[6:10] = b"\x08\0\x08\0"  # the canvas becomes twice as wide and high
    picture = load_picture(io.BytesIO(bytes(content)))
    assert picture.image.shape == (8, 8, 3)
    np.testing.assert_array_equal(picture.image[0, 0], [255, 0, 0])
    np.testing.assert_array_equal(picture.image[7, 7], [255, 255, 255])


@pytest.mark.parametrize(
    ("file_format", "told"), [("JPEG", "JPEG"), ("PNG", "PNG"), ("TIFF", "TIFF"), ("HEIF", "HEIF"), ("PPM", "PPM")]
)
def test_a_file_is_of_the_format_that_is_in_it(file_format: str, told: str) -> None:
    assert load_picture(encoded(Image.fromarray(ramp()), file_format)).format == told
