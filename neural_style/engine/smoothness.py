"""A map of where a picture should be smooth: as much of it as of the paintings, in the places where the photo is.

A Gram matrix says how much fine texture a painting has, but not that it lies in some places and leaves others bare. So
the losses spread it evenly, and a plain sky is covered with a fine mesh. Total variation can tell the difference: as
the logarithm of a Gaussian prior it weighs each place by the reciprocal of the variance of the gradient that is
expected there. What is expected is taken from the painting, place by place in the order of the photograph: where the
photograph is smoothest, as little as where the painting is smoothest, and so on to the busiest. A painting that has
strokes everywhere gives nearly the same weight everywhere, one of flat colours and outlines a very different one.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from neural_style.color import LUMA
from neural_style.images.arrays import FloatImage, parts_of_pixels, rgb_of
from neural_style.images.resize import resize, resize_plane, size_for_longest_side
from neural_style.regions import Division

MAP_SIDE_PX = 256
"""The longest side of the photograph for which the map is computed. It is smooth, so a large one need not cost more."""

NEIGHBOURHOOD_PX = 2.0
"""The standard deviation of the Gaussian window that the gradient's variance is taken in, at that size."""

EXPONENT = 0.75
"""The exponent of the reciprocal; 1 is the prior itself. Chosen by eye: 1 costs broad strokes some of their relief."""

LOWEST, HIGHEST = 0.25, 20.0
"""The bounds of the weights."""

_NOISE_VARIANCE = 0.1
"""The noise of the gradient, in grey levels squared: about what rounding to whole levels leaves in a flat picture."""


def smoothness_map(content: FloatImage, styles: Sequence[FloatImage], shares: Sequence[float]) -> NDArray[np.float32]:
    """Return weights of the total variation, 1 where the gradient should be as strong as the styles' on average.

    Args:
        content: the photograph at the size to paint at, `[H, W, 3] float32`, RGB, 0..255.
        styles: the paintings as they are shown to the network, likewise, perhaps with how much each pixel counts.
        shares: one for each style, summing to 1.

    Returns:
        `[H, W, 1] float32`, from `LOWEST` to `HIGHEST`.
    """
    height, width = content.shape[:2]
    small = size_for_longest_side(height, width, MAP_SIDE_PX)
    factor = max(small) / max(height, width)
    ranks = _ranks(gradient_variance(resize(content, *small)))
    variances = [_variances_that_count(_shrunk(style, factor)) for style in styles]
    blended = sum(share * _at_ranks(values, ranks) for share, values in zip(shares, variances, strict=True))
    average = sum(share * values.mean() for share, values in zip(shares, variances, strict=True))
    weights = ((average + _NOISE_VARIANCE) / (blended + _NOISE_VARIANCE)) ** EXPONENT
    whole = resize_plane(weights.astype(np.float32), height, width)
    return np.clip(whole, LOWEST, HIGHEST)[..., np.newaxis]


def smoothness_of_regions(content: FloatImage, styles: Sequence[FloatImage], division: Division) -> NDArray[np.float32]:
    """Return the weights of the total variation, each region's by its own paintings; see `smoothness_map`.

    Args:
        content: the photograph at the size of the division, `[H, W, 3] float32`, RGB, 0..255.
        styles: all paintings, likewise.
        division: of the picture.
    """
    maps = [
        smoothness_map(content, [styles[index] for index in region.styles], region.shares)
        for region in division.regions
    ]
    return division.composed(np.ones_like(maps[0]), maps)


def gradient_variance(image: FloatImage) -> NDArray[np.float64]:
    """Return the luma's mean squared gradient around each pixel: `[H, W, 3] float32`, RGB, 0..255 -> `[H, W]`."""
    gradients = np.gradient(image.astype(np.float64) @ LUMA)
    return gaussian_filter(sum(np.square(each) for each in gradients), NEIGHBOURHOOD_PX)


def _variances_that_count(style: FloatImage) -> NDArray[np.float64]:
    """Return the variances at those pixels of a painting that count."""
    variances, parts = gradient_variance(rgb_of(style)), parts_of_pixels(style)
    return variances if parts is None else variances[parts >= min(0.5, parts.max())]


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the part of all values that lies below each, 0..1; equal values have the ranks of their order."""
    order = np.empty(values.size)
    order[np.argsort(values, axis=None, kind="stable")] = np.arange(values.size)
    return ((order + 0.5) / values.size).reshape(values.shape)


def _at_ranks(values: NDArray[np.float64], ranks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the quantiles of the values; NumPy's function takes a hundred times as long for so many of them."""
    ascending = np.sort(values, axis=None)
    return np.interp(ranks * (ascending.size - 1), np.arange(ascending.size), ascending)


def _shrunk(style: FloatImage, factor: float) -> FloatImage:
    height, width = (max(2, round(side * factor)) for side in style.shape[:2])
    return resize(style, height, width)
