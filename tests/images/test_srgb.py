"""Every mode of picture becomes what it shows, in sRGB, upright, on white."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from neural_style.images.samples import Samples
from neural_style.images.srgb import alpha_of, upright
from tests.hard_inputs import HEIGHT, WIDTH, ramp
from tests.images.pictures import ORIENTATION, loaded, profile_with_red_and_blue_swapped, srgb_profile


@pytest.mark.parametrize("mode", ["L", "LA", "1", "P", "RGBA"])
def test_gray_alpha_palette_and_bilevel_are_what_they_show(mode: str):
    original = Image.fromarray(ramp()).convert(mode)
    np.testing.assert_array_equal(loaded(original), np.asarray(original.convert("RGB")))


def test_a_palette_of_eight_colours_keeps_its_colours():
    original = Image.fromarray(ramp()).quantize(8)
    np.testing.assert_array_equal(loaded(original), np.asarray(original.convert("RGB")))


def test_transparent_parts_are_white_and_not_the_colour_hidden_under_them():
    pixels = np.asarray(Image.fromarray(ramp()).convert("RGBA")).copy()
    pixels[:, : WIDTH // 2] = (255, 0, 255, 0)
    picture = loaded(Image.fromarray(pixels))
    assert (picture[:, : WIDTH // 2] == 255).all()
    np.testing.assert_array_equal(picture[:, WIDTH // 2 :], ramp()[:, WIDTH // 2 :])


def test_half_transparent_black_is_mid_gray():
    picture = loaded(Image.new("RGBA", (4, 4), (0, 0, 0, 128)))
    np.testing.assert_allclose(picture, 127, atol=1)


def test_a_palette_colour_marked_transparent_is_white():
    original = Image.new("P", (4, 4), 0)
    original.putpalette([255, 0, 255, 0, 0, 0])
    assert (loaded(original, transparency=0) == 255).all()


def test_cmyk_ink_becomes_light():
    picture = loaded(Image.new("CMYK", (4, 4), (255, 0, 0, 0)), "TIFF")
    np.testing.assert_array_equal(picture[0, 0], (0, 255, 255))


def test_a_cmyk_jpeg_looks_like_its_rgb_version():
    picture = loaded(Image.fromarray(ramp()).convert("CMYK"), "JPEG", quality=98)
    assert np.abs(picture - ramp()).mean() < 3


def test_a_colour_profile_is_applied():
    picture = loaded(Image.fromarray(ramp()), icc_profile=profile_with_red_and_blue_swapped())
    np.testing.assert_allclose(picture, ramp()[..., ::-1], atol=2)


def test_the_profile_of_a_palette_is_applied_to_its_colours():
    original = Image.new("P", (4, 4), 0)
    original.putpalette([200, 100, 0])
    picture = loaded(original, icc_profile=profile_with_red_and_blue_swapped())
    np.testing.assert_allclose(picture[0, 0], (0, 100, 200), atol=2)


def test_a_profile_under_transparency_is_applied():
    picture = loaded(Image.new("RGBA", (4, 4), (200, 100, 0, 255)), icc_profile=profile_with_red_and_blue_swapped())
    np.testing.assert_allclose(picture[0, 0], (0, 100, 200), atol=2)


@pytest.mark.parametrize("profile", [srgb_profile(), b"not a profile", srgb_profile()[:200]])
def test_an_srgb_profile_or_a_broken_one_changes_nothing(profile: bytes):
    np.testing.assert_allclose(loaded(Image.fromarray(ramp()), icc_profile=profile), ramp(), atol=1)


def test_an_rgb_profile_on_a_gray_picture_is_left_aside():
    original = Image.fromarray(ramp()).convert("L")
    np.testing.assert_array_equal(loaded(original, icc_profile=srgb_profile()), np.asarray(original.convert("RGB")))


@pytest.mark.parametrize("file_format", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_comes_out_upright(orientation: int, file_format: str):
    undo = {1: 0, 3: 2, 6: 1, 8: 3, 2: 0, 4: 2, 5: 1, 7: 3}  # quarter turns that the camera was off by
    stored = np.rot90(ramp(), undo[orientation])
    if orientation in (2, 4):
        stored = stored[:, ::-1]
    if orientation in (5, 7):
        stored = stored[::-1]
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    options = {"lossless": True} if file_format == "WEBP" else {}
    picture = loaded(Image.fromarray(np.ascontiguousarray(stored)), file_format, exif=exif, **options)
    np.testing.assert_array_equal(picture, ramp())


@pytest.mark.parametrize("orientation", [3, 6])
def test_a_jpeg_from_a_turned_camera_is_upright(orientation: int):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = np.rot90(ramp(), {3: 2, 6: 1}[orientation])
    picture = loaded(Image.fromarray(np.ascontiguousarray(stored)), "JPEG", exif=exif, quality=98, subsampling=0)
    np.testing.assert_allclose(picture, ramp(), atol=8)


@given(st.binary(max_size=60))
@settings(max_examples=60, deadline=None)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damaged_exif_never_costs_the_picture(junk: bytes):
    picture = loaded(Image.fromarray(ramp()), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08" + junk)
    assert sorted(picture.shape) == sorted(ramp().shape)


def test_exif_that_turns_the_picture_but_is_damaged_elsewhere_still_turns_it():
    entries = [(ORIENTATION, 3, 1, struct.pack(">HH", 6, 0)), (0x011A, 2, 1, b"x\0\0\0")]  # resolution as text
    table = b"".join(struct.pack(">HHI", tag, kind, count) + value for tag, kind, count, value in entries)
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", len(entries)) + table + b"\0\0\0\0"
    assert loaded(Image.fromarray(ramp()), "JPEG", exif=exif).shape == (WIDTH, HEIGHT, 3)


def test_sixteen_bit_gray_keeps_its_levels_and_its_full_range():
    levels = np.linspace(0, 65535, 1024).astype(np.uint16).reshape(16, 64)
    picture = loaded(Image.fromarray(levels))
    assert len(np.unique(picture)) == 1024
    np.testing.assert_allclose(picture[..., 1], levels / 257.0, atol=1e-3)


def test_a_dark_sixteen_bit_picture_stays_dark():
    assert loaded(Image.fromarray(np.full((8, 8), 257, np.uint16))).max() == pytest.approx(1.0)


@pytest.mark.parametrize("full_scale", [1.0, 255.0, 65535.0, 1e6])
def test_float_gray_is_scaled_by_the_scale_that_its_levels_fit_in(full_scale: float):
    levels = np.linspace(0, full_scale, 64, dtype=np.float32).reshape(8, 8)
    picture = loaded(Image.fromarray(levels), "TIFF")
    np.testing.assert_allclose(picture[..., 0], np.linspace(0, 255, 64).reshape(8, 8), atol=1e-2)


def test_thirty_two_bit_gray_is_not_all_white():
    levels = (np.arange(64, dtype=np.int32) * 30_000_000).reshape(8, 8)
    assert len(np.unique(loaded(Image.fromarray(levels), "TIFF"))) == 64


def test_a_float_picture_with_holes_has_black_there():
    levels = np.array([[0.5, np.nan], [np.inf, 1.0]], np.float32)
    np.testing.assert_allclose(loaded(Image.fromarray(levels), "TIFF")[..., 0], [[127.5, 0], [0, 255]])


def test_opacity_is_upright_and_none_where_there_is_nothing_to_see_through():
    levels, alpha = ramp(), np.asarray(Image.linear_gradient("L").resize((WIDTH, HEIGHT)), np.float32)
    assert alpha_of(Samples(levels=levels, model="rgb")) is None
    assert alpha_of(Samples(levels=levels, model="rgb", alpha=np.full((HEIGHT, WIDTH), 255.0, np.float32))) is None
    turned = alpha_of(Samples(levels=levels, model="rgb", alpha=alpha, orientation=3))
    assert turned is not None
    np.testing.assert_array_equal(turned, alpha[::-1, ::-1])


@pytest.mark.parametrize("orientation", [0, 9, 255])
def test_an_orientation_that_there_is_not_turns_nothing(orientation: int):
    np.testing.assert_array_equal(upright(ramp().astype(np.float32), orientation), ramp())
