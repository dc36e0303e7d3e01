"""Values are refused in words before they are used."""

import math

import numpy as np
import pytest

from neural_style.errors import ImageError
from neural_style.validation import Bounds, checked_image, counted


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((20, 20)),
        np.zeros((20, 20, 4)),
        np.zeros((0, 20, 3)),
        np.full((20, 20, 3), np.nan),
        np.full((20, 20, 3), 256.0),
        np.full((20, 20, 3), -1),
        np.full((20, 20, 3), "red"),
        np.zeros((20, 20, 3), bool),
    ],
)
def test_arrays_that_are_no_rgb_pictures_are_refused(image: np.ndarray):
    with pytest.raises(ImageError, match="content picture must"):
        checked_image(image, "content picture")


@pytest.mark.parametrize(
    ("bounds", "inside", "outside", "words"),
    [
        (Bounds(low=0), [0, 1e30], [-1e-9, math.nan], "of at least 0"),
        (Bounds(low=0, high=1), [0, 1], [-0.1, 1.1], "from 0 to 1"),
        (Bounds(above=0, below=10), [0.1, 9.9], [0, 10], "above 0 and below 10"),
        (Bounds(low=0, below=1), [0, 0.99], [1], "of at least 0 and below 1"),
        (Bounds(low=0, high=2**32 - 1), [2**32 - 1], [2**32], "from 0 to 4294967295"),
        (Bounds(), [-1e30, 0], [], ""),
    ],
)
def test_bounds_hold_numbers_and_say_so_in_words(bounds: Bounds, inside: list[float], outside: list[float], words: str):
    assert all(map(bounds.hold, inside))
    assert not any(map(bounds.hold, outside))
    assert bounds.words == words


def test_what_is_counted_is_named_in_its_number():
    assert [counted(number, "file") for number in (0, 0.5, 1.0, 2)] == ["0 files", "0.5 files", "1 file", "2 files"]
