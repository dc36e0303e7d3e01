"""CIELAB (CIE 1976) of sRGB pictures, with the white of D65: lightness apart from colour, about as people see them."""

import numpy as np
from numpy.typing import NDArray

_XYZ_OF_RGB = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""IEC 61966-2-1: linear R, G, B, 0..1, to X, Y, Z."""

_WHITE = _XYZ_OF_RGB.sum(1)

_EPSILON, _KAPPA = 216.0 / 24389.0, 24389.0 / 27.0
"""Where the cube root of CIELAB turns into a line, and the slope of that line."""


def to_lab(image: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return L, 0..100, and a and b of an sRGB picture `[..., 3]`, 0..255."""
    encoded = np.asarray(image, np.float64) / 255.0
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((np.maximum(encoded, 0.0) + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _XYZ_OF_RGB.T / _WHITE
    f = np.where(xyz > _EPSILON, np.cbrt(xyz), (_KAPPA * xyz + 16.0) / 116.0)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)], -1)


def to_srgb(lab: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the sRGB picture of L, a and b `[..., 3]`; colours that sRGB does not have are outside of 0..255."""
    lightness, a, b = np.moveaxis(np.asarray(lab, np.float64), -1, 0)
    y = (lightness + 16.0) / 116.0
    f = np.stack([y + a / 500.0, y, y - b / 200.0], -1)
    xyz = np.where(f**3 > _EPSILON, f**3, (116.0 * f - 16.0) / _KAPPA) * _WHITE
    linear = xyz @ np.linalg.inv(_XYZ_OF_RGB).T
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 0.0) ** (1.0 / 2.4) - 0.055)
    return 255.0 * encoded
