"""Colours apart from strokes: bring a photo into a painting's palette, or a result back into the photo's.

Plain NumPy in float64: it runs once per picture.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from neural_style.images.arrays import FloatImage

LUMA = np.array([0.299, 0.587, 0.114])
"""Rec. 601 luma of R, G, B, as in the YCbCr of JPEG, which the original program uses for this."""

_NOISE_VARIANCE = 1.0
"""The variance added to each, in grey levels squared: it keeps the map of a flat or grey picture finite and gentle."""


def match_colors(content: FloatImage, styles: Sequence[FloatImage], shares: Sequence[float]) -> FloatImage:
    """Give the content the mean and covariance of the styles' colours (Gatys et al. 2016, "Preserving color").

    The linear map is the optimal transport between the two Gaussians (Pitié and Kokaram 2007): of all that fit it moves
    the colours least, so that hues do not swap. Several styles count as one cloud of colours, weighted by their shares.

    Args:
        content: `[H, W, 3] float32`, RGB, 0..255.
        styles: pictures likewise, of any sizes.
        shares: one for each style, summing to 1.

    Returns:
        `[H, W, 3] float32`, clipped to 0..255.
    """
    content_mean, content_covariance = _moments(content)
    style_mean, style_covariance = _blended_moments(styles, shares)
    transport = _transport(content_covariance, style_covariance)
    matched = (content.astype(np.float64) - content_mean) @ transport + style_mean
    return np.clip(matched, 0.0, 255.0).astype(np.float32)


def keep_colors(result: FloatImage, content: FloatImage) -> FloatImage:
    """Return the luma of `result` with the chroma of `content`, both `[H, W, 3]`, RGB, 0..255, of one size.

    Cb and Cr are multiples of B - Y and R - Y, so adding the difference of the lumas to all three channels of the
    content changes Y and nothing else. The result is clipped to 0..255.
    """
    difference = (result.astype(np.float64) - content) @ LUMA
    return np.clip(content + difference[..., np.newaxis], 0.0, 255.0).astype(np.float32)


def _moments(image: FloatImage) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    pixels = image.reshape(-1, 3).astype(np.float64)
    mean = pixels.mean(axis=0)
    centred = pixels - mean
    return mean, centred.T @ centred / len(pixels)


def _blended_moments(
    images: Sequence[FloatImage], shares: Sequence[float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and covariance of the mixture: the covariances within the pictures, and that between their means."""
    moments = [_moments(image) for image in images]
    mean = sum(share * mean for share, (mean, _) in zip(shares, moments, strict=True))
    covariance = sum(
        share * (within + np.outer(own - mean, own - mean))
        for share, (own, within) in zip(shares, moments, strict=True)
    )
    return np.asarray(mean), np.asarray(covariance)


def _transport(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the symmetric T with T source T = target, for covariances `[3, 3]` regularised by `_NOISE_VARIANCE`."""
    source = source + _NOISE_VARIANCE * np.eye(3)
    target = target + _NOISE_VARIANCE * np.eye(3)
    root = _matrix_power(source, 0.5)
    inverse_root = _matrix_power(source, -0.5)
    return inverse_root @ _matrix_power(root @ target @ root, 0.5) @ inverse_root


def _matrix_power(symmetric: NDArray[np.float64], exponent: float) -> NDArray[np.float64]:
    """Raise a positive semi-definite matrix to a power by its eigenvalues, which rounding may leave just below 0."""
    values, vectors = np.linalg.eigh(symmetric)
    return (vectors * np.maximum(values, 1e-12) ** exponent) @ vectors.T
