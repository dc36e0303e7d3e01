"""PNG of 16 bits a sample, read by Pillow's checks and by FFmpeg's decoder."""

import io
import zlib

import av
import numpy as np
import pytest
from PIL import Image

from neural_style.images.png16 import encode_png16


def samples_of(png: bytes, pixels: str) -> np.ndarray:
    with av.open(io.BytesIO(png), "r") as file:
        return next(file.decode(video=0)).to_ndarray(format=pixels)


def test_the_scale_ends_at_65535_and_a_fraction_of_a_level_is_kept():
    image = np.zeros((2, 3, 3), np.float32)
    image[0] = [[0.0, 255.0, 1.0], [0.5, 254.75, 127.5], [-9.0, 999.0, 0.001]]
    samples = samples_of(encode_png16(image), "rgb48le")
    expected = [[0, 65535, 257], [128, 65471, 32768], [0, 65535, 0]]
    np.testing.assert_array_equal(samples[0], expected)
    assert (samples[1] == 0).all()


@pytest.mark.parametrize("size", [(1, 1), (3, 17), (40, 5)])
def test_alpha_is_a_fourth_sample_at_any_size(size: tuple[int, int]):
    generator = np.random.default_rng(0)
    image = generator.uniform(0, 255, (*size, 3)).astype(np.float32)
    alpha = generator.uniform(0, 255, size).astype(np.float32)
    samples = samples_of(encode_png16(image, alpha), "rgba64le")
    np.testing.assert_allclose(samples[..., :3] / 257.0, image, atol=0.5 / 257 + 1e-3)
    np.testing.assert_allclose(samples[..., 3] / 257.0, alpha, atol=0.5 / 257 + 1e-3)


def test_chunks_are_put_in_after_the_header_in_their_order_and_cost_no_sample():
    image = np.full((4, 4, 3), 99.0, np.float32)
    plain = encode_png16(image)
    png = encode_png16(image, chunks=[(b"tEXt", b"Title\0A cup"), (b"tEXt", b"Author\0Ann")])
    assert png.index(b"IHDR") < png.index(b"Title") < png.index(b"Author") < png.index(b"IDAT")
    with Image.open(io.BytesIO(png)) as picture:
        picture.load()  # checks the sums of the chunks
        assert picture.info["Title"] == "A cup"
        assert picture.info["Author"] == "Ann"
    np.testing.assert_array_equal(samples_of(png, "rgb48le"), samples_of(plain, "rgb48le"))
    assert zlib.crc32(b"tEXtTitle\0A cup").to_bytes(4, "big") in png
