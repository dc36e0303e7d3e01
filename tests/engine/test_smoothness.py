"""The map of where a picture should be smooth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neural_style.engine.smoothness import EXPONENT, HIGHEST, LOWEST, gradient_variance, smoothness_map
from tests.fakes import small_picture

HEIGHT, WIDTH = 60, 80


def noise(deviation: float, height: int = HEIGHT, width: int = WIDTH, seed: int = 0) -> np.ndarray:
    """Gray, so that its luma is its value."""
    values = np.random.default_rng(seed).normal(128.0, deviation, (height, width, 1))
    return np.repeat(values, 3, axis=2).astype(np.float32)


def half_and_half(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    middle = left.shape[1] // 2
    return np.concatenate([left[:, :middle], right[:, middle:]], axis=1)


def halves(weights: np.ndarray) -> tuple[float, float]:
    """Medians of the left and the right half."""
    middle = weights.shape[1] // 2
    return float(np.median(weights[:, :middle])), float(np.median(weights[:, middle:]))


def test_the_variance_of_a_ramps_gradient_is_its_slope_squared():
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    ramp = np.repeat((2.0 * columns + 1.5 * rows)[..., np.newaxis], 3, axis=2).astype(np.float32)
    np.testing.assert_allclose(gradient_variance(ramp), 2.0**2 + 1.5**2, rtol=1e-5)


def test_where_the_photo_is_smooth_the_weight_is_high_if_the_painting_has_smooth_parts():
    content = half_and_half(noise(1.0), noise(30.0, seed=1))
    painting = half_and_half(noise(2.0, seed=2), noise(20.0, seed=3))
    smooth, busy = halves(smoothness_map(content, [painting], [1.0]))
    # the halves' variances are as 4 to 400, so their mean is 202 in that measure
    assert smooth == pytest.approx((202.0 / 4.0) ** EXPONENT, rel=0.3)
    assert busy == pytest.approx((202.0 / 400.0) ** EXPONENT, rel=0.3)


def test_a_painting_that_is_busy_everywhere_asks_for_about_the_same_everywhere():
    content = half_and_half(noise(1.0), noise(30.0, seed=1))
    smooth, busy = halves(smoothness_map(content, [noise(20.0, seed=2)], [1.0]))
    assert smooth < 1.7
    assert busy > 0.7


def test_a_flat_painting_asks_for_the_same_everywhere():
    painting = np.full((40, 50, 3), 90.0, np.float32)
    np.testing.assert_allclose(smoothness_map(small_picture(HEIGHT, WIDTH), [painting], [1.0]), 1.0, rtol=1e-5)


def test_two_paintings_count_by_their_shares():
    content = half_and_half(noise(1.0), noise(30.0, seed=1))
    flat, busy = half_and_half(noise(1.0, seed=2), noise(20.0, seed=3)), noise(20.0, seed=4)
    alone, blended, other = (
        halves(smoothness_map(content, [flat, busy], shares))[0] for shares in ((1.0, 0.0), (0.5, 0.5), (0.0, 1.0))
    )
    assert alone > blended > other


def test_the_map_turns_with_the_photo_and_does_not_see_contrast_or_how_the_painting_is_turned():
    content, painting = small_picture(HEIGHT, WIDTH, seed=1), small_picture(48, 64, seed=2)
    expected = smoothness_map(content, [painting], [1.0])
    turned = smoothness_map(content[::-1], [painting[:, ::-1]], [1.0])
    np.testing.assert_allclose(turned[::-1], expected, rtol=1e-3)
    fainter = smoothness_map(0.5 * content + 40.0, [painting], [1.0])
    np.testing.assert_allclose(fainter, expected, rtol=1e-2)


@pytest.mark.slow
def test_a_large_picture_has_the_map_of_a_small_one():
    content = half_and_half(noise(1.0, 300, 400), noise(30.0, 300, 400, seed=1))
    painting = half_and_half(noise(2.0, 300, 400, seed=2), noise(20.0, 300, 400, seed=3))
    doubled = [np.repeat(np.repeat(each, 2, 0), 2, 1) for each in (content, painting)]
    large = smoothness_map(doubled[0], doubled[1:], [1.0])
    assert large.shape == (600, 800, 1)
    assert halves(large) == pytest.approx(halves(smoothness_map(content, [painting], [1.0])), rel=0.1)


@settings(deadline=None, max_examples=25)
@given(
    size=st.tuples(st.integers(2, 70), st.integers(2, 70)),
    of_style=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    deviations=st.tuples(st.floats(0.0, 60.0), st.floats(0.0, 60.0)),
)
def test_weights_are_within_their_bounds_for_pictures_of_any_size(size, of_style, deviations):
    weights = smoothness_map(noise(deviations[0], *size), [noise(deviations[1], *of_style, seed=1)], [1.0])
    assert weights.shape == (*size, 1)
    assert weights.dtype == np.float32
    assert weights.min() >= LOWEST
    assert weights.max() <= HIGHEST


def test_an_excerpt_is_as_the_part_alone_would_be():
    """Beside its edge: half the painting is flat, half is noise."""
    content, painting = small_picture(HEIGHT, WIDTH), noise(40.0, HEIGHT, WIDTH)
    painting[:, : WIDTH // 2] = 128.0
    parts = np.zeros((HEIGHT, WIDTH), np.float32)
    parts[:, WIDTH // 2 + 8 :] = 255.0
    found = smoothness_map(content, [np.dstack([painting, parts])], [1.0])
    expected = smoothness_map(content, [painting[:, WIDTH // 2 + 8 :]], [1.0])
    np.testing.assert_allclose(found, expected, rtol=0.2)
    whole = smoothness_map(content, [painting], [1.0])
    assert np.abs(whole - expected).max() > 1.0
