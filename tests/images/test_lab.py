"""CIELAB: published values, and there and back again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_style.images.lab import to_lab, to_srgb

LEVEL = st.floats(0.0, 255.0)

KNOWN = [
    ((255, 255, 255), (100.0, 0.0, 0.0)),
    ((0, 0, 0), (0.0, 0.0, 0.0)),
    ((255, 0, 0), (53.24, 80.09, 67.20)),
    ((0, 255, 0), (87.73, -86.18, 83.18)),
    ((0, 0, 255), (32.30, 79.19, -107.86)),
    ((119, 119, 119), (50.03, 0.0, 0.0)),
    ((5, 5, 5), (1.37, 0.0, 0.0)),
]
"""sRGB -> L, a, b, as tables of CIELAB for D65 have them."""


@pytest.mark.parametrize(("rgb", "lab"), KNOWN)
def test_published_values(rgb: tuple[int, ...], lab: tuple[float, ...]) -> None:
    np.testing.assert_allclose(to_lab(np.array(rgb, np.float32)), lab, atol=0.02)
    np.testing.assert_allclose(to_srgb(np.array(lab)), rgb, atol=0.5)


@given(LEVEL, LEVEL, LEVEL)
def test_there_and_back_again_nothing_is_lost(red: float, green: float, blue: float) -> None:
    np.testing.assert_allclose(to_srgb(to_lab(np.array([red, green, blue]))), [red, green, blue], atol=1e-3)
