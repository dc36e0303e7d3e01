"""What a decoder gives of a picture file: its samples as they are stored, and what they mean.

Decoders leave colours and turning to `srgb`, so that these are the same for every format.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from neural_style.images.arrays import FloatPlane
from neural_style.images.color_spaces import ColorSpace

Model = Literal["gray", "rgb", "cmyk"]
"""What the channels are; of CMYK, ink is the highest level."""

Levels = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.float32]
"""Whole levels of 8 or 16 bits, or float32 from 0 to 255."""


CheckSize = Callable[[tuple[int, int]], None]
"""A function that raises for a (height, width) in pixels that is not to be decoded."""


@dataclass(frozen=True)
class Header:
    """What a picture file says before its pixels.

    Attributes:
        size: (height, width) in pixels, as it is stored.
        orientation: as EXIF numbers it, 1 to 8.
    """

    size: tuple[int, int]
    orientation: int


class DamagedError(ValueError):
    """A file cannot be decoded; its text says what is wrong, to stand in brackets."""


class RefusedError(ValueError):
    """A file is whole and not taken; its text is the end of a sentence that begins with the name of the file."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Samples:
    """The samples of a picture.

    Attributes:
        levels: `[H, W, C]`, as they are stored.
        model: what the channels are.
        alpha: `[H, W] float32, 0..255`, how opaque each pixel is; None: the file has none.
        profile: an ICC profile; None: there is none.
        space: the colours that the levels stand for, where there is no profile; None: sRGB.
        orientation: as EXIF numbers it, 1 to 8.
        frames: the number of them, of which this is the first.
        format: the name of the file's format, such as PNG; empty where it is of no file.
    """

    levels: Levels
    model: Model
    alpha: FloatPlane | None = None
    profile: bytes | None = None
    space: ColorSpace | None = None
    orientation: int = 1
    frames: int = 1
    format: str = ""


def floats(levels: Levels) -> NDArray[np.float32]:
    """Return levels as float32 from 0 to 255, in a new array."""
    found = np.array(levels, np.float32)
    if levels.dtype == np.uint16:
        found /= np.float32(257.0)
    return found


def full_scale(levels: NDArray[Any]) -> float:
    """Return the level of white where the file does not say: the least usual one that all levels fit in."""
    usual = (1.0, 255.0, 65535.0) if levels.dtype.kind == "f" else (65535.0, 2.0**32 - 1.0)
    highest = float(levels.max(initial=0))
    return next((scale for scale in usual if highest <= scale), highest)


def scaled(levels: NDArray[Any]) -> NDArray[np.float32]:
    """Return levels of any type as float32 from 0 to 255; what is not finite or below 0 is black."""
    finite = np.nan_to_num(levels, posinf=0.0, neginf=0.0)
    return np.clip(finite.astype(np.float32) * np.float32(255.0 / full_scale(finite)), 0.0, 255.0)
