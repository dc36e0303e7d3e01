"""PNG and TIFF of every depth and kind come out as what they show."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from neural_style.errors import ImageError
from neural_style.images.load import load_image, load_picture
from neural_style.images.vips import with_profile
from tests.hard_inputs import HEIGHT, WIDTH, ramp
from tests.images.pictures import profile_with_red_and_blue_swapped, srgb_profile
from tests.images.png import png_with
from tests.images.tiff import Tiff

RNG = np.random.default_rng(0)


def levels(bits: int, channels: int = 0) -> np.ndarray:
    shape = (7, 13, channels) if channels else (7, 13)
    found = RNG.integers(0, 2**bits, shape, dtype=np.int64)
    found.flat[:2] = 0, 2**bits - 1
    return found


def check_gray(file: io.BytesIO, wanted: np.ndarray, tolerance: float = 0.01) -> None:
    picture = load_image(file)
    np.testing.assert_allclose(picture, np.repeat(wanted[..., None], 3, -1), atol=tolerance)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("bits", [1, 2, 4, 8, 10, 12, 14, 16, 32])
def test_gray_tiff_of_any_depth_and_order_spreads_over_all_levels_with_white_at_either_end(
    bits: int, order: str
) -> None:
    stored = levels(bits)
    wanted = stored * (255.0 / (2**bits - 1))
    check_gray(Tiff(order).gray(stored, bits).file(), wanted)
    check_gray(Tiff(order).gray(stored, bits, photometric=0).file(), 255.0 - wanted)


@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("bits", [8, 16])
def test_rgb_and_cmyk_tiff_may_lie_pixel_after_pixel_or_plane_after_plane(bits: int, planar: bool) -> None:
    colors, ink = levels(bits, 3), levels(bits, 4)
    scale = 255.0 / (2**bits - 1)
    picture = load_image(Tiff().colors(colors, bits, planar=planar).file())
    np.testing.assert_allclose(picture, colors * scale, atol=0.01)
    picture = load_image(Tiff().colors(ink, bits, photometric=5, planar=planar).file())
    light = 255.0 - ink * scale
    np.testing.assert_allclose(picture, light[..., :3] * light[..., 3:] / 255.0, atol=0.01)


@pytest.mark.parametrize("bits", [10, 12, 14])
def test_rgb_tiff_of_odd_depths_is_read_too(bits: int) -> None:
    colors = levels(bits, 3)
    picture = load_image(Tiff(">").colors(colors, bits).file())
    np.testing.assert_allclose(picture, colors * (255.0 / (2**bits - 1)), atol=0.01)


def test_an_odd_depth_may_be_compressed() -> None:
    stored = levels(12)
    digits = (stored[..., None] >> np.arange(11, -1, -1)) & 1
    rows = np.packbits(digits.reshape(7, -1).astype(np.uint8), axis=1).tobytes()
    tiff = Tiff().page((7, 13), [zlib.compress(rows)], t258=12, t262=1, t259=8)
    check_gray(tiff.file(), stored * (255.0 / 4095))


def test_an_odd_depth_in_planes_is_refused_by_what_it_is() -> None:
    file = Tiff().colors(levels(12, 3), 12, planar=True).file()
    with pytest.raises(ImageError, match="is a TIFF with 12 bits a sample and 3 samples a pixel, which is not read"):
        load_image(file)


@pytest.mark.parametrize("kind", [1, 2])
def test_the_opacity_of_a_tiff_counts_once_whether_its_colours_are_multiplied_by_it_or_not(kind: int) -> None:
    colors, alpha = np.array([200, 100, 0]), 128
    stored = np.round(colors * alpha / 255) if kind == 1 else colors
    pixels = np.tile(np.array([*stored, alpha], np.uint8), (4, 5, 1))
    picture = load_picture(Tiff().colors(pixels, 8, t338=kind).file())
    wanted = colors * (alpha / 255) + 255 * (1 - alpha / 255)
    np.testing.assert_allclose(picture.image[0, 0], wanted, atol=1.5)
    assert picture.alpha is not None
    assert picture.alpha[0, 0] == alpha


def test_a_fourth_channel_of_unknown_meaning_is_left_out() -> None:
    pixels = np.tile(np.array([200, 100, 0, 7], np.uint8), (4, 5, 1))
    picture = load_picture(Tiff().colors(pixels, 8, t338=0).file())
    np.testing.assert_array_equal(picture.image[0, 0], [200, 100, 0])
    assert picture.alpha is None


def test_what_a_second_page_is_spoils_nothing() -> None:
    first = ramp()
    np.testing.assert_array_equal(load_image(Tiff().colors(first, 8).file(last=60)), first)
    np.testing.assert_array_equal(load_image(Tiff().colors(first, 8).file(last=10**9)), first)


def test_of_a_page_and_its_small_copy_the_page_is_the_picture() -> None:
    small = ramp()[::4, ::4]
    for subfile in (1, 4):
        picture = load_picture(Tiff().colors(small, 8, t254=subfile).colors(ramp(), 8).file())
        np.testing.assert_array_equal(picture.image, ramp())
        assert picture.notice is None


@pytest.mark.parametrize(
    "file",
    [
        Tiff().colors(ramp(), 8, t50706=[1, 4, 0, 0]).file(),
        Tiff().gray(levels(16), 16, photometric=32803).file(),
        Tiff().colors(ramp(), 8, t254=1).gray(levels(16), 16, photometric=34892).file(),
        Tiff().colors(ramp(), 8, t259=34713).file(),
        Tiff().colors(ramp(), 8, t37398=[1, 0, 0, 0]).file(),
    ],
)
def test_a_cameras_raw_photo_is_not_taken_for_its_small_copy(file: io.BytesIO) -> None:
    with pytest.raises(ImageError, match=r"is a camera's raw photo\. Develop it first"):
        load_image(file)


def test_a_tiff_that_is_cut_off_is_called_damaged() -> None:
    rng = np.random.default_rng(1)
    whole = Tiff().colors(rng.integers(0, 255, (64, 64, 3)), 8).file().getvalue()
    buffer = io.BytesIO()
    Image.fromarray(ramp()).save(buffer, "TIFF", compression="tiff_lzw")
    for content in (whole[: len(whole) // 2], whole[:8], buffer.getvalue()[:-500], b"II*\0"):
        with pytest.raises(ImageError, match="damaged"):
            load_image(io.BytesIO(content))


@given(bits=st.sampled_from([8, 16]), data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_transparent_level_of_a_gray_png_is_that_level_and_no_other(bits: int, data: st.DataObject) -> None:
    stored = np.array(data.draw(st.lists(st.integers(0, 2**bits - 1), min_size=12, max_size=12))).reshape(3, 4)
    key = data.draw(st.sampled_from([int(stored[0, 0]), int(stored[2, 3]), 5]))
    rows = b"".join(b"\0" + row.astype(f">u{bits // 8}").tobytes() for row in stored)
    picture = load_image(png_with((4, 3, bits, 0), rows, (b"tRNS", struct.pack(">H", key))))
    wanted = np.where(stored == key, 255.0, stored * (255.0 / (2**bits - 1)))
    np.testing.assert_allclose(picture[..., 0], wanted, atol=0.01)


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_a_transparent_level_of_few_bits_is_that_level_too(bits: int) -> None:
    stored = np.arange(2**bits)[None]
    row = np.packbits(((stored[..., None] >> np.arange(bits - 1, -1, -1)) & 1).reshape(1, -1).astype(np.uint8))
    picture = load_image(png_with((2**bits, 1, bits, 0), b"\0" + row.tobytes(), (b"tRNS", b"\0\1")))
    wanted = np.where(stored == 1, 255.0, stored * (255.0 / (2**bits - 1)))
    np.testing.assert_allclose(picture[..., 0], wanted, atol=0.01)


def test_a_transparent_colour_of_a_deep_png_is_told_from_one_that_differs_by_a_little() -> None:
    colors = np.array([[[1000, 2000, 3000], [1001, 2000, 3000]]], ">u2")
    key = (b"tRNS", struct.pack(">3H", 1000, 2000, 3000))
    picture = load_image(png_with((2, 1, 16, 2), b"\0" + colors.tobytes(), key))
    np.testing.assert_allclose(picture[0, 0], 255.0)
    np.testing.assert_allclose(picture[0, 1], np.array([1001, 2000, 3000]) / 257.0, atol=0.01)


def test_sixteen_bits_of_colour_keep_their_fractions() -> None:
    colors = RNG.integers(0, 65536, (5, 6, 3)).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in colors)
    picture = load_image(png_with((6, 5, 16, 2), rows))
    np.testing.assert_allclose(picture, colors / 257.0, atol=1e-3)


def test_a_profile_is_applied_to_all_sixteen_bits() -> None:
    colors = RNG.integers(0, 65536, (5, 6, 3)).astype(np.uint16)
    found = with_profile(colors, "rgb", profile_with_red_and_blue_swapped())
    assert found is not None
    np.testing.assert_allclose(found, colors[..., ::-1] / 257.0, atol=0.5)
    assert len(np.unique(found.round(3))) > 85
    assert with_profile(colors, "rgb", srgb_profile()) is None


def test_a_profile_in_eight_bits_is_what_littlecms_makes_of_it_elsewhere() -> None:
    profile = profile_with_red_and_blue_swapped()
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    wanted = ImageCms.profileToProfile(Image.fromarray(ramp()), source, ImageCms.createProfile("sRGB"))
    found = with_profile(ramp(), "rgb", profile)
    assert found is not None
    assert wanted is not None
    np.testing.assert_allclose(found, np.asarray(wanted), atol=1.0)


@pytest.mark.parametrize("profile", [b"", b"not a profile", profile_with_red_and_blue_swapped()[:300], bytes(500)])
def test_a_profile_that_cannot_be_used_is_none(profile: bytes) -> None:
    assert with_profile(ramp(), "rgb", profile) is None


def test_a_profile_for_other_channels_is_none() -> None:
    assert with_profile(ramp()[..., :1], "gray", profile_with_red_and_blue_swapped()) is None


def test_a_spoiled_chunk_beside_the_pixels_costs_nothing_and_one_of_the_pixels_is_said() -> None:
    rows = b"".join(b"\0" + row.tobytes() for row in ramp())
    whole = png_with((WIDTH, HEIGHT, 8, 2), rows, (b"pHYs", struct.pack(">IIB", 1, 1, 0))).getvalue()
    np.testing.assert_array_equal(load_image(io.BytesIO(_spoiled(whole, b"pHYs"))), ramp())
    for name in (b"IHDR", b"IDAT"):
        with pytest.raises(ImageError, match="damaged"):
            load_image(io.BytesIO(_spoiled(whole, name)))


def _spoiled(png: bytes, name: bytes) -> bytes:
    """Return the PNG with a wrong checksum of that chunk."""
    place = png.index(name)
    (length,) = struct.unpack(">I", png[place - 4 : place])
    spoiled = bytearray(png)
    spoiled[place + 4 + length] ^= 1
    return bytes(spoiled)
