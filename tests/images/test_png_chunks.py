"""What a PNG says beside its pixels: colours, frames, turn, texts; and that a spoiled chunk is passed over."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from neural_style.images.load import load_image, load_picture, read_recipe, size_of
from neural_style.images.png_chunks import MOST_BYTES, chunks_beside, frames_of, orientation_of, size_in, text_in
from neural_style.images.samples import DamagedError
from tests.images.pictures import ORIENTATION, profile_with_red_and_blue_swapped, srgb_profile
from tests.images.png import png_with

P3_CICP = (b"cICP", bytes([12, 13, 0, 1]))
ONE_PIXEL = b"\0" + bytes([200, 120, 90])


def one_pixel(*chunks: tuple[bytes, bytes], behind: tuple[bytes, bytes] | None = None) -> io.BytesIO:
    return png_with((1, 1, 8, 2), ONE_PIXEL, *chunks, behind=behind)


def color_of(*chunks: tuple[bytes, bytes]) -> np.ndarray:
    return load_image(one_pixel(*chunks))[0, 0]


def iccp(profile: bytes) -> tuple[bytes, bytes]:
    return b"iCCP", b"profile\0\0" + zlib.compress(profile)


def gama(value: float) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", round(value * 100_000))


def chrm(*points: float) -> tuple[bytes, bytes]:
    return b"cHRM", struct.pack(">8I", *(round(point * 100_000) for point in points))


def test_colours_are_those_of_code_points_then_of_the_profile_then_srgb_then_gamma() -> None:
    plain, swapped = np.array([200.0, 120.0, 90.0]), iccp(profile_with_red_and_blue_swapped())
    p3 = color_of(P3_CICP)
    assert np.abs(p3 - plain).max() > 5
    np.testing.assert_array_equal(color_of(), plain)
    np.testing.assert_array_equal(color_of(P3_CICP, swapped, (b"sRGB", b"\0"), gama(1.0)), p3)
    np.testing.assert_allclose(color_of(swapped, (b"sRGB", b"\0"), gama(1.0)), plain[::-1], atol=1)
    np.testing.assert_array_equal(color_of((b"sRGB", b"\0"), gama(1.0)), plain)
    np.testing.assert_array_equal(color_of(iccp(srgb_profile())), plain)
    np.testing.assert_array_equal(color_of((b"cICP", bytes([1, 13, 0, 1])), swapped), plain)


def test_a_gamma_is_taken_as_browsers_do_and_the_usual_one_changes_nothing() -> None:
    np.testing.assert_allclose(color_of(gama(1.0)), [229.1, 182.5, 160.3], atol=0.2)  # the curve of sRGB
    np.testing.assert_array_equal(color_of(gama(0.45455)), [200, 120, 90])
    usual = chrm(0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
    np.testing.assert_array_equal(color_of(gama(0.45455), usual), [200, 120, 90])
    np.testing.assert_array_equal(color_of(usual), [200, 120, 90])
    wide = chrm(0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
    assert color_of(gama(0.45455), wide)[0] > 205


@pytest.mark.parametrize(
    "chunk", [(b"cICP", b""), (b"gAMA", b"\0"), (b"gAMA", bytes(4)), (b"iCCP", b"x\0\0junk"), (b"cHRM", bytes(32))]
)
def test_chunks_that_say_nothing_are_passed_over(chunk: tuple[bytes, bytes]) -> None:
    np.testing.assert_array_equal(color_of(chunk), [200, 120, 90])


def test_a_profile_or_a_text_of_a_megabyte_is_no_reason_to_refuse_the_picture() -> None:
    text = b"prompt\0" + b"\0" + zlib.compress(b"node " * 400_000)
    np.testing.assert_array_equal(color_of((b"zTXt", text)), [200, 120, 90])
    long = profile_with_red_and_blue_swapped() + bytes(2_000_000)
    np.testing.assert_allclose(color_of(iccp(long)), [90, 120, 200], atol=1)
    beyond = (b"zTXt", b"neural-style\0\0" + zlib.compress(bytes(MOST_BYTES + 1)))
    assert read_recipe(one_pixel(beyond)) is None


@pytest.mark.parametrize(
    "chunk",
    [
        (b"tEXt", b"neural-style\0{}"),
        (b"zTXt", b"neural-style\0\0" + zlib.compress(b"{}")),
        (b"iTXt", b"neural-style\0\0\0de\0Stil\0{}"),
        (b"iTXt", b"neural-style\0\1\0\0\0" + zlib.compress(b"{}")),
    ],
)
def test_a_text_of_any_kind_is_found_before_or_behind_the_pixels(chunk: tuple[bytes, bytes]) -> None:
    assert read_recipe(one_pixel(chunk)) == read_recipe(one_pixel(behind=chunk)) == "{}"
    assert text_in(one_pixel(behind=chunk), "neural-style", before_pixels=True) is None
    assert text_in(one_pixel(chunk), "another") is None


@pytest.mark.parametrize("content", [b"neural-style\0\1\0", b"neural-style\0\1\0\0\0junk", b"neural-style"])
def test_a_damaged_text_is_none(content: bytes) -> None:
    assert not read_recipe(one_pixel((b"iTXt", content)))


def test_the_first_frame_of_an_animation_that_is_spoiled_later_is_the_picture() -> None:
    control = struct.pack(">IIIIIHHBB", 0, 1, 1, 0, 0, 1, 1, 0, 0)
    picture = load_picture(one_pixel((b"acTL", struct.pack(">II", 3, 0)), (b"fcTL", control), (b"fcTL", control)))
    np.testing.assert_array_equal(picture.image[0, 0], [200, 120, 90])
    assert picture.notice is not None
    assert "has 3 frames" in picture.notice
    assert frames_of({b"acTL": b"short"}) == frames_of({}) == frames_of({b"acTL": bytes(8)}) == 1


def test_a_png_that_is_turned_by_exif_is_upright_and_its_size_is_told_so() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    chunk = (b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0"))
    file = png_with((2, 1, 8, 0), b"\0\x0a\x14", chunk)
    assert load_image(file)[..., 0].tolist() == [[10.0], [20.0]]
    assert size_of(file) == (2, 1)
    assert orientation_of({b"eXIf": b"junk"}) == orientation_of({}) == 1


def test_a_header_that_is_not_there_or_spoiled_is_damage() -> None:
    whole = one_pixel().getvalue()
    for content in (whole[:20], whole[:8], whole[:12] + b"IXXX" + whole[16:]):
        with pytest.raises(DamagedError, match="header of the PNG"):
            size_in(io.BytesIO(content))
    assert chunks_beside(io.BytesIO(whole[:8])) == {}
