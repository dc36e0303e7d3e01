"""What is refused before it is looked at any further."""

import numpy as np
import pytest

from neural_style.errors import ImageError
from neural_style.validation import checked_image


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
