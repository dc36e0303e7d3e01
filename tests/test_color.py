import numpy as np
import pytest
from PIL import Image

from neural_style.color import keep_colors, match_colors
from neural_style.images.arrays import FloatImage, to_bytes
from tests.fakes import small_picture


def muted(image: np.ndarray, contrast: float = 0.4) -> FloatImage:
    """Away from 0 and 255, so that no clipping hides what the map does."""
    return (127.0 + contrast * (image - 127.0)).astype(np.float32)


def covariance(image: np.ndarray) -> np.ndarray:
    return np.cov(image.reshape(-1, 3).astype(np.float64).T, bias=True)


def test_matched_colours_have_the_mean_and_covariance_of_the_style():
    rng = np.random.default_rng(0)
    content = muted(small_picture(seed=1) + rng.uniform(-80, 80, (40, 56, 3)))  # variance in every direction
    style = muted(small_picture(30, 50, seed=2))
    matched = match_colors(content, [style], [1.0])
    np.testing.assert_allclose(matched.mean((0, 1)), style.mean((0, 1)), atol=0.01)
    np.testing.assert_allclose(covariance(matched), covariance(style), rtol=0.01, atol=2.0)


def test_two_styles_count_as_one_cloud_of_colours():
    content = muted(small_picture(seed=1))
    one, other = muted(small_picture(20, 20, seed=2)), muted(small_picture(20, 20, seed=3))
    together = np.concatenate([one, one, one, other])  # shares 3 to 1, as numbers of pixels
    matched = match_colors(content, [one, other], [0.75, 0.25])
    np.testing.assert_allclose(matched, match_colors(content, [together], [1.0]), atol=0.01)


def test_a_picture_matched_with_itself_stays_as_it_is():
    content = small_picture(seed=4)
    np.testing.assert_allclose(match_colors(content, [content], [1.0]), content, atol=0.01)


def test_matching_moves_gray_only_along_the_style_and_never_swaps_channels():
    content = muted(small_picture(seed=1))
    brighter = content + 20.0
    np.testing.assert_allclose(match_colors(content, [brighter], [1.0]), brighter, atol=0.01)


@pytest.mark.parametrize("level", [0.0, 90.0, 255.0])
def test_flat_and_gray_pictures_stay_finite(level):
    flat = np.full((8, 8, 3), level, np.float32)
    gray = np.repeat(small_picture(8, 8)[..., :1], 3, -1).astype(np.float32)
    colorful = small_picture(8, 8, seed=2)
    for content in (flat, gray, colorful):
        for style in (flat, gray, colorful):
            matched = match_colors(content, [style], [1.0])
            assert np.isfinite(matched).all()
            assert matched.min() >= 0.0
            assert matched.max() <= 255.0


def test_kept_colours_are_the_chroma_of_the_content_and_the_luma_of_the_result():
    content, result = muted(small_picture(seed=1)), muted(small_picture(seed=2))
    kept = Image.fromarray(to_bytes(keep_colors(result, content))).convert("YCbCr")
    luma_of = np.asarray(Image.fromarray(to_bytes(result)).convert("YCbCr"), int)[..., 0]
    chroma_of = np.asarray(Image.fromarray(to_bytes(content)).convert("YCbCr"), int)[..., 1:]
    kept = np.asarray(kept, int)
    assert np.abs(kept[..., 0] - luma_of).max() <= 2  # rounding of two conversions to bytes
    assert np.abs(kept[..., 1:] - chroma_of).max() <= 2


def test_keeping_the_colours_of_the_result_itself_changes_nothing():
    result = small_picture(seed=3)
    np.testing.assert_allclose(keep_colors(result, result), result, atol=1e-4)


def test_only_what_counts_of_a_painting_gives_its_colours():
    content = small_picture(20, 30, seed=1)
    painting = small_picture(24, 24, seed=2)
    parts = np.zeros((24, 24, 1), np.float32)
    parts[:, 10:] = 255.0
    found = match_colors(content, [np.concatenate([painting, parts], -1)], [1.0])
    np.testing.assert_allclose(found, match_colors(content, [painting[:, 10:]], [1.0]), atol=0.01)
