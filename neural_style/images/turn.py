"""Turn a picture by an angle, without corners that are not of it."""

import math
from typing import Any

import numpy as np
from scipy.ndimage import rotate

from neural_style.images.arrays import FloatImage

LEAST_SIDE_PX = 32
"""The least side that is cut out of a turned picture; where it would be less, what lies outside is mirrored instead."""


def turned(image: FloatImage, degrees: float, *, order: int = 3) -> FloatImage:
    """Return the picture turned counterclockwise, cut to the largest rectangle that lies within it.

    Quarter turns are exact, and 0 gives the picture itself.

    Args:
        image: `[H, W, C] float32`, 0..255.
        degrees: the angle, any number.
        order: of the spline: 3 keeps pictures sharp, 1 does not go beyond its neighbours' values.

    Returns:
        `[h, w, C] float32`, in the same range; smaller, or of the same size with mirrored corners where it is small.
    """
    quarters = degrees / 90.0
    if quarters == round(quarters):
        return np.ascontiguousarray(np.rot90(image, round(quarters) % 4)) if round(quarters) % 4 else image
    height, width = _inner_size(image.shape[0], image.shape[1], math.radians(degrees))
    if min(height, width) < LEAST_SIDE_PX:
        return _clipped(rotate(image, degrees, reshape=False, order=1, mode="mirror"))
    whole = rotate(image, degrees, order=order, mode="mirror")
    top, left = ((outer - inner) // 2 for outer, inner in zip(whole.shape[:2], (height, width), strict=True))
    return _clipped(whole[top : top + height, left : left + width])


def _clipped(image: Any) -> FloatImage:
    return np.ascontiguousarray(np.clip(image, 0.0, 255.0), np.float32)


def _inner_size(height: int, width: int, angle: float) -> tuple[int, int]:
    """Return the (height, width) of the largest rectangle with upright sides within one that is turned.

    Either two of its corners touch the longer sides, as in a long strip, or all four touch a side each.
    """
    sine, cosine = abs(math.sin(angle)), abs(math.cos(angle))
    longer, shorter = max(height, width), min(height, width)
    if shorter <= 2.0 * sine * cosine * longer or abs(sine - cosine) < 1e-10:
        half = 0.5 * shorter
        across, along = (half / sine, half / cosine) if width >= height else (half / cosine, half / sine)
        return int(along), int(across)
    double = cosine**2 - sine**2
    return int((height * cosine - width * sine) / double), int((width * cosine - height * sine) / double)
