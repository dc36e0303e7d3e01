"""Colours apart from strokes: bring a photo into a painting's palette, or a result back into the photo's.

Plain NumPy in float64: it runs once per picture.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from neural_style.images.arrays import FloatImage, FloatPlane, parts_of_pixels, rgb_of

LUMA = np.array([0.299, 0.587, 0.114])
"""Rec. 601 luma of R, G, B, as in the YCbCr of JPEG, which the original program uses for this."""

ROWS_AT_ONCE = 512
"""The rows of a picture that are worked on at once: in float64 a large one would take many times its memory."""

_NOISE_VARIANCE = 1.0
"""The variance added to each, in grey levels squared: it keeps the map of a flat or grey picture finite and gentle."""


def match_colors(
    content: FloatImage,
    styles: Sequence[FloatImage],
    shares: Sequence[float],
    weights: FloatPlane | None = None,
) -> FloatImage:
    """Give the content the mean and covariance of the styles' colours (Gatys et al. 2016, "Preserving color").

    The linear map is the optimal transport between the two Gaussians (Pitié and Kokaram 2007): of all that fit it moves
    the colours least, so that hues do not swap. Several styles count as one cloud of colours, weighted by their shares.

    Args:
        content: `[H, W, 3] float32`, RGB, 0..255.
        styles: pictures likewise, of any sizes; perhaps `[H, W, 4]` with how much each pixel counts, 0..255.
        shares: one for each style, summing to 1.
        weights: `[H, W] float32`, how much each pixel of the content counts for its mean and covariance; None: alike.

    Returns:
        `[H, W, 3] float32`, clipped to 0..255.
    """
    content_mean, content_covariance = _moments(content, weights)
    style_mean, style_covariance = _blended_moments(styles, shares)
    transport = _transport(content_covariance, style_covariance)
    matched = np.empty(content.shape, np.float32)
    for rows in strips(len(content)):
        matched[rows] = np.clip((content[rows].astype(np.float64) - content_mean) @ transport + style_mean, 0.0, 255.0)
    return matched


def palette_distance(
    image: FloatImage, styles: Sequence[FloatImage], shares: Sequence[float], weights: FloatPlane | None = None
) -> float:
    """Return the 2-Wasserstein distance of the colours of a picture from those of the styles, in grey levels.

    Both are taken for Gaussians, of which it has a closed form (Dowson and Landau 1982).

    Args:
        image: `[H, W, 3] float32`, RGB, 0..255.
        styles: see `match_colors`.
        shares: one for each style, summing to 1.
        weights: `[H, W] float32`, how much each pixel of the picture counts; None: alike.
    """
    mean, covariance = _moments(image, weights)
    wanted_mean, wanted_covariance = _blended_moments(styles, shares)
    root = _matrix_power(wanted_covariance, 0.5)
    cross = _matrix_power(root @ covariance @ root, 0.5)
    spread = np.trace(covariance) + np.trace(wanted_covariance) - 2.0 * np.trace(cross)
    return float(np.sqrt(max(0.0, np.square(mean - wanted_mean).sum() + spread)))


def keep_colors(result: FloatImage, content: FloatImage) -> FloatImage:
    """Return the luma of `result` with the chroma of `content`, both `[H, W, 3]`, RGB, 0..255, of one size.

    Cb and Cr are multiples of B - Y and R - Y, so adding the difference of the lumas to all three channels of the
    content changes Y and nothing else. The result is clipped to 0..255.
    """
    difference = (result.astype(np.float64) - content) @ LUMA
    return np.clip(content + difference[..., np.newaxis], 0.0, 255.0).astype(np.float32)


def _moments(image: FloatImage, weights: FloatPlane | None = None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean `[3]` and the covariance `[3, 3]` of the colours, of pixels that count alike or by weights."""
    total = float(image.shape[0] * image.shape[1]) if weights is None else weights.sum(dtype=np.float64)
    mean, covariance = np.zeros(3), np.zeros((3, 3))
    for pixels, parts in _weighted_pixels(image, weights):
        mean += parts @ pixels / total
    for pixels, parts in _weighted_pixels(image, weights):
        centred = pixels - mean
        covariance += (parts[:, np.newaxis] * centred).T @ centred / total
    return mean, covariance


def _weighted_pixels(
    image: FloatImage, weights: FloatPlane | None
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Yield pixels `[N, 3]` and how much each counts, `[N]`, a strip of the picture at a time."""
    for rows in strips(len(image)):
        pixels = image[rows].reshape(-1, 3).astype(np.float64)
        yield pixels, np.ones(len(pixels)) if weights is None else weights[rows].reshape(-1).astype(np.float64)


def strips(height: int) -> Iterator[slice]:
    """Yield the rows of a picture of that height, `ROWS_AT_ONCE` or fewer at a time."""
    return (slice(start, start + ROWS_AT_ONCE) for start in range(0, height, ROWS_AT_ONCE))


def _blended_moments(
    images: Sequence[FloatImage], shares: Sequence[float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and covariance of the mixture: the covariances within the pictures, and that between their means."""
    moments = [_moments(rgb_of(image), parts_of_pixels(image)) for image in images]
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
