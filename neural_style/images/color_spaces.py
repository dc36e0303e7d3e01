"""RGB colour spaces that files name by numbers or by habit, without an ICC profile, brought to sRGB.

After ITU-T H.273 (the code points of PNG's cICP, HEIF and AVIF), ITU-R BT.2100 (PQ and HLG), and the PNG specification
(gAMA and cHRM). Highlights above the white of a screen are rolled off, as browsers do on screens without them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Chromaticities = tuple[tuple[float, float], ...]
"""The (x, y) of red, green, blue and white."""

_D65 = (0.3127, 0.3290)
SRGB_PRIMARIES: Chromaticities = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), _D65)
_ADOBE_PRIMARIES: Chromaticities = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), _D65)

_PRIMARIES: dict[int, Chromaticities] = {
    1: SRGB_PRIMARIES,
    5: ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), _D65),
    6: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    7: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65),
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65),
}
"""The code point of H.273 -> the primaries."""

_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
"""From XYZ to the responses in which white is adapted."""

_WHITE_CD_M2 = 203.0
"""The luminance of white among highlights, after ITU-R BT.2408, in candela per square metre."""

_KNEE = 0.8
"""The linear level from which on highlights are rolled off."""

_ROWS_AT_ONCE = 256

Transfer = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From what is stored, 0..1, to light, where 1 is white and more are highlights."""


@dataclass(frozen=True, eq=False)
class ColorSpace:
    """An RGB colour space.

    Attributes:
        primaries: of red, green, blue and white.
        transfer: from what is stored to light.
        has_highlights: whether there may be more light than white.
    """

    primaries: Chromaticities
    transfer: Transfer
    has_highlights: bool = False


def _gamma(exponent: float) -> Transfer:
    return lambda stored: stored**exponent


def _srgb(stored: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4)


def _pq(stored: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return light by the perceptual quantizer of BT.2100."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    power = stored ** (1.0 / m2)
    return 10_000.0 / _WHITE_CD_M2 * (np.maximum(power - c1, 0.0) / (c2 - c3 * power)) ** (1.0 / m1)


def _hlg(stored: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return light by the hybrid log-gamma of BT.2100, on a screen of 1000 candela per square metre.

    The screen's own gamma of 1.2 is applied to each channel by itself, where BT.2100 applies it to their luminance.
    """
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(stored <= 0.5, stored**2 / 3.0, (np.exp((stored - c) / a) + b) / 12.0)
    return 1000.0 / _WHITE_CD_M2 * scene**1.2


_TRANSFERS: dict[int, tuple[Transfer, bool]] = {
    4: (_gamma(2.2), False),
    5: (_gamma(2.8), False),
    8: (_gamma(1.0), False),
    13: (_srgb, False),
    16: (_pq, True),
    18: (_hlg, True),
}
"""The code point of H.273 -> the transfer, and whether it has highlights."""

_AS_SRGB = frozenset({1, 2, 6, 7, 14, 15})
"""The code points of transfers, those of video among them, that screens show as they show sRGB."""

ADOBE_RGB = ColorSpace(_ADOBE_PRIMARIES, _gamma(563 / 256))
"""What cameras mean by EXIF's R03, after Adobe RGB (1998) Color Image Encoding."""


def of_code_points(primaries: int, transfer: int) -> ColorSpace | None:
    """Return the colour space of H.273's code points; None: it is sRGB, or nobody says what it is."""
    chosen = _PRIMARIES.get(primaries, SRGB_PRIMARIES)
    curve, has_highlights = _TRANSFERS.get(transfer, (_srgb, False))
    if chosen == SRGB_PRIMARIES and (curve is _srgb or transfer in _AS_SRGB):
        return None
    return ColorSpace(chosen, curve, has_highlights)


def of_gamma(gamma: float, primaries: Chromaticities | None) -> ColorSpace | None:
    """Return the colour space of PNG's gAMA and cHRM; None: it is near enough to sRGB to be meant by it.

    Args:
        gamma: the exponent from light to what is stored, such as 0.45455.
        primaries: None: those of sRGB.
    """
    chosen = primaries or SRGB_PRIMARIES
    is_usable = 0.0 < gamma < 10.0 and all(y > 0.0 for _, y in chosen) and abs(np.linalg.det(_to_xyz(chosen))) > 1e-6
    if not is_usable or (abs(gamma - 1 / 2.2) < 0.01 and np.allclose(chosen, SRGB_PRIMARIES, atol=0.005)):
        return None
    return ColorSpace(chosen, _gamma(1.0 / gamma))


def to_srgb(levels: NDArray[Any], space: ColorSpace) -> NDArray[np.float32]:
    """Bring colours to sRGB.

    Args:
        levels: `[H, W, 3]`, 0..255.
        space: what they stand for.

    Returns:
        `[H, W, 3] float32`, 0..255; what sRGB does not have is clipped.
    """
    matrix = np.linalg.inv(_to_xyz(SRGB_PRIMARIES)) @ _adaptation(space.primaries[3]) @ _to_xyz(space.primaries)
    found = np.empty(levels.shape, np.float32)
    for begin in range(0, len(levels), _ROWS_AT_ONCE):  # in parts, since float64 takes eight times the memory
        rows = slice(begin, begin + _ROWS_AT_ONCE)
        light = space.transfer(np.clip(levels[rows].astype(np.float64) / 255.0, 0.0, 1.0)) @ matrix.T
        found[rows] = 255.0 * _encoded(_rolled_off(light) if space.has_highlights else light)
    return found


def _rolled_off(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bring highlights below white, by the brightest channel of each pixel, so that hues stay."""
    brightest = np.maximum(light.max(-1, keepdims=True), 1e-9)
    rolled = _KNEE + (1.0 - _KNEE) * np.tanh((brightest - _KNEE) / (1.0 - _KNEE))
    return light * np.where(brightest > _KNEE, rolled / brightest, 1.0)


def _encoded(light: NDArray[np.float64]) -> NDArray[np.float64]:
    light = np.clip(light, 0.0, 1.0)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def _to_xyz(primaries: Chromaticities) -> NDArray[np.float64]:
    """Return the matrix from linear RGB to XYZ, in which white has Y = 1."""
    columns = np.array([_xyz(point) for point in primaries[:3]]).T
    return columns * np.linalg.lstsq(columns, _xyz(primaries[3]), rcond=None)[0]


def _adaptation(white: tuple[float, float]) -> NDArray[np.float64]:
    """Return the matrix on XYZ that brings a white to sRGB's, after Bradford."""
    ratio = (_BRADFORD @ _xyz(_D65)) / (_BRADFORD @ _xyz(white))
    return np.linalg.inv(_BRADFORD) @ np.diag(ratio) @ _BRADFORD


def _xyz(point: tuple[float, float]) -> NDArray[np.float64]:
    x, y = point
    return np.array([x / y, 1.0, (1.0 - x - y) / y])
