"""The planes that the measures look at: CIE L*a*b*, the finest detail, gradients, and rings along a picture's edge.

All is plain NumPy and SciPy in float64. A plane is `[H, W]`, or `[H, W, C]` where each channel stands for itself.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from neural_style.errors import ImageError
from neural_style.images.arrays import FloatImage
from neural_style.validation import checked_image

Plane = NDArray[np.float64]

FLAT_SIGMA_PX = 4.0

_XYZ_OF_RGB = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""The matrix from linear sRGB to CIE XYZ with white D65 (IEC 61966-2-1)."""


def checked(picture: ArrayLike) -> FloatImage:
    """Return a picture as `[H, W, 3] float32, RGB, 0..255`; anything else is refused."""
    return checked_image(picture, "picture to be measured")


def lab(picture: ArrayLike) -> Plane:
    """Return CIE L*a*b* of a picture in sRGB, `[H, W, 3]`: L* is 0..100, and grey has a* = b* = 0."""
    encoded = checked(picture).astype(np.float64) / 255.0
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    relative = linear @ _XYZ_OF_RGB.T / _XYZ_OF_RGB.sum(axis=1)
    curved = np.where(relative > 216 / 24389, np.cbrt(relative), (24389 / 27 * relative + 16) / 116)
    x, y, z = np.moveaxis(curved, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def finest_band(plane: Plane) -> Plane:
    """Return the finest band of a Laplacian pyramid: the plane without its Gaussian blur of 1 px."""
    sigmas = (1.0, 1.0, 0.0)[: plane.ndim]
    return plane - ndimage.gaussian_filter(plane, sigmas)


def gradient(plane: Plane, sigma_px: float) -> Plane:
    """Return the derivatives of the blurred plane, downwards and to the right, in units a pixel: `[2, H, W]`."""
    down, right = (
        ndimage.gaussian_filter(plane, sigma_px, order)  # pyright: ignore[reportArgumentType] - it takes one an axis
        for order in ((1, 0), (0, 1))
    )
    return np.stack([down, right])


def gradient_energy(picture: ArrayLike) -> Plane:
    """Return the squared gradient of L* at 4 px, `[H, W]`: least where a picture is flat to the eye."""
    return (gradient(lab(picture)[..., 0], FLAT_SIGMA_PX) ** 2).sum(axis=0)


def cosine(ours: Plane, theirs: Plane) -> float:
    """Return the cosine of two fields as vectors: 1 where neither has any values, 0 where one of them has none."""
    empty = [bool(np.abs(field).max() < 1e-9) for field in (ours, theirs)]  # rounding leaves some in a flat picture
    if any(empty):
        return float(all(empty))
    return float((ours * theirs).sum() / (np.linalg.norm(ours) * np.linalg.norm(theirs)))


def ring_steps(picture: ArrayLike, ring_px: int) -> Plane:
    """Return what each of the three outermost rings has more than the ring inside it: `[3, 9]`.

    A ring is told by the means, the standard deviations and the RMS of the finest band of L*, a* and b*.

    Args:
        picture: at least 8 pixels a side.
        ring_px: width of the rings; an eighth of the shorter side where that is less.
    """
    colours = lab(picture)
    height, width = colours.shape[:2]
    if min(height, width) < 8:
        raise ImageError(f"The picture has {width}x{height} px; its rings need 8 px on each side.")
    band = finest_band(colours)
    ring = distance_to_edge(height, width) // min(ring_px, min(height, width) // 8)
    described = [_described(colours[ring == index], band[ring == index]) for index in range(4)]
    return -np.diff(described, axis=0)


def distance_to_edge(height: int, width: int) -> NDArray[np.int64]:
    """Return the whole pixels between each pixel and the nearest edge: `[height, width]`."""
    rows, columns = (np.minimum(np.arange(side), np.arange(side)[::-1]) for side in (height, width))
    return np.minimum(rows[:, np.newaxis], columns)


def rms(values: Plane) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt((values**2).mean()))


def _described(colours: Plane, band: Plane) -> Plane:
    """Return nine numbers of the `[n, 3]` pixels of a ring."""
    return np.concatenate([colours.mean(axis=0), colours.std(axis=0), np.sqrt((band**2).mean(axis=0))])
