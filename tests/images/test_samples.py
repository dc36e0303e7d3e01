"""Levels of any type on the scale of pictures."""

import numpy as np
import pytest

from neural_style.images.samples import full_scale, scaled


@pytest.mark.parametrize(
    ("highest", "dtype", "white"),
    [
        (3, np.int32, 65535.0),
        (65535, np.int32, 65535.0),
        (70_000, np.uint32, 2.0**32 - 1),
        (0.5, np.float32, 1.0),
        (1.5, np.float32, 255.0),
        (256.0, np.float32, 65535.0),
        (1e6, np.float64, 1e6),
        (0, np.float32, 1.0),
    ],
)
def test_white_is_the_least_usual_level_that_all_fit_in(highest: float, dtype: type, white: float) -> None:
    assert full_scale(np.array([0, highest], dtype)) == white


def test_what_is_not_finite_or_below_black_is_black() -> None:
    found = scaled(np.array([np.nan, np.inf, -np.inf, -0.5, 0.5, 1.0]))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [0, 0, 0, 0, 127.5, 255])


def test_an_empty_picture_has_no_levels() -> None:
    assert scaled(np.empty((0, 3), np.float32)).shape == (0, 3)
